//! What waits for conditions.

use crate::state::State;
use crate::state::instance::ConditionalSubscription;
use record::{ConditionalEvent, ConditionalIntent, Key};

pub(super) fn on_conditional(state: &mut State, key: Key, event: &ConditionalEvent) {
    let origin = &event.origin;
    let subscription = ConditionalSubscription {
        key,
        element_instance: origin.element_instance,
        element: origin.element,
    };
    match event.intent {
        ConditionalIntent::Created => {
            state.watch(origin.instance, &subscription);
            if let Some(owner) = state.instance_mut(origin.instance) {
                owner.conditions.put(subscription);
            }
        }
        ConditionalIntent::Deleted => {
            state.unwatch(origin.instance, &subscription);
            if let Some(owner) = state.instance_mut(origin.instance) {
                owner.conditions.remove(key);
            }
        }
        ConditionalIntent::Migrated => {
            // It waits in the same scopes, so the index of them stays as it is.
            let owner = state.instance_mut(origin.instance);
            if let Some(it) = owner.and_then(|it| it.conditions.get_mut(key)) {
                it.element = origin.element;
            }
        }
        ConditionalIntent::Triggered | ConditionalIntent::Evaluated => {}
    }
}
