//! What iterators run through: lists, and numbers or dates one after the other.

use std::cmp::Ordering;
use std::sync::Arc;

use ::value::Dec;
use jiff::civil::Date;

use crate::env::{Budget, Env};
use crate::failure::{Failure, Resource};
use crate::values::{self, List, Value};
use crate::warning::WarningDetail;

/// How far an iterator is. `for`, `some` and `every` run through one, written as text or boxed.
#[derive(Debug)]
pub struct Iteration(Cursor);

#[derive(Debug)]
enum Cursor {
    Items { list: Arc<List>, next: usize },
    Whole { next: i64, left: u64, down: bool },
    Steps { next: Dec, left: u64, down: bool },
    Days { next: Date, left: u64, down: bool },
}

impl Iterator for Iteration {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        match &mut self.0 {
            Cursor::Items { list, next } => {
                let item = list.items().get(*next)?.clone();
                *next += 1;
                Some(item)
            }
            Cursor::Whole { next, left, down } => {
                *left = left.checked_sub(1)?;
                let value = *next;
                *next = value.saturating_add(if *down { -1 } else { 1 });
                Some(Value::Int(value))
            }
            Cursor::Steps { next, left, down } => {
                *left = left.checked_sub(1)?;
                let value = *next;
                let step = if *down { Dec::ONE.neg() } else { Dec::ONE };
                *next = value.checked_add(step)?;
                Some(Value::from_dec(value))
            }
            Cursor::Days { next, left, down } => {
                *left = left.checked_sub(1)?;
                let value = *next;
                let following = if *down { value.yesterday() } else { value.tomorrow() };
                // At the end of the calendar `left` is zero as well.
                *next = following.unwrap_or(value);
                Some(Value::Date(value))
            }
        }
    }
}

impl Iteration {
    /// The items of a list. The caller pays for them.
    pub fn over(list: Arc<List>) -> Self {
        Self(Cursor::Items { list, next: 0 })
    }

    /// The numbers or dates of a range, by one upwards; `None` with a warning if it is open at an
    /// end, is of other values, or is no range.
    ///
    /// # Errors
    /// When the budget has fewer steps left than the range has values.
    pub fn over_range(value: Value, env: &mut Env<'_>) -> Result<Option<Self>, Failure> {
        if let Value::Range(range) = &value
            && range.low_closed
            && range.high_closed
            && values::compare(&range.low, &range.high).is_some_and(Ordering::is_le)
        {
            return Self::between(range.low.clone(), range.high.clone(), env);
        }
        env.warn(WarningDetail::WrongType { expected: "list", found: value });
        Ok(None)
    }

    /// The steps from one number or date to another, by one up or down. More than the budget has
    /// left fail before the first.
    pub(crate) fn between(
        from: Value,
        to: Value,
        env: &mut Env<'_>,
    ) -> Result<Option<Self>, Failure> {
        if let (Value::Date(first), Value::Date(last)) = (&from, &to) {
            let days = last.duration_since(*first).as_hours() / 24;
            let left = affordable(env.budget, days.unsigned_abs().checked_add(1))?;
            return Ok(Some(Self(Cursor::Days { next: *first, left, down: days < 0 })));
        }
        let (first, last) = match (from.as_dec(), to.as_dec()) {
            (Some(first), Some(last)) => (first, last),
            (first, _) => {
                let found = if first.is_none() { from } else { to };
                env.warn(WarningDetail::WrongType { expected: "number", found });
                return Ok(None);
            }
        };
        let down = last < first;
        let distance = last.checked_sub(first).map(Dec::abs);
        let count = distance
            .and_then(|it| it.round(0, ::value::Rounding::Down)?.to_i64()?.checked_add(1))
            .and_then(|it| u64::try_from(it).ok());
        let left = affordable(env.budget, count)?;
        Ok(Some(Self(match first.to_i64().filter(|_| first.is_plain_integer()) {
            Some(next) => Cursor::Whole { next, left, down },
            None => Cursor::Steps { next: first, left, down },
        })))
    }
}

/// A number of steps, if that many are left.
fn affordable(budget: &Budget, count: Option<u64>) -> Result<u64, Failure> {
    let left = budget.limits().steps - budget.steps_used();
    count.filter(|it| *it <= left).ok_or_else(|| budget.exceeded(Resource::Steps))
}
