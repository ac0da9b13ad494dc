//! Questions about lists.

use super::{Builtin, Invocation, Outcome, Reject, fixed, variadic};
use crate::values::{List, Value, compare};

pub(super) const TABLE: &[Builtin] = &[
    fixed("list contains", &["list", "element"], list_contains),
    fixed("count", &["list"], count),
    fixed("is empty", &["list"], is_empty),
    variadic("min", &["list"], min),
    variadic("max", &["list"], max),
    variadic("all", &["list"], all),
    variadic("and", &["list"], all),
    variadic("any", &["list"], any),
    variadic("or", &["list"], any),
    fixed("index of", &["list", "match"], index_of),
];

fn list_contains(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    Ok(Value::Bool(find(call, &list, &arguments[1])?.is_some()))
}

/// Where a value first is in a list.
fn find(
    call: &mut Invocation<'_, '_, '_, '_>,
    list: &List,
    wanted: &Value,
) -> Result<Option<usize>, Reject> {
    for (ix, item) in list.items().iter().enumerate() {
        call.machine.env.budget.step()?;
        if call.machine.equal(item, wanted)? == Some(true) {
            return Ok(Some(ix));
        }
    }
    Ok(None)
}

fn count(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    Ok(Value::from_count(call.list(&arguments[0])?.items().len()))
}

fn is_empty(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    Ok(Value::Bool(call.list(&arguments[0])?.items().is_empty()))
}

fn min(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    extreme(call, arguments, std::cmp::Ordering::Less)
}

fn max(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    extreme(call, arguments, std::cmp::Ordering::Greater)
}

/// The item that stands in this order to all others; items must be of one ordered type.
fn extreme(
    call: &mut Invocation<'_, '_, '_, '_>,
    arguments: &[Value],
    order: std::cmp::Ordering,
) -> Outcome {
    let list = call.list(&arguments[0])?;
    call.visit(&list)?;
    let mut items = list.items().iter();
    let Some(first) = items.next() else { return Ok(Value::Null) };
    let not_comparable = || {
        let found = Value::List(list.clone()).excerpt(200);
        Reject::Because(format!("{found} is not comparable"))
    };
    let mut best = first;
    if compare(best, best).is_none() {
        return Err(not_comparable());
    }
    for item in items {
        if compare(item, best).ok_or_else(not_comparable)? == order {
            best = item;
        }
    }
    Ok(best.clone())
}

fn all(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    decide(call, arguments, false)
}

fn any(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    decide(call, arguments, true)
}

fn decide(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value], decisive: bool) -> Outcome {
    let list = call.list(&arguments[0])?;
    call.visit(&list)?;
    let mut unknown = None;
    for item in list.items() {
        match item.as_bool() {
            Some(it) if it == decisive => return Ok(Value::Bool(decisive)),
            Some(_) => {}
            None => unknown = unknown.or(Some(item)),
        }
    }
    match unknown {
        None => Ok(Value::Bool(!decisive)),
        Some(item) => {
            let found = item.excerpt(100);
            Err(Reject::Because(format!("expected booleans but found '{found}'")))
        }
    }
}

fn index_of(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let mut found = Vec::new();
    for (ix, item) in list.items().iter().enumerate() {
        call.machine.env.budget.step()?;
        if call.machine.equal(item, &arguments[1])? == Some(true) {
            found.push(Value::from_count(ix + 1));
        }
    }
    call.new_list(found)
}
