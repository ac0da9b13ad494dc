//! Sums and averages of lists of numbers.

use ::value::Dec;

use super::{Builtin, Invocation, Outcome, Reject, variadic};
use crate::values::Value;

pub(super) const TABLE: &[Builtin] = &[
    variadic("sum", &["list"], sum),
    variadic("product", &["list"], product),
    variadic("mean", &["list"], mean),
    variadic("median", &["list"], median),
    variadic("stddev", &["list"], stddev),
    variadic("mode", &["list"], mode),
];

/// The numbers of a list.
fn numbers(call: &mut Invocation<'_, '_, '_, '_>, list: &Value) -> Result<Vec<Dec>, Reject> {
    let list = call.list(list)?;
    call.visit(&list)?;
    let number = |it: &Value| {
        it.as_dec().ok_or_else(|| {
            let found = it.excerpt(100);
            Reject::Because(format!("expected number but found '{found}'"))
        })
    };
    list.items().iter().map(number).collect()
}

fn result(number: Option<Dec>) -> Outcome {
    match number {
        Some(it) => Ok(Value::from_dec(it)),
        None => Err(Reject::Because("the result is out of range".to_owned())),
    }
}

fn total(numbers: &[Dec]) -> Option<Dec> {
    numbers.iter().try_fold(Dec::ZERO, |sum, it| sum.checked_add(*it))
}

fn average(numbers: &[Dec]) -> Option<Dec> {
    let count = i64::try_from(numbers.len()).ok()?;
    total(numbers)?.checked_div(Dec::from_i64(count))
}

fn sum(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let numbers = numbers(call, &arguments[0])?;
    if numbers.is_empty() { Ok(Value::Null) } else { result(total(&numbers)) }
}

fn product(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let numbers = numbers(call, &arguments[0])?;
    if numbers.is_empty() {
        return Ok(Value::Null);
    }
    result(numbers.iter().try_fold(Dec::ONE, |product, it| product.checked_mul(*it)))
}

fn mean(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let numbers = numbers(call, &arguments[0])?;
    if numbers.is_empty() { Ok(Value::Null) } else { result(average(&numbers)) }
}

fn median(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let mut numbers = numbers(call, &arguments[0])?;
    numbers.sort();
    let middle = numbers.len() / 2;
    match numbers.get(middle) {
        None => Ok(Value::Null),
        Some(it) if !numbers.len().is_multiple_of(2) => Ok(Value::from_dec(*it)),
        Some(_) => result(average(&numbers[middle - 1..=middle])),
    }
}

/// The standard deviation of a sample.
fn stddev(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let numbers = numbers(call, &arguments[0])?;
    if numbers.is_empty() {
        return Ok(Value::Null);
    }
    let squares = || {
        let mean = average(&numbers)?;
        numbers.iter().try_fold(Dec::ZERO, |sum, it| {
            let distance = it.checked_sub(mean)?;
            sum.checked_add(distance.checked_mul(distance)?)
        })
    };
    let freedom = i64::try_from(numbers.len() - 1).unwrap_or(i64::MAX);
    let variance = squares().and_then(|it| it.checked_div(Dec::from_i64(freedom)));
    result(variance.and_then(|it| Dec::from_f64(libm::sqrt(it.to_f64()))))
}

/// The most frequent numbers, in ascending order.
fn mode(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let mut numbers = numbers(call, &arguments[0])?;
    numbers.sort();
    let groups = || numbers.chunk_by(|left, right| left == right);
    let most = groups().map(<[Dec]>::len).max().unwrap_or(0);
    let found = groups().filter(|it| it.len() == most).map(|it| Value::from_dec(it[0])).collect();
    call.new_list(found)
}
