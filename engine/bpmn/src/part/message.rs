//! Messages that are waited for, and those that are published.

use value::Str;

use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::graph::sending::{Publication, Sending};
use crate::graph::{Message, Timer};
use crate::outline::Part;
use crate::part::job;
use crate::timer::Interval;
use xml::Node;

/// The message of an event that waits inside an instance.
pub(crate) fn read<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Message> {
    let message = referenced(ctx, part, definition)?;
    let name = name_of(ctx, part, message);
    let correlation_key = correlation_key(ctx, part, message);
    let name = name?;
    // Without a key the file is refused. The event still waits for this name, which no other event
    // beside it may do: that is another problem, to be told at once.
    let correlation_key = correlation_key.unwrap_or_else(|| name.clone());
    Some(Message { name, correlation_key })
}

/// The name of the message that starts a process: fixed, because no instance exists yet that could
/// give a variable.
pub(crate) fn start_name<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    definition: &'t Node,
) -> Option<Str> {
    let name = name(ctx, part, definition)?;
    match name.constant_text() {
        Ok(name) => Some(name),
        Err(fault) => {
            let message = format!(
                "The message name '{}' of the {noun} '{}' {fault}",
                name.text(),
                part.label()
            );
            ctx.problem(part, definition, message);
            None
        }
    }
}

/// The name of the message to which a definition refers.
pub(crate) fn name<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Expression> {
    let message = referenced(ctx, part, definition)?;
    name_of(ctx, part, message)
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

fn name_of<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    message: &'t Node,
) -> Option<Expression> {
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

/// How a send task or throwing event sends its message, to which `definition` refers: a worker does,
/// or the engine publishes it.
pub(crate) fn sent<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Sending> {
    let mut all = part.node.extensions().filter(|it| &*it.name == "publishMessage");
    let Some(publish) = all.next() else {
        return job::read(ctx, part).map(Sending::Job);
    };
    let has_job = part.node.extension("taskDefinition").is_some();
    let has_more = all.next().is_some();
    if has_job || has_more {
        let message = format!(
            "The element '{}' has {}. It needs exactly one, to say who sends the message.",
            part.label(),
            if has_job {
                "both zeebe:publishMessage and zeebe:taskDefinition"
            } else {
                "more than one zeebe:publishMessage"
            }
        );
        ctx.problem(part, publish, message);
    }
    if has_job {
        return job::read(ctx, part).map(Sending::Job);
    }
    publication(ctx, part, definition, publish).map(|it| Sending::Publish(Box::new(it)))
}

fn publication<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
    publish: &'t Node,
) -> Option<Publication> {
    let message = referenced(ctx, part, definition);
    let name = message.and_then(|message| name_of(ctx, part, message));
    let key = ctx.required(part, publish, "correlationKey");
    let key = key
        .and_then(|text| ctx.expression(part, publish, "correlation key", (text, Literals::Typed)));
    // Modelers leave attributes behind empty.
    let given = |name: &str| publish.attribute(name).filter(|text| !text.trim().is_empty());
    let before = ctx.problems.count();
    let message_id = given("messageId")
        .and_then(|text| ctx.expression(part, publish, "message id", (text, Literals::Typed)));
    let time_to_live = given("timeToLive").and_then(|text| time_to_live(ctx, part, publish, text));
    let is_read = ctx.problems.count() == before;
    let (name, correlation_key) = (name?, key?);
    is_read.then_some(Publication { name, correlation_key, message_id, time_to_live })
}

/// How long a published message is kept. Static text is checked now.
fn time_to_live<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    publish: &'t Node,
    text: &str,
) -> Option<Timer> {
    let time = ctx.expression(part, publish, "time to live", (text.trim(), Literals::Typed))?;
    let is_duration = || text.trim().parse::<Interval>().is_ok();
    if matches!(&time, Expression::Static(it) if !it.is_number() && !is_duration()) {
        let message = format!(
            "The time to live '{text}' of '{}' is neither a duration such as PT15M, nor a number of \
             milliseconds, nor a FEEL expression.",
            part.label()
        );
        ctx.problem(part, publish, message);
        return None;
    }
    Some(Timer::Duration(time))
}
