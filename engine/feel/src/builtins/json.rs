//! JSON texts.

use ::value::json;

use super::{Builtin, Invocation, Outcome, Reject, fixed};
use crate::edition::Edition;
use crate::values::Value;
use crate::warning::WarningDetail;

pub(super) const TABLE: &[Builtin] = &[
    fixed("to json", &["value"], to_json),
    fixed("from json", &["value"], from_json),
    fixed("from json", &["json"], from_json),
];

/// The value as JSON: temporal values as texts of ISO 8601, functions and ranges as their texts. By
/// the first edition all of them as they would leave the expression.
fn to_json(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    call.machine.charge_comparison(&arguments[0])?;
    let mut encoded = Vec::new();
    if call.machine.env.edition == Edition::First {
        call.machine.env.export(&arguments[0], &mut encoded);
    } else if arguments[0].to_json_msgpack(&mut encoded).number {
        call.machine.warn(WarningDetail::TooLarge);
    }
    // Values share parts, so the text can be longer than what was paid for.
    call.machine.charge_text(encoded.len())?;
    call.new_text(&json::value_to_json(&encoded))
}

fn from_json(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    if arguments[0].is_null() {
        return Ok(Value::Null);
    }
    let text = call.read(&arguments[0])?;
    call.machine.charge_text(text.len())?;
    let encoded = json::to_msgpack(text).map_err(|error| {
        let shown: String = text.chars().take(100).collect();
        Reject::Because(format!("Failed to parse JSON from '{shown}': {error}"))
    })?;
    Ok(Value::from_msgpack(&encoded))
}
