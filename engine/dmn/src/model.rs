//! A compiled model.

use std::sync::Arc;

use feel::{Env, Value, Variables};
use value::Str;

use crate::boxed::Boxed;
use crate::doubts;
use crate::graph::{Element, Graph, Logic, UnitIx};
use crate::parts;
use crate::reads;
use crate::result::{DecisionFailure, DecisionType, Evaluation};
use crate::run::Run;
use crate::table::Finding;
use crate::trouble::Trouble;
use crate::types::ItemType;
use crate::written::{AsWritten, Written};

/// A compiled DMN file: a requirement graph of decisions. Immutable, cheap to share.
#[derive(Debug)]
pub struct Model {
    /// The id of the definitions.
    pub id: Str,
    /// Their name.
    pub name: Str,
    /// Their namespace, by which other models import them.
    pub namespace: Str,
    /// The namespaces of the models it imports.
    pub imports: Vec<Str>,
    /// MD5 of the file.
    pub checksum: [u8; 16],
    pub(crate) graph: Arc<Graph>,
    /// How many elements of the graph are its own; imported ones stand behind.
    pub(crate) own: usize,
    pub(crate) types: Vec<(Str, Arc<ItemType>)>,
    /// All names of the model, for models that import it.
    pub(crate) names: Vec<Str>,
    /// Inputs whose names are written otherwise than they are read, of imported models too.
    pub(crate) written: Vec<Written>,
    /// What looks wrong outside of expressions: references to types that nothing defines, and parts
    /// that nothing reads.
    pub(crate) ignored: Vec<Finding>,
}

/// A decision of a model.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'m> {
    element: &'m Element,
    ix: UnitIx,
}

impl<'m> Decision<'m> {
    /// The id.
    pub fn id(self) -> &'m Str {
        &self.element.id
    }

    /// The name.
    pub fn name(self) -> &'m Str {
        &self.element.name
    }

    /// The version tag, if it has one.
    pub fn version_tag(self) -> Option<&'m Str> {
        match &self.element.logic {
            Logic::Decision { version_tag, .. } => version_tag.as_ref(),
            Logic::Input { .. } | Logic::Knowledge(_) | Logic::Service { .. } => None,
        }
    }

    /// How it is written.
    pub fn kind(self) -> DecisionType {
        match &self.element.logic {
            Logic::Decision { body, .. } => DecisionType::of(body),
            Logic::Input { .. } | Logic::Knowledge(_) | Logic::Service { .. } => {
                DecisionType::Empty
            }
        }
    }
}

/// A decision table as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableText {
    /// The hit policy.
    pub policy: &'static str,
    /// The labels or expressions of the inputs.
    pub inputs: Vec<Str>,
    /// The names of the outputs.
    pub outputs: Vec<Str>,
    /// The rules: the cells of the inputs, then those of the outputs.
    pub rules: Vec<Vec<String>>,
}

impl Decision<'_> {
    /// The decision's table, if it is one.
    pub fn table(self) -> Option<TableText> {
        let Logic::Decision { body: Boxed::Table(table), .. } = &self.element.logic else {
            return None;
        };
        let rules = table.rules.iter().map(|rule| {
            let inputs = rule.cells.iter().map(|it| it.text().to_owned());
            let outputs = rule.outputs.iter();
            let outputs = outputs.map(|it| it.as_ref().map_or("", |it| it.text()).to_owned());
            inputs.chain(outputs).collect()
        });
        Some(TableText {
            policy: table.policy.name(),
            inputs: table.inputs.iter().map(|it| it.name.clone()).collect(),
            outputs: table.outputs.iter().map(|it| it.name.clone()).collect(),
            rules: rules.collect(),
        })
    }
}

impl Model {
    fn own(&self) -> impl Iterator<Item = (UnitIx, &Element)> {
        self.graph.units.iter().take(self.own).map(|it| &*it.element).enumerate()
    }

