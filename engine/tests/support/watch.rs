//! What lives and what it waits for, by the records alone: that nothing begins or ends twice, that
//! tokens are neither lost nor made, and that nothing stands still without a reason.
//!
//! ```text
//! records ─▶ see ─▶ element instances, jobs, timers, subscriptions, tasks, incidents, tokens
//!                        └─ when no work is pending ─▶ reason: why each of them still lives
//! ```

mod elements;
mod reason;

use bpmn::Process;
use record::{
    CommandIntent, CompensationEvent, CompensationIntent, ConditionalEvent, ConditionalIntent,
    ElementType, Event, EventType, IncidentIntent, JobIntent, JobKind, Key, ProcessEventIntent,
    ProcessInstanceIntent, ProcessMessageSubscriptionIntent, Record, Rejection, RejectionType,
    SignalSubscriptionIntent, TimerIntent, UserTaskIntent,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use value::Str;

/// An element instance that has not ended.
#[derive(Debug, Clone)]
pub(crate) struct Lives {
    pub(crate) id: Str,
    pub(crate) instance: Key,
    pub(crate) scope: Key,
    pub(crate) element: u32,
    pub(crate) kind: ElementType,
    pub(crate) event: EventType,
    pub(crate) state: ProcessInstanceIntent,
    /// The call activity that began it, if it is a process.
    pub(crate) caller: Key,
}

/// A job that has not ended.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) at: Key,
    pub(crate) state: JobIntent,
    pub(crate) retries: i32,
    pub(crate) kind: JobKind,
}

/// An event that waits for something by name.
#[derive(Debug, Clone)]
pub(crate) struct Listens {
    pub(crate) at: Key,
    pub(crate) name: Str,
    pub(crate) correlation_key: Str,
    /// The element that is triggered.
    element: u32,
}

/// An open incident.
#[derive(Debug, Clone)]
pub(crate) struct Stopped {
    pub(crate) at: Key,
    pub(crate) job: Key,
}

/// What lives, by the records.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    processes: BTreeMap<Key, Arc<Process>>,
    pub(crate) elements: BTreeMap<Key, Lives>,
    definitions: BTreeMap<Key, Key>,
    pub(crate) jobs: BTreeMap<Key, Work>,
    pub(crate) tasks: BTreeMap<Key, Key>,
    pub(crate) timers: BTreeMap<Key, (Key, u32)>,
    pub(crate) messages: BTreeMap<Key, Listens>,
    pub(crate) signals: BTreeMap<Key, Listens>,
    pub(crate) conditions: BTreeMap<Key, Listens>,
    pub(crate) incidents: BTreeMap<Key, Stopped>,
    compensations: BTreeMap<Key, CompensationEvent>,
    /// Instances that stand still until they are resumed.
    pub(crate) suspended: BTreeSet<Key>,
    /// Tokens on their way between two elements, with their scope.
    moving: BTreeMap<Key, Key>,
    /// Tokens that wait at a joining gateway, by scope, gateway and flow.
    arrived: BTreeMap<(Key, u32, u32), u32>,
    /// Flows of which a complex gateway took a token when it started, by scope and gateway, until it
    /// resets.
    started: BTreeMap<(Key, u32), BTreeSet<u32>>,
    /// Complex gateways that have not decided yet, with what they are.
    undecided: BTreeMap<Key, (Key, u32)>,
    /// The kinds of elements that have begun.
    pub(crate) kinds: BTreeSet<(ElementType, EventType)>,
    /// What listeners have been asked about.
    pub(crate) asked: BTreeSet<&'static str>,
    /// How many process instances have begun.
    pub(crate) begun: u64,
}

