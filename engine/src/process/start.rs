//! Message start events: which messages start instances, and which must wait.

use super::business_id;
use super::instance::{Beginning, begin};
use super::step::{MessageAt, OfferMessage, ReleaseStart, Step};
use crate::ctx::Ctx;
use crate::state::definition::StartSubscription;
use crate::state::instance::{Caller, Instance};
use crate::state::message::Message;
use crate::state::table::Table;
use bpmn::ElementIx;
use record::{
    Cause, CauseKind, Event, Key, Labels, MessageStartSubscriptionEvent, Origin,
    StartSubscriptionIntent,
};
use std::sync::Arc;
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

/// What others may begin with when an instance is no longer one of its process; `None` for nothing.
pub(crate) fn freed(ctx: &Ctx<'_>, instance: &Instance) -> Option<ReleaseStart> {
    let freed = ReleaseStart {
        process_id: instance.process_id.clone(),
        correlation_key: instance.start_lock.clone(),
        business_id: business_id::held(ctx, instance),
    };
    let is_any = !freed.correlation_key.is_empty() || !freed.business_id.is_empty();
    is_any.then_some(freed)
}

/// An instance ended that others waited for: the oldest buffered message with its correlation key
/// or business id that one of the latest version's start events waits for starts the next; and one
/// that has only the other, another.
pub(crate) fn release(ctx: &mut Ctx<'_>, step: &ReleaseStart) {
    // Each that begins takes the key or the id again.
    for _ in 0..2 {
        let Some((message, subscription)) = next_waiting(ctx, step) else { return };
        start(ctx, &message, &subscription);
    }
}

/// The oldest buffered message that waited for what became free and may start an instance now.
fn next_waiting(ctx: &Ctx<'_>, step: &ReleaseStart) -> Option<(Message, StartSubscription)> {
    let latest = ctx.state.definitions.latest(&step.process_id)?;
    let may_start =
        |it: &&Arc<Message>| it.deadline > ctx.now && may_start(ctx, it, &step.process_id);
    let first = |index: &Table<(Str, Str, Key), ()>, from: (&Str, &Str)| {
        let all = index.range((from.0.clone(), from.1.clone(), Key::NONE)..);
        let all = all.take_while(|((one, other, _), ())| (one, other) == from);
        all.filter_map(|((_, _, key), ())| ctx.state.messages.get(key)).find(may_start)
    };
    let names = latest.summary.message_starts.iter().map(|it| &it.message_name);
    let found = names.flat_map(|name| {
        let (key, id) = (&step.correlation_key, &step.business_id);
        let by_key = || first(&ctx.state.messages_by_name, (name, key));
        let by_id = || first(&ctx.state.messages_by_business_id, (id, name));
        let of_key = (!key.is_empty()).then(by_key).flatten();
        of_key.into_iter().chain((!id.is_empty()).then(by_id).flatten())
    });
    let message = found.min_by_key(|it| it.key)?;
    let from = (message.name.clone(), step.process_id.clone(), Key::NONE);
    let ((name, id, key), ()) = ctx.state.start_subscriptions_by_name.range(from..).next()?;
    let is_meant = *name == message.name && *id == step.process_id;
    let subscription = ctx.state.start_subscriptions.get(key).filter(|_| is_meant)?;
    Some(((**message).clone(), (**subscription).clone()))
}
