//! Every element inside a multi-instance: the processes of all scenarios, each as the content of a
//! subprocess that runs twice at once, driven to their end or canceled.

use super::support::coverage;
use super::support::scenario::{self, Scenario};
use super::support::time::START;
use engine::{Engine, Output};
use record::{
    BroadcastSignal, CancelInstance, Command, CommandBody, CompleteJob, CompleteUserTask, Continue,
    CreateInstance, ElementType, Entry, EntryBody, Event, JobIntent, Key, LOGIC, Millis,
    ProcessInstanceIntent, ProcessMessageSubscriptionIntent, PublishMessage, Record, RequestId,
    SignalSubscriptionIntent, ThrowError, Tick, UserTaskIntent,
};
use std::collections::BTreeSet;
use value::{Doc, Str};

/// How often everything that waits is given what it waits for.
const ROUNDS: usize = 6;
const DAY: Millis = 86_400_000;

/// What these lives do not come to, though scenarios of its own show it.
const NOT_REACHED: [&str; 1] = ["StartEvent(Error)"];

/// The process of a scenario inside a subprocess that runs twice; `None` if it cannot be: its start
/// event or receive task waits for something, which that of an embedded subprocess must not.
fn wrapped(model: &str) -> Option<String> {
    let lines: Vec<&str> = model.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let (process, rest) = lines.split_first()?;
    let is_one =
        process.starts_with("process p") && !rest.iter().any(|it| it.starts_with("process "));
    let mut depth = 0_i32;
    let mut starts = Vec::new();
    for line in rest {
        if line.starts_with("start ") && depth == 0 {
            starts.push(*line);
        }
        depth += i32::from(line.ends_with('{')) - i32::from(*line == "}");
    }
    let is_plain = matches!(starts.as_slice(), [start] if start.split_whitespace().count() == 2);
    let text = rest.join("\n");
    let start = "start wrap-start\nsub wrap items=`=[1, 2]` item=wrapped {";
    // One that calls itself would run more and more often.
    let calls_itself = text.contains("process=p");
    let is_plain = is_plain && !text.contains(" instantiate");
    (is_one && is_plain && !calls_itself).then(|| {
        format!("{process}\n{start}\n{text}\n}}\nend wrap-end\nwrap-start -> wrap -> wrap-end")
    })
}

/// The variables that the scenario gives, and those that its jobs bring.
fn document(scenario: &Scenario, word: &str) -> Doc {
    let lines = scenario.script().iter().filter(|it| it.contains(word));
    let found = lines.filter_map(|it| it.find('{').and_then(|at| Doc::from_json(&it[at..]).ok()));
    found.fold(Doc::empty(), |all, it| it.merge(&all))
}

struct Life {
    engine: Engine,
    rebuilt: Engine,
    out: Output,
    index: u64,
    now: Millis,
    /// Of the last round.
    records: Vec<Record>,
    /// Of the rounds before it.
    answered: Vec<Record>,
}

