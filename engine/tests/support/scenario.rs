//! Running a scenario, and rewriting its trace.
//!
//! ```text
//! An order is paid                    the title
//! covers: service task / completes    any number of them
//! logic: 1                            the logic version, if it is not the newest one
//!
//! == model order                      in the notation of `model`; any number of them
//! == decisions dinner                 in the notation of `decisions`, likewise
//! …
//! == run
//! > deploy order                      a line of the script,
//!   Process order:1 from order.bpmn   and what it put out
//! ```

use super::logic;
use super::names::Names;
use super::script::{self, Action};
use super::time::START;
use super::twins::{Care, Twins};
use super::user_task;
use super::watch::Watch;
use super::{decisions, model, trace};
use engine::Output;
use record::{
    Command, CommandBody, Deploy, DeployedResource, Entry, EntryBody, Envelope, Event, LOGIC,
    Millis, Reply, RequestId, Tick,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A scenario as its file says it.
pub(crate) struct Scenario {
    pub(crate) covers: Vec<String>,
    /// The logic version by which it is decided.
    pub(crate) logic: u32,
    models: BTreeMap<String, String>,
    decisions: BTreeMap<String, String>,
    script: Vec<String>,
    /// Everything before the first line of the script.
    pub(crate) head: String,
    /// What each line of the script put out.
    pub(crate) golden: Vec<Vec<String>>,
}

/// Reads a scenario.
pub(crate) fn parse(text: &str) -> Scenario {
    let (head, run) = text.split_once("\n== run\n").expect("a scenario has a part '== run'");
    let (mut covers, mut logic) = (Vec::new(), LOGIC);
    let mut models: BTreeMap<String, String> = BTreeMap::new();
    let mut decisions: BTreeMap<String, String> = BTreeMap::new();
    let mut model = None;
    for line in head.lines() {
        if let Some(name) = line.strip_prefix("== model ") {
            model = Some(models.entry(name.trim().to_owned()).or_default());
        } else if let Some(name) = line.strip_prefix("== decisions ") {
            model = Some(decisions.entry(name.trim().to_owned()).or_default());
        } else if let Some(model) = &mut model {
            model.push_str(line);
            model.push('\n');
        } else if let Some(what) = line.strip_prefix("covers: ") {
            covers.push(what.trim().to_owned());
        } else if let Some(version) = line.strip_prefix("logic: ") {
            logic = version.trim().parse().expect("a logic version");
        }
    }
    let script = run.lines().filter_map(|it| it.strip_prefix("> ")).map(str::to_owned).collect();
    let mut golden: Vec<Vec<String>> = Vec::new();
    for line in run.lines() {
        if line.starts_with("> ") {
            golden.push(Vec::new());
        } else if let Some(step) = golden.last_mut() {
            step.push(line.strip_prefix("  ").unwrap_or(line).to_owned());
        }
    }
    let head = format!("{head}\n== run\n");
    Scenario { covers, logic, models, decisions, script, head, golden }
}

/// Runs a scenario with all checks. Returns its text with the trace as it is now.
pub(crate) fn run(scenario: &Scenario) -> String {
    let mut runner = Runner::new(scenario, Care::Every);
    let mut text = scenario.head.clone();
    for line in &scenario.script {
        let _ = writeln!(text, "> {line}");
        runner.step(line, &mut text);
    }
    runner.finish();
    text
}

/// Does what the lines of a script say, with all checks.
pub(crate) struct Runner<'a> {
    scenario: &'a Scenario,
    pub(crate) twins: Twins,
    pub(crate) names: Names,
    pub(crate) watch: Watch,
    wall: Millis,
    index: u64,
    term: u64,
    next_request: u64,
    /// The operation references that records have told, by the first record of their work.
    references: BTreeMap<u64, u64>,
    out: Output,
}

impl<'a> Runner<'a> {
    /// Of a partition that has seen nothing.
    pub(crate) fn new(scenario: &'a Scenario, care: Care) -> Self {
        let (mut twins, mut out) = (Twins::new(care), Output::default());
        if let Some(entry) = logic::raised(scenario.logic) {
            twins.apply(&entry, &mut out);
        }
        Self {
            scenario,
            twins,
            names: Names::default(),
            watch: Watch::default(),
            wall: START,
            index: 0,
            term: 1,
            next_request: 1,
            references: BTreeMap::new(),
            out,
        }
    }

    /// Checks what can be checked only at the end.
    pub(crate) fn finish(&self) {
        self.twins.finish();
    }

