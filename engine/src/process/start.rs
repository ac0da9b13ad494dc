//! Message start events: which messages start instances, and which must wait.

use super::business_id;
use super::instance::{Beginning, begin};
use super::step::{MessageAt, OfferMessage, ReleaseStart, Step};
use crate::ctx::Ctx;
use crate::state::definition::StartSubscription;
use crate::state::instance::Caller;
use crate::state::message::Message;
use bpmn::ElementIx;
use record::{
    Cause, CauseKind, Event, Key, Labels, MessageStartSubscriptionEvent, Origin,
    StartSubscriptionIntent,
};
use value::Str;

/// Offers a message to the start events of its name: the next process id, then the step again.
pub(crate) fn offer(ctx: &mut Ctx<'_>, step: &OfferMessage) {
    let Some(message) = ctx.state.messages.get(&step.message).cloned() else { return };
    let Some(found) = next_start(ctx, &message.name, step) else {
        if message.time_to_live_ms <= 0 {
            ctx.then(Step::ExpireMessage(MessageAt { message: message.key }));
        }
        return;
    };
    if may_start(ctx, &message, &found.process_id) {
        start(ctx, &message, &found);
    }
    let after = found.process_id.clone();
    ctx.then(Step::OfferToStarts(OfferMessage { after, has_begun: true, message: step.message }));
}

fn next_start(ctx: &Ctx<'_>, name: &Str, step: &OfferMessage) -> Option<StartSubscription> {
    let from = (name.clone(), step.after.clone(), Key::NONE);
    let ((_, _, key), ()) = ctx
        .state
        .start_subscriptions_by_name
        .range(from..)
        .take_while(|((it, _, _), ())| it == name)
        .find(|((_, process_id, _), ())| !step.has_begun || *process_id > step.after)?;
    ctx.state.start_subscriptions.get(key).map(|it| (**it).clone())
}

/// True if a message may start an instance of a process now.
fn may_start(ctx: &Ctx<'_>, message: &Message, process_id: &Str) -> bool {
    let lock = (process_id.clone(), message.correlation_key.clone());
    let is_locked = !message.correlation_key.is_empty() && ctx.state.start_locks.contains(&lock);
    let is_taken = business_id::is_taken(ctx, process_id, &message.business_id);
    !is_locked && !is_taken && !message.taken_by.contains(process_id)
}

fn start(ctx: &mut Ctx<'_>, message: &Message, subscription: &StartSubscription) {
    let Some(process) = ctx.graph(subscription.definition) else { return };
    let instance = ctx.next_key();
    let beginning = Beginning {
        definition: subscription.definition,
        version: subscription.version,
        process,
        instance,
        start: ElementIx(subscription.element),
        cause: Cause { kind: CauseKind::Message, key: message.key, ..Cause::default() },
        variables: message.variables.clone(),
        start_lock: message.correlation_key.clone(),
        caller: Caller::default(),
        labels: Labels { business_id: message.business_id.clone(), ..Labels::default() },
    };
    let event = MessageStartSubscriptionEvent {
        intent: StartSubscriptionIntent::Correlated,
        origin: Origin {
            element: subscription.element,
            element_id: subscription.element_id.clone(),
            ..beginning.origin()
        },
        message_name: message.name.clone(),
        message: message.key,
        correlation_key: message.correlation_key.clone(),
        variables: message.variables.clone(),
    };
    ctx.emit(subscription.key, Event::MessageStartSubscription(event));
    begin(ctx, beginning);
}

/// An instance with a start lock ended: the oldest buffered message with its correlation key that
/// one of the latest version's start events waits for starts the next.
pub(crate) fn release(ctx: &mut Ctx<'_>, step: &ReleaseStart) {
    let now = ctx.now;
    let Some(latest) = ctx.state.definitions.latest(&step.process_id) else { return };
    let names: Vec<Str> =
        latest.summary.message_starts.iter().map(|it| it.message_name.clone()).collect();
    let oldest = names
        .iter()
        .filter_map(|name| {
            let from = (name.clone(), step.correlation_key.clone(), Key::NONE);
            ctx.state
                .messages_by_name
                .range(from..)
                .take_while(|((it, key, _), ())| it == name && *key == step.correlation_key)
                .filter_map(|((_, _, key), ())| ctx.state.messages.get(key))
                .find(|it| it.deadline > now && may_start(ctx, it, &step.process_id))
        })
        .min_by_key(|it| it.key)
        .cloned();
    let Some(message) = oldest else { return };
    let subscription = ctx
        .state
        .start_subscriptions_by_name
        .range((message.name.clone(), step.process_id.clone(), Key::NONE)..)
        .next()
        .filter(|((name, id, _), ())| *name == message.name && *id == step.process_id)
        .and_then(|((_, _, key), ())| ctx.state.start_subscriptions.get(key))
        .map(|it| (**it).clone());
    if let Some(subscription) = subscription {
        start(ctx, &message, &subscription);
    }
}
