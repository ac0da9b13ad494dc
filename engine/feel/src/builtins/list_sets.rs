//! Lists as sets: which values are there, and which more than once.

use std::collections::BTreeSet;

use ::value::{Dec, Str};
use jiff::civil::{Date, DateTime, Time};

use super::list_change::joined;
use super::{Builtin, Invocation, Outcome, Reject, fixed, variadic};
use crate::temporal::DayTime;
use crate::values::Value;

pub(super) const TABLE: &[Builtin] = &[
    variadic("union", &["lists"], union),
    fixed("distinct values", &["list"], distinct_values),
    fixed("duplicate values", &["list"], duplicate_values),
];

/// Nanoseconds of a second.
const SECOND: i128 = 1_000_000_000;

/// A value without parts. Two are the same exactly if FEEL calls the values equal.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scalar {
    Null,
    Bool(bool),
    Number(Dec),
    Text(Str),
    Date(Date),
    LocalTime(Time),
    Time(i128),
    LocalDateTime(DateTime),
    DateTime(i128),
    Months(i64),
    Duration(DayTime),
}

impl Scalar {
    /// The scalar that a value is. By the standard, times are counted in seconds.
    fn of(value: &Value, to_the_second: bool) -> Option<Self> {
        let whole = |nanos: i128| if to_the_second { nanos.div_euclid(SECOND) } else { nanos };
        let time = |it: Time| if to_the_second { cut(it) } else { it };
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(it) => Self::Bool(*it),
            Value::Int(_) | Value::Dec(_) => Self::Number(value.as_dec()?),
            Value::Str(it) => Self::Text(it.clone()),
            Value::Date(it) => Self::Date(*it),
            Value::LocalTime(it) => Self::LocalTime(time(*it)),
            Value::Time(it) => Self::Time(whole(i128::from(it.utc_nanos()))),
            Value::LocalDateTime(it) => Self::LocalDateTime(it.date().to_datetime(time(it.time()))),
            Value::DateTime(it) => Self::DateTime(whole(it.epoch_nanos())),
            Value::Months(it) => Self::Months(*it),
            Value::Duration(it) => Self::Duration(*it),
            Value::List(_)
            | Value::Context(_)
            | Value::Raw(_)
            | Value::Range(_)
            | Value::Function(_) => return None,
        })
    }
}

/// A time without its fraction of a second.
fn cut(it: Time) -> Time {
    Time::new(it.hour(), it.minute(), it.second(), 0).unwrap_or(it)
}

/// Values of which no two are equal. Scalars are found by an index; lists, contexts and ranges by
/// comparing, which is paid for pair by pair.
#[derive(Debug, Default)]
struct Set {
    scalars: BTreeSet<Scalar>,
    others: Vec<Value>,
}

impl Set {
    /// Adds a value; false if one that is equal is there.
    fn add(
        &mut self,
        call: &mut Invocation<'_, '_, '_, '_>,
        value: &Value,
    ) -> Result<bool, Reject> {
        if let Some(scalar) = scalar(call, value)? {
            return Ok(self.scalars.insert(scalar));
        }
        let is_new = self.position(call, value)?.is_none();
        if is_new {
            self.others.push(value.clone());
        }
        Ok(is_new)
    }

    /// Takes a value out; false if there is none that is equal.
    fn take(
        &mut self,
        call: &mut Invocation<'_, '_, '_, '_>,
        value: &Value,
    ) -> Result<bool, Reject> {
        if let Some(scalar) = scalar(call, value)? {
            return Ok(self.scalars.remove(&scalar));
        }
        let found = self.position(call, value)?;
        if let Some(at) = found {
            self.others.remove(at);
        }
        Ok(found.is_some())
    }

    fn position(
        &self,
        call: &mut Invocation<'_, '_, '_, '_>,
        value: &Value,
    ) -> Result<Option<usize>, Reject> {
        for (ix, other) in self.others.iter().enumerate() {
            call.machine.env.budget.step()?;
            if call.machine.equal(other, value)? == Some(true) {
                return Ok(Some(ix));
            }
        }
        Ok(None)
    }
}

/// The scalar that a value is; looking for it is paid for.
fn scalar(call: &mut Invocation<'_, '_, '_, '_>, value: &Value) -> Result<Option<Scalar>, Reject> {
    call.machine.env.budget.step()?;
    if let Value::Str(text) = value {
        call.machine.charge_reading(text.len())?;
    }
    Ok(Scalar::of(value, call.machine.code.strict))
}

/// The first of each group of equal values.
fn distinct(call: &mut Invocation<'_, '_, '_, '_>, items: &[Value]) -> Result<Vec<Value>, Reject> {
    let mut seen = Set::default();
    let mut kept = Vec::new();
    for item in items {
        if seen.add(call, item)? {
            kept.push(item.clone());
        }
    }
    Ok(kept)
}

fn union(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let items = joined(call, &arguments[0])?;
    let items = distinct(call, &items)?;
    call.new_list(items)
}

fn distinct_values(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let items = distinct(call, list.items())?;
    call.new_list(items)
}

fn duplicate_values(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let (mut seen, mut repeated) = (Set::default(), Set::default());
    for item in list.items() {
        if !seen.add(call, item)? {
            repeated.add(call, item)?;
        }
    }
    let mut found = Vec::new();
    for item in list.items() {
        if repeated.take(call, item)? {
            found.push(item.clone());
        }
    }
    call.new_list(found)
}
