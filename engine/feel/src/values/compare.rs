//! Equality: null equals only null, values of different types are not comparable.

use ::value::Str;

use super::{Value, compare};

/// Whether two values are equal; `None` when their types are not comparable.
///
/// Recurses as deep as the values, which are limited. Inside lists and contexts an item that is
/// not comparable counts as different.
pub(crate) fn equals(left: &Value, right: &Value) -> Option<bool> {
    if let Some(order) = compare(left, right) {
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
                && equals(&left.low, &right.low) == Some(true)
                && equals(&left.high, &right.high) == Some(true),
        ),
        (Value::Raw(left), Value::Raw(right)) if left.bytes() == right.bytes() => Some(true),
        _ if left.is_list() && right.is_list() => lists_equal(left, right),
        _ if left.is_context() && right.is_context() => contexts_equal(left, right),
        _ => None,
    }
}

fn lists_equal(left: &Value, right: &Value) -> Option<bool> {
    let (left, right) = (left.as_list()?, right.as_list()?);
    let (left, right) = (left.items(), right.items());
    let same = |(left, right)| equals(left, right) == Some(true);
    Some(left.len() == right.len() && left.iter().zip(right).all(same))
}

fn contexts_equal(left: &Value, right: &Value) -> Option<bool> {
    let (left, right) = (left.as_context()?, right.as_context()?);
    let same = |(key, left): &(Str, Value)| {
        right.get(key).is_some_and(|right| equals(left, right) == Some(true))
    };
    Some(left.entries().len() == right.entries().len() && left.entries().iter().all(same))
}
