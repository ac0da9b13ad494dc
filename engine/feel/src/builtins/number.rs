//! Numbers.

use ::value::{Dec, Rounding};

use super::{Builtin, Invocation, Outcome, Reject, fixed};
use crate::values::Value;

pub(super) const TABLE: &[Builtin] = &[
    fixed("decimal", &["n", "scale"], decimal),
    fixed("decimal", &["n", "scale", "mode"], decimal),
    fixed("floor", &["n"], floor),
    fixed("floor", &["n", "scale"], floor),
    fixed("ceiling", &["n"], ceiling),
    fixed("ceiling", &["n", "scale"], ceiling),
    fixed("round up", &["n", "scale"], round_up),
    fixed("round down", &["n", "scale"], round_down),
    fixed("round half up", &["n", "scale"], round_half_up),
    fixed("round half down", &["n", "scale"], round_half_down),
    Builtin { camunda_only: true, ..fixed("abs", &["number"], abs) },
    fixed("abs", &["n"], abs),
    fixed("modulo", &["dividend", "divisor"], modulo),
    fixed("sqrt", &["number"], sqrt),
    fixed("log", &["number"], log),
    fixed("exp", &["number"], exp),
    fixed("odd", &["number"], odd),
    fixed("even", &["number"], even),
];

/// The scales of decimal128, DMN 1.5 §10.3.4.5.
const SCALES: std::ops::RangeInclusive<i32> = -6111..=6176;

fn number(value: &Value) -> Result<Dec, Reject> {
    value.as_dec().ok_or(Reject::Arguments)
}

fn finite(number: Option<Dec>) -> Outcome {
    match number {
        Some(it) => Ok(Value::from_dec(it)),
        None => Err(Reject::Because("the result is out of range".to_owned())),
    }
}

fn rounded(arguments: &[Value], mode: Rounding) -> Outcome {
    let scale = match arguments.get(1) {
        None => 0,
        Some(scale) => super::index(scale)?,
    };
    let scale = i32::try_from(scale).ok().filter(|it| SCALES.contains(it));
    let scale = scale.ok_or_else(|| Reject::Because("the scale is out of range".to_owned()))?;
    finite(number(&arguments[0])?.round(scale, mode))
}

fn decimal(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let mode = match arguments.get(2) {
        None => Rounding::HalfEven,
        Some(mode) => {
            let mode = mode.as_str().ok_or(Reject::Arguments)?;
            match mode.to_uppercase().as_str() {
                "UP" => Rounding::Up,
                "DOWN" => Rounding::Down,
                "CEILING" => Rounding::Ceiling,
                "FLOOR" => Rounding::Floor,
                "HALF_UP" => Rounding::HalfUp,
                "HALF_DOWN" => Rounding::HalfDown,
                "HALF_EVEN" => Rounding::HalfEven,
                _ => {
                    let modes = "UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN, HALF_EVEN";
                    return Err(Reject::Because(format!(
                        "Illegal argument '{mode}' for rounding mode. Must be one of: {modes}"
                    )));
                }
            }
        }
    };
    rounded(arguments, mode)
}

fn floor(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    rounded(arguments, Rounding::Floor)
}

fn ceiling(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    rounded(arguments, Rounding::Ceiling)
}

fn round_up(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    rounded(arguments, Rounding::Up)
}

fn round_down(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    rounded(arguments, Rounding::Down)
}

fn round_half_up(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    rounded(arguments, Rounding::HalfUp)
}

fn round_half_down(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    rounded(arguments, Rounding::HalfDown)
}

fn abs(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    match &arguments[0] {
        Value::Months(it) => it.checked_abs().map(Value::Months).ok_or(Reject::Arguments),
        Value::Duration(it) if it.seconds() < 0 => {
            it.checked_neg().map(Value::Duration).ok_or(Reject::Arguments)
        }
        it @ Value::Duration(_) => Ok(it.clone()),
        it => Ok(Value::from_dec(number(it)?.abs())),
    }
}

/// The rest has the sign of the divisor.
fn modulo(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (dividend, divisor) = (number(&arguments[0])?, number(&arguments[1])?);
    match dividend.checked_modulo(divisor) {
        Some(rest) => Ok(Value::from_dec(rest)),
        None => Err(Reject::Because("division by zero".to_owned())),
    }
}

fn sqrt(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let number = number(&arguments[0])?;
    if number.is_negative() {
        return Err(Reject::Because("a negative number has no square root".to_owned()));
    }
    finite(Dec::from_f64(libm::sqrt(number.to_f64())))
}

fn log(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    finite(Dec::from_f64(libm::log(number(&arguments[0])?.to_f64())))
}

fn exp(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    finite(Dec::from_f64(libm::exp(number(&arguments[0])?.to_f64())))
}

fn odd(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let rest = number(&arguments[0])?.abs().checked_rem(Dec::from_i64(2));
    Ok(Value::Bool(rest == Some(Dec::ONE)))
}

fn even(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let rest = number(&arguments[0])?.checked_rem(Dec::from_i64(2));
    Ok(Value::Bool(rest == Some(Dec::ZERO)))
}
