//! Values of test cases, and whether a result is the expected one.

use std::sync::Arc;

use feel::{Context, List, Value};
use value::Dec;

use crate::xml::Node;

/// The value that a node with `value`, `list` or `component` children describes; `Err` for a text
/// that Baton has no value for.
pub(crate) fn value_of(node: &Node) -> Result<Value, String> {
    if let Some(list) = node.first("list") {
        let items = list.all("item").map(value_of).collect::<Result<_, _>>()?;
        return Ok(Value::List(Arc::new(List::new(items))));
    }
    if node.first("component").is_some() {
        let entries = node.all("component").map(|it| {
            let name = it.attribute("name").unwrap_or_default();
            Ok((name.into(), value_of(it)?))
        });
        let entries = entries.collect::<Result<Vec<_>, String>>()?;
        return Ok(Value::Context(Arc::new(Context::new(entries))));
    }
    node.first("value").map_or(Ok(Value::Null), simple)
}

fn simple(node: &Node) -> Result<Value, String> {
    if node.attribute("nil").is_some_and(|it| it == "true") {
        return Ok(Value::Null);
    }
    let text = node.text.trim();
    let kind = node.attribute("type").unwrap_or("xsd:string");
    let kind = kind.rsplit_once(':').map_or(kind, |it| it.1);
    let unknown = || format!("no value for {kind} '{text}'");
    match kind {
        "string" => Ok(Value::from(&*node.text)),
        "boolean" => text.parse().map(Value::Bool).map_err(|_| unknown()),
        "decimal" | "double" | "integer" | "int" | "long" => {
            Dec::parse(text).map(Value::from_dec).ok_or_else(unknown)
        }
        "date" | "time" | "dateTime" | "duration" => {
            feel::temporal::literal(text, feel::Edition::Refined).ok_or_else(unknown)
        }
        _ => Err(unknown()),
    }
}

/// Whether a result is the expected value. Numbers may differ by 1e-8, as the kit allows.
pub(crate) fn same(expected: &Value, found: &Value) -> bool {
    if let (Some(left), Some(right)) = (expected.as_dec(), found.as_dec()) {
        let near = Dec::parse("0.00000001").unwrap();
        return left.checked_sub(right).is_some_and(|it| it.abs() <= near);
    }
    if let (Some(left), Some(right)) = (expected.as_list(), found.as_list()) {
        let (left, right) = (left.items(), right.items());
        return left.len() == right.len() && left.iter().zip(right).all(|it| same(it.0, it.1));
    }
    if let (Some(left), Some(right)) = (expected.as_context(), found.as_context()) {
        return left.entries().len() == right.entries().len()
            && left
                .entries()
                .iter()
                .all(|(key, value)| right.get(key).is_some_and(|it| same(value, it)));
    }
    expected.equals(found) == Some(true)
}
