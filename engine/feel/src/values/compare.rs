//! Equality: null equals only null, values of different types are not comparable.

use std::cmp::Ordering;

use ::value::Str;
use jiff::civil::{DateTime, Time};

use super::{Value, compare};
use crate::temporal::{Moment, ZonedTime};

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// Whether two values are equal; `None` when their types are not comparable.
///
/// Recurses as deep as the values, which are limited. Inside lists and contexts an item that is
/// not comparable counts as different.
pub(crate) fn equals(left: &Value, right: &Value) -> Option<bool> {
    equals_by(left, right, compare)
}

/// As [`equals`], where fractions of seconds of times do not count.
pub(crate) fn equals_to_the_second(left: &Value, right: &Value) -> Option<bool> {
    equals_by(left, right, compare_to_the_second)
}

/// How two values of one ordered type compare.
type Order = fn(&Value, &Value) -> Option<Ordering>;

fn equals_by(left: &Value, right: &Value, by: Order) -> Option<bool> {
    if let Some(order) = by(left, right) {
        return Some(order.is_eq());
    }
    match (left, right) {
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::Range(left), Value::Range(right)) => Some(
            left.shape == right.shape
                && left.low_closed == right.low_closed
                && left.high_closed == right.high_closed
                && equals_by(&left.low, &right.low, by) == Some(true)
                && equals_by(&left.high, &right.high, by) == Some(true),
        ),
        (Value::Raw(left), Value::Raw(right)) if left.bytes() == right.bytes() => Some(true),
        _ if left.is_list() && right.is_list() => lists_equal(left, right, by),
        _ if left.is_context() && right.is_context() => contexts_equal(left, right, by),
        _ => None,
    }
}

fn lists_equal(left: &Value, right: &Value, by: Order) -> Option<bool> {
    let (left, right) = (left.as_list()?, right.as_list()?);
    let (left, right) = (left.items(), right.items());
    let same = |(left, right)| equals_by(left, right, by) == Some(true);
    Some(left.len() == right.len() && left.iter().zip(right).all(same))
}

fn contexts_equal(left: &Value, right: &Value, by: Order) -> Option<bool> {
    let (left, right) = (left.as_context()?, right.as_context()?);
    let same = |(key, left): &(Str, Value)| {
        right.get(key).is_some_and(|right| equals_by(left, right, by) == Some(true))
    };
    Some(left.entries().len() == right.entries().len() && left.entries().iter().all(same))
}

fn compare_to_the_second(left: &Value, right: &Value) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::LocalTime(left), Value::LocalTime(right)) => {
            let whole = |it: &Time| (it.hour(), it.minute(), it.second());
            whole(left).cmp(&whole(right))
        }
        (Value::Time(left), Value::Time(right)) => {
            let whole = |it: &ZonedTime| it.utc_nanos().div_euclid(NANOS_PER_SECOND);
            whole(left).cmp(&whole(right))
        }
        (Value::LocalDateTime(left), Value::LocalDateTime(right)) => {
            let whole = |it: &DateTime| (it.date(), it.hour(), it.minute(), it.second());
            whole(left).cmp(&whole(right))
        }
        (Value::DateTime(left), Value::DateTime(right)) => {
            let whole = |it: &Moment| it.epoch_seconds();
            whole(left).cmp(&whole(right))
        }
        _ => return compare(left, right),
    })
}
