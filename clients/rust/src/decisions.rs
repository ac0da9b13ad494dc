//! Decisions.

use proto::gateway as wire;
use serde_json::Value;

use crate::{Client, Error, Key, payload};

/// An evaluated decision.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionEvaluation {
    /// The evaluation's key.
    pub key: Key,
    /// The decision's id.
    pub id: String,
    /// The version that was evaluated.
    pub version: i32,
    /// The requirements graph it stands in.
    pub requirements: Key,
    /// The result; null if there is none.
    pub output: Value,
    /// Why there is no result, if there is none.
    pub failure: Option<String>,
    /// The decisions that were evaluated: required ones first.
    pub decisions: Vec<EvaluatedDecision>,
    /// What was answered with null on the way to a result; a failure lists it itself. Servers tell
    /// it since logic version 2.
    pub warnings: Vec<EvaluationWarning>,
    /// How many more there were than an evaluation keeps.
    pub warnings_left_out: u32,
}

/// Something that an evaluation found wrong and answered with null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationWarning {
    /// The kind, such as `NO_VARIABLE_FOUND`.
    pub kind: String,
    /// For people: what.
    pub message: String,
    /// Where in the model, outermost first.
    pub place: String,
}

/// One decision of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluatedDecision {
    /// The key of the version that was evaluated; 0 if it is no longer deployed.
    pub key: Key,
    /// Its id.
    pub id: String,
    /// Its result.
    pub output: Value,
    /// The inputs of its table with their values.
    pub inputs: Vec<(String, Value)>,
    /// The rules that matched, by their number from 1.
    pub matched: Vec<i32>,
}

impl Client {
    /// Evaluates the latest version of a decision.
    ///
    /// # Errors
    /// `NOT_FOUND` if no decision has this id. A decision without a result is no error.
    pub async fn evaluate_decision(
        &self,
        id: &str,
        variables: &Value,
    ) -> Result<DecisionEvaluation, Error> {
        let request = wire::EvaluateDecisionRequest {
            decision_id: id.to_owned(),
            variables: payload::to_text(variables)?,
            ..wire::EvaluateDecisionRequest::default()
        };
        self.evaluated(request).await
    }

    /// Evaluates one version of a decision.
    ///
    /// # Errors
    /// `NOT_FOUND` if no decision has this key. A decision without a result is no error.
    pub async fn evaluate_decision_by_key(
        &self,
        key: Key,
        variables: &Value,
    ) -> Result<DecisionEvaluation, Error> {
        let request = wire::EvaluateDecisionRequest {
            decision_key: key,
            variables: payload::to_text(variables)?,
            ..wire::EvaluateDecisionRequest::default()
        };
        self.evaluated(request).await
    }

    async fn evaluated(
        &self,
        request: wire::EvaluateDecisionRequest,
    ) -> Result<DecisionEvaluation, Error> {
        let answer = self.answer(self.gateway().evaluate_decision(request)).await?;
        let failed = !answer.failed_decision_id.is_empty();
        Ok(DecisionEvaluation {
            key: answer.decision_evaluation_key,
            id: answer.decision_id,
            version: answer.decision_version,
            requirements: answer.decision_requirements_key,
            output: value(&answer.decision_output),
            failure: failed.then_some(answer.failure_message),
            decisions: answer.evaluated_decisions.into_iter().map(evaluated).collect(),
            warnings: answer.warnings.into_iter().map(warning).collect(),
            warnings_left_out: answer.warnings_left_out,
        })
    }
}

fn evaluated(it: wire::EvaluatedDecision) -> EvaluatedDecision {
    let inputs = it.evaluated_inputs.into_iter();
    EvaluatedDecision {
        key: it.decision_key.max(0),
        id: it.decision_id,
        output: value(&it.decision_output),
        inputs: inputs.map(|it| (it.input_name, value(&it.input_value))).collect(),
        matched: it.matched_rules.iter().map(|it| it.rule_index).collect(),
    }
}

fn warning(it: wire::EvaluationWarning) -> EvaluationWarning {
    EvaluationWarning { kind: it.kind, message: it.message, place: it.place }
}

/// A value that the server writes as JSON.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}
