//! A syntax tree to a program: names become slots, variables or entries of filtered items;
//! constants are folded; invocations find their built-in.

mod call;
mod constant;
mod explain;
mod forms;
mod scope;

use ::value::Str;

use crate::ast::{Arith, Ast, Expr, Id};
use crate::code::{Code, Ends, Node, NodeId, Run};
use crate::error::SyntaxError;
use crate::scope::Scope;
use crate::values::Value;

use self::scope::{Found, Scopes};

/// Compiles an expression.
pub(crate) fn expression(
    text: &str,
    tree: &Ast,
    root: Id,
    scope: Option<&Scope>,
) -> Result<Code, Box<SyntaxError>> {
    Lower::new(text, tree, scope).finish(root)
}

/// Compiles an expression that another release may have accepted, with what refuses it today.
pub(crate) fn accepted(text: &str, tree: &Ast, root: Id) -> Result<Accepted, Box<SyntaxError>> {
    let mut lower = Lower::new(text, tree, None);
    lower.accepted = true;
    let root = lower.node(root)?;
    let refused = lower.refused.take();
    Ok((lower.finished(root), refused))
}

type Accepted = (Code, Option<Box<SyntaxError>>);

/// Compiles an expression of which each part is explained.
pub(crate) fn explained(text: &str, tree: &Ast, root: Id) -> Result<Code, Box<SyntaxError>> {
    let mut lower = Lower::new(text, tree, None);
    lower.explains = true;
    lower.finish(root)
}

/// Compiles unary tests, whose input is in slot 0.
pub(crate) fn unary_tests(
    text: &str,
    tree: &Ast,
    root: Id,
    scope: Option<&Scope>,
) -> Result<Code, Box<SyntaxError>> {
    let mut lower = Lower::new(text, tree, scope);
    lower.scopes.input();
    lower.finish(root)
}

/// Compiles the condition of a filter, whose item is in slot 0.
pub(crate) fn condition(
    text: &str,
    tree: &Ast,
    root: Id,
    scope: &Scope,
) -> Result<Code, Box<SyntaxError>> {
    let mut lower = Lower::new(text, tree, Some(scope));
    lower.scopes.item();
    lower.finish(root)
}

struct Lower<'t> {
    tree: &'t Ast,
    code: Code,
    scopes: Scopes<'t>,
    /// How many `?` were lowered so far.
    inputs: u32,
    /// Whether each part notes its result.
    explains: bool,
    /// What refuses the expression, unless it was accepted before.
    refused: Option<Box<SyntaxError>>,
    /// Whether another release may have accepted it.
    accepted: bool,
}

type Lowered = Result<NodeId, Box<SyntaxError>>;

impl<'t> Lower<'t> {
    fn new(text: &str, tree: &'t Ast, scope: Option<&'t Scope>) -> Self {
        let code = Code {
            text: text.into(),
            nodes: Vec::with_capacity(tree.len()),
            standard: scope.is_some(),
            strict: scope.is_some_and(|it| !it.is_for_camunda()),
            ..Code::default()
        };
        let scopes = Scopes::new(scope);
        Self { tree, code, scopes, inputs: 0, explains: false, refused: None, accepted: false }
    }

    fn finish(mut self, root: Id) -> Result<Code, Box<SyntaxError>> {
        let root = self.node(root)?;
        Ok(self.finished(root))
    }

    fn finished(mut self, root: NodeId) -> Code {
        self.code.root = root;
        self.code.slot_count = self.scopes.slot_count();
        self.code.captures = self.scopes.captures();
        self.code
    }

    fn push(&mut self, node: Node) -> NodeId {
        self.code.nodes.push(node);
        count(self.code.nodes.len()) - 1
    }

    fn name(&mut self, name: &Str) -> u32 {
        self.code.names.push(name.clone());
        count(self.code.names.len()) - 1
    }

    fn error(&self, id: Id, message: impl Into<String>) -> Box<SyntaxError> {
        let start = self.tree.start(id);
        Box::new(SyntaxError::new(&self.code.text, start, message.into(), Vec::new()))
    }

    /// Notes a problem that refuses the expression, but not one that was accepted before.
    fn refusal(&mut self, id: Id, message: &str) -> Result<(), Box<SyntaxError>> {
        let found = self.error(id, message);
        if !self.accepted {
            return Err(found);
        }
        self.refused.get_or_insert(found);
        Ok(())
    }

    /// Lowers a node. Recurses as deep as the tree is high, which the parser limits.
    fn node(&mut self, id: Id) -> Lowered {
        let node = self.silent(id)?;
        Ok(if self.explains { self.explained(id, node) } else { node })
    }

