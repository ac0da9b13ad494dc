//! What completed is undone once at most, each by a handler of its own.

use std::collections::{BTreeMap, BTreeSet};

use record::{CompensationIntent, Event, Key, Record};

/// What can be undone, by the records alone.
#[derive(Debug, Default)]
pub struct Compensations {
    /// Subscriptions that have not ended; true for those that are being undone.
    pub live: BTreeMap<Key, bool>,
    /// Activities that can be undone, or were.
    activities: BTreeSet<Key>,
    handlers: BTreeSet<Key>,
}

impl Compensations {
    /// Looks at a record.
    ///
    /// # Errors
    /// Something is undone twice, or without having completed.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        let Event::CompensationSubscription(event) = &record.event else { return Ok(()) };
        let (key, activity) = (record.key, event.origin.element_instance);
        let before = match event.intent {
            CompensationIntent::Created => {
                let is_new = self.live.insert(key, false).is_none();
                if is_new && self.activities.insert(activity) {
                    return Ok(());
                }
                return Err(format!("element instance {activity} can be undone twice"));
            }
            CompensationIntent::Triggered => {
                let handler = event.handler_instance;
                if !handler.is_none() && !self.handlers.insert(handler) {
                    return Err(format!("handler {handler} undoes two things"));
                }
                self.live.insert(key, true)
            }
            CompensationIntent::Migrated => self.live.get(&key).copied(),
            CompensationIntent::Completed | CompensationIntent::Deleted => self.live.remove(&key),
        };
        let is_right = match event.intent {
            CompensationIntent::Created | CompensationIntent::Triggered => before == Some(false),
            CompensationIntent::Completed => before == Some(true),
            CompensationIntent::Migrated | CompensationIntent::Deleted => before.is_some(),
        };
        if is_right {
            return Ok(());
        }
        Err(format!("what undoes {activity} was {:?} while it was {before:?}", event.intent))
    }
}
