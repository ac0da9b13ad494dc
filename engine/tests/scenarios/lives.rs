//! Lives of instances that are driven without a script: whatever waits is given what it waits for.

use super::support::logic;
use super::support::scenario::Scenario;
use super::support::time::START;
use engine::{Engine, Output};
use record::{
    BroadcastSignal, CancelInstance, Command, CommandBody, CompleteJob, CompleteUserTask, Continue,
    CreateInstance, Entry, EntryBody, Event, JobIntent, Key, LOGIC, Millis, ProcessInstanceIntent,
    ProcessMessageSubscriptionIntent, PublishMessage, Record, RequestId, SignalSubscriptionIntent,
    ThrowError, Tick, UserTaskIntent,
};
use std::collections::BTreeSet;
use value::{Doc, Str};

/// The type of the jobs that nobody does.
pub(super) const NOBODYS: &str = "wrap-keep";

/// How many listeners to a cancellation a process has, with those of one that it calls.
const LISTENERS_MAX: usize = 6;

const DAY: Millis = 86_400_000;

/// The variables that the scenario gives, and those that its jobs bring.
fn document(scenario: &Scenario, word: &str) -> Doc {
    let lines = scenario.script().iter().filter(|it| it.contains(word));
    let found = lines.filter_map(|it| it.find('{').and_then(|at| Doc::from_json(&it[at..]).ok()));
    found.fold(Doc::empty(), |all, it| it.merge(&all))
}

/// A partition in which an instance of the process `p` of a scenario lives.
pub(super) struct Life {
    engine: Engine,
    rebuilt: Engine,
    out: Output,
    index: u64,
    now: Millis,
    /// Of the last round.
    records: Vec<Record>,
    /// Of the rounds before it.
    answered: Vec<Record>,
    /// What the jobs of the scenario bring.
    brought: Doc,
}

impl Life {
    /// Deploys a scenario with another model of its process `p`.
    pub(super) fn new(scenario: &Scenario, model: &str) -> Self {
        let mut life = Self {
            engine: Engine::new(1),
            rebuilt: Engine::new(1),
            out: Output::default(),
            index: 0,
            now: START,
            records: Vec::new(),
            answered: Vec::new(),
            brought: document(scenario, "complete "),
        };
        if let Some(entry) = logic::raised(scenario.logic) {
            life.engine.apply(&entry, &mut life.out);
            life.rebuilt.rebuild(&entry, &life.out.records, life.engine.output_hash());
        }
        let names: Vec<String> = scenario.deployable();
        let deployment = scenario.deployment(&names, &|name, it| {
            if name == "p" { model.to_owned() } else { it.to_owned() }
        });
        life.apply(deployment);
        life
    }

    /// Creates an instance of it, with the variables of the scenario.
    pub(super) fn create(&mut self, scenario: &Scenario) {
        self.apply(CommandBody::CreateInstance(CreateInstance {
            process_id: "p".into(),
            version: -1,
            variables: document(scenario, "create "),
            ..CreateInstance::default()
        }));
        self.settle();
    }

    /// Cancels everything, and gives all records: nothing may be left, and what is rebuilt from the
    /// records must be the same.
    pub(super) fn end(mut self, name: &str) -> Vec<Record> {
        let mut all = std::mem::take(&mut self.answered);
        all.append(&mut self.records);
        let roots: BTreeSet<Key> = all.iter().filter_map(root).collect();
        for instance in roots {
            self.apply(CommandBody::CancelInstance(CancelInstance { instance }));
            self.settle();
        }
        // Listeners hear of it.
        let (variables, error) = (self.brought.clone(), None);
        let manner = Manner { variables, error, is_late: false, is_silent: true };
        for _ in 0..LISTENERS_MAX {
            if self.engine.instances_active() > 0 {
                self.round(&manner);
            }
        }
        assert_eq!(self.engine.instances_active(), 0, "{name}: an instance did not end");
        assert_eq!(self.engine.state_hash(), self.rebuilt.state_hash(), "{name}: rebuilt differs");
        all
    }

    /// The instance of `p` that was created last, if it is still active.
    pub(super) fn instance(&self) -> Option<Key> {
        let all = || self.answered.iter().chain(&self.records);
        let instance = all().rev().find_map(root)?;
        let is_end = |it: &Record| {
            matches!(&it.event, Event::ProcessInstance(event) if matches!(
                event.intent,
                ProcessInstanceIntent::ElementCompleted | ProcessInstanceIntent::ElementTerminated
            ))
        };
        (!all().any(|it| it.key == instance && is_end(it))).then_some(instance)
    }

