//! Arithmetic and comparison.

use std::cmp::Ordering;

use ::value::Dec;
use ::value::msgpack::Reader;

use super::{Evaluated, Machine};
use crate::ast::{Arith, Relation};
use crate::code::{Node, NodeId, Run};
use crate::edition::Edition;
use crate::failure::Failure;
use crate::temporal::{self, DayTime};
use crate::values::{self, Raw, Value, equals, equals_to_the_second};
use crate::warning::WarningDetail;

impl<'e> Machine<'_, 'e, '_> {
    #[inline(never)]
    pub(super) fn negate(&mut self, operand: NodeId) -> Evaluated {
        let value = self.eval(operand)?;
        let negated = match &value {
            Value::Int(it) => it.checked_neg().map(Value::Int),
            Value::Months(it) => it.checked_neg().map(Value::Months),
            Value::Duration(it) => it.checked_neg().map(Value::Duration),
            _ => None,
        };
        match negated.or_else(|| value.as_dec().map(|it| Value::from_dec(it.neg()))) {
            Some(negated) => Ok(negated),
            None => self.wrong_type("number", value),
        }
    }

    #[inline(never)]
    pub(super) fn arithmetic(&mut self, operator: Arith, left: NodeId, right: NodeId) -> Evaluated {
        if let Some(first) = self.quick_number(left)?
            && let Some(second) = self.quick_number(right)?
            && let Some(result) = decimal(operator, first, second)
        {
            return Ok(Value::from_dec(result));
        }
        let left = self.eval(left)?;
        let right = self.eval(right)?;
        self.apply(operator, left, right)
    }

    #[inline(never)]
    pub(super) fn chain(&mut self, first: NodeId, operations: Run) -> Evaluated {
        let mut value = self.eval(first)?;
        for (operator, operand) in operations.of(&self.code.operations) {
            let right = self.eval(*operand)?;
            value = self.apply(*operator, value, right)?;
        }
        Ok(value)
    }

    fn apply(&mut self, operator: Arith, left: Value, right: Value) -> Evaluated {
        if let (Value::Int(left), Value::Int(right)) = (&left, &right)
            && let Some(result) = whole(operator, *left, *right)
        {
            return Ok(Value::Int(result));
        }
        if let (Value::Str(left), Value::Str(right), Arith::Add) = (&left, &right, operator) {
            self.charge_text(left.len() + right.len())?;
            return Ok(Value::from([&**left, &**right].concat()));
        }
        let result = match (left.as_dec(), right.as_dec()) {
            (Some(left), Some(right)) => decimal(operator, left, right).map(Value::from_dec),
            _ => temporal_result(operator, &left, &right, self.env.edition),
        };
        match result {
            Some(value) => Ok(value),
            None => Ok(self.no_result(operator, left, right)),
        }
    }

    /// Answers null because an operator has no result.
    #[cold]
    fn no_result(&mut self, operator: Arith, left: Value, right: Value) -> Value {
        let verb = match operator {
            Arith::Add => "add",
            Arith::Sub => "subtract",
            Arith::Mul => "multiply",
            Arith::Div => "divide",
            Arith::Pow => "exponentiate",
        };
        let leaves_calendar = self.env.edition > Edition::First
            && match operator {
                Arith::Add => {
                    temporal::is_moved_by(&left, &right) || temporal::is_moved_by(&right, &left)
                }
                Arith::Sub => temporal::is_moved_by(&left, &right),
                Arith::Mul | Arith::Div | Arith::Pow => false,
            };
        self.warn(WarningDetail::Arithmetic { verb, left, right, leaves_calendar });
        Value::Null
    }

    #[inline]
    pub(super) fn compare(&mut self, relation: Relation, left: NodeId, right: NodeId) -> Evaluated {
        if let Node::Constant(number) = *self.code.node(right)
            && let Some(holds) = self.compare_encoded(relation, left, number)?
        {
            return Ok(Value::Bool(holds));
        }
        self.waiting += 1;
        let left = self.eval(left)?;
        let right = self.eval(right)?;
        self.waiting -= 1;
        self.related(relation, left, right)
    }

