//! Every element migrated: all scenarios again, with two definitions for each of their processes that
//! differ in the place of every element in its file. After each line of the script all instances
//! are migrated to the other definition. What follows must be what the scenario says.

use super::support::coverage;
use super::support::logic;
use super::support::names::Names;
use super::support::scenario::{self, Scenario};
use super::support::script::{self, Action};
use super::support::time::START;
use engine::{Engine, Output, StateRow};
use record::{
    Command, CommandBody, Continue, Deploy, DeployedResource, Entry, EntryBody, Envelope, Event,
    Key, LOGIC, MappedElement, MigrateInstance, Millis, ProcessInstanceIntent, Record, RequestId,
    SignalSubscriptionIntent, StartSubscriptionIntent, Tick, TimerIntent,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;

/// Scenarios that cannot have the same outcome, with the rule why.
const EXEMPT: [(&str, &str); 8] = [
    ("deployments/delete_called", BEFORE),
    ("deployments/delete_files", BEFORE),
    ("deployments/delete_latest_refused", BEFORE),
    ("deployments/delete_process", BEFORE),
    ("deployments/delete_timers", BEFORE),
    ("deployments/missing_together", TOGETHER),
    ("migration/decisions", TOGETHER),
    ("migration/deleted", BEFORE),
];

const BEFORE: &str = "after a deletion the version before it is the latest, and that is here the \
                      other definition of the same version";

const TOGETHER: &str = "what is bound by deployment is that of the deployment of the definition, \
                        and each of the two has its own";

/// Why an instance may stay as it is for once: something is under way in it.
const BUSY: [&str; 4] =
    ["in the middle of something", "is ending", "no active process instance", "is suspended"];

/// The process of a file with every element at another place.
fn moved(xml: &str) -> String {
    let end = xml.find("targetNamespace=\"t\">\n").expect("the head of a model");
    let (head, rest) = xml.split_at(end + "targetNamespace=\"t\">\n".len());
    format!("{head}<bpmn:signal id=\"moved\" name=\"moved\"/>\n{rest}")
}

/// A line without the numbers of versions that it speaks of: here there are two for each of the
/// script's.
fn unversioned(line: &str) -> String {
    let mut parts = line.split("version ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("version ");
        text.push_str(part.trim_start_matches(|it: char| it.is_ascii_digit() || it == '\''));
    }
    text
}

struct Run<'a> {
    scenario: &'a Scenario,
    engine: Engine,
    rebuilt: Engine,
    out: Output,
    names: Names,
    wall: Millis,
    index: u64,
    term: u64,
    next_request: u64,
    /// The other definition of each one.
    others: BTreeMap<Key, Key>,
    /// Definitions by process id and version.
    definitions: BTreeMap<(String, u32), Key>,
    /// What a checkpoint store holds since the last restart.
    rows: BTreeMap<Vec<u8>, (u32, Vec<u8>)>,
    /// The elements and flows of each definition.
    ids: BTreeMap<Key, Vec<MappedElement>>,
    /// How many versions of a process the script deployed.
    versions: BTreeMap<String, u32>,
    /// Files that have been deployed.
    files: BTreeSet<Vec<u8>>,
    /// Running instances with their definitions.
    running: BTreeMap<Key, Key>,
    text: String,
}

