//! User tasks that wait for somebody.

use std::collections::BTreeMap;

use record::{Event, Key, Record, UserTaskEvent, UserTaskIntent};

/// Open user tasks by key, each as its last record has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tasks(BTreeMap<Key, UserTaskEvent>);

impl Tasks {
    /// Takes a record into account.
    pub(crate) fn apply(&mut self, record: &Record) {
        let Event::UserTask(event) = &record.event else {
            return;
        };
        match event.intent {
            UserTaskIntent::Creating
            | UserTaskIntent::Created
            | UserTaskIntent::Assigned
            | UserTaskIntent::Updated => {
                self.0.insert(record.key, event.clone());
            }
            UserTaskIntent::Migrated => {
                if let Some(it) = self.0.get_mut(&record.key) {
                    it.origin = event.origin.clone();
                }
            }
            // What is only about to happen, or was denied, changes nothing.
            UserTaskIntent::Assigning
            | UserTaskIntent::Claiming
            | UserTaskIntent::Updating
            | UserTaskIntent::Completing
            | UserTaskIntent::Canceling
            | UserTaskIntent::Corrected
            | UserTaskIntent::AssignmentDenied
            | UserTaskIntent::UpdateDenied
            | UserTaskIntent::CompletionDenied => {}
            UserTaskIntent::Completed | UserTaskIntent::Canceled => {
                self.0.remove(&record.key);
            }
        }
    }

    /// All of them, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &UserTaskEvent)> {
        self.0.iter().map(|(key, event)| (*key, event))
    }
}
