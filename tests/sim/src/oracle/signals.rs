//! A signal reaches everything that waits for it, once, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use record::{
    CauseKind, ElementType, Event, Key, ProcessEventIntent, ProcessInstanceIntent, Record,
    SignalSubscriptionIntent,
};
use value::Str;

/// What waits, in an instance.
#[derive(Debug, Clone)]
struct Waiting {
    name: Str,
    instance: Key,
    place: Place,
}

/// The element instance that waits, and the event: one that waits for several things has several
/// subscriptions.
type Place = (Key, Str);

/// What signals must start, and did.
#[derive(Debug, Default)]
struct Starts {
    /// The start events that wait, by subscription: definition and name.
    waiting: BTreeMap<Key, (Key, Str)>,
    /// How many instances of each definition a signal has still to start.
    due: BTreeMap<(Key, Key), u64>,
}

/// All signals, by the records alone.
#[derive(Debug, Default)]
pub struct Signals {
    live: BTreeMap<Key, Waiting>,
    /// Who must hear of signals: the subscription, by signal.
    due: BTreeMap<Key, BTreeSet<Key>>,
    heard: BTreeSet<(Key, Place)>,
    /// Of these, what was one of several things that are all waited for, and was given back.
    parts: BTreeSet<(Key, Place)>,
    names: BTreeMap<Key, Str>,
    /// Element instances that take events: not those that wait for a listener or with an incident
    /// before they are active, or while they end.
    active: BTreeSet<Key>,
    /// Instances that stand still: signals are not kept for them.
    suspended: BTreeSet<Key>,
    /// Triggers that element instances have not consumed: until then they take no other.
    triggers: BTreeMap<Key, u32>,
    starts: Starts,
}

impl Signals {
    /// The names of what is waited for.
    pub fn awaited(&self) -> BTreeSet<Str> {
        self.live.values().map(|it| it.name.clone()).collect()
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.live.len()
    }

