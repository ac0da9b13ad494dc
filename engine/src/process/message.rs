//! The message's side of correlation. It talks to the instance's side in steps only, so that the
//! two can live on different partitions.

use super::step::{Offer, OfferMessage, Peer, Step};
use crate::ctx::Ctx;
use crate::state::message::Message;
use record::{
    Event, Key, MessageEvent, MessageIntent, MessageSubscriptionEvent, MessageSubscriptionIntent,
    Subscription,
};
use std::sync::Arc;
use value::{Doc, Str};

fn emit(ctx: &mut Ctx<'_>, intent: MessageSubscriptionIntent, offer: &Offer) {
    let event = MessageSubscriptionEvent {
        intent,
        subscription: offer.subscription.clone(),
        message: offer.message,
        variables: offer.variables.clone(),
    };
    ctx.emit(offer.key, Event::MessageSubscription(event));
}

/// The kept message that has the id of this one, if both have one.
pub(crate) fn same<'a>(ctx: &'a Ctx<'_>, message: &MessageEvent) -> Option<&'a Message> {
    let MessageEvent { name, correlation_key, message_id, .. } = message;
    let id = (name.clone(), correlation_key.clone(), message_id.clone());
    let kept = ctx.state.message_ids.get(&id).filter(|_| !message_id.is_empty());
    kept.and_then(|key| ctx.state.messages.get(key)).map(|it| &**it)
}

/// Publishes a message from now on, and offers it to who waits for it. Returns its key.
pub(crate) fn publish(ctx: &mut Ctx<'_>, message: MessageEvent) -> Key {
    let key = ctx.next_key();
    let deadline = ctx.now.saturating_add(message.time_to_live_ms.max(0));
    let event = MessageEvent { intent: MessageIntent::Published, deadline, ..message };
    ctx.emit(key, Event::Message(event));
    ctx.then(Step::OfferMessage(OfferMessage { message: key, ..OfferMessage::default() }));
    key
}

/// Opens a subscription, and offers it the oldest buffered message if there is one.
pub(crate) fn open(ctx: &mut Ctx<'_>, peer: Peer) {
    if ctx.state.subscriptions.contains(&peer.key) {
        ctx.then(Step::SubscriptionOpened(peer));
        return;
    }
    let Peer { key, subscription } = peer;
    let waiting = Offer { key, subscription, message: Key::NONE, variables: Doc::empty() };
    emit(ctx, MessageSubscriptionIntent::Created, &waiting);
    if !offer_buffered(ctx, key, &waiting.subscription) {
        ctx.then(Step::SubscriptionOpened(Peer { key, subscription: waiting.subscription }));
    }
}

/// Closes a subscription.
pub(crate) fn close(ctx: &mut Ctx<'_>, peer: Peer) {
    if ctx.state.subscriptions.contains(&peer.key) {
        let Peer { key, subscription } = peer.clone();
        let gone = Offer { key, subscription, message: Key::NONE, variables: Doc::empty() };
        emit(ctx, MessageSubscriptionIntent::Deleted, &gone);
    }
    ctx.then(Step::SubscriptionClosed(peer));
}

/// The waiting instance is suspended: until it opens the subscription again, there is none. One
/// that is offered a message stays until the answer to that, and until the instance is offered the
/// next one.
pub(crate) fn withdraw(ctx: &mut Ctx<'_>, peer: &Peer) {
    let found = ctx.state.subscriptions.get(&peer.key);
    if found.is_some_and(|it| it.correlating.is_none()) {
        let Peer { key, subscription } = peer.clone();
        let gone = Offer { key, subscription, message: Key::NONE, variables: Doc::empty() };
        emit(ctx, MessageSubscriptionIntent::Deleted, &gone);
    }
}

/// The waiting instance has been migrated.
pub(crate) fn migrate(ctx: &mut Ctx<'_>, peer: &Peer) {
    if ctx.state.subscriptions.contains(&peer.key) {
        let Peer { key, subscription } = peer.clone();
        let migrated = Offer { key, subscription, message: Key::NONE, variables: Doc::empty() };
        emit(ctx, MessageSubscriptionIntent::Migrated, &migrated);
    }
}

/// Offers the oldest fitting buffered message to a subscription. False if there is none.
fn offer_buffered(ctx: &mut Ctx<'_>, key: Key, subscription: &Subscription) -> bool {
    let now = ctx.now;
    let name = &subscription.message_name;
    let correlation_key = &subscription.correlation_key;
    let process_id = &subscription.origin.process_id;
    let found = ctx
        .state
        .messages_by_name
        .range((name.clone(), correlation_key.clone(), Key::NONE)..)
        .take_while(|((it, value, _), ())| it == name && value == correlation_key)
        .filter_map(|((_, _, key), ())| ctx.state.messages.get(key))
        .find(|it| it.deadline > now && !it.taken_by.contains(process_id))
        .cloned();
    let Some(message) = found else { return false };
    correlate(ctx, key, subscription.clone(), &message);
    true
}

