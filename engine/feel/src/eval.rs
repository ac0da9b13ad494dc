//! The interpreter: walks a program's nodes, counts every step, and answers null with a warning
//! where a value does not fit.

mod calls;
mod explained;
mod filters;
mod logic;
mod loops;
mod operators;
mod paths;
mod unary;

pub(crate) use self::operators::holds;

use std::sync::Arc;

use ::value::Str;

use crate::ast::Relation;
use crate::code::{Code, Node, NodeId, Run};
use crate::edition::Edition;
use crate::env::{Env, VALUE_BYTES};
use crate::failure::{Failure, Resource};
use crate::function::{Body, Function};
use crate::temporal;
use crate::values::{ContextBuilder, Extent, List, Range, Shape, Value};
use crate::variables::Variables;
use crate::warning::WarningDetail;

/// What evaluating a node gives.
pub(crate) type Evaluated = Result<Value, Failure>;

/// Bytes of an encoded variable that one step passes.
const BYTES_PER_STEP: u64 = 64;

/// One evaluation, or one invocation of a function inside it.
pub(crate) struct Machine<'p, 'e, 'env> {
    pub(crate) code: &'p Arc<Code>,
    pub(crate) vars: &'e dyn Variables,
    pub(crate) env: &'e mut Env<'env>,
    locals: Vec<Value>,
    /// Lists among the variables, decoded once per evaluation.
    cache: Vec<Option<Value>>,
    /// How many nodes wait for the one being evaluated.
    waiting: u32,
    /// How many invocations of functions wait.
    calls: u32,
    /// Whether `?` was read in the test that is being evaluated.
    reads_input: bool,
}

impl<'p, 'e, 'env> Machine<'p, 'e, 'env> {
    pub(crate) fn new(
        code: &'p Arc<Code>,
        vars: &'e dyn Variables,
        env: &'e mut Env<'env>,
    ) -> Self {
        let mut locals = Vec::new();
        if code.slot_count > 0 {
            locals.resize(code.slot_count as usize, Value::Null);
        }
        let (waiting, calls) = env.nesting;
        let cache = Vec::new();
        Self { code, vars, env, locals, cache, waiting, calls, reads_input: false }
    }

    /// Sets the input of unary tests.
    pub(crate) fn set_input(&mut self, input: Value) {
        if let Some(slot) = self.locals.first_mut() {
            *slot = input;
        }
    }

    /// Sets what the names declared around the program stand for.
    pub(crate) fn set_frame(&mut self, frame: &[Value]) {
        for (outer, slot) in &self.code.captures {
            if let Some(value) = frame.get(*outer as usize) {
                self.locals[*slot as usize] = value.clone();
            }
        }
    }

    /// Evaluates the program's root. A variable stays encoded.
    pub(crate) fn run(&mut self, root: NodeId) -> Evaluated {
        match *self.code.node(root) {
            Node::Variable(variable) => {
                self.env.budget.step()?;
                self.variable_raw(variable)
            }
            _ => self.eval(root),
        }
    }

    #[inline]
    pub(crate) fn eval(&mut self, id: NodeId) -> Evaluated {
        self.env.budget.step()?;
        match *self.code.node(id) {
            Node::Constant(number) => Ok(self.code.constants[number as usize].clone()),
            Node::Local(slot) => Ok(self.locals[slot as usize].clone()),
            Node::Input(slot) => {
                self.reads_input = true;
                Ok(self.locals[slot as usize].clone())
            }
            Node::Variable(variable) => self.variable(variable),
            Node::VariablePath { variable, names } => self.variable_path(variable, names),
            Node::Compare { relation, left, right } => self.compare(relation, left, right),
            node => {
                self.waiting += 1;
                if self.waiting > self.env.budget.nodes_max() {
                    return Err(self.env.too_deep(Resource::Operations));
                }
                let evaluated = self.compound(node);
                self.waiting -= 1;
                evaluated
            }
        }
    }

