//! New lists out of old ones.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Builtin, Invocation, Outcome, Reject, fixed, index, position, variadic};
use crate::function::Function;
use crate::values::{List, Value};

pub(super) const TABLE: &[Builtin] = &[
    fixed("sublist", &["list", "start"], sublist),
    fixed("sublist", &["list", "start", "length"], sublist),
    fixed("sublist", &["list", "start position"], sublist),
    fixed("sublist", &["list", "start position", "length"], sublist),
    variadic("append", &["list", "items"], append),
    variadic("concatenate", &["lists"], concatenate),
    fixed("insert before", &["list", "position", "newItem"], insert_before),
    fixed("remove", &["list", "position"], remove),
    fixed("reverse", &["list"], reverse),
    fixed("flatten", &["list"], flatten),
    fixed("sort", &["list", "precedes"], sort),
    fixed("partition", &["list", "size"], partition),
    fixed("list replace", &["list", "position", "newItem"], list_replace),
    fixed("list replace", &["list", "match", "newItem"], list_replace),
];

/// The part of a list between two positions that may lie outside.
fn slice(list: &List, from: i64, to: i64) -> &[Value] {
    let bound = |it: i64| usize::try_from(it.max(0)).unwrap_or(usize::MAX).min(list.items().len());
    let (from, to) = (bound(from), bound(to));
    list.items().get(from..to).unwrap_or(&[])
}

fn sublist(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let from = position(index(&arguments[1])?, list.items().len());
    let to = match arguments.get(2) {
        Some(length) => from.saturating_add(index(length)?),
        None => i64::MAX,
    };
    let part = slice(&list, from, to).to_vec();
    call.new_list(part)
}

fn append(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (list, items) = (call.list(&arguments[0])?, call.list(&arguments[1])?);
    let joined = [list.items(), items.items()].concat();
    call.new_list(joined)
}

/// The items of lists, one after the other; what is no list counts as a list of one.
pub(super) fn joined(
    call: &mut Invocation<'_, '_, '_, '_>,
    lists: &Value,
) -> Result<Vec<Value>, Reject> {
    let lists = call.list(lists)?;
    let mut items = Vec::new();
    for list in lists.items() {
        match call.machine.list_of(list)? {
            Some(list) => {
                call.machine.charge_values(list.items().len() as u64)?;
                items.extend_from_slice(list.items());
            }
            None => items.push(list.clone()),
        }
    }
    Ok(items)
}

fn concatenate(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let items = joined(call, &arguments[0])?;
    call.new_list(items)
}

fn insert_before(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let at = position(index(&arguments[1])?, list.items().len());
    let before = slice(&list, 0, at);
    let after = slice(&list, at, i64::MAX);
    let joined = [before, &arguments[2..3], after].concat();
    call.new_list(joined)
}

fn remove(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let at = position(index(&arguments[1])?, list.items().len());
    let kept = [slice(&list, 0, at), slice(&list, at.saturating_add(1), i64::MAX)].concat();
    call.new_list(kept)
}

fn reverse(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let mut items = list.items().to_vec();
    items.reverse();
    call.new_list(items)
}

fn flatten(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let mut items = Vec::new();
    flatten_into(call, &list, &mut items)?;
    call.new_list(items)
}

/// Recurses as deep as lists are nested, which is limited.
fn flatten_into(
    call: &mut Invocation<'_, '_, '_, '_>,
    list: &List,
    items: &mut Vec<Value>,
) -> Result<(), Reject> {
    for item in list.items() {
        call.machine.env.budget.step()?;
        match call.machine.list_of(item)? {
            Some(inner) => flatten_into(call, &inner, items)?,
            None => items.push(item.clone()),
        }
    }
    Ok(())
}

/// A function of this many parameters.
fn function(value: &Value, parameters: usize) -> Result<&Arc<Function>, Reject> {
    let Value::Function(function) = value else { return Err(Reject::Arguments) };
    let found = function.parameters().len();
    if found != parameters {
        return Err(Reject::Because(format!(
            "expect boolean function with {parameters} arguments, but found '{found}'"
        )));
    }
    Ok(function)
}

/// Sorts by merging, so that any comparison ends, and equal items keep their order.
fn sort(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let precedes = function(&arguments[1], 2)?;
    let mut items = list.items().to_vec();
    let mut merged = Vec::with_capacity(items.len());
    let mut width = 1;
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(call, precedes, left, right, &mut merged)?;
        }
        std::mem::swap(&mut items, &mut merged);
        width *= 2;
    }
    call.new_list(items)
}

fn merge(
    call: &mut Invocation<'_, '_, '_, '_>,
    precedes: &Arc<Function>,
    left: &[Value],
    right: &[Value],
    merged: &mut Vec<Value>,
) -> Result<(), Reject> {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        let arguments = vec![(*second).clone(), (*first).clone()];
        let order = match call.machine.invoke(precedes, arguments)? {
            Value::Bool(true) => Ordering::Greater,
            Value::Bool(false) => Ordering::Less,
            other => {
                let found = other.excerpt(100);
                return Err(Reject::Because(format!(
                    "fail to sort list by given precedes function: \
                     expected boolean but found '{found}'"
                )));
            }
        };
        merged.extend(if order.is_gt() { right.next() } else { left.next() }.cloned());
    }
    merged.extend(left.chain(right).cloned());
    Ok(())
}

fn partition(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let size = usize::try_from(index(&arguments[1])?).unwrap_or(0);
    if size == 0 {
        let message = "expected a partition size greater than zero".to_owned();
        return Err(Reject::Because(message));
    }
    let mut parts = Vec::new();
    for chunk in list.items().chunks(size) {
        parts.push(call.new_list(chunk.to_vec())?);
    }
    call.new_list(parts)
}

/// Replaces the item at a position, or all for which a function of the item and the new item
/// holds.
fn list_replace(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let new_item = &arguments[2];
    let mut items = list.items().to_vec();
    if matches!(arguments[1], Value::Function(_)) {
        let matching = function(&arguments[1], 2)?;
        for item in &mut items {
            let arguments = vec![item.clone(), new_item.clone()];
            match call.machine.invoke(matching, arguments)? {
                Value::Bool(true) => *item = new_item.clone(),
                Value::Bool(false) => {}
                _ => return Err(Reject::Arguments),
            }
        }
        return call.new_list(items);
    }
    let at = position(index(&arguments[1])?, items.len());
    let item = usize::try_from(at).ok().and_then(|at| items.get_mut(at));
    match item {
        Some(item) => *item = new_item.clone(),
        None => return Err(Reject::Because("the position is outside of the list".to_owned())),
    }
    call.new_list(items)
}
