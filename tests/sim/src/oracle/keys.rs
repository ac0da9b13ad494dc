//! Keys are unique, and later entries create higher ones.

use std::collections::BTreeSet;

use record::{
    DeployedIntent, Event, IncidentIntent, JobIntent, Key, MessageIntent, ProcessInstanceIntent,
    Record, TimerIntent, UserTaskIntent, VariableIntent,
};

/// The keys that were created.
#[derive(Debug, Default)]
pub struct Keys {
    seen: BTreeSet<Key>,
    /// The highest key of the entries before.
    highest: Key,
}

impl Keys {
    /// Looks at the records of one entry.
    ///
    /// # Errors
    /// A key was created before, or carries another partition.
    pub fn see(&mut self, records: &[Record]) -> Result<(), String> {
        for key in records.iter().filter(|it| creates(&it.event)).map(|it| it.key) {
            if key.partition() != crate::node::PARTITION {
                return Err(format!("key {key} belongs to partition {}", key.partition()));
            }
            if !self.seen.insert(key) {
                return Err(format!("key {key} was given twice"));
            }
            if key <= self.highest {
                return Err(format!("key {key} comes after {}", self.highest));
            }
        }
        self.highest = self.seen.last().copied().unwrap_or_default();
        Ok(())
    }
}

/// True for events whose key is new.
fn creates(event: &Event) -> bool {
    match event {
        Event::ProcessInstance(it) => matches!(
            it.intent,
            ProcessInstanceIntent::ElementActivating | ProcessInstanceIntent::SequenceFlowTaken
        ),
        Event::Job(it) => it.intent == JobIntent::Created,
        Event::Timer(it) => it.intent == TimerIntent::Created,
        Event::Message(it) => it.intent == MessageIntent::Published,
        Event::Incident(it) => it.intent == IncidentIntent::Created,
        Event::Variable(it) => it.intent == VariableIntent::Created,
        Event::UserTask(it) => it.intent == UserTaskIntent::Creating,
        Event::Process(it) => it.intent == DeployedIntent::Created,
        Event::Signal(_) | Event::DecisionEvaluation(_) | Event::Deployment(_) => true,
        _ => false,
    }
}