    /// Does what a line says. Returns whether its output is shown in short; `None` if it has none.
    pub(crate) fn perform(&mut self, line: &str) -> Option<bool> {
        let script::Line { action, key, is_quiet, request } = script::parse(line, &self.names);
        let body = match action {
            Action::Command(body) => body,
            Action::Deploy(models) => self.deploy(&models),
            Action::Advance(by, ticks) => {
                self.wall += by;
                if !ticks {
                    return None;
                }
                CommandBody::Tick(Tick {})
            }
            Action::Restart => {
                self.twins.restart();
                return None;
            }
        };
        self.apply(body, request, &key);
        self.look();
        Some(is_quiet)
    }

    /// Learns what the records tell, and checks that what lives has a reason to.
    fn look(&mut self) {
        let at = self.index;
        for record in &self.out.records {
            self.names.learn(record);
            self.watch.see(record).unwrap_or_else(|it| panic!("entry {at}: {it}"));
        }
        if !self.twins.engine().has_pending() {
            self.watch.check_reasons().unwrap_or_else(|it| panic!("entry {at}: {it}"));
        }
    }

    fn step(&mut self, line: &str, text: &mut String) {
        let Some(is_quiet) = self.perform(line) else { return };
        let mut shown = self.show();
        if is_quiet {
            shown = counted(&shown);
        }
        for line in shown.iter().flat_map(|it| it.lines()) {
            let _ = writeln!(text, "  {}", line.trim_end());
        }
    }

    fn apply(&mut self, body: CommandBody, request: Option<u64>, key: &str) {
        let is_own = matches!(
            body,
            CommandBody::Tick(_) | CommandBody::Continue(_) | CommandBody::StartTerm(_)
        );
        if matches!(body, CommandBody::StartTerm(_)) {
            self.term += 1;
        }
        // Requests that a script numbers come from another gateway, so that they never meet.
        let request = match request {
            Some(seq) => RequestId { node: 2, incarnation: 1, seq },
            None if is_own => RequestId::default(),
            None => {
                let seq = self.next_request;
                self.next_request += 1;
                RequestId { node: 1, incarnation: 1, seq }
            }
        };
        self.index += 1;
        let envelope = Envelope {
            principal: "tester".into(),
            idempotency_key: key.into(),
            operation_reference: self.index,
            ..Envelope::default()
        };
        let command = Command { request, settled: 0, envelope, body };
        let engine = self.twins.engine();
        // As a leader stamps it: the wall clock with the offset of the test clock.
        let now = engine.now().max(self.wall + engine.clock().offset_ms);
        let body =
            EntryBody { now, seed: self.index, logic: LOGIC, command, ..EntryBody::default() };
        let entry = Entry { index: self.index, term: self.term, body };
        self.twins.apply(&entry, &mut self.out);
        self.assert_caller_is_told_once(is_own);
        self.assert_each_record_has_the_reference();
    }

    /// What a command does has its reference, at once and later; what is due by itself has none.
    fn assert_each_record_has_the_reference(&mut self) {
        for record in self.out.records.iter().filter(|it| it.position != 0) {
            let of_command = if record.caller.is_some() { self.index } else { 0 };
            let expected = *self.references.entry(record.source).or_insert(of_command);
            assert_eq!(record.operation_reference, expected, "{record:?}");
        }
    }

    /// A command's first record says who asked, and no other record does.
    fn assert_caller_is_told_once(&self, is_own: bool) {
        let mut exported = self.out.records.iter().filter(|it| it.position != 0);
        // A command that changes nothing leaves the first record to work that was due: nothing that
        // scenarios written by hand do.
        let is_drawn = self.twins.care() == Care::Pair;
        let says = exported.next().is_none_or(|it| it.caller.is_some()) || is_own || is_drawn;
        assert!(says || self.out.replies.is_empty(), "{:?}", self.out.records);
        if let Some(other) = exported.find(|it| it.caller.is_some()) {
            panic!("told twice: {other:?}");
        }
    }

    fn show(&self) -> Vec<String> {
        shown(&self.out, &self.names)
    }

    fn deploy(&self, models: &[String]) -> CommandBody {
        self.scenario.deployment(models, &|_, model| model.to_owned())
    }
}