    /// Records since the last round.
    pub(super) fn news(&self) -> &[Record] {
        &self.records
    }

    pub(super) fn apply(&mut self, body: CommandBody) {
        self.index += 1;
        let request = RequestId { node: 1, incarnation: 1, seq: self.index };
        let command = Command { request, body, ..Command::default() };
        let body = EntryBody {
            now: self.now,
            seed: self.index,
            logic: LOGIC,
            command,
            ..EntryBody::default()
        };
        let entry = Entry { index: self.index, term: 1, body };
        self.engine.apply(&entry, &mut self.out);
        self.engine.check_invariants().unwrap();
        self.rebuilt.rebuild(&entry, &self.out.records, self.engine.output_hash());
        self.records.extend(self.out.records.iter().cloned());
    }

    pub(super) fn settle(&mut self) {
        while self.engine.has_pending() {
            self.apply(CommandBody::Continue(Continue {}));
        }
    }

    /// Gives everything that has begun to wait since the last round what it waits for.
    pub(super) fn round(&mut self, manner: &Manner) {
        if manner.is_late {
            self.pass();
        }
        let records = std::mem::take(&mut self.records);
        self.answered.extend(records.iter().cloned());
        for record in records {
            let body = answer(&record, manner);
            if let Some(body) = body {
                self.apply(body);
                self.settle();
            }
        }
        self.pass();
    }

    /// Time goes on, and all timers fire.
    pub(super) fn pass(&mut self) {
        self.now += DAY;
        self.apply(CommandBody::Tick(Tick {}));
        self.settle();
    }
}

/// How a life goes.
pub(super) struct Manner {
    /// What jobs, tasks, messages and signals bring.
    variables: Doc,
    /// The code of the error that jobs throw instead of completing.
    error: Option<Str>,
    /// Timers come before anything else.
    is_late: bool,
    /// Nobody publishes messages or broadcasts signals.
    is_silent: bool,
}

/// The ways in which a scenario is lived: as it is meant, late, with nothing but its jobs, and with
/// the errors of its script.
pub(super) fn manners(scenario: &Scenario) -> Vec<Manner> {
    let variables = document(scenario, "complete ");
    let with = |error, is_late, is_silent| {
        let variables = variables.clone();
        Manner { variables, error, is_late, is_silent }
    };
    let thrown = scenario.script().iter().filter(|it| it.starts_with("throw "));
    let codes = thrown.filter_map(|it| it.split(' ').nth(2)).map(|it| Some(Str::from(it)));
    let errors = codes.map(|code| with(code, false, false));
    let others = [with(None, false, false), with(None, true, false), with(None, false, true)];
    others.into_iter().chain(errors).collect()
}

/// What ends the wait that a record begins.
fn answer(record: &Record, manner: &Manner) -> Option<CommandBody> {
    let variables = manner.variables.clone();
    if let Event::Job(it) = &record.event
        && it.intent == JobIntent::Created
    {
        let job = record.key;
        if &*it.job_type == NOBODYS {
            return None;
        }
        return Some(match manner.error.clone() {
            None => CommandBody::CompleteJob(CompleteJob {
                job,
                variables,
                result: None,
                ..CompleteJob::default()
            }),
            Some(code) => CommandBody::ThrowError(ThrowError {
                job,
                code,
                variables,
                ..ThrowError::default()
            }),
        });
    }
    if let Event::UserTask(it) = &record.event
        && it.intent == UserTaskIntent::Created
    {
        let complete =
            CompleteUserTask { task: record.key, variables, ..CompleteUserTask::default() };
        return Some(CommandBody::CompleteUserTask(complete));
    }
    if manner.is_silent {
        return None;
    }
    if let Event::SignalSubscription(it) = &record.event
        && it.intent == SignalSubscriptionIntent::Created
    {
        let name = it.name.clone();
        return Some(CommandBody::BroadcastSignal(BroadcastSignal { name, variables }));
    }
    if let Event::ProcessMessageSubscription(it) = &record.event
        && it.intent == ProcessMessageSubscriptionIntent::Creating
    {
        return Some(CommandBody::PublishMessage(PublishMessage {
            name: it.subscription.message_name.clone(),
            correlation_key: it.subscription.correlation_key.clone(),
            variables,
            ..PublishMessage::default()
        }));
    }
    None
}

/// The outermost instance that a record began.
fn root(record: &Record) -> Option<Key> {
    let Event::ProcessInstance(it) = &record.event else { return None };
    let begins = it.intent == ProcessInstanceIntent::ElementActivating && it.flow_scope.is_none();
    (begins && it.parent_instance.is_none()).then_some(record.key)
}
