//! What waits at an element instance and ends with it: an index, so that ending one of a hundred
//! thousand element instances does not look through what waits at all others.

use super::State;
use super::instance::{Instance, SubscriptionState};
use record::Key;

impl State {
    /// Notes that something waits at an element instance.
    pub(crate) fn attach(&mut self, element_instance: Key, key: Key) {
        self.attached.put((element_instance, key), ());
    }

    /// Notes that it waits no longer.
    pub(crate) fn detach(&mut self, element_instance: Key, key: Key) {
        self.attached.delete(&(element_instance, key));
    }

    /// The jobs, user tasks, timers, subscriptions and incidents of an element instance, oldest
    /// first. Subscriptions that are being deleted are not among them.
    pub(crate) fn attached_to(&self, element_instance: Key) -> impl Iterator<Item = Key> {
        let all = self.attached.range((element_instance, Key::NONE)..);
        all.map(|(it, ())| *it).take_while(move |it| it.0 == element_instance).map(|it| it.1)
    }

    /// Sets up the index of an instance that comes from a checkpoint.
    pub(super) fn restore_attached(&mut self, instance: &Instance) {
        for it in attached(instance) {
            self.attached.restore(it, ());
        }
    }

    /// Checks the index; gives how many entries an instance must have.
    pub(super) fn check_attached(&self, instance: &Instance) -> Result<usize, String> {
        let mut count = 0;
        for it in attached(instance) {
            if !self.attached.contains(&it) {
                return Err(format!("{} does not know that {} waits at it", it.0, it.1));
            }
            count += 1;
        }
        Ok(count)
    }
}

/// Everything of an instance that waits at an element instance, with that.
fn attached(instance: &Instance) -> impl Iterator<Item = (Key, Key)> {
    let jobs = instance.jobs.iter().map(|it| (it.element_instance, it.key));
    let tasks = instance.user_tasks.iter().map(|it| (it.element_instance, it.key));
    let timers = instance.timers.iter().map(|it| (it.element_instance, it.key));
    let signals = instance.signals.iter().map(|it| (it.element_instance, it.key));
    let conditions = instance.conditions.iter().map(|it| (it.element_instance, it.key));
    let incidents = instance.incidents.iter().map(|it| (it.element_instance, it.key));
    let open = instance.subscriptions.iter().filter(|it| it.state != SubscriptionState::Deleting);
    let messages = open.map(|it| (it.subscription.origin.element_instance, it.key));
    jobs.chain(tasks)
        .chain(timers)
        .chain(signals)
        .chain(conditions)
        .chain(incidents)
        .chain(messages)
}
