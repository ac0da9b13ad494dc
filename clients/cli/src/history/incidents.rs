//! All open incidents.

use std::collections::BTreeMap;

use record::{Event, IncidentEvent, IncidentIntent, Key, Millis, Record};

/// Open incidents by key, with the time they happened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Incidents(BTreeMap<Key, (Millis, IncidentEvent)>);

impl Incidents {
    /// Takes a record into account.
    pub(crate) fn apply(&mut self, record: &Record) {
        let Event::Incident(event) = &record.event else {
            return;
        };
        match event.intent {
            IncidentIntent::Created => {
                self.0.insert(record.key, (record.timestamp, event.clone()));
            }
            IncidentIntent::Resolved => {
                self.0.remove(&record.key);
            }
            IncidentIntent::Migrated => {
                if let Some((_, it)) = self.0.get_mut(&record.key) {
                    it.origin = event.origin.clone();
                }
            }
        }
    }

    /// All of them, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, Millis, &IncidentEvent)> {
        self.0.iter().map(|(key, (since, event))| (*key, *since, event))
    }
}
