//! Compiled decision models: derived from deployed files, compiled when first needed.

use crate::state::State;
use crate::state::decision::Requirements;
use record::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A cache of compiled models. It is no state: its content decides nothing but speed.
#[derive(Debug, Default)]
pub(crate) struct Models {
    by_requirements: BTreeMap<Key, Arc<dmn::Model>>,
    /// The size of the files of these models; a model is a few times as large.
    bytes: usize,
    /// Files compiled before the log, by checksum, until their graphs exist.
    offered: BTreeMap<[u8; 16], Arc<dmn::Model>>,
    /// A graph that was deployed and of which this binary cannot make a model.
    pub(crate) unreadable: Option<Key>,
}

impl Models {
    /// How many bytes of files the cached models may have; beyond it the cache starts anew.
    const BYTES_MAX: usize = 64 * 1_024 * 1_024;
    const OFFERED_MAX: usize = 256;

    /// Takes a file that was compiled before the log. One that imports others is not kept, because
    /// its checksum does not tell with which files it was compiled.
    pub(crate) fn offer(&mut self, model: Arc<dmn::Model>) {
        if !model.imports.is_empty() {
            return;
        }
        if self.offered.len() >= Self::OFFERED_MAX {
            self.offered.clear();
        }
        self.offered.insert(model.checksum, model);
    }

    /// The files of deployed decisions that have no model yet, the last deployed first, and no more
    /// than can be offered; without those that import others, which are not offered.
    pub(crate) fn missing(&self, state: &State) -> Vec<Arc<[u8]>> {
        let mut seen = BTreeSet::new();
        let missing = state.requirements.iter().rev().filter(|(key, it)| {
            !self.by_requirements.contains_key(*key)
                && it.imports.is_empty()
                && seen.insert(it.checksum.clone())
        });
        missing.take(Self::OFFERED_MAX).map(|(_, it)| it.resource.clone()).collect()
    }

    /// The model of a requirements graph, compiled now if it is not there.
    ///
    /// `None` only if the graph does not exist. If its file no longer compiles, which a logic
    /// version must rule out, that is noted in `unreadable`.
    pub(crate) fn get(&mut self, state: &State, requirements: Key) -> Option<Arc<dmn::Model>> {
        if let Some(model) = self.by_requirements.get(&requirements) {
            return Some(model.clone());
        }
        let deployed = state.requirements.get(&requirements)?;
        let Some(model) = self.offered_for(deployed).or_else(|| compile(state, deployed)) else {
            self.unreadable = Some(requirements);
            return None;
        };
        let bytes = deployed.resource.len();
        if self.bytes + bytes > Self::BYTES_MAX {
            self.by_requirements.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.by_requirements.insert(requirements, model.clone());
        Some(model)
    }

    fn offered_for(&self, deployed: &Requirements) -> Option<Arc<dmn::Model>> {
        if !deployed.imports.is_empty() {
            return None;
        }
        let checksum: [u8; 16] = deployed.checksum.as_ref().try_into().ok()?;
        self.offered.get(&checksum).cloned()
    }
}

/// Compiles a file with all files that it imports, directly or not.
fn compile(state: &State, deployed: &Requirements) -> Option<Arc<dmn::Model>> {
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
    let files: Vec<_> = files
        .iter()
        .map(|it| dmn::File { resource_name: &it.resource_name, bytes: &it.resource })
        .collect();
    // The results are in the order of the files.
    dmn::compile_all_accepted(&files).ok()?.into_iter().next().map(Arc::new)
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
