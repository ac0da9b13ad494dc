//! Booleans and nulls.

use super::{Builtin, Invocation, Outcome, Reject, fixed};
use crate::edition::Edition;
use crate::failure::Failure;
use crate::values::Value;

pub(super) const TABLE: &[Builtin] = &[
    fixed("not", &["negand"], not),
    fixed("is defined", &["value"], is_defined),
    fixed("get or else", &["value", "default"], get_or_else),
    fixed("assert", &["value", "condition"], assert),
    fixed("assert", &["value", "condition", "cause"], assert),
    fixed("is", &["value1", "value2"], is),
    fixed("fromAi", &["value"], from_ai),
    fixed("fromAi", &["value", "description"], from_ai),
    fixed("fromAi", &["value", "description", "type"], from_ai),
    fixed("fromAi", &["value", "description", "type", "schema"], from_ai),
    fixed("fromAi", &["value", "description", "type", "schema", "options"], from_ai),
];

fn not(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    match arguments {
        [Value::Bool(it)] => Ok(Value::Bool(!it)),
        [Value::Null] => Ok(Value::Null),
        _ => Err(Reject::Arguments),
    }
}

fn is_defined(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    Ok(Value::Bool(!arguments[0].is_null()))
}

fn get_or_else(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let chosen = usize::from(arguments[0].is_null());
    Ok(arguments[chosen].clone())
}

/// A condition that is no boolean is not fulfilled either: what it reads may be missing.
fn assert(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let condition = &arguments[1];
    if condition.as_bool() == Some(true) {
        return Ok(arguments[0].clone());
    }
    if condition.as_bool().is_none() && call.machine.env.edition == Edition::First {
        return Err(Reject::Arguments);
    }
    let cause = arguments.get(2).and_then(Value::as_str);
    let message = cause.unwrap_or("The condition is not fulfilled").to_owned();
    Err(Reject::Stop(Failure::Assert { message }))
}

/// Whether two values are of the same type and equal.
fn is(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let [left, right] = arguments else { return Err(Reject::Arguments) };
    let same_form = match (left, right) {
        // The same moment seen from two places is equal, but not the same value.
        (Value::DateTime(left), Value::DateTime(right)) => {
            left.local() == right.local() && left.zone() == right.zone()
        }
        (Value::Time(left), Value::Time(right)) => left == right,
        _ => true,
    };
    call.machine.charge_comparison(left)?;
    call.machine.charge_comparison(right)?;
    Ok(Value::Bool(same_form && left.equals(right) == Some(true)))
}

/// Marks a value that an agent fills in; as a function it is that value.
fn from_ai(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    Ok(arguments[0].clone())
}
