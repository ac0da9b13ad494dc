//! Signal subscriptions, of instances and of start events.

use crate::state::State;
use crate::state::definition::SignalStart;
use crate::state::instance::SignalSubscription;
use record::{Key, SignalSubscriptionEvent, SignalSubscriptionIntent};
use std::sync::Arc;

pub(super) fn on_subscription(state: &mut State, key: Key, event: &SignalSubscriptionEvent) {
    let origin = &event.origin;
    let by_name = (event.name.clone(), key);
    match event.intent {
        SignalSubscriptionIntent::Created => {
            state.signals_by_name.put(by_name, origin.instance);
            if let Some(owner) = state.instance_mut(origin.instance) {
                owner.signals.put(SignalSubscription {
                    key,
                    element_instance: origin.element_instance,
                    element: origin.element,
                    name: event.name.clone(),
                });
            } else {
                let start = SignalStart {
                    key,
                    definition: origin.definition,
                    process_id: origin.process_id.clone(),
                    version: origin.version,
                    element: origin.element,
                    element_id: origin.element_id.clone(),
                    name: event.name.clone(),
                };
                state.signal_starts.put(key, Arc::new(start));
            }
        }
        SignalSubscriptionIntent::Deleted => {
            state.signals_by_name.delete(&by_name);
            if let Some(owner) = state.instance_mut(origin.instance) {
                owner.signals.remove(key);
            } else {
                state.signal_starts.delete(&key);
            }
        }
        SignalSubscriptionIntent::Migrated => {
            let owner = state.instance_mut(origin.instance);
            if let Some(it) = owner.and_then(|it| it.signals.get_mut(key)) {
                it.element = origin.element;
            }
        }
    }
}
