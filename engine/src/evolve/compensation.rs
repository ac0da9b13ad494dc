//! Compensation subscriptions.

use crate::state::State;
use crate::state::instance::Compensation;
use record::{CompensationEvent, CompensationIntent, Key};

pub(super) fn on_compensation(state: &mut State, key: Key, event: &CompensationEvent) {
    let Some(owner) = state.instance_mut(event.origin.instance) else { return };
    match event.intent {
        CompensationIntent::Created => owner.compensations.put(Compensation {
            key,
            activity: event.origin.element,
            activity_instance: event.origin.element_instance,
            scope: event.scope,
            handler: event.handler,
            handler_instance: Key::NONE,
            thrower: Key::NONE,
            variables: event.variables.clone(),
        }),
        CompensationIntent::Triggered => {
            if let Some(it) = owner.compensations.get_mut(key) {
                it.handler_instance = event.handler_instance;
                it.thrower = event.thrower;
            }
        }
        CompensationIntent::Completed | CompensationIntent::Deleted => {
            owner.compensations.remove(key);
        }
        CompensationIntent::Migrated => {
            if let Some(it) = owner.compensations.get_mut(key) {
                it.activity = event.origin.element;
                it.handler = event.handler;
            }
        }
    }
}
