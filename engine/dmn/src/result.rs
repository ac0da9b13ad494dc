//! What an evaluation leaves for records and people.

use std::fmt;

use feel::{Failure, Value};
use value::Str;

use crate::boxed::Boxed;
use crate::graph::{Element, Logic};
use crate::table::{Audit, Table};

/// A decision and all it required, evaluated.
#[derive(Debug)]
pub struct Evaluation {
    /// The decision's result.
    pub output: Value,
    /// The decisions in the order of their evaluation: required ones first, the asked one last.
    pub decisions: Vec<EvaluatedDecision>,
}

/// Why a decision has no result.
#[derive(Debug)]
pub struct DecisionFailure {
    /// The id of the decision whose evaluation failed, if one did.
    pub decision_id: Option<Str>,
    /// Decision, table, rule, column and expression, and what is wrong there.
    pub message: String,
    /// What ended the evaluation.
    pub failure: Failure,
    /// The decisions evaluated until then; the one that failed is the last.
    pub decisions: Vec<EvaluatedDecision>,
}

impl fmt::Display for DecisionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecisionFailure {}

/// How a decision is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionType {
    /// As a decision table.
    DecisionTable,
    /// As a literal expression.
    LiteralExpression,
    /// As a boxed context.
    Context,
    /// As a boxed invocation.
    Invocation,
    /// As a boxed list.
    List,
    /// As a relation.
    Relation,
    /// As any other boxed expression.
    Other,
    /// Not at all: its result is null.
    Empty,
}

/// One evaluated decision.
#[derive(Debug)]
pub struct EvaluatedDecision {
    /// Its id.
    pub id: Str,
    /// Its name.
    pub name: Str,
    /// How it is written.
    pub kind: DecisionType,
    /// Its result; null when it failed.
    pub output: Value,
    /// The inputs of its table.
    pub inputs: Vec<EvaluatedInput>,
    /// The rules of its table that matched.
    pub matched: Vec<MatchedRule>,
    /// Of each rule that was tried, in their order, the number of the first input that did not pass,
    /// from 1; 0 of a rule that matched. Only in an explanation.
    pub failing_inputs: Vec<u32>,
    /// Whether the table has more rules than an explanation was asked for, so that there are no
    /// failing inputs.
    pub unmatched_left_out: bool,
}

/// An input column with its value.
#[derive(Debug)]
pub struct EvaluatedInput {
    /// The column's id.
    pub id: Str,
    /// Its label, or else its expression.
    pub name: Str,
    /// The value of its expression.
    pub value: Value,
}

/// A rule that matched.
#[derive(Debug)]
pub struct MatchedRule {
    /// The rule's id.
    pub id: Str,
    /// Its number, from 1.
    pub number: u32,
    /// Its outputs, by column.
    pub outputs: Vec<EvaluatedOutput>,
}

/// An output column with its value in a rule.
#[derive(Debug)]
pub struct EvaluatedOutput {
    /// The column's id.
    pub id: Str,
    /// Its name.
    pub name: Str,
    /// The value.
    pub value: Value,
}

/// A rule that did not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnmatchedRule {
    /// Its number, from 1.
    pub number: u32,
    /// The first input that did not pass, from 1.
    pub input: u32,
}

impl EvaluatedDecision {
    pub(crate) fn new(element: &Element, output: Value, audit: Audit) -> Self {
        let mut decision = Self {
            id: element.id.clone(),
            name: element.name.clone(),
            kind: DecisionType::Other,
            output,
            inputs: Vec::new(),
            matched: Vec::new(),
            failing_inputs: Vec::new(),
            unmatched_left_out: false,
        };
        if let Logic::Decision { body, .. } = &element.logic {
            decision.kind = DecisionType::of(body);
            if let Boxed::Table(table) = body {
                decision.add(table, audit);
            }
        }
        decision
    }

    fn add(&mut self, table: &Table, audit: Audit) {
        let inputs = table.inputs.iter().zip(audit.inputs);
        self.inputs = inputs
            .map(|(column, value)| EvaluatedInput {
                id: column.id.clone(),
                name: column.name.clone(),
                value,
            })
            .collect();
        for (rule, values) in audit.matched {
            let outputs = table.outputs.iter().zip(values);
            let outputs = outputs.map(|(column, value)| EvaluatedOutput {
                id: column.id.clone(),
                name: column.name.clone(),
                value,
            });
            let id = table.rules.get(rule).map_or_else(|| "".into(), |it| it.id.clone());
            self.matched.push(MatchedRule { id, number: number(rule), outputs: outputs.collect() });
        }
        self.unmatched_left_out = audit.failing_left_out;
        self.failing_inputs = audit.failing_inputs;
    }

    /// The rules that did not match, as far as they were tried; only in an explanation.
    pub fn unmatched(&self) -> impl Iterator<Item = UnmatchedRule> {
        let rules = (1..).zip(self.failing_inputs.iter().copied());
        rules.filter(|it| it.1 != 0).map(|(number, input)| UnmatchedRule { number, input })
    }
}

impl DecisionType {
    pub(crate) fn of(body: &Boxed) -> Self {
        match body {
            Boxed::Table(_) => Self::DecisionTable,
            Boxed::Literal(_) => Self::LiteralExpression,
            Boxed::Empty => Self::Empty,
            Boxed::Typed { value, .. } => Self::of(value),
            Boxed::Context { .. } => Self::Context,
            Boxed::List(_) => Self::List,
            Boxed::Relation { .. } => Self::Relation,
            Boxed::Invocation { .. } => Self::Invocation,
            Boxed::Function(_)
            | Boxed::Conditional { .. }
            | Boxed::Filter { .. }
            | Boxed::For { .. }
            | Boxed::Quantified { .. } => Self::Other,
        }
    }
}

/// Numbers as people count, from 1; a file has far fewer than `u32` holds.
pub(crate) fn number(ix: usize) -> u32 {
    u32::try_from(ix + 1).unwrap_or(u32::MAX)
}