    /// The encoded item of the only filter around, for names that are its entries.
    fn scoped_item(&self, slots: Run) -> Option<&Raw> {
        match slots.of(&self.code.slots) {
            [slot] => match &self.locals[*slot as usize] {
                Value::Raw(raw) if !raw.is_list() => Some(raw),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a variable, or a path below it, leads to, without decoding it.
    #[inline]
    fn encoded_number(&mut self, node: NodeId) -> Result<Option<Reader<'e>>, Failure> {
        match *self.code.node(node) {
            Node::Variable(variable) => self.reader(variable, Run { first: 0, count: 0 }),
            Node::VariablePath { variable, names } => self.reader(variable, names),
            _ => Ok(None),
        }
    }

    /// The number that a node gives, when it can be had without making a value.
    #[inline]
    fn quick_number(&mut self, node: NodeId) -> Result<Option<Dec>, Failure> {
        if let Node::Constant(number) = *self.code.node(node) {
            return Ok(self.code.constants[number as usize].as_dec());
        }
        let number = self.encoded_number(node)?.and_then(Reader::as_dec);
        if number.is_some() {
            self.env.budget.step()?;
        }
        Ok(number)
    }

    /// Compares a variable, what a path below it leads to, or an entry of a filtered item with a
    /// constant of its type without decoding it. `None` leaves it to the general way.
    #[inline]
    fn compare_encoded(
        &mut self,
        relation: Relation,
        left: NodeId,
        constant: u32,
    ) -> Result<Option<bool>, Failure> {
        let code = self.code;
        let constant = &code.constants[constant as usize];
        let (order, read) = match *code.node(left) {
            Node::Scoped { name, slots, .. } => self
                .scoped_item(slots)
                .and_then(|it| it.reader().get(&code.names[name as usize]))
                .map_or((None, 0), |it| encoded_order(it, constant)),
            _ => self.encoded_number(left)?.map_or((None, 0), |it| encoded_order(it, constant)),
        };
        self.charge_reading(read)?;
        if order.is_some() {
            self.env.budget.step()?;
        }
        Ok(order.map(|it| holds(relation, it)))
    }

    /// Whether a relation holds between two values.
    #[inline]
    pub(super) fn related(&mut self, relation: Relation, left: Value, right: Value) -> Evaluated {
        if let (Value::Int(left), Value::Int(right)) = (&left, &right) {
            return Ok(Value::Bool(holds(relation, left.cmp(right))));
        }
        self.related_any(relation, left, right)
    }

    fn related_any(&mut self, relation: Relation, left: Value, right: Value) -> Evaluated {
        let result = match relation {
            Relation::Equal => self.equal(&left, &right)?,
            Relation::NotEqual => self.equal(&left, &right)?.map(|it| !it),
            Relation::Less | Relation::LessEqual | Relation::Greater | Relation::GreaterEqual => {
                values::compare(&left, &right).map(|order| holds(relation, order))
            }
        };
        match result {
            Some(it) => Ok(Value::Bool(it)),
            None => {
                self.warn(WarningDetail::NotComparable { left, right });
                Ok(Value::Null)
            }
        }
    }

    /// Equality, paid for by the size of encoded values. By the standard times are counted in
    /// seconds.
    pub(crate) fn equal(&mut self, left: &Value, right: &Value) -> Result<Option<bool>, Failure> {
        self.charge_comparison(left)?;
        self.charge_comparison(right)?;
        let to_the_second = self.code.strict;
        Ok(if to_the_second { equals_to_the_second(left, right) } else { equals(left, right) })
    }

    /// Pays for looking through a value once. Recurses as deep as the value, which is limited.
    pub(crate) fn charge_comparison(&mut self, value: &Value) -> Result<(), Failure> {
        match value {
            Value::Raw(raw) => self.charge_reading(raw.len()),
            Value::Str(text) => self.charge_reading(text.len()),
            Value::List(list) => {
                self.env.budget.steps(list.items().len() as u64)?;
                list.items().iter().try_for_each(|it| self.charge_comparison(it))
            }
            Value::Context(context) => {
                self.env.budget.steps(context.entries().len() as u64)?;
                context.entries().iter().try_for_each(|it| self.charge_comparison(&it.1))
            }
            _ => Ok(()),
        }
    }

    #[inline(never)]
    pub(super) fn between(&mut self, value: NodeId, low: NodeId, high: NodeId) -> Evaluated {
        let value = self.eval(value)?;
        let low = self.eval(low)?;
        let above = self.related(Relation::GreaterEqual, value.clone(), low)?;
        if above.as_bool() == Some(false) {
            return Ok(above);
        }
        let high = self.eval(high)?;
        let below = self.related(Relation::LessEqual, value, high)?;
        Ok(match (above.as_bool(), below.as_bool()) {
            (_, Some(false)) => Value::Bool(false),
            (Some(true), Some(true)) => Value::Bool(true),
            _ => Value::Null,
        })
    }

    #[inline(never)]
    pub(super) fn instance_of(&mut self, value: NodeId, of: u32) -> Evaluated {
        let value = self.eval(value)?;
        self.charge_comparison(&value)?;
        Ok(Value::Bool(self.code.types[of as usize].has(&value)))
    }
}

/// How an encoded value compares with a constant of its type, and how many bytes of text were read.
/// `None` leaves it to the general way.
#[inline]
pub(super) fn encoded_order(reader: Reader<'_>, constant: &Value) -> (Option<Ordering>, usize) {
    match constant {
        Value::Int(right) => {
            let order = match reader.as_i64() {
                Some(left) => Some(left.cmp(right)),
                None => reader.as_dec().map(|left| left.cmp(&Dec::from_i64(*right))),
            };
            (order, 0)
        }
        Value::Dec(right) => (reader.as_dec().map(|left| left.cmp(right)), 0),
        // The order of other texts is Java's, see `values::compare`.
        Value::Str(right) => match reader.as_str() {
            Some(left) => (right.is_ascii().then(|| left.cmp(right)), left.len()),
            None => (None, 0),
        },
        _ => (None, 0),
    }
}

/// Whether an order satisfies a relation.
pub(crate) fn holds(relation: Relation, order: Ordering) -> bool {
    match relation {
        Relation::Equal => order.is_eq(),
        Relation::NotEqual => order.is_ne(),
        Relation::Less => order.is_lt(),
        Relation::LessEqual => order.is_le(),
        Relation::Greater => order.is_gt(),
        Relation::GreaterEqual => order.is_ge(),
    }
}

fn whole(operator: Arith, left: i64, right: i64) -> Option<i64> {
    match operator {
        Arith::Add => left.checked_add(right),
        Arith::Sub => left.checked_sub(right),
        Arith::Mul => left.checked_mul(right),
        Arith::Div | Arith::Pow => None,
    }
}

fn decimal(operator: Arith, left: Dec, right: Dec) -> Option<Dec> {
    match operator {
        Arith::Add => left.checked_add(right),
        Arith::Sub => left.checked_sub(right),
        Arith::Mul => left.checked_mul(right),
        Arith::Div => left.checked_div(right),
        Arith::Pow => match right.to_i64() {
            Some(exponent) => left.pow(i32::try_from(exponent).ok()?),
            None => Dec::from_f64(libm::pow(left.to_f64(), right.to_f64())),
        },
    }
}

fn temporal_result(
    operator: Arith,
    left: &Value,
    right: &Value,
    edition: Edition,
) -> Option<Value> {
    match operator {
        Arith::Add => temporal::add(left, right, edition),
        Arith::Sub => temporal::subtract(left, right, edition),
        Arith::Mul => match (left, right) {
            (Value::Months(_) | Value::Duration(_), _) => scaled(left, right),
            (_, Value::Months(_) | Value::Duration(_)) => scaled(right, left),
            _ => None,
        },
        Arith::Div => divided(left, right),
        Arith::Pow => None,
    }
}

/// A duration times a number, of which only the whole part counts.
fn scaled(duration: &Value, factor: &Value) -> Option<Value> {
    let factor = truncated(factor.as_dec()?)?;
    match duration {
        Value::Months(it) => it.checked_mul(factor).map(Value::Months),
        Value::Duration(it) => {
            let total = it.total_nanos().checked_mul(i128::from(factor))?;
            DayTime::from_total_nanos(total).map(Value::Duration)
        }
        _ => None,
    }
}

/// A duration divided by a number, to whole months or milliseconds; or by a duration of its kind.
fn divided(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Months(left), Value::Months(right)) => {
            let quotient = Dec::from_i64(*left).checked_div(Dec::from_i64(*right))?;
            Some(Value::from_dec(quotient))
        }
        (Value::Duration(left), Value::Duration(right)) => {
            let left = Dec::from_i64(i64::try_from(left.total_millis()).ok()?);
            let right = Dec::from_i64(i64::try_from(right.total_millis()).ok()?);
            left.checked_div(right).map(Value::from_dec)
        }
        (Value::Months(left), _) => {
            let quotient = Dec::from_i64(*left).checked_div(right.as_dec()?)?;
            truncated(quotient).map(Value::Months)
        }
        (Value::Duration(left), _) => {
            let millis = Dec::from_i64(i64::try_from(left.total_millis()).ok()?);
            let quotient = truncated(millis.checked_div(right.as_dec()?)?)?;
            DayTime::from_total_nanos(i128::from(quotient) * 1_000_000).map(Value::Duration)
        }
        _ => None,
    }
}

fn truncated(number: Dec) -> Option<i64> {
    number.round(0, ::value::Rounding::Down)?.to_i64()
}
