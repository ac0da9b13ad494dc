//! Compiled decision models: derived from deployed files, compiled ahead or when first needed.

use crate::compiled::{Compiled, Files, Held, Source, Uncompiled, checksum};
use crate::state::State;
use crate::state::decision::Requirements;
use record::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A cache of compiled models. It is no state: its content decides nothing but speed.
#[derive(Debug)]
pub(crate) struct Models {
    pub(crate) files: Files<dmn::Model>,
    /// The file of each requirements graph.
    by_requirements: BTreeMap<Key, u64>,
    /// How many files were compiled in `apply`.
    pub(crate) compiled: u64,
    /// A graph that was deployed and of which this binary cannot make a model.
    pub(crate) unreadable: Option<Key>,
}

impl Default for Models {
    fn default() -> Self {
        Self {
            files: Files::new(Self::BYTES_MAX, Self::FACTOR),
            by_requirements: BTreeMap::new(),
            compiled: 0,
            unreadable: None,
        }
    }
}

impl Models {
    /// How many bytes the models of a partition may take, as estimated.
    const BYTES_MAX: usize = 256 * 1_024 * 1_024;
    /// How many bytes a byte of a file becomes. Measured with the allocator of the server: 21 and 18
    /// for tables of 100 and 10 000 rules without spaces, 8.3 for one of a few rules, 4.7 for
    /// literal expressions.
    const FACTOR: usize = 24;

    /// The files of deployed decisions that are not compiled and have room: first those of latest
    /// versions, then the others; of each the last deployed.
    pub(crate) fn missing(&self, state: &State) -> Vec<Uncompiled> {
        let is_latest = |it: &Requirements| {
            state.requirements.latest(&it.id).is_some_and(|latest| latest.key == it.key)
        };
        let all = state.requirements.iter().rev().map(|(_, it)| &**it);
        let (wanted, others): (Vec<_>, Vec<_>) = all.partition(|it| is_latest(it));
        let files = wanted.into_iter().chain(others).filter_map(|it| uncompiled(state, it));
        self.files.lacking(files)
    }

    /// The model of a requirements graph, compiled now if it is not there.
    ///
    /// `None` only if the graph does not exist. If its file no longer compiles, which a logic
    /// version must rule out, that is noted in `unreadable`.
    pub(crate) fn get(&mut self, state: &State, requirements: Key) -> Option<Arc<dmn::Model>> {
        if let Some(file) = self.by_requirements.get(&requirements)
            && let Some(model) = self.files.get(*file)
        {
            return Some(model.clone());
        }
        let deployed = state.requirements.get(&requirements)?;
        let Some(file) = self.file(state, deployed) else {
            self.unreadable = Some(requirements);
            return None;
        };
        if self.files.take_dropped() {
            self.by_requirements.retain(|_, it| self.files.has(*it));
        }
        self.by_requirements.insert(requirements, file);
        self.files.get(file).cloned()
    }

    /// The file of a requirements graph.
    fn file(&mut self, state: &State, deployed: &Requirements) -> Option<u64> {
        let uncompiled = uncompiled(state, deployed)?;
        if let Some(file) = self.files.find(uncompiled.source()) {
            return Some(file);
        }
        let Compiled::Decisions(source, model) = uncompiled.compile()? else { return None };
        self.compiled += 1;
        Some(self.files.put(source, model, Held::Used))
    }
}

/// A file with all files that it imports, directly or not.
fn uncompiled(state: &State, deployed: &Requirements) -> Option<Uncompiled> {
    let mut files = vec![deployed];
    let mut known = BTreeSet::from([deployed.key]);
    let mut at = 0;
    while let Some(file) = files.get(at) {
        let new = file.imports.iter().map(|it| it.requirements).filter(|it| known.insert(*it));
        let new: Option<Vec<&Requirements>> =
            new.map(|it| state.requirements.get(&it).map(|it| &**it)).collect();
        files.extend(new?);
        at += 1;
    }
    let parts = files.iter().map(|it| Some((checksum(&it.checksum)?, it.resource.len())));
    let parts: Vec<_> = parts.collect::<Option<_>>()?;
    let (own, imported) = parts.split_first()?;
    let source = Source::new(*own, imported.iter().copied());
    Some(Uncompiled::Decisions(source, files.iter().map(|it| it.resource.clone()).collect()))
}

#[cfg(test)]
mod tests {
    use crate::{Engine, Output};
    use record::{
        Command, CommandBody, Deploy, DeployedResource, Entry, EntryBody, EvaluateDecision, Event,
        LOGIC,
    };

    /// Two elements have one id, which a rule refuses today as any rule may that comes later.
    const REFUSED: &str = r#"<definitions id="d" name="d" namespace="d"
        xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="answer" name="Answer">
        <variable id="d" name="Answer"/><literalExpression><text>6 * 7</text></literalExpression>
        </decision></definitions>"#;

    fn apply(engine: &mut Engine, index: u64, body: CommandBody) -> Vec<Event> {
        let command = Command { body, ..Command::default() };
        let body = EntryBody { now: 1, logic: LOGIC, command, ..EntryBody::default() };
        let mut out = Output::default();
        engine.apply(&Entry { index, term: 1, body }, &mut out);
        out.records.into_iter().map(|it| it.event).collect()
    }

    #[test]
    fn a_rule_that_came_later_takes_no_decision_away() {
        assert!(dmn::compile("d.dmn", REFUSED.as_bytes()).is_err(), "no rule refuses it");
        // What went into the log when the rule was not there.
        let once = REFUSED.replace("<variable id=\"d\"", "<variable id=\"v\"");
        let model = dmn::compile("d.dmn", once.as_bytes()).expect("a model");
        let resource = DeployedResource {
            name: "d.dmn".into(),
            content: REFUSED.as_bytes().into(),
            checksum: [7; 16].as_slice().into(),
            requirements: Some(Box::new(crate::requirements_summary(&model))),
            ..DeployedResource::default()
        };
        let mut engine = Engine::new(1);
        apply(&mut engine, 1, CommandBody::Deploy(Deploy { resources: vec![resource] }));
        let evaluate = EvaluateDecision { decision_id: "answer".into(), ..Default::default() };
        let events = apply(&mut engine, 2, CommandBody::EvaluateDecision(evaluate));
        let outputs: Vec<String> = events
            .iter()
            .filter_map(|it| match it {
                Event::DecisionEvaluation(it) => Some(value::json::value_to_json(&it.output)),
                _ => None,
            })
            .collect();
        assert_eq!(outputs, ["42"]);
        assert_eq!(engine.unreadable_definition(), None);
    }
}
