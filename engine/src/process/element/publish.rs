//! Send tasks and message events that publish their message themselves.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::expression::{self, Failure, Place};
use crate::process::message;
use crate::process::multi_instance::LOOP_COUNTER;
use crate::state::instance::Role;
use bpmn::timer::Starts;
use bpmn::{Publication, Timer};
use record::{Event, IncidentType, MessageEvent, MessageIntent};
use value::{Doc, Str};

/// Publishes the message with the local variables, which the input mappings chose.
pub(super) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    publication: &Publication,
) -> Result<Next, Failure> {
    let event = prepare(ctx, at, publication)?;
    send(ctx, event);
    Ok(Next::Complete)
}

/// Evaluates the message.
pub(super) fn prepare(
    ctx: &mut Ctx<'_>,
    at: &At,
    publication: &Publication,
) -> Result<MessageEvent, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let name = expression::text(ctx, place, &publication.name)?;
    if name.is_empty() {
        let text = publication.name.text();
        return Err(Failure::new(
            IncidentType::ExtractValueError,
            format!(
                "The message name '{text}' is empty. Set the variables it reads, then resolve the \
                 incident."
            ),
        ));
    }
    let correlation_key = expression::correlation_key(ctx, place, &publication.correlation_key)?;
    let message_id = match &publication.message_id {
        Some(id) => expression::text_or_number(ctx, place, "message id", id)?,
        None => Str::default(),
    };
    let time_to_live_ms = match &publication.time_to_live {
        Some(time) => time_to_live_ms(ctx, place, time)?,
        None => 0,
    };
    Ok(MessageEvent {
        name,
        correlation_key,
        message_id,
        time_to_live_ms,
        variables: local(ctx, at),
        origin: at.origin(),
        ..MessageEvent::default()
    })
}

/// Publishes the message. If one with its id is kept, nothing more is to be done
/// (`docs/0013-published-messages.md`).
pub(super) fn send(ctx: &mut Ctx<'_>, event: MessageEvent) {
    if let Some(kept) = message::same(ctx, &event) {
        let (key, deadline) = (kept.key, kept.deadline);
        let intent = MessageIntent::AlreadyPublished;
        ctx.emit(key, Event::Message(MessageEvent { intent, deadline, ..event }));
    } else {
        message::publish(ctx, event);
    }
}

/// The local variables. Which instance of a multi-instance activity or round of a loop it is would
/// only confuse whoever counts his own.
fn local(ctx: &Ctx<'_>, at: &At) -> Doc {
    let Some(element) = ctx.state.element(at.instance, at.element_instance) else {
        return Doc::empty();
    };
    let local = &element.variables.doc;
    if at.role != Role::Inner {
        return local.clone();
    }
    let names: Vec<&str> =
        local.iter().map(|(name, _)| name).filter(|name| *name != LOOP_COUNTER).collect();
    local.filter(&names)
}

/// How long the message is kept: a number of milliseconds, or a duration.
fn time_to_live_ms(ctx: &mut Ctx<'_>, place: Place, time: &Timer) -> Result<i64, Failure> {
    let kind = IncidentType::ExtractValueError;
    let result = expression::evaluate(ctx, place, None, time.expression(), kind)?;
    let found = if let Some(number) = result.value.as_dec() {
        number.to_i64().ok_or_else(|| "it is no whole number".to_owned())
    } else {
        let plan = time.plan(&result.value, ctx.now, ctx.zone, Starts::All);
        plan.map(|it| it.due_ms.saturating_sub(ctx.now))
    };
    found.map_err(|clause| {
        let mut message = format!(
            "The time to live '{}' must be a duration or a number of milliseconds: {clause}. Set \
             the variables it reads, then resolve the incident.",
            time.expression().text()
        );
        expression::append_warnings(&mut message, &result.warnings);
        Failure::new(kind, message)
    })
}
