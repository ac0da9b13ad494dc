//! Numbers.

use ::value::{Dec, Rounding};

use super::{Builtin, Invocation, Outcome, Reject, fixed};
use crate::edition::Edition;
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

fn sqrt(invocation: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let number = number(&arguments[0])?;
    if number.is_negative() {
        return Err(Reject::Because("a negative number has no square root".to_owned()));
    }
    finite(match of_double(number, invocation) {
        Some(double) => Dec::from_f64(libm::sqrt(double)),
        None => reduced(number).and_then(|(double, exponent)| {
            let power = Dec::from_i64(10).pow(exponent / 2)?;
            Dec::from_f64(libm::sqrt(double))?.checked_mul(power)
        }),
    })
}

fn log(invocation: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let number = number(&arguments[0])?;
    let is_positive = !number.is_negative() && !number.is_zero();
    if !is_positive && invocation.machine.env.edition > Edition::First {
        return Err(Reject::Because("only a number above zero has a logarithm".to_owned()));
    }
    finite(match of_double(number, invocation) {
        Some(double) => Dec::from_f64(libm::log(double)),
        None => reduced(number).and_then(|(double, exponent)| {
            Dec::from_f64(libm::log(double) + f64::from(exponent) * std::f64::consts::LN_10)
        }),
    })
}

fn exp(invocation: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let number = number(&arguments[0])?;
    let double = libm::exp(number.to_f64());
    let is_double = invocation.machine.env.edition == Edition::First || DOUBLES.contains(&double);
    let power = if is_double { None } else { power_of_e(number) };
    finite(power.or_else(|| Dec::from_f64(double)))
}

/// Doubles that have all their digits.
const DOUBLES: std::ops::RangeInclusive<f64> = 1e-307..=1e308;

/// The number as a double, if that is near enough; by the first edition it always is.
fn of_double(number: Dec, invocation: &Invocation<'_, '_, '_, '_>) -> Option<f64> {
    let double = number.to_f64();
    let is_first = invocation.machine.env.edition == Edition::First;
    (is_first || number.is_zero() || DOUBLES.contains(&double)).then_some(double)
}

/// A number above zero as a double times a power of ten, of which the exponent is even.
fn reduced(mut number: Dec) -> Option<(f64, i32)> {
    const STEP: i32 = 300;
    let (large, small) = (Dec::from_i64(10).pow(STEP)?, Dec::from_i64(10).pow(-STEP)?);
    let mut exponent = 0;
    while number >= large {
        number = number.checked_mul(small)?;
        exponent += STEP;
    }
    while number < small {
        number = number.checked_mul(large)?;
        exponent -= STEP;
    }
    Some((number.to_f64(), exponent))
}

/// The power of e where it is no double; `None` if it is no number either.
fn power_of_e(exponent: Dec) -> Option<Dec> {
    let ln_10 = Dec::parse("2.302585092994045684017991454684364")?;
    let tens = exponent.checked_div(ln_10)?.round(0, Rounding::Floor)?;
    let rest = exponent.checked_sub(tens.checked_mul(ln_10)?)?;
    let tens = i32::try_from(tens.to_i64()?).ok()?;
    Dec::from_f64(libm::exp(rest.to_f64()))?.checked_mul(Dec::from_i64(10).pow(tens)?)
}

fn odd(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let rest = number(&arguments[0])?.abs().checked_rem(Dec::from_i64(2));
    Ok(Value::Bool(rest == Some(Dec::ONE)))
}

fn even(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let rest = number(&arguments[0])?.checked_rem(Dec::from_i64(2));
    Ok(Value::Bool(rest == Some(Dec::ZERO)))
}
