//! Messages that events wait for.

use value::Str;

use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::graph::Message;
use crate::outline::Part;
use xml::Node;

/// The message of an event that waits inside an instance.
pub(crate) fn read<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Message> {
    let message = referenced(ctx, part, definition)?;
    let name = name(ctx, part, message);
    let correlation_key = correlation_key(ctx, part, message);
    Some(Message { name: name?, correlation_key: correlation_key? })
}

/// The name of the message that starts a process: fixed, because no instance exists yet that could
/// give a variable.
pub(crate) fn start_name<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Str> {
    let message = referenced(ctx, part, definition)?;
    let name = name(ctx, part, message)?;
    match name.constant_text() {
        Ok(name) => Some(name),
        Err(fault) => {
            let message = format!(
                "The message name '{}' of the start event '{}' {fault}",
                name.text(),
                part.label()
            );
            ctx.problem(part, definition, message);
            None
        }
    }
}

fn referenced<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<&'t Node> {
    let id = definition.reference("messageRef");
    let message = id.and_then(|id| ctx.roots.get("message", id));
    if message.is_none() {
        let fault = match id {
            Some(id) => format!("refers to the message '{id}', which is not in the file."),
            None => "refers to no message.".to_owned(),
        };
        let text = format!("The message event '{}' {fault} Choose a message.", part.label());
        ctx.problem(part, definition, text);
    }
    message
}

fn name<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, message: &'t Node) -> Option<Expression> {
    let name = ctx.required(part, message, "name")?;
    ctx.expression(part, message, "message name", (name, Literals::Typed))
}

fn correlation_key<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    message: &'t Node,
) -> Option<Expression> {
    let mut subscriptions = message.extensions().filter(|it| &*it.name == "subscription");
    let (first, second) = (subscriptions.next(), subscriptions.next());
    let (Some(subscription), None) = (first, second) else {
        let fault = if first.is_none() { "no" } else { "more than one" };
        let text = format!(
            "The message of the event '{}' has {fault} zeebe:subscription. It needs exactly one, \
             with a correlation key.",
            part.label()
        );
        ctx.problem(part, message, text);
        return None;
    };
    let key = ctx.required(part, subscription, "correlationKey")?;
    ctx.expression(part, subscription, "correlation key", (key, Literals::Refused))
}
