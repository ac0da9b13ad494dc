//! A drawn model: scopes of elements and flows, and its text.

use crate::{Random, listener, notation};
use std::fmt::Write as _;

/// The process that instances are created of.
pub const PROCESS: &str = "p";
/// The process that its call activities call.
pub const CALLED: &str = "q";
/// The file of the decision that business rule tasks call.
pub const DECISIONS: &str = "rules";
/// That decision.
pub const DECISION_TEXT: &str = "table d FIRST x -> y\n  | < 2 -> \"low\"\n  | < 4 -> \"high\"\n";
/// Types of jobs and listeners.
pub const JOB_TYPES: [&str; 3] = ["t0", "t1", "t2"];
/// Messages that something inside an instance waits for, for correlation key `k`.
pub const MESSAGES: [&str; 4] = ["m0", "m1", "m2", "m3"];
/// The message that starts instances.
pub const START_MESSAGE: &str = "m9";
/// Signals that something inside an instance waits for.
pub const SIGNALS: [&str; 2] = ["g0", "g1"];
/// The signal that starts instances, which no model throws.
pub const START_SIGNAL: &str = "g9";
/// Codes of errors.
pub const ERRORS: [&str; 2] = ["e0", "e1"];
/// Codes of escalations.
pub const ESCALATIONS: [&str; 2] = ["c0", "c1"];

/// Processes that are deployed together, each in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// At least one; the first is [`PROCESS`].
    pub processes: Vec<Process>,
}

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub id: String,
    /// Its listeners in the notation of scenarios, with a blank before; empty for none.
    pub listeners: String,
    /// What is in it.
    pub scope: Scope,
}

/// What is directly inside a process or subprocess.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Elements.
    pub nodes: Vec<Node>,
    /// Sequence flows, at most one from one element to another.
    pub flows: Vec<Flow>,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id.
    pub id: String,
    /// Its line in the notation of scenarios, without the brace that opens a scope.
    pub line: String,
    /// Its mappings.
    pub details: Vec<String>,
    /// What is inside a subprocess.
    pub inner: Option<Scope>,
}

/// A sequence flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The element that it leaves.
    pub from: String,
    /// The element that it leads to.
    pub to: String,
    /// Its condition; empty for none.
    pub condition: String,
}

impl Model {
    /// Draws a model.
    pub fn draw(random: &mut Random) -> Self {
        let mut pen = Pen { random, count: 0, room: 8, is_quiet: false, may_call: false };
        let called = Process::new(CALLED, pen.process(1));
        pen.room = 16;
        pen.may_call = true;
        let is_tangled = pen.random.percent(35);
        let mut scope = if is_tangled { pen.tangle(2) } else { pen.process(3) };
        pen.further_starts(&mut scope);
        let mut processes = vec![Process::new(PROCESS, scope)];
        if processes[0].text().contains("process=") {
            processes.push(called);
        }
        // What comes after it is drawn as if there were no listeners.
        let mut later = Random::new(!random.clone().number());
        for process in &mut processes {
            listener::add(&mut later, process);
        }
        Self { processes }
    }

    /// Its files, as name and content, with another id for the process: several models can be
    /// deployed side by side.
    pub fn files(&self, id: &str) -> Vec<(String, String)> {
        let called = format!("{id}-called");
        let processes = self.processes.iter().map(|it| {
            let own = if it.id == PROCESS { id } else { &called };
            let text =
                it.text().replacen(&format!("process {}", it.id), &format!("process {own}"), 1);
            let text = text.replace(&format!(" process={CALLED}"), &format!(" process={called}"));
            (format!("{own}.bpmn"), notation::bpmn(&text))
        });
        let decisions = self
            .decides()
            .then(|| (format!("{DECISIONS}.dmn"), notation::dmn(DECISIONS, DECISION_TEXT)));
        processes.chain(decisions).collect()
    }

    /// True if it calls the decision [`DECISIONS`].
    pub fn decides(&self) -> bool {
        self.processes.iter().any(|it| it.text().contains("decision="))
    }

