//! What element instances wait for: jobs, people, messages, signals, timers.

use std::collections::BTreeMap;

use record::{
    ActivatedJob, ConditionalEvent, ConditionalIntent, Event, JobEvent, JobIntent, Key,
    ListenerEventType, Millis, Origin, ProcessMessageSubscriptionEvent,
    ProcessMessageSubscriptionIntent, Record, SignalSubscriptionEvent, SignalSubscriptionIntent,
    TimerEvent, TimerIntent, UserTaskEvent, UserTaskIntent,
};
use value::Str;

/// What the element instances of one instance wait for, by the key of what is waited for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waits(BTreeMap<Key, Wait>);

/// One thing that is waited for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wait {
    /// Since when.
    pub(crate) since: Millis,
    /// Where: the waiting element instance, and the element that goes on when it comes.
    pub(crate) origin: Origin,
    /// For what.
    pub(crate) what: What,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    /// Work of a worker.
    Job {
        /// The job type.
        job_type: Str,
        /// What it is asked about, if it is a listener's.
        listener: ListenerEventType,
        /// Remaining retries.
        retries: i32,
        /// How urgent it is.
        priority: i32,
        /// Whether a worker has it.
        state: JobState,
    },
    /// Somebody who does a user task.
    UserTask {
        /// Who has it; empty for nobody.
        assignee: Str,
        /// The people and groups that may do it.
        candidates: Vec<Str>,
    },
    /// A message.
    Message {
        /// Its name.
        name: Str,
        /// Its correlation key.
        correlation_key: Str,
    },
    /// A signal.
    Signal {
        /// Its name.
        name: Str,
    },
    /// A condition that becomes true.
    Condition {
        /// As it stands in the model.
        condition: Str,
    },
    /// A point in time.
    Timer {
        /// When it comes.
        due: Millis,
        /// How often it comes from now on; -1 for ever.
        repetitions: i32,
    },
}

/// Whether a worker has a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JobState {
    /// It waits for a worker.
    Activatable,
    /// A worker has it.
    Activated {
        /// The worker's name.
        worker: Str,
        /// Until when.
        deadline: Millis,
    },
    /// It failed and waits before it is offered again.
    BackingOff {
        /// Until when.
        until: Millis,
        /// Why it failed.
        message: Str,
    },
    /// It failed and has no retries left.
    OutOfRetries {
        /// Why it failed.
        message: Str,
    },
    /// It threw an error that nothing caught.
    ErrorNotCaught {
        /// The error's code.
        code: Str,
    },
}