    /// Lowers a node that is no part of its own in an explanation.
    fn silent(&mut self, id: Id) -> Lowered {
        let tree = self.tree;
        Ok(match tree.get(id) {
            Expr::Null => self.constant(Value::Null),
            Expr::Bool(it) => self.constant(Value::Bool(*it)),
            Expr::Number(it) => self.constant(Value::from_dec(*it)),
            Expr::Text(it) => self.constant(Value::Str(it.clone())),
            Expr::At(it) => self.temporal_literal(it),
            Expr::Input => self.input(id)?,
            Expr::Name(name) => self.variable(name),
            Expr::Path { base, names } => self.path(*base, names)?,
            Expr::Filter { base, filter } => self.filter(*base, *filter)?,
            Expr::Negate(operand) => self.negate(*operand)?,
            Expr::Chain { first, rest } => self.chain(*first, rest)?,
            Expr::Compare { relation, left, right } => {
                let (left, right) = (self.node(*left)?, self.node(*right)?);
                self.push(Node::Compare { relation: *relation, left, right })
            }
            Expr::Between { value, low, high } => {
                let (value, low, high) = (self.node(*value)?, self.node(*low)?, self.node(*high)?);
                self.push(Node::Between { value, low, high })
            }
            Expr::In { value, tests } => self.contained(*value, tests)?,
            Expr::InstanceOf { value, of } => {
                let value = self.node(*value)?;
                self.code.types.push(of.clone());
                let of = count(self.code.types.len()) - 1;
                self.push(Node::InstanceOf { value, of })
            }
            Expr::And(operands) => {
                let run = self.nodes(operands)?;
                self.push(Node::And(run))
            }
            Expr::Or(operands) => {
                let run = self.nodes(operands)?;
                self.push(Node::Or(run))
            }
            Expr::If { condition, then, otherwise } => {
                let condition = self.node(*condition)?;
                let (then, otherwise) = (self.node(*then)?, self.node(*otherwise)?);
                self.push(Node::If { condition, then, otherwise })
            }
            Expr::For { .. }
            | Expr::Quantified { .. }
            | Expr::List(_)
            | Expr::Context(_)
            | Expr::Range(_)
            | Expr::Function { .. }
            | Expr::Call { .. }
            | Expr::CallEntry { .. }
            | Expr::CallValue { .. }
            | Expr::InputCompare { .. }
            | Expr::Test(_)
            | Expr::Tests(_)
            | Expr::NotTests(_)
            | Expr::NotTestsRefined { .. }
            | Expr::AnyInput => self.form(id)?,
        })
    }

    /// A negation of tests, with what the first edition read in its place if that compiled.
    fn negation_by_edition(&mut self, tests: Id, first: Id) -> Lowered {
        let tests = self.node(tests)?;
        let refined = self.push(Node::NotTests(tests));
        let refused = self.refused.take();
        let first = self.node(first).ok().filter(|_| self.refused.is_none());
        self.refused = refused;
        Ok(first.map_or(refined, |first| self.push(Node::ByEdition { first, refined })))
    }

    /// Lowers what introduces names, invokes functions or tests an input.
    fn form(&mut self, id: Id) -> Lowered {
        let tree = self.tree;
        Ok(match tree.get(id) {
            Expr::For { iterations, body } => self.iterate(iterations, *body)?,
            Expr::Quantified { every, iterations, body } => {
                let mark = self.scopes.mark();
                let loops = self.loops(iterations)?;
                let body = self.node(*body)?;
                self.scopes.reset(mark);
                let loops = append(&mut self.code.loops, loops);
                let some = Node::Some { loops, body };
                self.push(if *every { Node::Every { loops, body } } else { some })
            }
            Expr::List(items) => {
                let run = self.nodes(items)?;
                self.push(Node::List(run))
            }
            Expr::Context(entries) => self.context(entries)?,
            Expr::Range(ends) => {
                let (low, high) = (self.node(ends.low)?, self.node(ends.high)?);
                let (low_closed, high_closed) = (ends.low_closed, ends.high_closed);
                self.code.ranges.push(Ends { low, low_closed, high, high_closed });
                let number = count(self.code.ranges.len()) - 1;
                self.push(Node::Range(number))
            }
            Expr::Function { parameters, body } => self.function(parameters, *body)?,
            Expr::Call { name, arguments } => self.call(id, name, arguments)?,
            Expr::CallEntry { base, name, arguments } => self.call_entry(*base, name, arguments)?,
            Expr::CallValue { base, arguments } => self.call_value(*base, arguments)?,
            Expr::InputCompare { relation, operand, parenthesized } => {
                let slot = self.scopes.input_slot();
                if slot.is_none() && !(*parenthesized && self.code.standard) {
                    return Err(self.error(id, "a comparison without a left side is a unary test"));
                }
                let (relation, operand) = (*relation, self.node(*operand)?);
                self.push(match slot {
                    Some(slot) => Node::InputCompare { relation, slot, operand },
                    None => Node::HalfRange { relation, operand },
                })
            }
            Expr::Test(operand) => self.test(id, *operand)?,
            Expr::Tests(tests) => {
                let run = self.nodes(tests)?;
                self.push(Node::Or(run))
            }
            Expr::NotTests(tests) => {
                let tests = self.node(*tests)?;
                self.push(Node::NotTests(tests))
            }
            Expr::NotTestsRefined { tests, first } => self.negation_by_edition(*tests, *first)?,
            Expr::AnyInput => self.constant(Value::Bool(true)),
            Expr::Null
            | Expr::Bool(_)
            | Expr::Number(_)
            | Expr::Text(_)
            | Expr::At(_)
            | Expr::Input
            | Expr::Name(_)
            | Expr::Path { .. }
            | Expr::Filter { .. }
            | Expr::Negate(_)
            | Expr::Chain { .. }
            | Expr::Compare { .. }
            | Expr::Between { .. }
            | Expr::In { .. }
            | Expr::InstanceOf { .. }
            | Expr::And(_)
            | Expr::Or(_)
            | Expr::If { .. } => self.constant(Value::Null),
        })
    }

