//! Contexts.

use ::value::Str;

use super::{Builtin, Invocation, Outcome, Reject, fixed, variadic};
use crate::edition::Edition;
use crate::values::{Context, ContextBuilder, Value};
use crate::warning::WarningDetail;

pub(super) const TABLE: &[Builtin] = &[
    fixed("get entries", &["context"], get_entries),
    fixed("get entries", &["m"], get_entries),
    fixed("get value", &["context", "key"], get_value),
    fixed("get value", &["context", "keys"], get_value),
    fixed("get value", &["m", "key"], get_value),
    fixed("context put", &["context", "keys", "value"], context_put),
    fixed("context put", &["context", "key", "value"], context_put_key),
    fixed("put", &["context", "key", "value"], context_put),
    variadic("context merge", &["contexts"], context_merge),
    variadic("put all", &["contexts"], context_merge),
    fixed("context", &["entries"], context),
];

impl Invocation<'_, '_, '_, '_> {
    /// The context that an argument must be; reading its entries is paid for.
    fn context(&mut self, value: &Value) -> Result<std::sync::Arc<Context>, Reject> {
        if let Value::Raw(raw) = value {
            self.machine.charge_text(raw.len())?;
        }
        let context = value.as_context().ok_or(Reject::Arguments)?;
        self.machine.env.budget.steps(context.entries().len() as u64)?;
        Ok(context)
    }
}

fn get_entries(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let context = call.context(&arguments[0])?;
    let mut entries = Vec::with_capacity(context.entries().len());
    let (key_name, value_name): (Str, Str) = ("key".into(), "value".into());
    for (key, value) in context.entries() {
        call.machine.charge_values(4)?;
        let mut entry = ContextBuilder::with_capacity(2);
        entry.put(key_name.clone(), Value::Str(key.clone()));
        entry.put(value_name.clone(), value.clone());
        entries.push(call.machine.make_context(entry)?);
    }
    call.new_list(entries)
}

/// The value of a key, or of a path of keys; null when there is none.
fn get_value(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let context = &arguments[0];
    if let Value::Str(key) = &arguments[1] {
        call.context(context)?;
        return Ok(match context.entry(key) {
            Some(found) => found,
            None => missing(call, key, context.clone()),
        });
    }
    let keys = call.list(&arguments[1])?;
    call.context(context)?;
    let mut value = context.clone();
    for key in keys.items() {
        let Value::Str(key) = key else { return Err(Reject::Arguments) };
        call.machine.env.budget.step()?;
        value = match value.entry(key) {
            Some(found) => found,
            None => return Ok(missing(call, key, value)),
        };
    }
    match (keys.items().is_empty(), call.machine.env.edition) {
        (false, _) => Ok(value),
        (true, Edition::First) => Ok(Value::Null),
        (true, Edition::Refined) => Err(no_key()),
    }
}

fn no_key() -> Reject {
    Reject::Because("expected at least one key".to_owned())
}

/// Null with a warning, as a path to this key gives.
fn missing(call: &mut Invocation<'_, '_, '_, '_>, key: &Str, of: Value) -> Value {
    call.machine.warn(WarningDetail::NoEntry { key: key.clone(), of });
    Value::Null
}

/// `key` may be a path of keys: contexts that are missing on the way are made.
fn context_put(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (context, value) = (&arguments[0], arguments[2].clone());
    if let Value::Str(key) = &arguments[1] {
        return put(call, context, key, value);
    }
    let keys = call.list(&arguments[1])?;
    let mut path = Vec::with_capacity(keys.items().len());
    for key in keys.items() {
        let Value::Str(key) = key else { return Err(Reject::Arguments) };
        path.push(key.clone());
    }
    let Some((last, parents)) = path.split_last() else {
        return Err(no_key());
    };
    // The contexts on the way to the last key, outermost first.
    let mut contexts = vec![context.clone()];
    for key in parents {
        let inner = contexts.last().and_then(|it| it.entry(key));
        contexts.push(match inner {
            Some(it) if it.is_context() => it,
            // What is no context is replaced by one, as in Camunda.
            Some(_) | None => call.machine.make_context(ContextBuilder::default())?,
        });
    }
    let mut value = value;
    let keys = std::iter::once(last).chain(parents.iter().rev());
    for (context, key) in contexts.iter().rev().zip(keys) {
        value = put(call, context, key, value)?;
    }
    Ok(value)
}

/// `key` names one key; a path of them is `keys`.
fn context_put_key(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let Value::Str(key) = &arguments[1] else { return Err(Reject::Arguments) };
    put(call, &arguments[0], key, arguments[2].clone())
}

fn put(call: &mut Invocation<'_, '_, '_, '_>, context: &Value, key: &Str, value: Value) -> Outcome {
    let context = call.context(context)?;
    call.machine.charge_values(2 * context.entries().len() as u64 + 2)?;
    call.machine.charge_text(key.len())?;
    let mut builder = ContextBuilder::from_context(&context);
    builder.put(key.clone(), value);
    Ok(call.machine.make_context(builder)?)
}

fn context_merge(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let contexts = call.list(&arguments[0])?;
    let mut builder = ContextBuilder::default();
    for context in contexts.items() {
        let context = call.context(context)?;
        call.machine.charge_values(2 * context.entries().len() as u64)?;
        for (key, value) in context.entries() {
            builder.put(key.clone(), value.clone());
        }
    }
    Ok(call.machine.make_context(builder)?)
}

/// A context of entries such as `get entries` gives.
fn context(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    // By the standard a key that is there twice is a mistake; in Camunda the later one wins.
    let is_strict = call.machine.code.strict || call.machine.env.edition == Edition::First;
    let entries = call.list(&arguments[0])?;
    call.visit(&entries)?;
    call.machine.charge_values(2 * entries.items().len() as u64)?;
    let mut builder = ContextBuilder::with_capacity(entries.items().len());
    for entry in entries.items() {
        let (Some(Value::Str(key)), Some(value)) = (entry.entry("key"), entry.entry("value"))
        else {
            let found = entry.excerpt(100);
            let message = format!("expected an entry with 'key' and 'value' but found '{found}'");
            return Err(Reject::Because(message));
        };
        if is_strict && builder.has(&key) {
            return Err(Reject::Because(format!("the key '{key}' occurs twice")));
        }
        builder.put(key, value);
    }
    Ok(call.machine.make_context(builder)?)
}