    /// Looks at a record.
    ///
    /// # Errors
    /// A signal is heard twice, or by something that does not wait for it.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        let key = record.key;
        self.starts.see(record)?;
        match &record.event {
            Event::SignalSubscription(it) if !it.origin.element_instance.is_none() => {
                let place = (it.origin.element_instance, it.origin.element_id.clone());
                match it.intent {
                    SignalSubscriptionIntent::Created | SignalSubscriptionIntent::Migrated => {
                        let (name, instance) = (it.name.clone(), it.origin.instance);
                        self.live.insert(key, Waiting { name, instance, place });
                    }
                    SignalSubscriptionIntent::Deleted => self.forgive(|it| *it == key, key),
                }
            }
            Event::Signal(it) => {
                self.names.insert(key, it.name.clone());
                let waiting = self.live.iter().filter(|(_, waits)| waits.name == it.name);
                let waiting = waiting.filter(|(_, waits)| self.takes_events(waits));
                let waiting: BTreeSet<Key> = waiting.map(|(key, _)| *key).collect();
                if !waiting.is_empty() {
                    self.due.insert(key, waiting);
                }
            }
            Event::ProcessEvent(it) => match it.intent {
                ProcessEventIntent::Triggering => {
                    if it.part_of == 0 {
                        *self.triggers.entry(it.scope).or_default() += 1;
                    }
                    if it.cause.kind != CauseKind::Signal {
                        return Ok(());
                    }
                    let heard = (it.cause.key, (it.scope, it.origin.element_id.clone()));
                    // What waits for all of several things hears of each. It gives them back to be
                    // triggered by the last, or for another definition.
                    if self.parts.remove(&heard) {
                        return Ok(());
                    }
                    return self.hears(heard.0, &heard.1);
                }
                ProcessEventIntent::Triggered if it.part_of > 0 => {
                    let place = (it.scope, it.origin.element_id.clone());
                    self.parts.insert((it.cause.key, place));
                }
                ProcessEventIntent::Triggered => match self.triggers.get_mut(&it.scope) {
                    Some(count) if *count > 1 => *count -= 1,
                    _ => drop(self.triggers.remove(&it.scope)),
                },
            },
            Event::ProcessInstance(it) if it.intent != ProcessInstanceIntent::Suspended => {
                match it.intent {
                    ProcessInstanceIntent::Resumed => drop(self.suspended.remove(&key)),
                    ProcessInstanceIntent::ElementActivated => drop(self.active.insert(key)),
                    ProcessInstanceIntent::ElementCompleting
                    | ProcessInstanceIntent::ElementTerminating => drop(self.active.remove(&key)),
                    ProcessInstanceIntent::ElementCompleted
                    | ProcessInstanceIntent::ElementTerminated => {
                        self.triggers.remove(&key);
                        self.suspended.remove(&key);
                    }
                    _ => {}
                }
            }
            // Signals are not kept for instances that stand still.
            Event::ProcessInstance(_) => {
                self.suspended.insert(key);
                let suspended = self.live.iter().filter(|(_, waits)| waits.instance == key);
                let suspended: BTreeSet<Key> = suspended.map(|(key, _)| *key).collect();
                self.due.values_mut().for_each(|it| it.retain(|it| !suspended.contains(it)));
            }
            _ => {}
        }
        Ok(())
    }

    fn takes_events(&self, it: &Waiting) -> bool {
        let is_free = !self.triggers.contains_key(&it.place.0);
        self.active.contains(&it.place.0) && is_free && !self.suspended.contains(&it.instance)
    }

    /// What waits no longer need not hear of anything.
    fn forgive(&mut self, is_meant: impl Fn(&Key) -> bool, key: Key) {
        self.live.remove(&key);
        self.due.values_mut().for_each(|it| it.retain(|it| !is_meant(it)));
    }

    fn hears(&mut self, signal: Key, place: &Place) -> Result<(), String> {
        if !self.heard.insert((signal, place.clone())) {
            return Err(format!("{place:?} heard twice of signal {signal}"));
        }
        let name = self.names.get(&signal);
        let is_it = |it: &Waiting| it.place == *place && Some(&it.name) == name;
        let found = self.live.iter().find(|(_, it)| is_it(it)).map(|(key, _)| *key);
        let Some(subscription) = found else {
            return Err(format!("{place:?} heard of signal {signal} and did not wait"));
        };
        if let Some(due) = self.due.get_mut(&signal) {
            due.remove(&subscription);
        }
        Ok(())
    }

    /// All work is done that there was.
    ///
    /// # Errors
    /// Something waits for a signal that it did not hear of.
    pub fn settled(&mut self) -> Result<(), String> {
        if let Some(((signal, definition), count)) = self.starts.due.pop_first() {
            return Err(format!("signal {signal} left {count} starts of {definition} undone"));
        }
        for (signal, due) in std::mem::take(&mut self.due) {
            let waits = due.iter().filter_map(|it| self.live.get(it));
            let missed = waits.into_iter().find(|it| self.takes_events(it));
            if let Some(waits) = missed {
                return Err(format!("signal {signal} did not reach {waits:?}"));
            }
        }
        Ok(())
    }
}

impl Starts {
    fn see(&mut self, record: &Record) -> Result<(), String> {
        match &record.event {
            Event::SignalSubscription(it) if it.origin.element_instance.is_none() => {
                match it.intent {
                    SignalSubscriptionIntent::Created | SignalSubscriptionIntent::Migrated => {
                        let starts = (it.origin.definition, it.name.clone());
                        self.waiting.insert(record.key, starts);
                    }
                    SignalSubscriptionIntent::Deleted => drop(self.waiting.remove(&record.key)),
                }
                Ok(())
            }
            Event::Signal(it) => {
                for (definition, _) in self.waiting.values().filter(|(_, name)| *name == it.name) {
                    *self.due.entry((record.key, *definition)).or_default() += 1;
                }
                Ok(())
            }
            Event::ProcessInstance(it)
                if it.element_type == ElementType::Process
                    && it.intent == ProcessInstanceIntent::ElementActivating =>
            {
                let cause = it.cause.as_ref().filter(|it| it.kind == CauseKind::Signal);
                cause.map_or(Ok(()), |cause| self.starts(cause.key, it.origin.definition))
            }
            _ => Ok(()),
        }
    }

    fn starts(&mut self, signal: Key, definition: Key) -> Result<(), String> {
        match self.due.get_mut(&(signal, definition)) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) => drop(self.due.remove(&(signal, definition))),
            None => return Err(format!("signal {signal} started {definition} once too often")),
        }
        Ok(())
    }
}