    /// The decisions in the order of the file.
    pub fn decisions(&self) -> impl Iterator<Item = Decision<'_>> {
        self.own()
            .filter(|it| matches!(it.1.logic, Logic::Decision { .. }))
            .map(|(ix, element)| Decision { element, ix })
    }

    /// The decision with this id.
    pub fn decision(&self, id: &str) -> Option<Decision<'_>> {
        self.decisions().find(|it| **it.id() == *id)
    }

    /// The table of the decision with this id, if it is one; also of the models that this one imports.
    pub fn table(&self, id: &str) -> Option<TableText> {
        let units = self.graph.units.iter().map(|it| &*it.element).enumerate();
        let decisions = units.filter(|it| matches!(it.1.logic, Logic::Decision { .. }));
        let mut decisions = decisions.map(|(ix, element)| Decision { element, ix });
        decisions.find(|it| **it.id() == *id)?.table()
    }

    /// The variables that a decision, or something that it requires, may read; ordered by name.
    pub fn variables(&self, decision: Decision<'_>) -> Vec<Str> {
        let mut read = reads::variables(&self.graph, decision.ix);
        let is_read = |it: &&Written| it.path.first().is_some_and(|it| read.contains(it));
        let written: Vec<Str> =
            self.written.iter().filter(is_read).map(|it| it.name.clone()).collect();
        read.extend(written);
        read.into_iter().collect()
    }

    /// What looks wrong, though it can be evaluated: references to types that nothing defines; and in
    /// the tables of decisions and knowledge models, wherever they stand in them, outputs that are not
    /// declared, and gaps, overlaps and rules that are never reached, of tables with the hit policies
    /// UNIQUE and FIRST; and names that are given twice, and expressions that are empty.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = self.ignored.clone();
        for (_, element) in self.own() {
            let body = match &element.logic {
                Logic::Decision { body, .. } => body,
                Logic::Knowledge(definition) => &definition.body,
                Logic::Input { .. } | Logic::Service { .. } => continue,
            };
            found.extend(doubts::of(element));
            for (place, part) in parts::within(body) {
                if let Boxed::Table(table) = part {
                    found.extend(table.findings(&element.id, &place));
                }
            }
        }
        found
    }

    /// Evaluates a decision of this model, after those it requires.
    ///
    /// # Errors
    /// When a table does not allow what its rules say, an `assert` is not fulfilled, or the budget
    /// runs out.
    pub fn evaluate(
        &self,
        decision: Decision<'_>,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Evaluation, DecisionFailure> {
        self.run(vars, env, |run| run.value(decision.ix))
    }

    fn run(
        &self,
        vars: &dyn Variables,
        env: &mut Env<'_>,
        evaluate: impl FnOnce(&mut Run<'_, '_>) -> Result<Value, Trouble>,
    ) -> Result<Evaluation, DecisionFailure> {
        let written = AsWritten { names: &self.written, below: vars };
        let is_asked = env.reads_written_names && !self.written.is_empty();
        let vars: &dyn Variables = if is_asked { &written } else { vars };
        let mut run = Run::new(&self.graph, vars, env);
        let result = evaluate(&mut run);
        finished(run, result)
    }

    /// Like [`Model::evaluate`], and notes for each rule that did not match the first cell that
    /// failed, in tables of at most `rules_max` rules. This takes time for every rule of them,
    /// which otherwise an index can spare.
    ///
    /// # Errors
    /// As [`Model::evaluate`].
    pub fn explain(
        &self,
        decision: Decision<'_>,
        rules_max: usize,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Evaluation, DecisionFailure> {
        self.run(vars, env, |run| {
            run.explained_max = rules_max;
            run.value(decision.ix)
        })
    }

    /// Evaluates a decision service by its name; its parameters are the variables with their
    /// names. `None` when there is no such service.
    ///
    /// # Errors
    /// As [`Model::evaluate`].
    pub fn evaluate_service(
        &self,
        name: &str,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Option<Result<Evaluation, DecisionFailure>> {
        let is_service = |it: &Element| matches!(it.logic, Logic::Service { .. });
        let (ix, _) = self.own().find(|it| is_service(it.1) && *it.1.name == *name)?;
        Some(self.run(vars, env, |run| {
            let first = run.env.warnings.len();
            let result = run.take_parameters(ix).and_then(|()| run.service(ix));
            run.env.place_warnings(first, || format!("service '{name}'"));
            result
        }))
    }
}

fn finished(
    run: Run<'_, '_>,
    result: Result<Value, Trouble>,
) -> Result<Evaluation, DecisionFailure> {
    let decisions = run.evaluated;
    match result {
        Ok(output) => Ok(Evaluation { output, decisions }),
        Err(trouble) => Err(DecisionFailure {
            decision_id: decisions.last().map(|it| it.id.clone()),
            message: trouble.message(),
            failure: trouble.failure,
            decisions,
        }),
    }
}
