//! The instance's side of message subscriptions.

use crate::state::State;
use crate::state::instance::{ProcessSubscription, SubscriptionState};
use record::{Key, ProcessMessageSubscriptionEvent, ProcessMessageSubscriptionIntent};

pub(super) fn on_subscription(
    state: &mut State,
    key: Key,
    event: &ProcessMessageSubscriptionEvent,
) {
    let Some(owner) = state.instance_mut(event.subscription.origin.instance) else { return };
    let open = &mut owner.subscriptions;
    match event.intent {
        ProcessMessageSubscriptionIntent::Creating => open.put(ProcessSubscription {
            key,
            subscription: event.subscription.clone(),
            state: SubscriptionState::Creating,
        }),
        ProcessMessageSubscriptionIntent::Correlated if event.subscription.interrupting => {
            open.remove(key);
        }
        ProcessMessageSubscriptionIntent::Created
        | ProcessMessageSubscriptionIntent::Correlated => {
            if let Some(it) = open.get_mut(key) {
                it.state = SubscriptionState::Created;
            }
        }
        ProcessMessageSubscriptionIntent::Deleting => {
            if let Some(it) = open.get_mut(key) {
                it.state = SubscriptionState::Deleting;
            }
        }
        ProcessMessageSubscriptionIntent::Deleted => {
            open.remove(key);
        }
        ProcessMessageSubscriptionIntent::Migrated => {
            if let Some(it) = open.get_mut(key) {
                it.subscription = event.subscription.clone();
            }
        }
    }
}