impl Watch {
    /// Looks at a record.
    ///
    /// # Errors
    /// Something begins twice, ends without living, or a defect was undone.
    pub(crate) fn see(&mut self, record: &Record) -> Result<(), String> {
        let key = record.key;
        match &record.event {
            Event::ProcessInstance(it) => return self.see_element(key, it),
            // What is deleted has no file any more; what runs by it goes on.
            Event::Process(it) if it.resource.is_empty() => {}
            Event::Process(it) => {
                let compiled = bpmn::compile_accepted(&it.resource)
                    .map_err(|it| format!("what was deployed does not compile: {it:?}"))?;
                let process = compiled.processes.into_iter().find(|one| one.id == it.process.id);
                self.processes.extend(process.map(|it| (key, it)));
            }
            Event::ProcessEvent(it) => {
                if it.intent == ProcessEventIntent::Triggering && it.interrupts != 0 {
                    self.drop_tokens(it.scope);
                }
            }
            Event::ComplexGateway(it) => self.see_gateway(key, it)?,
            Event::Job(it) => match it.intent {
                JobIntent::Completed | JobIntent::Canceled => {
                    ended("job", key, self.jobs.remove(&key))?;
                }
                JobIntent::ErrorThrown if it.is_caught => {
                    ended("job", key, self.jobs.remove(&key))?;
                }
                state => {
                    self.asked.insert(record::json::names::listener_event_type(it.listener_event));
                    let (at, retries) = (it.origin.element_instance, it.retries);
                    self.jobs.insert(key, Work { at, state, retries, kind: it.kind });
                }
            },
            Event::UserTask(it) => match it.intent {
                UserTaskIntent::Completed | UserTaskIntent::Canceled => {
                    ended("task", key, self.tasks.remove(&key))?;
                }
                _ => drop(self.tasks.insert(key, it.origin.element_instance)),
            },
            Event::Timer(it) if it.origin.element_instance.is_none() => {}
            Event::Timer(it) => match it.intent {
                TimerIntent::Created => {
                    let waits = (it.origin.element_instance, it.origin.element);
                    begun("timer", key, self.timers.insert(key, waits))?;
                }
                TimerIntent::Triggered | TimerIntent::Canceled => {
                    ended("timer", key, self.timers.remove(&key))?;
                }
                TimerIntent::Migrated => {
                    let waits = (it.origin.element_instance, it.origin.element);
                    ended("timer", key, self.timers.insert(key, waits))?;
                }
            },
            Event::Error(it) => return Err(format!("a defect was undone: {}", it.message)),
            Event::Rejection(it) if is_defect(it) => {
                return Err(format!("a command met a defect: {}", it.reason));
            }
            _ => return self.see_incident(record),
        }
        Ok(())
    }

    /// Incidents and what can be undone.
    fn see_incident(&mut self, record: &Record) -> Result<(), String> {
        let key = record.key;
        match &record.event {
            Event::Incident(it) => match it.intent {
                IncidentIntent::Created => {
                    let stopped = Stopped { at: it.origin.element_instance, job: it.job };
                    begun("incident", key, self.incidents.insert(key, stopped))?;
                }
                IncidentIntent::Resolved => {
                    ended("incident", key, self.incidents.remove(&key))?;
                    if let Some(job) = self.jobs.get_mut(&it.job) {
                        job.state = JobIntent::Created;
                    }
                }
                IncidentIntent::Migrated => {}
            },
            Event::CompensationSubscription(it) => match it.intent {
                CompensationIntent::Created
                | CompensationIntent::Triggered
                | CompensationIntent::Migrated => {
                    self.compensations.insert(key, it.clone());
                }
                CompensationIntent::Completed | CompensationIntent::Deleted => {
                    ended("compensation", key, self.compensations.remove(&key))?;
                }
            },
            _ => return self.see_subscription(record),
        }
        Ok(())
    }