impl Scenario {
    /// The deployment of some of its models, changed.
    pub(crate) fn deployment(
        &self,
        models: &[String],
        change: &dyn Fn(&str, &str) -> String,
    ) -> CommandBody {
        let file = |name: &str| name.split_once('/').map_or(name, |(file, _)| file).to_owned();
        let mut resources = Vec::new();
        let mut graphs = Vec::new();
        for name in models {
            if let Some(model) = self.models.get(name) {
                resources.push(resource(
                    &format!("{}.bpmn", file(name)),
                    &model::xml(&change(name, model)),
                ));
            } else if let Some(model) = self.decisions.get(name) {
                graphs.push((format!("{}.dmn", file(name)), decisions::xml(&file(name), model)));
            } else if let Some(form) = name.strip_suffix(".form") {
                resources.push(user_task::form(form));
            } else if let Some(robot) = name.strip_suffix(".rpa") {
                resources.push(user_task::robot(robot));
            } else {
                panic!("there is no model '{name}'");
            }
        }
        resources.extend(decision_resources(&graphs));
        CommandBody::Deploy(Deploy { resources })
    }

    /// The lines of its script.
    pub(crate) fn script(&self) -> &[String] {
        &self.script
    }

    /// One of its models.
    pub(crate) fn model(&self, name: &str) -> Option<&str> {
        self.models.get(name).map(String::as_str)
    }

    /// The names of its models and decisions, without further versions of them.
    pub(crate) fn deployable(&self) -> Vec<String> {
        let all = self.models.keys().chain(self.decisions.keys());
        all.filter(|it| !it.contains('/')).cloned().collect()
    }
}

/// What an entry put out, line by line.
pub(crate) fn shown(out: &Output, names: &Names) -> Vec<String> {
    let mut lines = Vec::new();
    let mut source = None;
    for record in &out.records {
        let Some(line) = trace::record(record, names) else { continue };
        let is_next = source.is_some_and(|it| it != record.source) && record.position != 0;
        if is_next {
            lines.push("--".to_owned());
        }
        if record.position != 0 {
            source = Some(record.source);
        }
        lines.push(line);
    }
    let replies = out.replies.iter();
    lines.extend(replies.map(|(id, reply)| {
        let told = trace::reply(id.seq, reply, names);
        let why = refused_later(out, reply);
        why.map_or(told.clone(), |why| format!("{told}: {}", names.in_text(why)))
    }));
    lines.extend(out.pushes.iter().map(|it| trace::push(it, names)));
    lines
}

/// Why a command is refused that was under way; of others a record says so.
fn refused_later<'o>(out: &Output, reply: &'o Reply) -> Option<&'o str> {
    let Reply::Rejected(it) = reply else { return None };
    let is_of_it = |event: &Event| matches!(event, Event::Rejection(told) if told == it);
    (!out.records.iter().any(|record| is_of_it(&record.event))).then_some(&*it.reason)
}

/// A file as it is deployed: validated, with what `apply` must know of it. One that is refused only
/// for its regular expressions was deployed by a release that took them.
pub(crate) fn resource(name: &str, xml: &str) -> DeployedResource {
    let is_pattern = |it: &bpmn::Problem| it.message.contains("the regular expression");
    let compiled = bpmn::compile(name, xml.as_bytes());
    let compiled = compiled.or_else(|problems| {
        if problems.iter().all(is_pattern) {
            bpmn::compile_accepted(xml.as_bytes())
        } else {
            Err(problems)
        }
    });
    let compiled =
        compiled.unwrap_or_else(|problems| panic!("{name} does not compile: {problems:#?}\n{xml}"));
    DeployedResource {
        name: name.into(),
        content: xml.as_bytes().into(),
        checksum: compiled.checksum.as_slice().into(),
        processes: compiled.processes.iter().map(|it| engine::summary(it)).collect(),
        ..DeployedResource::default()
    }
}

/// DMN files as they are deployed together.
pub(crate) fn decision_resources(files: &[(String, String)]) -> Vec<DeployedResource> {
    let read: Vec<_> = files
        .iter()
        .map(|(name, xml)| dmn::File { resource_name: name, bytes: xml.as_bytes() })
        .collect();
    let models = dmn::compile_all(&read)
        .unwrap_or_else(|problems| panic!("decisions do not compile: {problems:#?}\n{files:#?}"));
    let resource = |((name, xml), model): (&(String, String), &dmn::Model)| DeployedResource {
        name: name.as_str().into(),
        content: xml.as_bytes().into(),
        checksum: model.checksum.as_slice().into(),
        requirements: Some(Box::new(engine::requirements_summary(model))),
        ..DeployedResource::default()
    };
    files.iter().zip(&models).map(resource).collect()
}

/// How many lines of which kind there are.
pub(crate) fn counted(lines: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().take(2).collect();
        let is_one_word = words[0].starts_with("Element") || words[0].starts_with("Sequence");
        let kind = if is_one_word { words[0].to_owned() } else { words.join(" ") };
        *counts.entry(kind).or_default() += 1;
    }
    counts.into_iter().map(|(kind, count)| format!("{count} x {kind}")).collect()
}
