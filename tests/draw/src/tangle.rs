//! Models without blocks: any flow forwards, and some backwards.

use crate::model::{Pen, Scope};
use std::fmt::Write as _;

impl Pen<'_> {
    /// The inside of a process whose flows lead anywhere.
    pub(crate) fn tangle(&mut self, depth: u32) -> Scope {
        let mut scope = Scope::default();
        scope.add("s", "start s".to_owned());
        let mut row = vec!["s".to_owned()];
        for _ in 0..self.random.between(4, 9) {
            row.push(self.knot(&mut scope, depth));
        }
        self.forwards(&mut scope, &row);
        self.backwards(&mut scope, &row);
        self.ends(&mut scope, &row);
        if self.random.percent(25) {
            self.event_subprocesses(&mut scope, 0);
        }
        scope
    }

    /// An element of the row.
    fn knot(&mut self, scope: &mut Scope, depth: u32) -> String {
        match self.random.below(21) {
            0..8 => self.activity(scope),
            8..10 => self.catch(scope),
            10..12 => self.throw(scope),
            12..14 => self.gateway(scope, "gateway", "g"),
            14..16 => self.gateway(scope, "parallel", "f"),
            16..18 => self.gateway(scope, "inclusive", "i"),
            18 => self.ad_hoc(scope),
            19 => self.complex_gateway(scope),
            _ => {
                let (id, start) = (self.id("u"), self.id("s"));
                let marker = self.marker();
                let inner = self.inside(&start, "", depth.min(1));
                scope.add(&id, format!("sub {id}{marker}")).inner = Some(inner);
                self.dress(scope, &id);
                id
            }
        }
    }

    fn gateway(&mut self, scope: &mut Scope, word: &str, stem: &str) -> String {
        let id = self.id(stem);
        scope.add(&id, format!("{word} {id}"));
        id
    }

    fn complex_gateway(&mut self, scope: &mut Scope) -> String {
        let id = self.id("k");
        let enough =
            self.random.one_of(&["activationCount > 0", "x > 1 or activationCount > 1", "x > 1"]);
        scope.add(&id, format!("complex {id} when=`={enough}`"));
        id
    }

    /// Flows to elements further on, so that every element is reached.
    fn forwards(&mut self, scope: &mut Scope, row: &[String]) {
        for (at, id) in row.iter().enumerate().skip(1) {
            let from = row[at - 1 - self.random.index(at.min(3))].clone();
            scope.flow(&from, id);
        }
        for _ in 0..self.random.below(row.len() as u64) {
            let from = self.random.index(row.len() - 1);
            let to = from + 1 + self.random.index(row.len() - 1 - from);
            scope.flow(&row[from], &row[to]);
        }
    }

    /// Flows from gateways back to what waits for a job.
    fn backwards(&mut self, scope: &mut Scope, row: &[String]) {
        for (at, id) in row.iter().enumerate() {
            let line = |id: &str| scope.nodes.iter().find(|it| it.id == id).map(|it| &*it.line);
            if !line(id).is_some_and(|it| it.starts_with("gateway ")) || self.random.percent(50) {
                continue;
            }
            let is_job = |id: &&String| {
                line(id).is_some_and(|it| {
                    it.starts_with("task ") && it.contains(" type=") && !it.contains("items")
                })
            };
            let jobs: Vec<String> = row[..at].iter().filter(is_job).cloned().collect();
            if let Some(job) = self.random.pick(&jobs) {
                scope.flow_if(id, job, "=x < 2");
            }
        }
    }

    /// Conditions and defaults of gateways, and the ends of what leads nowhere.
    fn ends(&mut self, scope: &mut Scope, row: &[String]) {
        for id in row {
            let forwards = |scope: &Scope| -> Vec<usize> {
                let all = scope.flows.iter().enumerate();
                all.filter(|(_, it)| it.from == *id && it.condition.is_empty())
                    .map(|(at, _)| at)
                    .collect()
            };
            if forwards(scope).is_empty() {
                self.end(scope, id);
            }
            let ways = forwards(scope);
            let count = scope.flows.iter().filter(|it| it.from == *id).count();
            let Some(node) = scope.nodes.iter_mut().find(|it| it.id == *id) else { continue };
            let words = ["gateway ", "inclusive ", "complex "];
            let decides = words.iter().any(|it| node.line.starts_with(it));
            if decides && count > 1 {
                let default = &scope.flows[ways[0]];
                let _ = write!(node.line, " default={}-{}", default.from, default.to);
                for way in ways.into_iter().skip(1) {
                    let condition = self.random.one_of(&["=x > 1", "=x < 3"]);
                    condition.clone_into(&mut scope.flows[way].condition);
                }
            }
        }
    }
}
