//! Unary tests that are nothing but constants, for callers that compare without an evaluation.

mod condition;

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::tz::TimeZone;

pub use self::condition::Condition;

use crate::ast::Relation;
use crate::code::{Callee, Code, Node, NodeId};
use crate::edition::Edition;
use crate::env::{Budget, Env};
use crate::eval::{Machine, holds};
use crate::program::Program;
use crate::values::{Range, Value, compare, equals};
use crate::variables::NoVariables;

/// Unary tests that are nothing but tests against constants.
#[derive(Debug, Clone)]
pub struct ConstantTests {
    /// The tests, one of which must hold.
    pub tests: Vec<ConstantTest>,
    /// Whether none may hold instead: `not(...)`.
    pub is_negated: bool,
    /// The first edition that reads the constants so; earlier ones evaluate the program.
    pub since: Edition,
}

/// A test of an input against constants.
#[derive(Debug, Clone)]
pub enum ConstantTest {
    /// The input is this value; null, or a list, only in a [`Condition`].
    Equal(Value),
    /// The input stands in a relation to this value.
    Compare(Comparison, Value),
    /// The input lies in this range.
    Within(Arc<Range>),
}

/// A relation of a [`ConstantTest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison(Relation);

impl ConstantTest {
    /// Whether the test holds; `None` when only the program can tell, because the types differ.
    #[inline]
    pub fn holds(&self, input: &Value) -> Option<bool> {
        match self {
            Self::Equal(value) => match (value, input) {
                (Value::Int(left), Value::Int(right)) => Some(left == right),
                (Value::Str(left), Value::Str(right)) => Some(left == right),
                (Value::Bool(left), Value::Bool(right)) => Some(left == right),
                _ if input.is_list() => None,
                _ => equals(value, input),
            },
            Self::Compare(relation, value) => match (value, input) {
                (Value::Int(right), Value::Int(left)) => Some(holds(relation.0, left.cmp(right))),
                (Value::Bool(right), Value::Bool(left)) => match relation.0 {
                    Relation::Equal => Some(left == right),
                    Relation::NotEqual => Some(left != right),
                    Relation::Less
                    | Relation::LessEqual
                    | Relation::Greater
                    | Relation::GreaterEqual => None,
                },
                _ => compare(input, value).map(|order| holds(relation.0, order)),
            },
            Self::Within(range) => within(range, input),
        }
    }

    /// The value that alone fails, of a test that every other value of its type passes.
    pub fn excluded(&self) -> Option<&Value> {
        match self {
            Self::Compare(Comparison(Relation::NotEqual), value) => Some(value),
            Self::Equal(_) | Self::Compare(..) | Self::Within(_) => None,
        }
    }

    /// The values between which the input must lie, each with whether it is allowed itself; a
    /// missing one is unbounded. `None` for a test that has no such shape.
    pub fn bounds(&self) -> Option<[Option<(&Value, bool)>; 2]> {
        match self {
            Self::Equal(value) => Some([Some((value, true)), Some((value, true))]),
            Self::Compare(Comparison(relation), value) => match relation {
                Relation::Equal => Some([Some((value, true)), Some((value, true))]),
                Relation::NotEqual => None,
                Relation::Less => Some([None, Some((value, false))]),
                Relation::LessEqual => Some([None, Some((value, true))]),
                Relation::Greater => Some([Some((value, false)), None]),
                Relation::GreaterEqual => Some([Some((value, true)), None]),
            },
            Self::Within(range) => {
                Some([Some((&range.low, range.low_closed)), Some((&range.high, range.high_closed))])
            }
        }
    }
}

fn within(range: &Range, input: &Value) -> Option<bool> {
    let above = |order: Ordering, closed| order.is_gt() || (closed && order.is_eq());
    let low = above(compare(input, &range.low)?, range.low_closed);
    let high = above(compare(&range.high, input)?, range.high_closed);
    Some(low && high)
}

impl Program {
    /// The tests, if the program is nothing but tests against constants.
    pub fn constant_tests(&self) -> Option<ConstantTests> {
        let read = |edition| Reader { program: self, folds: false, edition }.tests();
        read(Edition::First).or_else(|| read(Edition::Refined))
    }

    /// Whether unary tests that read nothing but their input hold for one.
    pub fn holds_alone(&self, input: &Value) -> bool {
        let mut budget = Budget::default();
        let zone = TimeZone::UTC;
        let mut env = Env::new(0, &zone, 0, &mut budget);
        let holds = self.evaluate_unary_tests(input.clone(), &NoVariables, &mut env);
        holds.is_ok_and(|it| it.as_bool() == Some(true))
    }

    /// The value of the program, if nothing but constants make it.
    pub fn constant(&self) -> Option<Value> {
        let reader = Reader { program: self, folds: true, edition: Edition::Refined };
        reader.folded(self.code().root)
    }
}

/// How a program is read.
struct Reader<'p> {
    program: &'p Program,
    /// Whether expressions of constants are worked out.
    folds: bool,
    /// Whose constants are read.
    edition: Edition,
}