    /// Lowers nodes and lists them without gaps.
    fn nodes(&mut self, ids: &[Id]) -> Result<Run, Box<SyntaxError>> {
        let mut nodes = Vec::with_capacity(ids.len());
        for id in ids {
            nodes.push(self.node(*id)?);
        }
        Ok(append(&mut self.code.lists, nodes))
    }

    fn input(&mut self, id: Id) -> Lowered {
        self.inputs += 1;
        match self.scopes.input_slot() {
            Some(slot) => Ok(self.push(Node::Input(slot))),
            None => Err(self.error(id, "'?' has a value only inside unary tests")),
        }
    }

    fn variable(&mut self, name: &Str) -> NodeId {
        let Found { slots, local } = self.scopes.find(name);
        let fallback = match local {
            Some(slot) => self.push(Node::Local(slot)),
            None => {
                let number = self.free_variable(name);
                self.push(Node::Variable(number))
            }
        };
        if slots.is_empty() {
            return fallback;
        }
        let slots = append(&mut self.code.slots, slots);
        let name = self.name(name);
        self.push(Node::Scoped { name, slots, fallback })
    }

    fn free_variable(&mut self, name: &Str) -> u32 {
        if let Some(number) = self.scopes.variable(name) {
            return number;
        }
        self.code.variables.push(name.clone());
        let number = count(self.code.variables.len()) - 1;
        if self.scopes.names_builtin(name) {
            self.code.builtin_variables.push(number);
        }
        self.scopes.add_variable(name, number);
        number
    }

    fn path(&mut self, base: Id, names: &[Str]) -> Lowered {
        // Before a path a variable is not shown for itself: it may be large.
        let is_name = matches!(self.tree.get(base), Expr::Name(_));
        let base = if is_name { self.silent(base)? } else { self.node(base)? };
        let names = append(&mut self.code.names, names.to_vec());
        Ok(match *self.code.node(base) {
            Node::Variable(variable) => self.push(Node::VariablePath { variable, names }),
            _ => self.push(Node::Path { base, names }),
        })
    }

    fn negate(&mut self, operand: Id) -> Lowered {
        let operand = self.node(operand)?;
        if let Node::Constant(number) = *self.code.node(operand)
            && let Some(it) = self.code.constants[number as usize].as_dec()
        {
            return Ok(self.constant(Value::from_dec(it.neg())));
        }
        Ok(self.push(Node::Negate(operand)))
    }

    fn chain(&mut self, first: Id, rest: &[(Arith, Id)]) -> Lowered {
        let first = self.node(first)?;
        let mut operations = Vec::with_capacity(rest.len());
        for (operator, operand) in rest {
            operations.push((*operator, self.node(*operand)?));
        }
        if let [(operator, right)] = operations[..] {
            return Ok(self.push(Node::Arithmetic { operator, left: first, right }));
        }
        let operations = append(&mut self.code.operations, operations);
        Ok(self.push(Node::Chain { first, operations }))
    }
}

/// Appends entries to a side table.
fn append<T>(table: &mut Vec<T>, entries: Vec<T>) -> Run {
    let first = count(table.len());
    let run = Run { first, count: count(entries.len()) };
    table.extend(entries);
    run
}

/// Counts fit, because the text is short.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
