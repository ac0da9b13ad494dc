//! What unary tests ask of their input, for those who judge tests instead of evaluating them.

use std::sync::Arc;

use super::{ConstantTest, Reader, has_seconds};
use crate::ast::Relation;
use crate::code::{Callee, Node, NodeId, Run};
use crate::edition::Edition;
use crate::program::Program;
use crate::values::{Range, Value, compare};

/// What unary tests ask of their input, where nothing but constants stands beside it. Whether null
/// passes, only the program can tell.
#[derive(Debug, Clone)]
pub enum Condition {
    /// A test against constants.
    Test(ConstantTest),
    /// All of them hold.
    All(Vec<Condition>),
    /// One of them holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

impl Condition {
    /// The tests that it is made of, in the order of the text.
    pub fn tests(&self) -> Vec<&ConstantTest> {
        let (mut tests, mut pending) = (Vec::new(), vec![self]);
        while let Some(condition) = pending.pop() {
            match condition {
                Self::Test(test) => tests.push(test),
                Self::All(parts) | Self::Any(parts) => pending.extend(parts.iter().rev()),
                Self::Not(inner) => pending.push(inner),
            }
        }
        tests
    }
}

impl Condition {
    /// Whether a part of it is null for every input.
    fn may_be_null(&self) -> bool {
        match self {
            Self::Test(_) => false,
            Self::All(parts) | Self::Any(parts) => {
                parts.is_empty() || parts.iter().any(Self::may_be_null)
            }
            Self::Not(inner) => inner.may_be_null(),
        }
    }
}

impl Program {
    /// What the unary tests ask of their input: more than [`Program::constant_tests`] reads, also
    /// `? > 2 and ? < 8`, `? in [1..5]` and `? between 1 and 3`, expressions of constants such as
    /// `2 * 5` or `date(2024, 1, 1)`, lists, and null. `None` if they read anything else.
    pub fn condition(&self) -> Option<Condition> {
        let reader = Reader { program: self, folds: true, edition: Edition::Refined };
        reader.condition(self.code().root, 0)
    }
}

impl Reader<'_> {
    /// What a node asks of the input in a slot. Recurses as deep as the program is nested, which is
    /// limited.
    fn condition(&self, node: NodeId, slot: u32) -> Option<Condition> {
        let code = self.program.code();
        let is_input = |node: NodeId| matches!(code.node(node), Node::Input(it) if *it == slot);
        match *code.node(node) {
            // Who judges tests judges those of the newest edition; the first reads others.
            Node::ByEdition { refined, .. } => self.condition(refined, slot),
            Node::BooleanTest { operand, .. } => self.condition(operand, slot),
            Node::NotTests(tests) => self.negated(tests, slot),
            Node::Call(number) => {
                let call = &code.calls[number as usize];
                match (call.callee, &call.arguments[..]) {
                    (Callee::Builtin(it), [operand]) if it.name == "not" => {
                        self.negated(*operand, slot)
                    }
                    _ => None,
                }
            }
            Node::And(parts) => self.each(parts, slot).map(Condition::All),
            Node::Or(parts) => self.each(parts, slot).map(Condition::Any),
            Node::In { value, slot: inner, test } if is_input(value) => self.condition(test, inner),
            Node::Between { value, low, high } if is_input(value) => {
                let (low, high) = (self.constant(low)?, self.constant(high)?);
                compare(&low, &high)?;
                let range = Range::new(low, true, high, true);
                Some(Condition::Test(ConstantTest::Within(Arc::new(range))))
            }
            Node::Test { slot: tested, operand } if tested == slot => {
                let items = self.items(operand);
                items.or_else(|| self.test(node, slot).map(Condition::Test))
            }
            Node::InputCompare { relation, slot: tested, operand } if tested == slot => {
                self.never(relation, operand).or_else(|| self.test(node, slot).map(Condition::Test))
            }
            Node::Compare { relation, left, right } if is_input(left) => {
                self.never(relation, right).or_else(|| self.test(node, slot).map(Condition::Test))
            }
            Node::Compare { relation, left, right } if is_input(right) => {
                self.never(relation, left).or_else(|| self.test(node, slot).map(Condition::Test))
            }
            _ => self.test(node, slot).map(Condition::Test),
        }
    }

    /// A comparison by order with a boolean, which is null whatever the input is: none of no tests
    /// holds.
    fn never(&self, relation: Relation, operand: NodeId) -> Option<Condition> {
        let by_order = !matches!(relation, Relation::Equal | Relation::NotEqual);
        let is_boolean = by_order && self.constant(operand)?.as_bool().is_some();
        is_boolean.then(|| Condition::Any(Vec::new()))
    }

    fn each(&self, parts: Run, slot: u32) -> Option<Vec<Condition>> {
        let parts = parts.of(&self.program.code().lists).iter();
        parts.map(|it| self.condition(*it, slot)).collect()
    }

    fn negated(&self, node: NodeId, slot: u32) -> Option<Condition> {
        let condition = self.condition(node, slot)?;
        // What is null stays so when it is negated.
        (!condition.may_be_null()).then(|| Condition::Not(Box::new(condition)))
    }

    /// The items of a list of constants, one of which the input must be, or lie in.
    fn items(&self, operand: NodeId) -> Option<Condition> {
        let list = self.folded(operand)?.as_list()?;
        // The empty list is not without any value: it is one itself.
        if list.items().is_empty() {
            return None;
        }
        let is_strict = self.program.code().strict;
        let item = |it: &Value| match it {
            Value::Range(range) => Some(ConstantTest::Within(Arc::clone(range))),
            _ if it.is_list() || (is_strict && has_seconds(it)) => None,
            _ => Some(ConstantTest::Equal(it.clone())),
        };
        let items = list.items().iter().map(|it| item(it).map(Condition::Test));
        items.collect::<Option<_>>().map(Condition::Any)
    }
}