    /// Each form is a function of its own, so that the frames of this recursion stay small.
    fn compound(&mut self, node: Node) -> Evaluated {
        match node {
            Node::Constant(_)
            | Node::Local(_)
            | Node::Input(_)
            | Node::Variable(_)
            | Node::VariablePath { .. }
            | Node::Compare { .. } => Ok(Value::Null),
            Node::Unreadable(text) => self.unreadable(text),
            Node::KeyTwice(key) => self.key_twice(key),
            Node::ByEdition { first, refined } => self.by_edition(first, refined),
            Node::Scoped { name, slots, fallback } => self.scoped(name, slots, fallback),
            Node::Path { base, names } => self.path(base, names),
            Node::Index { base, index } => self.index(base, index),
            Node::Filter { base, filter, slot } => self.filter(base, filter, slot),
            Node::IndexOrFilter { base, filter, slot } => self.index_or_filter(base, filter, slot),
            Node::Negate(operand) => self.negate(operand),
            Node::Arithmetic { operator, left, right } => self.arithmetic(operator, left, right),
            Node::Chain { first, operations } => self.chain(first, operations),
            Node::Between { value, low, high } => self.between(value, low, high),
            Node::In { value, slot, test } => self.contained(value, slot, test),
            Node::InstanceOf { value, of } => self.instance_of(value, of),
            Node::And(operands) => self.all(operands),
            Node::Or(operands) => self.any(operands),
            Node::If { condition, then, otherwise } => self.branch(condition, then, otherwise),
            Node::For { loops, body } => self.iterate(loops, None, body),
            Node::ForPartial { loops, slot, body } => self.iterate(loops, Some(slot), body),
            Node::Some { loops, body } => self.quantified(loops, body, false),
            Node::Every { loops, body } => self.quantified(loops, body, true),
            Node::List(items) => self.list(items),
            Node::Context(entries) => self.context(entries),
            Node::Range(number) => self.range(number),
            Node::HalfRange { relation, operand } => self.half_range(relation, operand),
            Node::Function(number) => self.function(number),
            Node::Call(number) => self.call(number),
            Node::InputCompare { relation, slot, operand } => {
                self.input_compare(relation, slot, operand)
            }
            Node::Test { slot, operand } => self.test(slot, operand),
            Node::BooleanTest { slot, operand } => self.boolean_test(slot, operand),
            Node::CapturedTest(operand) => self.captured_test(operand),
            Node::NotTests(tests) => self.not_tests(tests),
            Node::Explained { node, text } => self.explained(node, text),
        }
    }

    /// What this edition reads.
    #[cold]
    fn by_edition(&mut self, first: NodeId, refined: NodeId) -> Evaluated {
        let is_first = self.env.edition == Edition::First;
        let chosen = if is_first { first } else { refined };
        match *self.code.node(chosen) {
            Node::Constant(number) => Ok(self.code.constants[number as usize].clone()),
            Node::Local(_)
            | Node::Input(_)
            | Node::Variable(_)
            | Node::VariablePath { .. }
            | Node::Compare { .. } => self.eval(chosen),
            // It costs what it would without a node around it.
            node => self.compound(node),
        }
    }

    #[cold]
    fn key_twice(&mut self, key: u32) -> Evaluated {
        self.warn(WarningDetail::KeyTwice(self.code.constants[key as usize].clone()));
        Ok(Value::Null)
    }

    #[cold]
    fn unreadable(&mut self, text: u32) -> Evaluated {
        let text = self.code.constants[text as usize].clone();
        let is_beyond = self.env.edition > Edition::First
            && text.as_str().is_some_and(temporal::is_beyond_calendar);
        self.warn(if is_beyond {
            WarningDetail::BeyondCalendar(text)
        } else {
            WarningDetail::Unreadable(text)
        });
        Ok(Value::Null)
    }

    pub(crate) fn warn(&mut self, detail: WarningDetail) {
        self.env.warn(detail);
    }

    /// Answers null because a value has the wrong type.
    #[cold]
    pub(crate) fn wrong_type(&mut self, expected: &'static str, found: Value) -> Evaluated {
        self.warn(WarningDetail::WrongType { expected, found });
        Ok(Value::Null)
    }

    #[inline(never)]
    fn list(&mut self, items: Run) -> Evaluated {
        self.charge_values(u64::from(items.count))?;
        let mut values = Vec::with_capacity(items.count as usize);
        for item in items.of(&self.code.lists) {
            values.push(self.eval(*item)?);
        }
        self.make_list(values)
    }

    /// A list of items that were charged for; refused when it is nested too deep.
    pub(crate) fn make_list(&mut self, items: Vec<Value>) -> Evaluated {
        let list = List::new(items);
        self.check(list.extent())?;
        Ok(Value::List(Arc::new(list)))
    }