fn correlate(ctx: &mut Ctx<'_>, key: Key, subscription: Subscription, message: &Message) {
    let offer =
        Offer { key, subscription, message: message.key, variables: message.variables.clone() };
    emit(ctx, MessageSubscriptionIntent::Correlating, &offer);
    ctx.then(Step::Correlate(offer));
}

/// The instance took the message. A subscription that stays open is offered the next.
pub(crate) fn correlated(ctx: &mut Ctx<'_>, offer: &Offer) {
    if !ctx.state.subscriptions.contains(&offer.key) {
        return;
    }
    emit(ctx, MessageSubscriptionIntent::Correlated, offer);
    if !offer.subscription.interrupting {
        offer_buffered(ctx, offer.key, &offer.subscription);
    }
}

/// The instance could not take the message: a later subscription of the same process may.
pub(crate) fn rejected(ctx: &mut Ctx<'_>, offer: &Offer) {
    if ctx.state.subscriptions.contains(&offer.key) {
        emit(ctx, MessageSubscriptionIntent::Rejected, offer);
    }
    let Some(message) = ctx.state.messages.get(&offer.message).cloned() else { return };
    let process_id = offer.subscription.origin.process_id.clone();
    let next = waiting(ctx, &message, &process_id, offer.key);
    if let Some((key, subscription)) = next {
        correlate(ctx, key, subscription, &message);
    }
}

/// The oldest subscription of a process, after a given one, that can be offered a message.
fn waiting(
    ctx: &Ctx<'_>,
    message: &Message,
    process_id: &Str,
    after: Key,
) -> Option<(Key, Subscription)> {
    let from = (message.name.clone(), message.correlation_key.clone(), process_id.clone(), after);
    ctx.state
        .subscriptions_by_name
        .range(from..)
        .take_while(|((name, key, id, _), ())| {
            *name == message.name && *key == message.correlation_key && id == process_id
        })
        .filter(|((_, _, _, key), ())| *key > after)
        .filter_map(|((_, _, _, key), ())| ctx.state.subscriptions.get(key))
        .find(|it| it.correlating.is_none())
        .map(|it| (it.key, it.subscription.clone()))
}

/// Offers a published message to the waiting subscriptions: the next process id, then the step
/// again; the start events of its name come after them.
pub(crate) fn offer(ctx: &mut Ctx<'_>, step: &OfferMessage) {
    let Some(message) = ctx.state.messages.get(&step.message).cloned() else { return };
    let Some(process_id) = next_process(ctx, &message, step) else {
        ctx.then(Step::OfferToStarts(OfferMessage {
            message: message.key,
            ..OfferMessage::default()
        }));
        return;
    };
    if !message.taken_by.contains(&process_id)
        && let Some((key, subscription)) = waiting(ctx, &message, &process_id, Key::NONE)
    {
        correlate(ctx, key, subscription, &message);
    }
    ctx.then(Step::OfferMessage(OfferMessage {
        after: process_id,
        has_begun: true,
        message: step.message,
    }));
}

/// The next process id that waits for a message, found without visiting its subscriptions.
fn next_process(ctx: &Ctx<'_>, message: &Arc<Message>, step: &OfferMessage) -> Option<Str> {
    let last = if step.has_begun { Key(u64::MAX) } else { Key::NONE };
    let from = (message.name.clone(), message.correlation_key.clone(), step.after.clone(), last);
    let ((name, key, process_id, _), ()) = ctx.state.subscriptions_by_name.range(from..).next()?;
    (*name == message.name && *key == message.correlation_key).then(|| process_id.clone())
}

/// A message goes: its time is over, or it was not to be buffered.
pub(crate) fn expire(ctx: &mut Ctx<'_>, key: Key) {
    let Some(message) = ctx.state.messages.get(&key).cloned() else { return };
    let event = MessageEvent {
        intent: MessageIntent::Expired,
        name: message.name.clone(),
        correlation_key: message.correlation_key.clone(),
        message_id: message.message_id.clone(),
        time_to_live_ms: message.time_to_live_ms,
        deadline: message.deadline,
        business_id: message.business_id.clone(),
        ..MessageEvent::default()
    };
    ctx.emit(key, Event::Message(event));
}
