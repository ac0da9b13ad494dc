//! One process instance: its state, its path, its variables.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::{
    Cause, CauseKind, ConditionEvaluation, ElementType, Event, IncidentEvent, IncidentIntent, Key,
    Labels, Millis, Origin, ProcessInstanceEvent, ProcessInstanceIntent, Record, VariableEvent,
    VariableIntent,
};
use value::Str;

use super::waits::Waits;

/// Whether an instance or an element instance goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It goes on.
    Active,
    /// It stands still until it is resumed.
    Suspended,
    /// It ended by itself.
    Completed,
    /// It was ended from outside.
    Terminated,
}

impl State {
    /// The name for people and programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Completed => "completed",
            Self::Terminated => "terminated",
        }
    }
}

/// What is known of one instance.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// Its key.
    pub(crate) key: Key,
    /// The process, as it is now.
    pub(crate) origin: Origin,
    /// What the caller calls it.
    pub(crate) labels: Labels,
    /// Whether it goes on.
    pub(crate) state: State,
    /// When it began.
    pub(crate) started: Millis,
    /// When it ended.
    pub(crate) ended: Option<Millis>,
    /// Its element instances and taken flows, in the order in which they began.
    pub(crate) path: Vec<Step>,
    /// Values by scope and name, encoded. Those of ended scopes are gone.
    pub(crate) variables: BTreeMap<(Key, Str), Arc<[u8]>>,
    /// Open incidents.
    pub(crate) incidents: BTreeMap<Key, (Millis, IncidentEvent)>,
    /// What its element instances wait for.
    pub(crate) waits: Waits,
    /// The definitions that it had before.
    pub(crate) migrations: Vec<Migration>,
    /// The time of the last record that was seen of anything: log time, as far as it is known.
    pub(crate) now: Millis,
    /// Where each element instance is in `path`.
    by_key: BTreeMap<Key, usize>,
}

/// One element instance or taken sequence flow.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Its key.
    pub(crate) key: Key,
    /// The element's id.
    pub(crate) element_id: Str,
    /// The kind of element.
    pub(crate) element_type: ElementType,
    /// The enclosing element instance.
    pub(crate) flow_scope: Key,
    /// Whether it goes on. Flows are completed at once.
    pub(crate) state: State,
    /// When it began.
    pub(crate) began: Millis,
    /// When it ended.
    pub(crate) ended: Option<Millis>,
    /// What made it begin.
    pub(crate) cause: Option<Cause>,
    /// What a gateway evaluated.
    pub(crate) conditions: Vec<ConditionEvaluation>,
}

/// A change to another definition.
#[derive(Debug, Clone)]
pub(crate) struct Migration {
    /// When.
    pub(crate) at: Millis,
    /// The definition until then.
    pub(crate) from: Origin,
    /// The definition since then.
    pub(crate) to: Origin,
    /// Who asked for it.
    pub(crate) cause: Cause,
}

fn is_by_migration(event: &ProcessInstanceEvent) -> bool {
    event.cause.as_ref().is_some_and(|it| it.kind == CauseKind::Migration)
}

impl Instance {
    /// Nothing is known yet of the instance with this key.
    pub(crate) fn new(key: Key) -> Self {
        Self {
            key,
            origin: Origin::default(),
            labels: Labels::default(),
            state: State::Active,
            started: 0,
            ended: None,
            path: Vec::new(),
            variables: BTreeMap::new(),
            incidents: BTreeMap::new(),
            waits: Waits::default(),
            migrations: Vec::new(),
            now: 0,
            by_key: BTreeMap::new(),
        }
    }

    /// True once a record of the instance was seen.
    pub(crate) fn is_known(&self) -> bool {
        !self.path.is_empty()
    }

