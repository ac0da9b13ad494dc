//! A model and the lines of a script, which make a scenario.

use super::life::quietly;
use draw::model::{DECISION_TEXT, DECISIONS};
use draw::{Model, Random, notation};
use std::fmt::Write as _;

/// A model and a script.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) seed: u64,
    pub(crate) model: Model,
    /// What follows the deployment.
    pub(crate) lines: Vec<String>,
}

impl Case {
    /// Draws the model of a seed.
    pub(crate) fn draw(seed: u64) -> Self {
        let model = Model::draw(&mut Random::new(seed));
        Self { seed, model, lines: Vec::new() }
    }

    /// True if its model can be deployed.
    pub(crate) fn compiles(&self) -> Result<(), String> {
        let mut found = Ok(());
        let all = quietly(|| {
            for process in &self.model.processes {
                let xml = notation::bpmn(&process.text());
                let compiled = bpmn::compile("p.bpmn", xml.as_bytes());
                if let Err(problems) = compiled {
                    let problems = problems.iter().map(|it| format!("{}\n", it.message));
                    found = Err(format!("{}{}", problems.collect::<String>(), process.text()));
                }
            }
        });
        all.and(found)
    }

    /// The line that deploys the model.
    pub(crate) fn deployment(&self) -> String {
        let mut line = "deploy".to_owned();
        for process in &self.model.processes {
            let _ = write!(line, " {}", process.id);
        }
        if self.model.decides() {
            let _ = write!(line, " {DECISIONS}");
        }
        line
    }

    /// The scenario.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("A random model of seed {}\n", self.seed);
        for process in &self.model.processes {
            let _ = write!(text, "\n== model {}\n{}", process.id, process.text());
        }
        if self.model.decides() {
            let _ = write!(text, "\n== decisions {DECISIONS}\n{DECISION_TEXT}");
        }
        let _ = write!(text, "\n== run\n> {}\n", self.deployment());
        for line in &self.lines {
            let _ = writeln!(text, "> {line}");
        }
        text
    }
}
