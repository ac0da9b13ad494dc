//! Invocations: find the built-in, order its arguments, fold what is constant.

use ::value::Str;

use super::{Lower, Lowered, count};
use crate::ast::{Arguments, Id};
use crate::builtins::regex::{Dialect, Pattern, known_flags};
use crate::builtins::{self, Builtin};
use crate::code::{Call, Callee, Node, NodeId};
use crate::edition::Edition;
use crate::error::SyntaxError;
use crate::values::Value;

impl Lower<'_> {
    pub(super) fn call(&mut self, id: Id, name: &Str, arguments: &Arguments) -> Lowered {
        let builtin = match arguments {
            // The standard's functions of any number of arguments take at least one.
            Arguments::Positional(values) => builtins::by_count(name, values.len())
                .filter(|it| !(self.code.standard && values.is_empty() && it.variadic)),
            Arguments::Named(values) => {
                let names: Vec<&str> = values.iter().map(|it| &*it.0).collect();
                builtins::by_names(name, &names, self.code.strict)
            }
        };
        let found = self.scopes.find(name);
        if found.local.is_some() || !found.slots.is_empty() {
            let callee = self.variable_or_null(name, found.local.is_some());
            return self.push_call(name, Callee::Local(callee, builtin), arguments);
        }
        let Some(builtin) = builtin else {
            return self.push_call(name, Callee::Unknown, arguments);
        };
        let (arguments, names) = match arguments {
            Arguments::Positional(values) => (self.each(values)?, None),
            Arguments::Named(values) => {
                let names = values.iter().map(|it| it.0.clone()).collect();
                (self.in_order(builtin, values)?, Some(names))
            }
        };
        let refined = match self.folded(builtin, &arguments) {
            Some((Some(first), refined)) => return Ok(self.constant_by_edition(first, refined)),
            Some((None, refined)) => Some(refined),
            None => None,
        };
        let number = count(self.code.calls.len());
        if let Some(pattern) = self.constant_pattern(builtin, &arguments) {
            match pattern {
                // By the standard a wrong pattern is null when it is used, not a wrong model.
                Err(message) if self.code.standard => self.code.pattern_problems.push(message),
                Err(message) => {
                    self.refusal(id, &message)?;
                    self.code.patterns.push((number, Err(message.into())));
                }
                Ok(pattern) => self.code.patterns.push((number, Ok(pattern))),
            }
        }
        let callee = Callee::Builtin(builtin);
        self.code.calls.push(Call { name: name.clone(), callee, arguments, names });
        let call = self.push(Node::Call(number));
        Ok(match refined {
            Some(refined) => {
                let refined = self.constant(refined);
                self.push(Node::ByEdition { first: call, refined })
            }
            None => call,
        })
    }

    pub(super) fn call_entry(&mut self, base: Id, name: &Str, arguments: &Arguments) -> Lowered {
        let base = self.node(base)?;
        self.push_call(name, Callee::Entry(base), arguments)
    }

    pub(super) fn call_value(&mut self, base: Id, arguments: &Arguments) -> Lowered {
        let base = self.node(base)?;
        self.push_call(&"".into(), Callee::Value(base), arguments)
    }

    /// The node of a name in scope. A name that only items of filters can have does not make a
    /// variable of it.
    fn variable_or_null(&mut self, name: &Str, local: bool) -> NodeId {
        if local {
            return self.variable(name);
        }
        let found = self.scopes.find(name);
        let fallback = self.constant(Value::Null);
        let slots = super::append(&mut self.code.slots, found.slots);
        let name = self.name(name);
        self.push(Node::Scoped { name, slots, fallback })
    }

    fn push_call(&mut self, name: &Str, callee: Callee, arguments: &Arguments) -> Lowered {
        let (arguments, names) = match arguments {
            Arguments::Positional(values) => (self.each(values)?, None),
            Arguments::Named(values) => {
                let nodes: Vec<Id> = values.iter().map(|it| it.1).collect();
                let names = values.iter().map(|it| it.0.clone()).collect();
                (self.each(&nodes)?, Some(names))
            }
        };
        self.code.calls.push(Call { name: name.clone(), callee, arguments, names });
        let number = count(self.code.calls.len()) - 1;
        Ok(self.push(Node::Call(number)))
    }

    fn each(&mut self, values: &[Id]) -> Result<Vec<NodeId>, Box<SyntaxError>> {
        let mut nodes = Vec::with_capacity(values.len());
        for value in values {
            nodes.push(self.node(*value)?);
        }
        Ok(nodes)
    }

    /// Named arguments in the order of the parameters; missing ones are null.
    fn in_order(
        &mut self,
        builtin: &Builtin,
        values: &[(Str, Id)],
    ) -> Result<Vec<NodeId>, Box<SyntaxError>> {
        let mut nodes = Vec::with_capacity(builtin.parameters.len());
        for parameter in builtin.parameters {
            nodes.push(match values.iter().find(|it| &*it.0 == *parameter) {
                Some((_, value)) => self.node(*value)?,
                None => self.constant(Value::Null),
            });
        }
        Ok(nodes)
    }

    fn constant_of(&self, node: NodeId) -> Option<&Value> {
        match *self.code.node(node) {
            Node::Constant(number) => Some(&self.code.constants[number as usize]),
            _ => None,
        }
    }

    /// The result of a constructor of temporal values from a literal, by the first edition, if it has
    /// one, and by the newest.
    fn folded(&self, builtin: &Builtin, arguments: &[NodeId]) -> Option<(Option<Value>, Value)> {
        let construct = builtin.folds?;
        let [text] = arguments else { return None };
        let text = self.constant_of(*text)?.as_str()?;
        Some((construct(text, Edition::First), construct(text, Edition::Refined)?))
    }

    /// The compiled pattern of a regular expression that is a literal.
    fn constant_pattern(
        &self,
        builtin: &Builtin,
        arguments: &[NodeId],
    ) -> Option<Result<Pattern, String>> {
        if !builtin.takes_pattern {
            return None;
        }
        let pattern = self.constant_of(*arguments.get(1)?)?.as_str()?;
        let flags_at = builtin.parameters.iter().position(|it| *it == "flags");
        let flags = match flags_at.and_then(|it| arguments.get(it)) {
            Some(flags) => match self.constant_of(*flags)? {
                Value::Null => "",
                flags => flags.as_str()?,
            },
            None => "",
        };
        let dialect = if self.code.strict { Dialect::XPath } else { Dialect::Java };
        Some(Pattern::compile(pattern, &known_flags(flags, dialect), dialect))
    }
}
