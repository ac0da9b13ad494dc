//! Process definitions and message start events.

use crate::state::State;
use crate::state::definition::{Definition, StartSubscription};
use record::{
    DeployedIntent, Key, MessageStartSubscriptionEvent, ProcessEvent, StartSubscriptionIntent,
};
use std::sync::Arc;

pub(super) fn on_process(state: &mut State, key: Key, event: &ProcessEvent) {
    match event.intent {
        DeployedIntent::Created => create(state, key, event),
        DeployedIntent::Deleting => state.definitions.retire(key, |it| {
            it.is_retired = true;
            true
        }),
        DeployedIntent::Deleted => state.definitions.delete(key),
    }
}

fn create(state: &mut State, key: Key, event: &ProcessEvent) {
    let process = &event.process;
    state.definitions.put(Definition {
        key,
        process_id: process.id.clone(),
        version: process.version,
        resource_name: process.resource_name.clone(),
        checksum: process.checksum.clone(),
        resource: event.resource.clone(),
        summary: event.summary.clone(),
        deployment: event.deployment,
        is_retired: false,
    });
    if event.summary.has_condition_starts {
        state.condition_starts.put(process.id.clone(), ());
    }
}

pub(super) fn on_start(state: &mut State, key: Key, event: &MessageStartSubscriptionEvent) {
    let origin = &event.origin;
    let by_name = (event.message_name.clone(), origin.process_id.clone(), key);
    match event.intent {
        StartSubscriptionIntent::Created => {
            let subscription = StartSubscription {
                key,
                definition: origin.definition,
                process_id: origin.process_id.clone(),
                version: origin.version,
                element: origin.element,
                element_id: origin.element_id.clone(),
                message_name: event.message_name.clone(),
            };
            state.start_subscriptions.put(key, Arc::new(subscription));
            state.start_subscriptions_by_name.put(by_name, ());
        }
        StartSubscriptionIntent::Correlated => {
            if let Some(message) = state.messages.get_mut(&event.message).map(Arc::make_mut) {
                message.taken_by.push(origin.process_id.clone());
            }
        }
        StartSubscriptionIntent::Deleted => {
            state.start_subscriptions.delete(&key);
            state.start_subscriptions_by_name.delete(&by_name);
        }
    }
}
