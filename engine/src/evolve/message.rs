//! The message's side: messages and the subscriptions that wait for them.

use crate::state::State;
use crate::state::due::DueKind;
use crate::state::message::{Message, MessageSubscription};
use record::{
    Key, MessageEvent, MessageIntent, MessageSubscriptionEvent, MessageSubscriptionIntent,
    Subscription,
};
use std::sync::Arc;

pub(super) fn on_message(state: &mut State, key: Key, event: &MessageEvent) {
    let by_name = (event.name.clone(), event.correlation_key.clone(), key);
    let id = (event.name.clone(), event.correlation_key.clone(), event.message_id.clone());
    let is_buffered = event.time_to_live_ms > 0;
    let due = (event.deadline, DueKind::MessageExpiry, key);
    match event.intent {
        MessageIntent::Published => {
            let message = Message {
                key,
                name: event.name.clone(),
                correlation_key: event.correlation_key.clone(),
                message_id: event.message_id.clone(),
                deadline: event.deadline,
                variables: event.variables.clone(),
                taken_by: Vec::new(),
                time_to_live_ms: event.time_to_live_ms,
                business_id: event.business_id.clone(),
            };
            if let Some(it) = message.by_business_id() {
                state.messages_by_business_id.put(it, ());
            }
            state.messages.put(key, Arc::new(message));
            if is_buffered {
                state.messages_by_name.put(by_name, ());
                state.due.put(due, Key::NONE);
                if !event.message_id.is_empty() {
                    state.message_ids.put(id, key);
                }
            }
        }
        MessageIntent::Expired => {
            if let Some(it) = state.messages.get(&key).and_then(|it| it.by_business_id()) {
                state.messages_by_business_id.delete(&it);
            }
            state.messages.delete(&key);
            state.messages_by_name.delete(&by_name);
            state.due.delete(&due);
            if state.message_ids.get(&id) == Some(&key) {
                state.message_ids.delete(&id);
            }
        }
        MessageIntent::AlreadyPublished => {}
    }
}

pub(super) fn on_subscription(state: &mut State, key: Key, event: &MessageSubscriptionEvent) {
    match event.intent {
        MessageSubscriptionIntent::Created => {
            let subscription = event.subscription.clone();
            put(state, MessageSubscription { key, subscription, correlating: Key::NONE });
        }
        MessageSubscriptionIntent::Correlating => {
            set_correlating(state, key, event.message);
            let process_id = &event.subscription.origin.process_id;
            if let Some(message) = state.messages.get_mut(&event.message).map(Arc::make_mut) {
                message.taken_by.push(process_id.clone());
            }
        }
        MessageSubscriptionIntent::Correlated if event.subscription.interrupting => {
            remove(state, key, &event.subscription);
        }
        MessageSubscriptionIntent::Correlated => set_correlating(state, key, Key::NONE),
        MessageSubscriptionIntent::Rejected => {
            set_correlating(state, key, Key::NONE);
            let process_id = &event.subscription.origin.process_id;
            if let Some(message) = state.messages.get_mut(&event.message).map(Arc::make_mut) {
                message.taken_by.retain(|it| it != process_id);
            }
        }
        MessageSubscriptionIntent::Deleted => remove(state, key, &event.subscription),
        MessageSubscriptionIntent::Migrated => migrate(state, key, &event.subscription),
    }
}

/// The waiting element has another definition now, and may be of another process.
fn migrate(state: &mut State, key: Key, subscription: &Subscription) {
    let Some(row) = state.subscriptions.get(&key).cloned() else { return };
    remove(state, key, &row.subscription);
    put(state, MessageSubscription { subscription: subscription.clone(), ..(*row).clone() });
}

fn put(state: &mut State, row: MessageSubscription) {
    let subscription = &row.subscription;
    let by_name = (
        subscription.message_name.clone(),
        subscription.correlation_key.clone(),
        subscription.origin.process_id.clone(),
        row.key,
    );
    state.subscriptions_by_name.put(by_name, ());
    state.subscriptions.put(row.key, Arc::new(row));
}

fn set_correlating(state: &mut State, key: Key, message: Key) {
    if let Some(row) = state.subscriptions.get_mut(&key).map(Arc::make_mut) {
        row.correlating = message;
    }
}

fn remove(state: &mut State, key: Key, subscription: &Subscription) {
    state.subscriptions.delete(&key);
    state.subscriptions_by_name.delete(&(
        subscription.message_name.clone(),
        subscription.correlation_key.clone(),
        subscription.origin.process_id.clone(),
        key,
    ));
}