    /// The element instances that go on and contain no others that do: where the instance is.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Step> {
        let active = |step: &&Step| step.state == State::Active;
        self.path.iter().filter(active).filter(move |step| {
            !self.path.iter().filter(active).any(|inner| inner.flow_scope == step.key)
        })
    }

    /// Takes a record into account.
    pub(crate) fn apply(&mut self, record: &Record) {
        self.now = self.now.max(record.timestamp);
        match &record.event {
            Event::ProcessInstance(it) if it.origin.instance == self.key => {
                self.element(record, it);
            }
            Event::Variable(it) if it.origin.instance == self.key => self.variable(it),
            Event::Incident(it) if it.origin.instance == self.key => self.incident(record, it),
            event => self.waits.apply(self.key, record, event),
        }
    }

    fn element(&mut self, record: &Record, event: &ProcessInstanceEvent) {
        match event.intent {
            // A token that a migration puts on another flow takes no step.
            ProcessInstanceIntent::SequenceFlowTaken if is_by_migration(event) => {}
            ProcessInstanceIntent::ElementActivating | ProcessInstanceIntent::SequenceFlowTaken => {
                self.begin(record, event);
            }
            ProcessInstanceIntent::ElementCompleted => self.end(record, State::Completed),
            ProcessInstanceIntent::ElementTerminated => self.end(record, State::Terminated),
            ProcessInstanceIntent::ElementMigrated => self.migrate(record, event),
            ProcessInstanceIntent::BusinessIdAssigned => self.labels = event.labels.clone(),
            ProcessInstanceIntent::Suspended => self.state = State::Suspended,
            ProcessInstanceIntent::Resumed => self.state = State::Active,
            // The end of the whole instance ends its suspension.
            ProcessInstanceIntent::ElementTerminating if record.key == self.key => {
                self.state = State::Active;
            }
            // Which flows a token has come over stays as it was.
            ProcessInstanceIntent::Unspecified
            | ProcessInstanceIntent::SequenceFlowDeleted
            | ProcessInstanceIntent::ElementActivated
            | ProcessInstanceIntent::ElementCompleting
            | ProcessInstanceIntent::ElementTerminating => {}
        }
        if let Some(step) = self.by_key.get(&record.key).and_then(|at| self.path.get_mut(*at)) {
            step.conditions.extend(event.conditions.iter().cloned());
        }
    }

    fn begin(&mut self, record: &Record, event: &ProcessInstanceEvent) {
        if record.key == self.key {
            self.origin = event.origin.clone();
            self.labels = event.labels.clone();
            self.started = record.timestamp;
        }
        let is_flow = event.intent == ProcessInstanceIntent::SequenceFlowTaken;
        if !is_flow {
            self.by_key.insert(record.key, self.path.len());
        }
        self.path.push(Step {
            key: record.key,
            element_id: event.origin.element_id.clone(),
            element_type: event.element_type,
            flow_scope: event.flow_scope,
            state: if is_flow { State::Completed } else { State::Active },
            began: record.timestamp,
            ended: is_flow.then_some(record.timestamp),
            cause: event.cause.as_deref().cloned(),
            conditions: Vec::new(),
        });
    }

    /// From now on the element instance is one of another definition.
    fn migrate(&mut self, record: &Record, event: &ProcessInstanceEvent) {
        if record.key == self.key {
            let from = std::mem::replace(&mut self.origin, event.origin.clone());
            let cause = event.cause.as_deref().cloned().unwrap_or_default();
            let (at, to) = (record.timestamp, event.origin.clone());
            self.migrations.push(Migration { at, from, to, cause });
        }
        if let Some(step) = self.by_key.get(&record.key).and_then(|at| self.path.get_mut(*at)) {
            step.element_id = event.origin.element_id.clone();
        }
    }

    fn end(&mut self, record: &Record, state: State) {
        if record.key == self.key {
            self.state = state;
            self.ended = Some(record.timestamp);
        } else {
            // The variables of the instance itself stay, as its result.
            self.variables.retain(|(scope, _), _| *scope != record.key);
        }
        if let Some(step) = self.by_key.get(&record.key).and_then(|at| self.path.get_mut(*at)) {
            step.state = state;
            step.ended = Some(record.timestamp);
        }
    }

    fn variable(&mut self, event: &VariableEvent) {
        if event.intent == VariableIntent::Migrated {
            return;
        }
        let scope = event.origin.element_instance;
        self.variables.insert((scope, event.name.clone()), event.value.clone());
    }

    fn incident(&mut self, record: &Record, event: &IncidentEvent) {
        match event.intent {
            IncidentIntent::Created => {
                self.incidents.insert(record.key, (record.timestamp, event.clone()));
            }
            IncidentIntent::Resolved => {
                self.incidents.remove(&record.key);
                self.waits.resolved(event.job);
            }
            IncidentIntent::Migrated => {
                if let Some((_, it)) = self.incidents.get_mut(&record.key) {
                    it.origin = event.origin.clone();
                }
            }
        }
    }
}