impl Reader<'_> {
    fn tests(&self) -> Option<ConstantTests> {
        let code = self.program.code();
        let root = match *code.node(code.root) {
            // A negation that the first edition reads as something else.
            Node::ByEdition { refined, .. } if self.edition > Edition::First => refined,
            _ => code.root,
        };
        let (tests, is_negated) = match *code.node(root) {
            Node::NotTests(tests) => (tests, true),
            _ => (root, false),
        };
        let test = |it: NodeId| self.test(it, 0);
        let tests = match *code.node(tests) {
            Node::Or(tests) => tests.of(&code.lists).iter().map(|it| test(*it)).collect(),
            _ => test(tests).map(|it| vec![it]),
        };
        Some(ConstantTests { tests: tests?, is_negated, since: self.edition })
    }

    /// What a test compares with: no list, which is tested otherwise.
    fn constant(&self, node: NodeId) -> Option<Value> {
        let code = self.program.code();
        match *code.node(node) {
            Node::Constant(number) => Some(code.constants[number as usize].clone())
                .filter(|it| !it.is_list() && (self.folds || !it.is_null())),
            // Editions give the moment another zone, which does not count where it is compared, or
            // the first one does not know it.
            Node::ByEdition { first, refined } => match code.node(first) {
                Node::Constant(_) => self.constant(refined),
                _ if self.edition > Edition::First => self.constant(refined),
                _ => None,
            },
            _ if self.folds => self.folded(node).filter(|it| !it.is_list() && !it.is_null()),
            _ => None,
        }
    }

    /// The value of a node that is made of constants alone.
    fn folded(&self, node: NodeId) -> Option<Value> {
        let code = self.program.code();
        if !is_constant(code, node) {
            return None;
        }
        let mut budget = Budget::default();
        let zone = TimeZone::UTC;
        let mut env = Env::new(0, &zone, 0, &mut budget);
        let mut machine = Machine::new(self.program.shared_code(), &NoVariables, &mut env);
        machine.run(node).ok()
    }

    /// The comparison of the input with a constant.
    fn comparison(&self, relation: Relation, operand: NodeId) -> Option<ConstantTest> {
        let value = self.constant(operand)?;
        let by_equality = matches!(relation, Relation::Equal | Relation::NotEqual);
        if by_equality && self.program.code().strict && has_seconds(&value) {
            return None;
        }
        if value.is_null() && !by_equality {
            return None;
        }
        Some(ConstantTest::Compare(Comparison(relation), value))
    }

    /// A test of the input in a slot.
    fn test(&self, node: NodeId, slot: u32) -> Option<ConstantTest> {
        let code = self.program.code();
        let is_input = |node: NodeId| matches!(code.node(node), Node::Input(it) if *it == slot);
        match *code.node(node) {
            Node::InputCompare { relation, slot: tested, operand } if tested == slot => {
                self.comparison(relation, operand)
            }
            // `? > 5`.
            Node::BooleanTest { operand, .. } => match *code.node(operand) {
                Node::Compare { .. } => self.test(operand, slot),
                _ => None,
            },
            Node::Compare { relation, left, right } if is_input(left) => {
                self.comparison(relation, right)
            }
            Node::Compare { relation, left, right } if is_input(right) => {
                self.comparison(relation.flipped(), left)
            }
            Node::Test { slot: tested, operand } if tested == slot => match *code.node(operand) {
                Node::Range(number) => {
                    let ends = code.ranges[number as usize];
                    let (low, high) = (self.constant(ends.low)?, self.constant(ends.high)?);
                    compare(&low, &high)?;
                    let (low_closed, high_closed) = (ends.low_closed, ends.high_closed);
                    let range = Range::new(low, low_closed, high, high_closed);
                    Some(ConstantTest::Within(Arc::new(range)))
                }
                _ => {
                    let value = self.constant(operand)?;
                    let decides_itself = matches!(value, Value::Bool(_) | Value::Range(_))
                        || (code.strict && has_seconds(&value));
                    (!decides_itself).then_some(ConstantTest::Equal(value))
                }
            },
            _ => None,
        }
    }
}

/// Functions that write a constant otherwise.
const CONVERSIONS: [&str; 6] =
    ["date", "time", "date and time", "duration", "years and months duration", "number"];

/// Whether nothing but constants make a node, none of which asks for a zone. Recurses as deep as the
/// program is nested, which is limited.
fn is_constant(code: &Code, node: NodeId) -> bool {
    let all = |nodes: &[NodeId]| nodes.iter().all(|it| is_constant(code, *it));
    match *code.node(node) {
        Node::Constant(number) => {
            !matches!(
                code.constants[number as usize],
                Value::LocalDateTime(_) | Value::LocalTime(_)
            ) || node == code.root
        }
        // What is folded is folded by the newest edition.
        Node::ByEdition { refined, .. } => all(&[refined]),
        Node::Negate(operand) => all(&[operand]),
        Node::Arithmetic { left, right, .. } => all(&[left, right]),
        Node::Chain { first, operations } => {
            let mut rest = operations.of(&code.operations).iter();
            all(&[first]) && rest.all(|it| is_constant(code, it.1))
        }
        Node::List(items) => all(items.of(&code.lists)),
        Node::Range(number) => {
            let ends = code.ranges[number as usize];
            all(&[ends.low, ends.high])
        }
        Node::Call(number) => {
            let call = &code.calls[number as usize];
            matches!(call.callee, Callee::Builtin(it) if CONVERSIONS.contains(&it.name))
                && all(&call.arguments)
        }
        _ => false,
    }
}

/// Whether a value is a time, whose fractions of seconds may not count.
fn has_seconds(value: &Value) -> bool {
    matches!(
        value,
        Value::LocalTime(_) | Value::Time(_) | Value::LocalDateTime(_) | Value::DateTime(_)
    )
}
