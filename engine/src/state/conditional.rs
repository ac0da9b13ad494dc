//! What waits for conditions: an index by every scope around it, so that a change of a variable
//! finds what may read it without looking through what waits elsewhere.

use super::State;
use super::instance::{ConditionalSubscription, Instance};
use record::Key;

/// A scope, how deep what waits in it stands, and the subscription.
pub(crate) type WatchKey = (Key, u32, Key);

impl State {
    /// Notes that something waits for a condition.
    pub(crate) fn watch(&mut self, instance: Key, subscription: &ConditionalSubscription) {
        let scopes = self.instance(instance).map(|it| watches(it, subscription));
        for key in scopes.unwrap_or_default() {
            self.watched.put(key, ());
        }
    }

    /// Notes that it waits no longer.
    pub(crate) fn unwatch(&mut self, instance: Key, subscription: &ConditionalSubscription) {
        let scopes = self.instance(instance).map(|it| watches(it, subscription));
        for key in scopes.unwrap_or_default() {
            self.watched.delete(&key);
        }
    }

    /// What waits for conditions in a scope, after a given place.
    pub(crate) fn next_watch(&self, after: WatchKey) -> Option<WatchKey> {
        let (scope, depth, subscription) = after;
        let from = (scope, depth, Key(subscription.0 + 1));
        self.watched.range(from..).next().map(|(key, ())| *key).filter(|it| it.0 == scope)
    }

    /// Sets up the index of an instance that comes from a checkpoint.
    pub(super) fn restore_watched(&mut self, instance: &Instance) {
        for subscription in instance.conditions.iter() {
            for key in watches(instance, subscription) {
                self.watched.restore(key, ());
            }
        }
    }

    /// Checks the index; gives how many entries an instance must have.
    pub(super) fn check_watched(&self, instance: &Instance) -> Result<usize, String> {
        let mut count = 0;
        for subscription in instance.conditions.iter() {
            for key in watches(instance, subscription) {
                if !self.watched.contains(&key) {
                    return Err(format!("{} does not know that {} waits in it", key.0, key.2));
                }
                count += 1;
            }
        }
        Ok(count)
    }
}

/// The entries of a subscription: one for each scope around it.
fn watches(instance: &Instance, subscription: &ConditionalSubscription) -> Vec<WatchKey> {
    let mut scopes = Vec::new();
    let mut scope = instance.element(subscription.element_instance);
    while let Some(found) = scope {
        scopes.push(found.key);
        scope = instance.element(found.scope);
    }
    let depth = u32::try_from(scopes.len()).unwrap_or(u32::MAX);
    scopes.into_iter().map(|scope| (scope, depth, subscription.key)).collect()
}