    /// The ids of all elements of the first process.
    pub fn ids(&self) -> Vec<String> {
        self.ids_of(PROCESS)
    }

    /// The ids of all elements of a process.
    pub fn ids_of(&self, process: &str) -> Vec<String> {
        let mut ids = Vec::new();
        let found = self.processes.iter().filter(|it| it.id == process);
        let mut scopes: Vec<&Scope> = found.map(|it| &it.scope).collect();
        while let Some(scope) = scopes.pop() {
            ids.extend(scope.nodes.iter().map(|it| it.id.clone()));
            scopes.extend(scope.nodes.iter().filter_map(|it| it.inner.as_ref()));
        }
        ids
    }
}

impl Process {
    fn new(id: &str, scope: Scope) -> Self {
        Self { id: id.to_owned(), listeners: String::new(), scope }
    }

    /// Its text in the notation of scenarios.
    pub fn text(&self) -> String {
        let mut text = format!("process {}{}\n", self.id, self.listeners);
        self.scope.write(0, &mut text);
        text
    }
}

impl Scope {
    fn write(&self, depth: usize, text: &mut String) {
        let indent = "  ".repeat(depth);
        for node in &self.nodes {
            let brace = if node.inner.is_some() { " {" } else { "" };
            let _ = writeln!(text, "{indent}{}{brace}", node.line);
            for detail in &node.details {
                let _ = writeln!(text, "{indent}  {detail}");
            }
            if let Some(inner) = &node.inner {
                inner.write(depth + 1, text);
                let _ = writeln!(text, "{indent}}}");
            }
        }
        for flow in &self.flows {
            let _ = write!(text, "{indent}{} -> {}", flow.from, flow.to);
            if !flow.condition.is_empty() {
                let _ = write!(text, " if {}", flow.condition);
            }
            text.push('\n');
        }
    }

    pub(crate) fn add(&mut self, id: &str, line: String) -> &mut Node {
        let node = Node { id: id.to_owned(), line, details: Vec::new(), inner: None };
        self.nodes.push(node);
        self.nodes.last_mut().expect("one was just added")
    }

    pub(crate) fn flow(&mut self, from: &str, to: &str) {
        self.flow_if(from, to, "");
    }

    /// Adds a flow, unless there is one between the two.
    pub(crate) fn flow_if(&mut self, from: &str, to: &str, condition: &str) {
        if self.flows.iter().any(|it| it.from == from && it.to == to) {
            return;
        }
        let condition = condition.to_owned();
        self.flows.push(Flow { from: from.to_owned(), to: to.to_owned(), condition });
    }
}

impl Node {
    /// The activity that it is attached to, if it is a boundary event.
    pub(crate) fn host(&self) -> Option<&str> {
        self.line.strip_prefix("boundary ")?.split(' ').nth(2)
    }
}

/// What draws, and what it has to keep to.
pub(crate) struct Pen<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) count: u32,
    /// How many more elements there shall be.
    pub(crate) room: u32,
    /// True where a thrown signal or message would come back to what throws it.
    pub(crate) is_quiet: bool,
    pub(crate) may_call: bool,
}

impl Pen<'_> {
    pub(crate) fn id(&mut self, stem: &str) -> String {
        self.count += 1;
        self.room = self.room.saturating_sub(1);
        format!("{stem}{}", self.count)
    }

    /// What else starts instances of a process.
    fn further_starts(&mut self, scope: &mut Scope) {
        let line = match self.random.below(12) {
            3 => format!("receive s0 message={START_MESSAGE} instantiate"),
            0 => format!("start s0 message={START_MESSAGE}"),
            1 => format!("start s0 signal={START_SIGNAL}"),
            2 => "start s0 cycle=R2/PT20S".to_owned(),
            4 => "start s0 condition=`=x > 2` vars=x".to_owned(),
            5 => format!("start s0 message={START_MESSAGE} signal={START_SIGNAL}"),
            _ => return,
        };
        let Some(first) = scope.flows.iter().find(|it| it.from == "s").map(|it| it.to.clone())
        else {
            return;
        };
        scope.add("s0", line);
        scope.flow("s0", &first);
    }
}
