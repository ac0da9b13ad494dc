//! Smaller models, to find what a failure needs.

use crate::model::{Flow, Model, Scope};

impl Model {
    /// Models with one thing less, the largest thing first. Not all of them are valid.
    pub fn smaller(&self) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for (at, process) in self.processes.iter().enumerate() {
            if at > 0 {
                let mut less = self.clone();
                less.processes.remove(at);
                found.push(less);
            }
            if !process.listeners.is_empty() {
                let mut less = self.clone();
                less.processes[at].listeners.clear();
                found.push(less);
            }
            for scope in smaller(&process.scope) {
                let mut less = self.clone();
                less.processes[at].scope = scope;
                found.push(less);
            }
        }
        found.sort_by_key(Self::size);
        found
    }

    /// How much there is of it: the length of its text.
    pub fn size(&self) -> usize {
        self.processes.iter().map(|it| it.text().len()).sum()
    }
}

fn smaller(scope: &Scope) -> Vec<Scope> {
    let mut found = Vec::new();
    for at in 0..scope.nodes.len() {
        found.push(without_node(scope, at, true));
        found.push(without_node(scope, at, false));
        let node = &scope.nodes[at];
        if let Some(inner) = &node.inner {
            for inner in smaller(inner) {
                let mut less = scope.clone();
                less.nodes[at].inner = Some(inner);
                found.push(less);
            }
        }
        for detail in 0..node.details.len() {
            let mut less = scope.clone();
            less.nodes[at].details.remove(detail);
            found.push(less);
        }
        for line in smaller_lines(&node.line) {
            let mut less = scope.clone();
            less.nodes[at].line = line;
            found.push(less);
        }
    }
    for at in 0..scope.flows.len() {
        let mut less = scope.clone();
        less.flows.remove(at);
        found.push(pruned(less));
        if !scope.flows[at].condition.is_empty() {
            let mut less = scope.clone();
            less.flows[at].condition.clear();
            found.push(less);
        }
    }
    found
}

/// A scope without an element; what came to it goes on to what followed, if that is wanted.
fn without_node(scope: &Scope, at: usize, bridges: bool) -> Scope {
    let mut less = scope.clone();
    let node = less.nodes.remove(at);
    let (touching, rest): (Vec<Flow>, Vec<Flow>) =
        less.flows.into_iter().partition(|it| it.from == node.id || it.to == node.id);
    less.flows = rest;
    if bridges {
        for into in touching.iter().filter(|it| it.to == node.id) {
            for out in touching.iter().filter(|it| it.from == node.id) {
                less.flow_if(&into.from, &out.to, &into.condition);
                for other in &mut less.nodes {
                    let (old, new) = (
                        format!("default={}-{}", into.from, into.to),
                        format!("default={}-{}", into.from, out.to),
                    );
                    other.line = other.line.replace(&old, &new);
                }
            }
        }
    }
    pruned(less)
}

/// A scope without what nothing leads to any more.
fn pruned(mut scope: Scope) -> Scope {
    loop {
        let ids: Vec<String> = scope.nodes.iter().map(|it| it.id.clone()).collect();
        scope.flows.retain(|it| ids.contains(&it.from) && ids.contains(&it.to));
        let lines: Vec<String> = scope.nodes.iter().map(|it| it.line.clone()).collect();
        let flows = scope.flows.clone();
        let before = scope.nodes.len();
        scope.nodes.retain(|node| {
            if let Some(host) = node.host() {
                return ids.iter().any(|it| it == host);
            }
            let word = node.line.split(' ').next().unwrap_or_default();
            let is_named = |setting: &str| {
                let setting = format!("{setting}={}", node.id);
                lines.iter().any(|it| it.split(' ').any(|it| it == setting))
            };
            let begins = matches!(word, "start" | "events") || node.line.ends_with(" instantiate");
            let is_reached = flows.iter().any(|it| it.to == node.id);
            let is_handler = node.line.ends_with(" handler") && is_named("compensate");
            let is_linked = word == "catch" && is_named("link");
            begins || is_reached || is_handler || is_linked || node.line.contains(" link=")
        });
        if scope.nodes.len() == before {
            return scope;
        }
    }
}

/// A line without one of its settings, or as a plainer element.
fn smaller_lines(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let mut found = Vec::new();
    for at in 2..words.len() {
        if words[at].contains('`') || words[at - 1] == "on" {
            continue;
        }
        let rest: Vec<&str> =
            words.iter().enumerate().filter(|(it, _)| *it != at).map(|it| *it.1).collect();
        found.push(rest.join(" "));
    }
    for marker in [" items=", " loop="] {
        if let Some((before, rest)) = line.split_once(marker) {
            let handler = if rest.ends_with(" handler") { " handler" } else { "" };
            found.push(format!("{before}{handler}"));
        }
    }
    let first = words.first().copied().unwrap_or_default();
    let is_plain = words.len() == 2 && first == "manual";
    if !is_plain && !matches!(first, "start" | "end" | "boundary" | "events" | "first" | "catch") {
        found.push(format!("manual {}", words[1]));
    }
    found
}
