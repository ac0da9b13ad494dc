//! A job is handed out to one worker at a time, ends once, and is not lost.

use std::collections::{BTreeMap, BTreeSet};

use record::{Event, IncidentIntent, JobEvent, JobIntent, JobKind, Key, Millis, Record};
use value::Str;

use crate::clients::Held;

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It can be handed out.
    Activatable,
    /// A worker has it until then.
    Activated(Millis),
    /// It is held back until then.
    BackOff(Millis),
    /// It has no retries left.
    Stuck,
}

/// A job that has not ended.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its type.
    pub job_type: Str,
    /// Where it is.
    pub place: Place,
    /// How often it was handed out.
    pub activation: u32,
    /// What it is for.
    pub kind: JobKind,
    /// The process instance.
    pub instance: Key,
    /// The element instance.
    pub element_instance: Key,
}

/// All jobs, by the records alone.
#[derive(Debug, Default)]
pub struct Jobs {
    /// Jobs that have not ended.
    pub live: BTreeMap<Key, Job>,
    completed: BTreeSet<Key>,
    /// Hand-outs that no client has heard of.
    undelivered: BTreeSet<(Key, u32)>,
    delivered: BTreeSet<(Key, u32)>,
    /// Jobs of which a client was told that it completed them, with its idempotency key.
    accepted: BTreeMap<Key, String>,
}

impl Jobs {
    /// Looks at a record.
    ///
    /// # Errors
    /// A job goes where it cannot go.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        match &record.event {
            Event::Job(event) => self.changed(record, event),
            Event::JobBatch(event) => {
                for handed in &event.jobs {
                    let key = handed.key;
                    let Some(job) = self.live.get_mut(&key) else {
                        return Err(format!("job {key} was handed out, but it is gone"));
                    };
                    if job.place != Place::Activatable {
                        let place = job.place;
                        return Err(format!("job {key} was handed out, but it is {place:?}"));
                    }
                    if handed.activation != job.activation + 1 {
                        return Err(format!("hand-out {} of job {key} repeats", handed.activation));
                    }
                    job.activation = handed.activation;
                    job.place = Place::Activated(handed.deadline);
                    self.undelivered.insert((key, handed.activation));
                }
                Ok(())
            }
            Event::Incident(event) => {
                if event.intent == IncidentIntent::Resolved
                    && let Some(job) = self.live.get_mut(&event.job)
                    && job.place == Place::Stuck
                {
                    job.place = Place::Activatable;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn changed(&mut self, record: &Record, event: &JobEvent) -> Result<(), String> {
        let (key, now) = (record.key, record.timestamp);
        if event.intent == JobIntent::Created {
            let job_type = event.job_type.clone();
            let job = Job {
                job_type,
                place: Place::Activatable,
                activation: 0,
                kind: event.kind,
                instance: event.origin.instance,
                element_instance: event.origin.element_instance,
            };
            return match self.live.insert(key, job) {
                Some(_) => Err(format!("job {key} was created twice")),
                None => Ok(()),
            };
        }
        if self.completed.contains(&key) {
            return Err(format!("job {key} was {:?} after it was completed", event.intent));
        }
        let Some(job) = self.live.get_mut(&key) else {
            return Err(format!("job {key} was {:?}, but it is gone", event.intent));
        };
        let place = job.place;
        let illegal = || Err(format!("job {key} was {:?} while it was {place:?}", event.intent));
        match (event.intent, place) {
            (JobIntent::Completed, _) => {
                self.live.remove(&key);
                self.completed.insert(key);
            }
            (JobIntent::Canceled, _) => {
                self.live.remove(&key);
            }
            (JobIntent::TimedOut, Place::Activated(deadline)) if now >= deadline => {
                job.place = Place::Activatable;
            }
            (JobIntent::RecurredAfterBackoff, Place::BackOff(until)) if now >= until => {
                job.place = Place::Activatable;
            }
            (JobIntent::Yielded, Place::Activated(_)) => job.place = Place::Activatable,
            (JobIntent::TimeoutUpdated, Place::Activated(_)) => {
                job.place = Place::Activated(event.deadline);
            }
            (JobIntent::Failed, _) => {
                job.place = match (event.retries, event.recurs_at) {
                    (..=0, _) => Place::Stuck,
                    (_, ..=0) => Place::Activatable,
                    (_, until) => Place::BackOff(until),
                };
            }
            (JobIntent::ErrorThrown, _) if event.is_caught => {
                self.live.remove(&key);
            }
            (JobIntent::ErrorThrown, _) => job.place = Place::Stuck,
            (JobIntent::RetriesUpdated | JobIntent::PriorityUpdated | JobIntent::Migrated, _) => {}
            (
                JobIntent::Created
                | JobIntent::TimedOut
                | JobIntent::RecurredAfterBackoff
                | JobIntent::Yielded
                | JobIntent::TimeoutUpdated,
                _,
            ) => return illegal(),
        }
        Ok(())
    }

    /// A client got a job in its hands. False if nothing is known of the hand-out yet.
    ///
    /// # Errors
    /// Another client has the same hand-out.
    pub fn delivered(&mut self, held: Held) -> Result<bool, String> {
        let handed = (held.job, held.activation);
        if self.undelivered.remove(&handed) {
            self.delivered.insert(handed);
            return Ok(true);
        }
        if self.delivered.contains(&handed) {
            let Held { job, activation } = held;
            return Err(format!("two clients got hand-out {activation} of job {job}"));
        }
        Ok(false)
    }

    /// A client was told that it completed a job, which it had asked for with this key, or none.
    ///
    /// # Errors
    /// Another one was told so before, or it is not completed.
    pub fn accepted(&mut self, key: Key, idempotency_key: &str) -> Result<(), String> {
        if !self.completed.contains(&key) {
            return Err(format!("job {key} was acknowledged as completed, but is not"));
        }
        accept(&mut self.accepted, key, idempotency_key)
            .map_err(|()| format!("two clients were told that they completed job {key}"))
    }
}

/// Notes that a client was told that it did something which is done once. Whoever asks again with
/// an idempotency key is told again.
pub(super) fn accept(
    accepted: &mut BTreeMap<Key, String>,
    key: Key,
    idempotency_key: &str,
) -> Result<(), ()> {
    let before = accepted.insert(key, idempotency_key.to_owned());
    let is_again = |before: String| !before.is_empty() && before == idempotency_key;
    if before.is_none_or(is_again) { Ok(()) } else { Err(()) }
}
