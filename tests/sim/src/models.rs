//! The models of a run: some of all element types, some of jobs, timers and messages alone, which
//! meet each other by the same names.

mod blocks;

use std::collections::BTreeSet;
use std::path::Path;

use draw::model::{CALLED, Flow, Node, Scope};
use draw::{Model as Drawn, Random};
use record::MappedElement;
use value::Str;

/// The types of the jobs: those that models name, and that of user tasks that are jobs.
pub const JOB_TYPES: [&str; 4] = ["t0", "t1", "t2", "io.camunda.zeebe:userTask"];

/// A model.
#[derive(Debug, Clone)]
pub struct Model {
    /// The process id.
    pub id: String,
    /// The BPMN and DMN files, by name, which are deployed together.
    pub files: Vec<(String, String)>,
    /// What is in its processes: that of its own id, and the one that it calls, if any.
    pub processes: Vec<Process>,
}

/// What is in a process.
#[derive(Debug, Clone)]
pub struct Process {
    /// Its id.
    pub id: Str,
    /// The ids of its elements and sequence flows.
    pub ids: Vec<Str>,
    /// Those of its elements, each with the id of the scope around it.
    scopes: Vec<(Str, Str)>,
}

impl Process {
    /// The ids of what is directly in a scope.
    pub fn ids_in<'a>(&'a self, scope: &str) -> impl Iterator<Item = &'a Str> {
        let scope = scope.to_owned();
        self.scopes.iter().filter(move |it| *it.1 == *scope).map(|it| &it.0)
    }

    /// Everything becomes what it is: how an instance goes on by another version.
    pub fn unchanged(&self) -> Vec<MappedElement> {
        let same = |id: &Str| MappedElement { source_id: id.clone(), target_id: id.clone() };
        self.ids.iter().map(same).collect()
    }
}

/// Draws a model with this process id.
pub fn draw(random: &mut Random, id: &str) -> Model {
    if random.percent(40) {
        return Model::of(id, vec![(format!("{id}.bpmn"), blocks::draw(random, id))]);
    }
    let mut drawn = Drawn::draw(random);
    for called in drawn.processes.iter_mut().filter(|it| it.id == CALLED) {
        hush(&mut called.scope);
    }
    for process in drawn.processes.iter_mut().filter(|it| it.id != CALLED) {
        begin(random, &mut process.scope);
        gather(random, &mut process.scope);
    }
    if random.percent(50) {
        for process in &mut drawn.processes {
            listen(random, &mut process.scope);
        }
    }
    Model::of(id, drawn.files(id))
}

impl Model {
    fn of(id: &str, files: Vec<(String, String)>) -> Self {
        let compiled = files.iter().filter(|(name, _)| !is_decision(name));
        let compiled = compiled.filter_map(|(name, it)| bpmn::compile(name, it.as_bytes()).ok());
        let processes = compiled.flat_map(|it| it.processes).map(|it| {
            let elements = it.elements.iter().map(|it| it.id.clone());
            let ids = elements.chain(it.flows.iter().map(|it| it.id.clone())).collect();
            let scope = |ix| it.element(ix).map(|it| it.id.clone()).unwrap_or_default();
            let scopes = it.elements.iter().map(|it| (it.id.clone(), scope(it.scope))).collect();
            Process { id: it.id.clone(), ids, scopes }
        });
        Self { id: id.to_owned(), processes: processes.collect(), files }
    }

    /// Another version of it, in which each element stands at another place of its file.
    pub fn moved(&mut self, version: u64) {
        for (name, content) in self.files.iter_mut().filter(|(name, _)| !is_decision(name)) {
            let prefix = if content.contains("<bpmn:definitions") { "bpmn:" } else { "" };
            let head = content.find("targetNamespace=");
            let end = head.and_then(|it| content[it..].find('>').map(|end| it + end + 1));
            let Some(end) = end else { unreachable!("{name} has a head") };
            let signal = |it| format!("<{prefix}signal id=\"moved-{it}\" name=\"moved\"/>");
            content.insert_str(end, &(0..version).map(signal).collect::<String>());
        }
    }

    /// No model at all.
    pub fn broken(&mut self) {
        for (_, content) in &mut self.files {
            *content = content.replace("process>", "");
        }
    }
}

fn is_decision(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == "dmn")
}

/// Throws nothing that others wait for. What is called may be called by what that begins, and then
/// nothing would wait on the way around.
fn hush(scope: &mut Scope) {
    for node in &mut scope.nodes {
        let word = node.line.split(' ').next().unwrap_or_default();
        let throws = [" signal=", " publish=", " escalation="];
        let is_thrown = throws.iter().any(|it| node.line.contains(it));
        match word {
            "throw" | "end" if is_thrown => node.line = format!("{word} {}", node.id),
            "send" if is_thrown => node.line = format!("send {} type=t0", node.id),
            _ => {}
        }
        if let Some(inner) = &mut node.inner {
            hush(inner);
        }
    }
}

/// Lets a condition start instances as well, perhaps.
fn begin(random: &mut Random, scope: &mut Scope) {
    let first = scope.flows.iter().find(|it| it.from == "s").map(|it| it.to.clone());
    let Some(to) = first.filter(|_| random.percent(25)) else { return };
    let (id, condition) = ("begins".to_owned(), String::new());
    let line = format!("start {id} condition=`=x > 2` vars=x");
    scope.nodes.push(Node { id: id.clone(), line, details: Vec::new(), inner: None });
    scope.flows.push(Flow { from: id, to, condition });
}

/// Lets some events that wait for a message or a signal wait for a timer, too: for both. Behind an
/// event-based gateway the first event decides.
fn gather(random: &mut Random, scope: &mut Scope) {
    let is_first =
        |id: &String| scope.nodes.iter().any(|it| it.id == *id && it.line.starts_with("first "));
    let decided = scope.flows.iter().filter(|it| is_first(&it.from)).map(|it| it.to.clone());
    let decided: BTreeSet<String> = decided.collect();
    for node in &mut scope.nodes {
        let line = &node.line;
        let waits = line.contains(" message=") || line.contains(" signal=");
        let is_one = line.starts_with("catch ") && waits && !line.contains(" timer=");
        if is_one && !decided.contains(&node.id) && random.percent(25) {
            node.line.push_str(" timer=PT2S all");
        }
        if let Some(inner) = &mut node.inner {
            gather(random, inner);
        }
    }
}

/// Adds execution listeners to some of the activities.
fn listen(random: &mut Random, scope: &mut Scope) {
    for node in &mut scope.nodes {
        let word = node.line.split(' ').next().unwrap_or_default();
        let is_activity =
            matches!(word, "task" | "user" | "send" | "rule" | "script" | "call" | "sub" | "adhoc");
        if is_activity && random.percent(25) {
            let when = random.one_of(&[" on-start=t0", " on-end=t1", " on-start=t2 on-end=t2"]);
            node.line.push_str(when);
        }
        if let Some(inner) = &mut node.inner {
            listen(random, inner);
        }
    }
}
