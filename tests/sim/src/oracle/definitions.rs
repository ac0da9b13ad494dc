//! Nothing begins of a definition that was deleted, and it goes when nothing runs of it.

use std::collections::{BTreeMap, BTreeSet};

use record::{DeployedIntent, ElementType, Event, Key, ProcessInstanceIntent, Record};

/// All process definitions, by the records alone.
#[derive(Debug, Default)]
pub struct Definitions {
    known: BTreeSet<Key>,
    /// Those that were deleted and are still there for their instances.
    pub retired: BTreeSet<Key>,
    /// The definition of each instance that has not ended.
    runs: BTreeMap<Key, Key>,
    /// How many instances have not ended, by definition.
    running: BTreeMap<Key, u64>,
}

impl Definitions {
    /// Looks at a record.
    ///
    /// # Errors
    /// Something begins of what was deleted, or a definition goes before its last instance.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        let key = record.key;
        match &record.event {
            Event::Process(it) => {
                let is_right = match it.intent {
                    DeployedIntent::Created => self.known.insert(key),
                    DeployedIntent::Deleting => {
                        self.known.contains(&key) && self.retired.insert(key)
                    }
                    DeployedIntent::Deleted => {
                        let is_free = !self.running.contains_key(&key);
                        is_free && self.retired.remove(&key) && self.known.remove(&key)
                    }
                };
                if is_right {
                    return Ok(());
                }
                let running = self.running.get(&key);
                Err(format!("definition {key} was {:?} while {running:?} run of it", it.intent))
            }
            Event::ProcessInstance(it) if it.element_type == ElementType::Process => {
                let definition = it.origin.definition;
                match it.intent {
                    ProcessInstanceIntent::ElementActivating => {
                        self.joins(key, definition);
                        if self.known.contains(&definition) && !self.retired.contains(&definition) {
                            return Ok(());
                        }
                        Err(format!("instance {key} began of {definition}, which was deleted"))
                    }
                    ProcessInstanceIntent::ElementMigrated => {
                        self.leaves(key);
                        self.joins(key, definition);
                        Ok(())
                    }
                    ProcessInstanceIntent::ElementCompleted
                    | ProcessInstanceIntent::ElementTerminated => {
                        self.leaves(key);
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn joins(&mut self, instance: Key, definition: Key) {
        self.runs.insert(instance, definition);
        *self.running.entry(definition).or_default() += 1;
    }

    fn leaves(&mut self, instance: Key) {
        let Some(definition) = self.runs.remove(&instance) else { return };
        match self.running.get_mut(&definition) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(self.running.remove(&definition)),
        }
    }
}
