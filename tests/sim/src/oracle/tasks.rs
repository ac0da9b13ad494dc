//! A user task comes to be once, is completed once, and ends with its element.

use std::collections::{BTreeMap, BTreeSet};

use record::{
    ElementType, Event, Key, ProcessInstanceIntent, Record, UserTaskEvent, UserTaskIntent,
};

use super::jobs::accept;

/// All user tasks, by the records alone.
#[derive(Debug, Default)]
pub struct Tasks {
    /// Tasks that have not ended, with their element instances.
    pub live: BTreeMap<Key, Key>,
    /// Tasks that have: for late answers.
    pub ended: Vec<Key>,
    by_element: BTreeMap<Key, Key>,
    completed: BTreeSet<Key>,
    accepted: BTreeMap<Key, String>,
}

impl Tasks {
    /// True for an element instance whose user task has not ended.
    pub fn has(&self, element_instance: Key) -> bool {
        self.by_element.contains_key(&element_instance)
    }

    /// Looks at a record.
    ///
    /// # Errors
    /// A task goes where it cannot go, or outlives its element.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        match &record.event {
            Event::UserTask(event) => self.changed(record.key, event),
            Event::ProcessInstance(event) if event.element_type == ElementType::UserTask => {
                let is_end = matches!(
                    event.intent,
                    ProcessInstanceIntent::ElementCompleted
                        | ProcessInstanceIntent::ElementTerminated
                );
                match self.by_element.get(&record.key).filter(|_| is_end) {
                    Some(task) => Err(format!("task {task} outlives its element {}", record.key)),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn changed(&mut self, key: Key, event: &UserTaskEvent) -> Result<(), String> {
        let element = event.origin.element_instance;
        let intent = event.intent;
        if intent == UserTaskIntent::Creating {
            let is_new = self.live.insert(key, element).is_none();
            let is_only = self.by_element.insert(element, key).is_none();
            if !is_new || !is_only || self.completed.contains(&key) {
                return Err(format!("task {key} of element instance {element} began twice"));
            }
            return Ok(());
        }
        if self.live.get(&key) != Some(&element) {
            return Err(format!("task {key} was {intent:?}, but it is gone"));
        }
        if matches!(intent, UserTaskIntent::Completed | UserTaskIntent::Canceled) {
            self.live.remove(&key);
            self.by_element.remove(&element);
            self.ended.push(key);
        }
        if intent == UserTaskIntent::Completed {
            self.completed.insert(key);
        }
        Ok(())
    }

    /// Somebody was told that they completed a task, which they had asked for with this key, or
    /// none.
    ///
    /// # Errors
    /// Somebody else was told so before, or it is not completed.
    pub fn accepted(&mut self, key: Key, idempotency_key: &str) -> Result<(), String> {
        if !self.completed.contains(&key) {
            return Err(format!("task {key} was acknowledged as completed, but is not"));
        }
        accept(&mut self.accepted, key, idempotency_key)
            .map_err(|()| format!("two people were told that they completed task {key}"))
    }
}