    fn see_subscription(&mut self, record: &Record) -> Result<(), String> {
        let key = record.key;
        match &record.event {
            Event::ProcessMessageSubscription(it) => {
                let what = &it.subscription;
                match it.intent {
                    ProcessMessageSubscriptionIntent::Creating => {
                        let listens = Listens {
                            at: what.origin.element_instance,
                            element: what.origin.element,
                            name: what.message_name.clone(),
                            correlation_key: what.correlation_key.clone(),
                        };
                        begun("subscription", key, self.messages.insert(key, listens))?;
                    }
                    ProcessMessageSubscriptionIntent::Correlated if what.interrupting => {
                        self.messages.remove(&key);
                    }
                    ProcessMessageSubscriptionIntent::Deleting => {
                        self.messages.remove(&key);
                    }
                    ProcessMessageSubscriptionIntent::Migrated => {
                        if let Some(listens) = self.messages.get_mut(&key) {
                            listens.element = what.origin.element;
                            listens.name = what.message_name.clone();
                        }
                    }
                    ProcessMessageSubscriptionIntent::Created
                    | ProcessMessageSubscriptionIntent::Correlated
                    | ProcessMessageSubscriptionIntent::Deleted => {}
                }
            }
            Event::SignalSubscription(it) if !it.origin.element_instance.is_none() => {
                match it.intent {
                    SignalSubscriptionIntent::Created => {
                        let listens = Listens {
                            at: it.origin.element_instance,
                            element: it.origin.element,
                            name: it.name.clone(),
                            correlation_key: Str::default(),
                        };
                        begun("signal subscription", key, self.signals.insert(key, listens))?;
                    }
                    SignalSubscriptionIntent::Deleted => {
                        ended("signal subscription", key, self.signals.remove(&key))?;
                    }
                    SignalSubscriptionIntent::Migrated => {
                        if let Some(listens) = self.signals.get_mut(&key) {
                            listens.element = it.origin.element;
                            listens.name = it.name.clone();
                        }
                    }
                }
            }
            Event::ConditionalSubscription(it) => return self.see_condition(key, it),
            _ => {}
        }
        Ok(())
    }

    fn see_condition(&mut self, key: Key, event: &ConditionalEvent) -> Result<(), String> {
        let listens = || Listens {
            at: event.origin.element_instance,
            element: event.origin.element,
            name: event.condition.clone(),
            correlation_key: Str::default(),
        };
        match event.intent {
            ConditionalIntent::Created => {
                begun("condition", key, self.conditions.insert(key, listens()))
            }
            ConditionalIntent::Migrated => {
                ended("condition", key, self.conditions.insert(key, listens()))
            }
            ConditionalIntent::Deleted => ended("condition", key, self.conditions.remove(&key)),
            ConditionalIntent::Triggered | ConditionalIntent::Evaluated => Ok(()),
        }
    }

    /// Checks that nothing waits for what has ended.
    ///
    /// # Errors
    /// Names a kind of thing that is left.
    pub(crate) fn check_empty(&self) -> Result<(), String> {
        let left = [
            ("jobs", self.jobs.len()),
            ("tasks", self.tasks.len()),
            ("timers", self.timers.len()),
            ("message subscriptions", self.messages.len()),
            ("signal subscriptions", self.signals.len()),
            ("conditions", self.conditions.len()),
            ("incidents", self.incidents.len()),
            ("compensations", self.compensations.len()),
            ("tokens", self.moving.len() + self.arrived.len()),
        ];
        left.iter()
            .find(|it| it.1 > 0)
            .map_or(Ok(()), |(what, count)| Err(format!("{count} {what} are left")))
    }

    /// The process instances that nothing called.
    pub(crate) fn roots(&self) -> Vec<Key> {
        let is_root = |it: &&Lives| it.scope.is_none() && it.caller.is_none();
        self.elements.values().filter(is_root).map(|it| it.instance).collect()
    }
}

fn begun<T>(what: &str, key: Key, before: Option<T>) -> Result<(), String> {
    before.map_or(Ok(()), |_| Err(format!("{what} {key} began twice")))
}

fn ended<T>(what: &str, key: Key, before: Option<T>) -> Result<(), String> {
    before.map(drop).ok_or_else(|| format!("{what} {key} ended without living"))
}

/// A migration is also refused like this when an event of the target cannot be waited for.
fn is_defect(rejection: &Rejection) -> bool {
    let migrates = rejection.intent == CommandIntent::ProcessInstanceMigrationMigrate;
    rejection.kind == RejectionType::ProcessingError && !migrates
}
