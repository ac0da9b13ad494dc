//! What brings names into scope: filters, tests of an input, loops, contexts, functions.

use std::collections::BTreeSet;

use ::value::Str;

use super::{Lower, Lowered, append, count};
use crate::ast::{Expr, Id, Iteration, Source};
use crate::code::{Definition, Entry, Loop, Node};
use crate::error::SyntaxError;
use crate::types::Type;
use crate::values::Value;

impl Lower<'_> {
    pub(super) fn filter(&mut self, base: Id, filter: Id) -> Lowered {
        let base = self.node(base)?;
        let mark = self.scopes.mark();
        let slot = self.scopes.item();
        let node = self.node(filter)?;
        self.scopes.reset(mark);
        if let Node::Constant(number) = *self.code.node(node)
            && self.code.constants[number as usize].as_dec().is_some()
        {
            return Ok(self.push(Node::Index { base, index: number }));
        }
        let per_item = matches!(
            self.tree.get(filter),
            Expr::Compare { .. }
                | Expr::Between { .. }
                | Expr::In { .. }
                | Expr::InstanceOf { .. }
                | Expr::And(_)
                | Expr::Or(_)
                | Expr::Quantified { .. }
                | Expr::Bool(_)
                | Expr::Call { .. }
                | Expr::CallEntry { .. }
                | Expr::CallValue { .. }
        );
        Ok(self.push(if per_item {
            Node::Filter { base, filter: node, slot }
        } else {
            Node::IndexOrFilter { base, filter: node, slot }
        }))
    }

    pub(super) fn contained(&mut self, value: Id, tests: &[Id]) -> Lowered {
        let value = self.node(value)?;
        let inputs = self.inputs;
        let mark = self.scopes.mark();
        let slot = self.scopes.input();
        let test = match tests {
            [test] => self.node(*test)?,
            _ => {
                let run = self.nodes(tests)?;
                self.push(Node::Or(run))
            }
        };
        self.scopes.reset(mark);
        // A `?` inside names this input, not the one around.
        self.inputs = inputs;
        Ok(self.push(Node::In { value, slot, test }))
    }

    pub(super) fn test(&mut self, id: Id, operand: Id) -> Lowered {
        let Some(slot) = self.scopes.input_slot() else {
            return Err(self.error(id, "a unary test needs an input"));
        };
        let (inputs, definitions) = (self.inputs, self.code.definitions.len());
        // The test itself shows what a range is to it.
        let is_range = matches!(self.tree.get(operand), Expr::Range(_));
        let operand = if is_range { self.silent(operand)? } else { self.node(operand)? };
        if self.inputs == inputs {
            return Ok(self.push(Node::Test { slot, operand }));
        }
        let mut functions = self.code.definitions[definitions..].iter();
        let is_captured = functions.any(|it| it.captures.iter().any(|it| it.0 == slot));
        Ok(self.push(if is_captured {
            Node::CapturedTest(operand)
        } else {
            Node::BooleanTest { slot, operand }
        }))
    }

    pub(super) fn loops(
        &mut self,
        iterations: &[Iteration],
    ) -> Result<Vec<Loop>, Box<SyntaxError>> {
        let mut loops = Vec::with_capacity(iterations.len() + 1);
        for Iteration { name, source } in iterations {
            let (from, to) = match *source {
                Source::List(list) => (self.node(list)?, None),
                Source::Steps(from, to) => (self.node(from)?, Some(self.node(to)?)),
            };
            let slot = self.scopes.local(name.clone());
            loops.push(Loop { slot, from, to });
        }
        Ok(loops)
    }

    pub(super) fn iterate(&mut self, iterations: &[Iteration], body: Id) -> Lowered {
        let mark = self.scopes.mark();
        let loops = self.loops(iterations)?;
        let slot = self.scopes.partial();
        let body = self.node(body)?;
        let reads_partial = self.scopes.reset_partial(mark);
        let loops = append(&mut self.code.loops, loops);
        Ok(self.push(if reads_partial {
            Node::ForPartial { loops, slot, body }
        } else {
            Node::For { loops, body }
        }))
    }

    pub(super) fn context(&mut self, entries: &[(Str, Id)]) -> Lowered {
        let mut keys = BTreeSet::new();
        let twice = entries.iter().map(|it| &it.0).find(|it| !keys.insert(*it));
        if let Some(key) = twice.filter(|_| self.code.standard) {
            // By the standard a key that occurs twice makes it no context.
            let first = self.constant(Value::Null);
            let refined = self.key_twice(key);
            return Ok(self.push(Node::ByEdition { first, refined }));
        }
        let mark = self.scopes.mark();
        let mut lowered = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let value = match self.tree.get(*value) {
                Expr::Function { parameters, body } => {
                    self.named_function(Some(key), parameters, *body)?
                }
                _ => self.node(*value)?,
            };
            let slot = self.scopes.local(key.clone());
            let name = self.name(key);
            lowered.push(Entry { name, slot, value });
        }
        self.scopes.reset(mark);
        let run = append(&mut self.code.entries, lowered);
        Ok(self.push(Node::Context(run)))
    }

    pub(super) fn function(&mut self, parameters: &[(Str, Option<Type>)], body: Id) -> Lowered {
        self.named_function(None, parameters, body)
    }

    /// A function; inside its body `itself` is the function.
    fn named_function(
        &mut self,
        itself: Option<&Str>,
        parameters: &[(Str, Option<Type>)],
        body: Id,
    ) -> Lowered {
        self.scopes.enter_function();
        let itself = itself.map(|name| self.scopes.local(name.clone()));
        for (name, _) in parameters {
            self.scopes.local(name.clone());
        }
        let lowered = self.node(body);
        let frame = self.scopes.leave_function();
        self.code.definitions.push(Definition {
            parameters: parameters.iter().map(|it| it.0.clone()).collect(),
            types: parameters.iter().map(|it| it.1.clone().unwrap_or(Type::Any)).collect(),
            captures: frame.captures,
            itself,
            slot_count: frame.slot_count,
            body: lowered?,
        });
        let number = count(self.code.definitions.len()) - 1;
        Ok(self.push(Node::Function(number)))
    }
}
