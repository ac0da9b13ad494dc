//! Nothing of a suspended instance is handed out.

use std::collections::BTreeMap;

use record::{Event, Key, ProcessInstanceIntent, Record};

use super::jobs::Jobs;

/// The instances that stand still, by the records alone.
#[derive(Debug, Default)]
pub struct Suspensions {
    /// They are; true once all of their jobs are held back.
    pub suspended: BTreeMap<Key, bool>,
}

impl Suspensions {
    /// Looks at a record.
    ///
    /// # Errors
    /// A job of a suspended instance is handed out, or it is suspended or resumed twice.
    pub fn see(&mut self, record: &Record, jobs: &Jobs) -> Result<(), String> {
        match &record.event {
            Event::ProcessInstance(it) => {
                let was = self.suspended.contains_key(&record.key);
                let is_right = match it.intent {
                    ProcessInstanceIntent::Suspended => {
                        self.suspended.insert(record.key, false);
                        !was
                    }
                    ProcessInstanceIntent::Resumed => {
                        self.suspended.remove(&record.key);
                        was
                    }
                    ProcessInstanceIntent::ElementCompleted => !was,
                    ProcessInstanceIntent::ElementTerminating
                    | ProcessInstanceIntent::ElementTerminated => {
                        self.suspended.remove(&record.key);
                        true
                    }
                    _ => true,
                };
                if is_right {
                    return Ok(());
                }
                Err(format!("instance {} was {:?} at the wrong time", record.key, it.intent))
            }
            Event::JobBatch(it) => {
                let is_held = |key: &Key| {
                    let job = jobs.live.get(key);
                    job.is_some_and(|it| self.suspended.get(&it.instance) == Some(&true))
                };
                match it.jobs.iter().find(|it| is_held(&it.key)) {
                    Some(job) => Err(format!("job {} of a suspended instance is out", job.key)),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// All work is done that there was.
    pub fn settled(&mut self) {
        self.suspended.values_mut().for_each(|it| *it = true);
    }
}