impl Run<'_> {
    fn apply(&mut self, body: CommandBody, request: RequestId, key: &str) {
        self.index += 1;
        let envelope = Envelope {
            principal: "tester".into(),
            idempotency_key: key.into(),
            ..Envelope::default()
        };
        let command = Command { request, settled: 0, envelope, body };
        let now = self.engine.now().max(self.wall + self.engine.clock().offset_ms);
        let body =
            EntryBody { now, seed: self.index, logic: LOGIC, command, ..EntryBody::default() };
        let entry = Entry { index: self.index, term: self.term, body };
        self.engine.apply(&entry, &mut self.out);
        self.engine.check_invariants().unwrap();
        self.rebuilt.rebuild(&entry, &self.out.records, self.engine.output_hash());
        assert_eq!(self.engine.state_hash(), self.rebuilt.state_hash(), "rebuilt differs");
        for record in &self.out.records {
            note(&mut self.running, record);
        }
    }

    /// Does a line of the script, and compares what it puts out.
    fn step(&mut self, at: usize, line: &str) -> Result<(), String> {
        let script::Line { action, key, is_quiet, request } = script::parse(line, &self.names);
        let is_deployment = matches!(action, Action::Deploy(_));
        let body = match action {
            Action::Command(body) => Self::adapted(body),
            Action::Deploy(models) => self.deploy(&models),
            Action::Advance(by, ticks) => {
                self.wall += by;
                if !ticks {
                    return Ok(());
                }
                CommandBody::Tick(Tick {})
            }
            Action::Restart => {
                self.restart();
                return Ok(());
            }
        };
        let request = self.request(&body, request);
        self.apply(body, request, &key);
        for record in &self.out.records {
            // What starts instances of the other definition ends with the deployment of this one.
            if !(is_deployment && is_end_of_start(record)) {
                self.names.learn(record);
            }
        }
        if is_deployment {
            self.learn_versions();
        }
        let mut shown = scenario::shown(&self.out, &self.names);
        if is_quiet {
            shown = scenario::counted(&shown);
        }
        let lines = shown.iter().flat_map(|it| it.lines());
        let found: Vec<String> = lines.map(|it| it.trim_end().to_owned()).collect();
        for line in &found {
            let _ = writeln!(self.text, "  {line}");
        }
        let golden = &self.scenario.golden[at];
        let differs =
            |(found, golden): (&String, &String)| unversioned(found) != unversioned(golden);
        let first = found.iter().zip(golden).position(differs);
        let first =
            first.or((found.len() != golden.len()).then_some(found.len().min(golden.len())));
        match first.filter(|_| !is_deployment) {
            None => Ok(()),
            Some(at) => Err(format!(
                "> {line}\n  expected {}\n  found    {}",
                golden.get(at).map_or("(nothing)", String::as_str),
                found.get(at).map_or("(nothing)", String::as_str)
            )),
        }
    }

    fn request(&mut self, body: &CommandBody, request: Option<u64>) -> RequestId {
        let is_own = matches!(
            body,
            CommandBody::Tick(_) | CommandBody::Continue(_) | CommandBody::StartTerm(_)
        );
        if matches!(body, CommandBody::StartTerm(_)) {
            self.term += 1;
        }
        match request {
            Some(seq) => RequestId { node: 2, incarnation: 1, seq },
            None if is_own => RequestId::default(),
            None => {
                let seq = self.next_request;
                self.next_request += 1;
                RequestId { node: 1, incarnation: 1, seq }
            }
        }
    }

    /// Every second version of a process is the one that the script means.
    fn adapted(mut body: CommandBody) -> CommandBody {
        if let CommandBody::CreateInstance(it) = &mut body {
            it.version = if it.version > 0 { it.version * 2 } else { it.version };
        }
        body
    }

    /// Deploys the processes with their elements elsewhere, then gives the deployment of the script.
    fn deploy(&mut self, models: &[String]) -> CommandBody {
        let CommandBody::Deploy(deploy) = self.scenario.deployment(models, &|_, it| it.to_owned())
        else {
            panic!("a deployment deploys");
        };
        let is_bpmn = |it: &DeployedResource| it.name.ends_with(".bpmn");
        let is_new =
            deploy.resources.iter().any(|it| is_bpmn(it) && self.files.insert(it.content.to_vec()));
        if is_new {
            let resources = deploy.resources.iter().map(|it| {
                let text = std::str::from_utf8(&it.content).unwrap();
                if is_bpmn(it) { scenario::resource(&it.name, &moved(text)) } else { it.clone() }
            });
            let resources = resources.collect();
            self.apply(CommandBody::Deploy(Deploy { resources }), RequestId::default(), "");
            self.learn_ids();
        }
        CommandBody::Deploy(deploy)
    }

    fn learn_ids(&mut self) {
        for record in &self.out.records {
            let Event::Process(it) = &record.event else { continue };
            let compiled = bpmn::compile_accepted(&it.resource).unwrap();
            let process =
                compiled.processes.iter().find(|found| found.id == it.process.id).unwrap();
            let elements = process.elements.iter().map(|it| it.id.clone());
            let flows = process.flows.iter().map(|it| it.id.clone());
            let same = |id: value::Str| MappedElement { source_id: id.clone(), target_id: id };
            self.ids.insert(record.key, elements.chain(flows).map(same).collect());
            self.definitions.insert((it.process.id.to_string(), it.process.version), record.key);
        }
    }

    /// Gives both definitions of a version the name that the scenario knows.
    fn learn_versions(&mut self) {
        self.learn_ids();
        for record in &self.out.records {
            let stem = match &record.event {
                Event::Process(it) => it.process.id.to_string(),
                Event::Form(it) => format!("form-{}", it.file.id),
                Event::Resource(it) => format!("resource-{}", it.file.id),
                Event::Decision(it) => it.decision.id.to_string(),
                Event::DecisionRequirements(it) => format!("{}-graph", it.requirements.id),
                _ => continue,
            };
            let count = self.versions.entry(stem.clone()).or_default();
            *count += 1;
            let name = format!("{stem}:{count}");
            if let Event::Process(it) = &record.event
                && let Some(&other) = self.definitions.get(&(stem, it.process.version - 1))
            {
                self.names.put(other, name.clone());
                self.others.insert(other, record.key);
                self.others.insert(record.key, other);
            }
            self.names.put(record.key, name);
        }
    }

    fn restart(&mut self) {
        for (key, value) in self.engine.take_changes().into_changes() {
            match value {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
        let rows = self.rows.iter().map(|(key, (version, value))| StateRow {
            key: key.clone(),
            version: *version,
            value: value.clone(),
        });
        self.engine = Engine::restore(1, rows).unwrap();
    }

    /// Migrates all instances to their other definition.
    fn migrate_all(&mut self) -> Result<(), String> {
        let running = self.running.clone();
        for (instance, definition) in running {
            let is_busy = self.engine.has_pending()
                || self.engine.next_due().is_some_and(|due| due <= self.engine.now());
            let Some(&target) = self.others.get(&definition).filter(|_| !is_busy) else { continue };
            let mapping = self.ids[&definition].clone();
            let body = CommandBody::MigrateInstance(MigrateInstance { instance, target, mapping });
            self.apply(body, RequestId::default(), "");
            let refusal = self.out.records.iter().find_map(|it| match &it.event {
                Event::Rejection(it) => Some(it.reason.to_string()),
                _ => None,
            });
            if let Some(reason) = refusal {
                if BUSY.iter().any(|it| reason.contains(it)) {
                    continue;
                }
                return Err(self.names.in_text(&reason));
            }
            let _ = writeln!(self.text, "> migrate {}", self.names.of(instance));
            for line in scenario::shown(&self.out, &self.names) {
                let _ = writeln!(self.text, "  {line}");
            }
            while self.engine.has_pending() {
                self.apply(CommandBody::Continue(Continue {}), RequestId::default(), "");
            }
        }
        Ok(())
    }
}

fn is_end_of_start(record: &Record) -> bool {
    match &record.event {
        Event::Timer(it) => it.intent == TimerIntent::Canceled,
        Event::MessageStartSubscription(it) => it.intent == StartSubscriptionIntent::Deleted,
        Event::SignalSubscription(it) => it.intent == SignalSubscriptionIntent::Deleted,
        _ => false,
    }
}

/// Keeps the list of what runs.
fn note(running: &mut BTreeMap<Key, Key>, record: &Record) {
    let Event::ProcessInstance(it) = &record.event else { return };
    if !it.flow_scope.is_none() {
        return;
    }
    match it.intent {
        ProcessInstanceIntent::ElementActivating | ProcessInstanceIntent::ElementMigrated => {
            running.insert(record.key, it.origin.definition);
        }
        ProcessInstanceIntent::ElementCompleted | ProcessInstanceIntent::ElementTerminated => {
            running.remove(&record.key);
        }
        _ => {}
    }
}

/// Runs a scenario; gives its text with all migrations.
///
/// # Errors
/// Where it goes another way than the scenario.
fn run(scenario: &Scenario) -> Result<String, String> {
    let mut run = Run {
        scenario,
        engine: Engine::new(1),
        rebuilt: Engine::new(1),
        out: Output::default(),
        names: Names::default(),
        wall: START,
        index: 0,
        term: 1,
        next_request: 1,
        others: BTreeMap::new(),
        definitions: BTreeMap::new(),
        rows: BTreeMap::new(),
        ids: BTreeMap::new(),
        versions: BTreeMap::new(),
        files: BTreeSet::new(),
        running: BTreeMap::new(),
        text: scenario.head.clone(),
    };
    if let Some(entry) = logic::raised(scenario.logic) {
        run.engine.apply(&entry, &mut run.out);
        run.rebuilt.rebuild(&entry, &run.out.records, run.engine.output_hash());
    }
    for (at, line) in scenario.script().iter().enumerate() {
        let _ = writeln!(run.text, "> {line}");
        run.step(at, line)?;
        run.migrate_all().map_err(|it| format!("after > {line}\n  {it}"))?;
    }
    Ok(run.text)
}

/// What all scenarios came to.
pub(super) struct Lives {
    /// For each element the scenarios that migrate it.
    pub(super) shown: BTreeMap<String, BTreeSet<String>>,
    failures: Vec<String>,
}

/// Runs all scenarios, once.
pub(super) fn lives() -> &'static Lives {
    static LIVES: OnceLock<Lives> = OnceLock::new();
    LIVES.get_or_init(run_all)
}