    pub(crate) fn make_context(&mut self, builder: ContextBuilder) -> Evaluated {
        let context = builder.build();
        self.check(context.extent())?;
        Ok(Value::Context(Arc::new(context)))
    }

    /// Refuses values that are nested too deep, or too large once their shared parts are written
    /// out.
    pub(crate) fn check(&self, extent: Extent) -> Result<(), Failure> {
        self.env.check(extent)
    }

    /// Pays for values about to be created.
    pub(crate) fn charge_values(&mut self, count: u64) -> Result<(), Failure> {
        self.env.budget.bytes(count.saturating_mul(VALUE_BYTES))
    }

    /// Pays for text about to be created.
    pub(crate) fn charge_text(&mut self, bytes: usize) -> Result<(), Failure> {
        self.env.budget.bytes(bytes as u64)
    }

    /// Pays for reading bytes of a text or an encoded variable.
    pub(crate) fn charge_reading(&mut self, bytes: usize) -> Result<(), Failure> {
        self.env.budget.steps(bytes as u64 / BYTES_PER_STEP)
    }

    /// A text, paid for.
    pub(crate) fn text(&mut self, text: &str) -> Evaluated {
        self.charge_text(text.len())?;
        Ok(Value::from(text))
    }

    /// The list that a value is; decoding it is paid for.
    pub(crate) fn list_of(&mut self, value: &Value) -> Result<Option<Arc<List>>, Failure> {
        if let Value::Raw(raw) = value {
            self.charge_reading(raw.len())?;
        }
        let list = value.as_list();
        if let (Value::Raw(_), Some(list)) = (value, &list) {
            self.env.budget.steps(list.items().len() as u64)?;
            self.charge_values(list.items().len() as u64)?;
        }
        Ok(list)
    }

    #[inline(never)]
    fn context(&mut self, entries: Run) -> Evaluated {
        let mut builder = ContextBuilder::with_capacity(entries.count as usize);
        for entry in entries.of(&self.code.entries) {
            let value = self.eval(entry.value)?;
            let name: Str = self.code.names[entry.name as usize].clone();
            self.env.budget.bytes(VALUE_BYTES + name.len() as u64)?;
            self.locals[entry.slot as usize] = value.clone();
            builder.put(name, value);
        }
        self.make_context(builder)
    }

    #[inline(never)]
    fn range(&mut self, number: u32) -> Evaluated {
        let ends = self.code.ranges[number as usize];
        let (low, high) = (self.eval(ends.low)?, self.eval(ends.high)?);
        if crate::values::compare(&low, &high).is_none() {
            self.warn(WarningDetail::InvalidRange { low, high });
            return Ok(Value::Null);
        }
        self.charge_values(2)?;
        let (low_closed, high_closed) = (ends.low_closed, ends.high_closed);
        Ok(Value::Range(Arc::new(Range::new(low, low_closed, high, high_closed))))
    }

    #[inline(never)]
    fn half_range(&mut self, relation: Relation, operand: NodeId) -> Evaluated {
        let end = self.eval(operand)?;
        if crate::values::compare(&end, &end).is_none() {
            let (low, high) = (Value::Null, end);
            self.warn(WarningDetail::InvalidRange { low, high });
            return Ok(Value::Null);
        }
        self.charge_values(2)?;
        let range = match relation {
            Relation::Less => Range::new(Value::Null, false, end, false),
            Relation::LessEqual => Range::new(Value::Null, false, end, true),
            Relation::Greater => Range::new(end, false, Value::Null, false),
            Relation::GreaterEqual => Range::new(end, true, Value::Null, false),
            Relation::Equal => {
                Range { shape: Shape::Only, ..Range::new(end.clone(), true, end, true) }
            }
            Relation::NotEqual => {
                Range { shape: Shape::Except, ..Range::new(end.clone(), false, end, false) }
            }
        };
        Ok(Value::Range(Arc::new(range)))
    }

    #[inline(never)]
    fn function(&mut self, number: u32) -> Evaluated {
        let definition = &self.code.definitions[number as usize];
        self.charge_values(1 + definition.captures.len() as u64)?;
        let captured: Vec<Value> = definition
            .captures
            .iter()
            .map(|(outer, _)| self.locals[*outer as usize].clone())
            .collect();
        let extent = Extent::around(captured.iter());
        self.check(extent)?;
        let code = Arc::clone(self.code);
        let body = Body::Code { code, definition: number };
        Ok(Value::Function(Arc::new(Function { body, captured, extent })))
    }
}
