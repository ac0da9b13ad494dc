//! Which values have an order, and what it is.

use std::cmp::Ordering;

use super::Value;

/// How two values of one ordered type compare; `None` when they have no order.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::Int(left), Value::Int(right)) | (Value::Months(left), Value::Months(right)) => {
            left.cmp(right)
        }
        (Value::Int(_) | Value::Dec(_), Value::Int(_) | Value::Dec(_)) => {
            left.as_dec()?.cmp(&right.as_dec()?)
        }
        (Value::Str(left), Value::Str(right)) => java_order(left, right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::LocalTime(left), Value::LocalTime(right)) => left.cmp(right),
        (Value::Time(left), Value::Time(right)) => left.utc_nanos().cmp(&right.utc_nanos()),
        (Value::LocalDateTime(left), Value::LocalDateTime(right)) => left.cmp(right),
        (Value::DateTime(left), Value::DateTime(right)) => left.order(right),
        (Value::Duration(left), Value::Duration(right)) => left.cmp(right),
        _ => return None,
    })
}

/// Texts are ordered by UTF-16 code units, as Java does: characters beyond the basic plane come
/// before U+E000 to U+FFFF.
fn java_order(left: &str, right: &str) -> Ordering {
    if left.is_ascii() || right.is_ascii() {
        return left.cmp(right);
    }
    left.encode_utf16().cmp(right.encode_utf16())
}