impl Waits {
    /// All of them, in the order of their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &Wait)> {
        self.0.iter().map(|(key, wait)| (*key, wait))
    }

    /// Takes a record into account, if it is about the instance.
    pub(super) fn apply(&mut self, instance: Key, record: &Record, event: &Event) {
        match event {
            Event::Job(it) if it.origin.instance == instance => self.job(record, it),
            Event::JobBatch(it) => {
                for job in it.jobs.iter().filter(|job| job.origin.instance == instance) {
                    self.activated(job);
                }
            }
            Event::UserTask(it) if it.origin.instance == instance => self.user_task(record, it),
            Event::Timer(it) if it.origin.instance == instance => self.timer(record, it),
            Event::ConditionalSubscription(it) if it.origin.instance == instance => {
                self.condition(record, it);
            }
            Event::SignalSubscription(it) if it.origin.instance == instance => {
                self.signal(record, it);
            }
            Event::ProcessMessageSubscription(it)
                if it.subscription.origin.instance == instance =>
            {
                self.subscription(record, it);
            }
            _ => {}
        }
    }

    fn job(&mut self, record: &Record, event: &JobEvent) {
        let message = event.error_message.clone();
        let state = match event.intent {
            JobIntent::Completed | JobIntent::Canceled => {
                self.0.remove(&record.key);
                return;
            }
            JobIntent::ErrorThrown if event.is_caught => {
                self.0.remove(&record.key);
                return;
            }
            JobIntent::ErrorThrown => {
                Some(JobState::ErrorNotCaught { code: event.error_code.clone() })
            }
            JobIntent::Failed if event.retries <= 0 => Some(JobState::OutOfRetries { message }),
            JobIntent::Failed if event.back_off_ms > 0 => {
                Some(JobState::BackingOff { until: event.recurs_at, message })
            }
            JobIntent::Created
            | JobIntent::Failed
            | JobIntent::TimedOut
            | JobIntent::RecurredAfterBackoff
            | JobIntent::Yielded => Some(JobState::Activatable),
            JobIntent::Migrated => {
                self.migrate(record.key, &event.origin);
                return;
            }
            JobIntent::RetriesUpdated | JobIntent::PriorityUpdated => None,
            JobIntent::TimeoutUpdated => {
                Some(JobState::Activated { worker: event.worker.clone(), deadline: event.deadline })
            }
        };
        let wait = self.0.entry(record.key).or_insert_with(|| Wait {
            since: record.timestamp,
            origin: event.origin.clone(),
            what: What::Job {
                job_type: event.job_type.clone(),
                listener: event.listener_event,
                retries: event.retries,
                priority: event.priority,
                state: JobState::Activatable,
            },
        });
        if let What::Job { retries, priority, state: current, .. } = &mut wait.what {
            *retries = event.retries;
            *priority = event.priority;
            if let Some(state) = state {
                *current = state;
            }
        }
    }

    /// What is waited for stays; the element that waits is another one now.
    fn migrate(&mut self, key: Key, origin: &Origin) {
        if let Some(wait) = self.0.get_mut(&key) {
            wait.origin = origin.clone();
        }
    }

    fn activated(&mut self, job: &ActivatedJob) {
        if let Some(Wait { what: What::Job { state, .. }, .. }) = self.0.get_mut(&job.key) {
            *state = JobState::Activated { worker: job.worker.clone(), deadline: job.deadline };
        }
    }

    /// A resolved incident makes a job without retries available again; its record says how many
    /// it has now.
    pub(super) fn resolved(&mut self, job: Key) {
        if let Some(Wait { what: What::Job { state, .. }, .. }) = self.0.get_mut(&job)
            && matches!(state, JobState::OutOfRetries { .. })
        {
            *state = JobState::Activatable;
        }
    }

    fn user_task(&mut self, record: &Record, event: &UserTaskEvent) {
        match event.intent {
            UserTaskIntent::Creating
            | UserTaskIntent::Created
            | UserTaskIntent::Assigned
            | UserTaskIntent::Updated => {
                let it = &event.attributes;
                let what = What::UserTask {
                    assignee: it.assignee.clone(),
                    candidates: [it.candidate_users.as_slice(), &it.candidate_groups].concat(),
                };
                let origin = event.origin.clone();
                self.0.insert(record.key, Wait { since: event.created_at, origin, what });
            }
            UserTaskIntent::Migrated => self.migrate(record.key, &event.origin),
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

    fn timer(&mut self, record: &Record, event: &TimerEvent) {
        match event.intent {
            TimerIntent::Created => {
                let what = What::Timer { due: event.due, repetitions: event.repetitions };
                let wait = Wait { since: record.timestamp, origin: event.origin.clone(), what };
                self.0.insert(record.key, wait);
            }
            TimerIntent::Migrated => self.migrate(record.key, &event.origin),
            TimerIntent::Triggered | TimerIntent::Canceled => {
                self.0.remove(&record.key);
            }
        }
    }

    fn signal(&mut self, record: &Record, event: &SignalSubscriptionEvent) {
        match event.intent {
            SignalSubscriptionIntent::Created => {
                let what = What::Signal { name: event.name.clone() };
                let wait = Wait { since: record.timestamp, origin: event.origin.clone(), what };
                self.0.insert(record.key, wait);
            }
            SignalSubscriptionIntent::Migrated => self.migrate(record.key, &event.origin),
            SignalSubscriptionIntent::Deleted => {
                self.0.remove(&record.key);
            }
        }
    }

    fn condition(&mut self, record: &Record, event: &ConditionalEvent) {
        match event.intent {
            ConditionalIntent::Created => {
                let what = What::Condition { condition: event.condition.clone() };
                let wait = Wait { since: record.timestamp, origin: event.origin.clone(), what };
                self.0.insert(record.key, wait);
            }
            ConditionalIntent::Deleted => {
                self.0.remove(&record.key);
            }
            ConditionalIntent::Migrated => {
                self.migrate(record.key, &event.origin);
                if let Some(Wait { what: What::Condition { condition }, .. }) =
                    self.0.get_mut(&record.key)
                {
                    condition.clone_from(&event.condition);
                }
            }
            ConditionalIntent::Triggered | ConditionalIntent::Evaluated => {}
        }
    }

    fn subscription(&mut self, record: &Record, event: &ProcessMessageSubscriptionEvent) {
        let subscription = &event.subscription;
        match event.intent {
            ProcessMessageSubscriptionIntent::Creating
            | ProcessMessageSubscriptionIntent::Created => {
                self.0.entry(record.key).or_insert_with(|| Wait {
                    since: record.timestamp,
                    origin: subscription.origin.clone(),
                    what: What::Message {
                        name: subscription.message_name.clone(),
                        correlation_key: subscription.correlation_key.clone(),
                    },
                });
            }
            ProcessMessageSubscriptionIntent::Migrated => {
                self.migrate(record.key, &subscription.origin);
            }
            ProcessMessageSubscriptionIntent::Correlated if !subscription.interrupting => {}
            ProcessMessageSubscriptionIntent::Correlated
            | ProcessMessageSubscriptionIntent::Deleting
            | ProcessMessageSubscriptionIntent::Deleted => {
                self.0.remove(&record.key);
            }
        }
    }
}