impl Life {
    fn apply(&mut self, body: CommandBody) {
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

    fn settle(&mut self) {
        while self.engine.has_pending() {
            self.apply(CommandBody::Continue(Continue {}));
        }
    }

    /// Gives everything that has begun to wait since the last round what it waits for.
    fn round(&mut self, manner: &Manner) {
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
    fn pass(&mut self) {
        self.now += DAY;
        self.apply(CommandBody::Tick(Tick {}));
        self.settle();
    }
}

/// How a life goes.
struct Manner {
    /// What jobs, tasks, messages and signals bring.
    variables: Doc,
    /// The code of the error that jobs throw instead of completing.
    error: Option<Str>,
    /// Timers come before anything else.
    is_late: bool,
}

/// The ways in which a scenario is lived: as it is meant, late, and with the errors of its script.
fn manners(scenario: &Scenario) -> Vec<Manner> {
    let variables = document(scenario, "complete ");
    let with = |error, is_late| Manner { variables: variables.clone(), error, is_late };
    let thrown = scenario.script().iter().filter(|it| it.starts_with("throw "));
    let codes = thrown.filter_map(|it| it.split(' ').nth(2)).map(|it| Some(Str::from(it)));
    let errors = codes.map(|code| with(code, false));
    [with(None, false), with(None, true)].into_iter().chain(errors).collect()
}

/// What ends the wait that a record begins.
fn answer(record: &Record, manner: &Manner) -> Option<CommandBody> {
    let variables = manner.variables.clone();
    if let Event::Job(it) = &record.event
        && it.intent == JobIntent::Created
    {
        let job = record.key;
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

/// What a trace calls the elements that came to life inside the multi-instance of a scenario.
fn live(name: &str, scenario: &Scenario, model: &str, manner: &Manner) -> BTreeSet<String> {
    let mut life = Life {
        engine: Engine::new(1),
        rebuilt: Engine::new(1),
        out: Output::default(),
        index: 0,
        now: START,
        records: Vec::new(),
        answered: Vec::new(),
    };
    let names: Vec<String> = scenario.deployable();
    life.apply(scenario.deployment(&names, &|name, it| {
        if name == "p" { model.to_owned() } else { it.to_owned() }
    }));
    let process_id: Str = "p".into();
    let variables = document(scenario, "create ");
    life.apply(CommandBody::CreateInstance(CreateInstance {
        process_id,
        version: -1,
        variables,
        ..CreateInstance::default()
    }));
    life.settle();
    for _ in 0..ROUNDS {
        life.round(manner);
    }
    let mut all = std::mem::take(&mut life.answered);
    all.append(&mut life.records);
    let roots: BTreeSet<Key> = all.iter().filter_map(root).collect();
    for instance in roots {
        life.apply(CommandBody::CancelInstance(CancelInstance { instance }));
        life.settle();
    }
    assert_eq!(life.engine.instances_active(), 0, "{name}: an instance did not end");
    assert_eq!(life.engine.state_hash(), life.rebuilt.state_hash(), "{name}: rebuilt differs");
    let inner = all.iter().filter(|it| is_begun(it, "wrap", ElementType::SubProcess)).count();
    assert_eq!(inner, 2, "{name}: the wrapped process ran {inner} times");
    let begun = all.iter().filter_map(|it| {
        let Event::ProcessInstance(event) = &it.event else { return None };
        let begins = event.intent == ProcessInstanceIntent::ElementActivating;
        begins.then(|| super::support::trace::kind(event.element_type, event.event_type))
    });
    begun.collect()
}

/// The outermost instance that a record began.
fn root(record: &Record) -> Option<Key> {
    let Event::ProcessInstance(it) = &record.event else { return None };
    let begins = it.intent == ProcessInstanceIntent::ElementActivating && it.flow_scope.is_none();
    (begins && it.parent_instance.is_none()).then_some(record.key)
}

fn is_begun(record: &Record, id: &str, kind: ElementType) -> bool {
    let Event::ProcessInstance(it) = &record.event else { return false };
    it.intent == ProcessInstanceIntent::ElementActivating
        && *it.origin.element_id == *id
        && it.element_type == kind
}

#[test]
fn every_element_runs_inside_a_multi_instance() {
    let mut seen = BTreeSet::new();
    let mut count = 0;
    for path in super::scenarios() {
        let name = path.display().to_string();
        let scenario = scenario::parse(&std::fs::read_to_string(&path).unwrap());
        let Some(model) = scenario.model("p").and_then(wrapped) else { continue };
        count += 1;
        for manner in manners(&scenario) {
            seen.extend(live(&name, &scenario, &model, &manner));
        }
    }
    let missing: Vec<_> = coverage::kinds()
        .filter(|kind| !kind.is_empty() && !seen.contains(*kind) && !NOT_REACHED.contains(kind))
        .collect();
    assert!(missing.is_empty(), "of {count} scenarios none wraps {missing:?}");
    assert!(count > 100, "only {count} scenarios can be wrapped");
}