fn run_all() -> Lives {
    let only = std::env::var_os("SCENARIO").map(|it| it.to_string_lossy().into_owned());
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut failures = Vec::new();
    for path in super::scenarios() {
        let name = path.strip_prefix(super::folder()).unwrap().with_extension("");
        let name = name.display().to_string().replace('\\', "/");
        let is_other = only.as_ref().is_some_and(|only| !name.contains(only.as_str()));
        if is_other || EXEMPT.iter().any(|(it, _)| *it == name) {
            continue;
        }
        let scenario = scenario::parse(&std::fs::read_to_string(&path).unwrap());
        let ran = std::panic::catch_unwind(|| run(&scenario)).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
            Err(text.unwrap_or_default())
        });
        match ran {
            Ok(text) => {
                if only.is_some() {
                    eprintln!("{text}");
                }
                for element in coverage::migrated_in(&text) {
                    shown.entry(element.to_owned()).or_default().insert(name.clone());
                }
            }
            Err(difference) => failures.push(format!("{name}: {difference}")),
        }
    }
    Lives { shown, failures }
}

#[test]
fn a_migrated_instance_goes_on_as_if_nothing_had_happened() {
    let failures = &lives().failures;
    assert!(failures.is_empty(), "{} differ\n{}", failures.len(), failures.join("\n"));
}
