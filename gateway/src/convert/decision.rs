//! Decisions and their evaluations as answers.

use proto::gateway as wire;
use record::{
    DEFAULT_TENANT, DecisionEvaluated, DeployedDecision, DeployedRequirements, EvaluatedDecision,
    EvaluatedInput, EvaluatedOutput, EvaluationWarning, MatchedRule, json,
};

use super::reply::version;

/// A decision of a deployment.
pub(super) fn deployed(it: &DeployedDecision) -> wire::DecisionMetadata {
    wire::DecisionMetadata {
        dmn_decision_id: it.id.to_string(),
        dmn_decision_name: it.name.to_string(),
        version: version(it.version),
        decision_key: it.key.as_i64(),
        dmn_decision_requirements_id: it.requirements_id.to_string(),
        decision_requirements_key: it.requirements.as_i64(),
        tenant_id: DEFAULT_TENANT.to_owned(),
    }
}

/// A decision requirements graph of a deployment.
pub(super) fn requirements(it: &DeployedRequirements) -> wire::DecisionRequirementsMetadata {
    wire::DecisionRequirementsMetadata {
        dmn_decision_requirements_id: it.id.to_string(),
        dmn_decision_requirements_name: it.name.to_string(),
        version: version(it.version),
        decision_requirements_key: it.key.as_i64(),
        resource_name: it.resource_name.to_string(),
        tenant_id: DEFAULT_TENANT.to_owned(),
    }
}

/// A decision was evaluated, with or without a result.
#[expect(deprecated, reason = "old clients read the evaluation's key there")]
pub(crate) fn evaluated(it: &DecisionEvaluated) -> wire::EvaluateDecisionResponse {
    let evaluation = &it.evaluation;
    let decision = &evaluation.decision;
    let key = it.key.as_i64();
    let evaluated = evaluation.evaluated.iter().enumerate();
    wire::EvaluateDecisionResponse {
        decision_key: decision.key.as_i64(),
        decision_id: decision.id.to_string(),
        decision_name: decision.name.to_string(),
        decision_version: version(decision.version),
        decision_requirements_id: decision.requirements_id.to_string(),
        decision_requirements_key: decision.requirements.as_i64(),
        decision_output: value(&evaluation.output),
        evaluated_decisions: evaluated
            .map(|(ix, it)| one(it, &format!("{key}-{}", ix + 1)))
            .collect(),
        failed_decision_id: evaluation.failed_decision_id.to_string(),
        failure_message: evaluation.failure_message.to_string(),
        tenant_id: DEFAULT_TENANT.to_owned(),
        decision_instance_key: key,
        decision_evaluation_key: key,
        warnings: evaluation.warnings.iter().map(warning).collect(),
        warnings_left_out: evaluation.warnings_left_out,
    }
}

fn warning(it: &EvaluationWarning) -> wire::EvaluationWarning {
    wire::EvaluationWarning {
        kind: it.kind.to_string(),
        message: it.message.to_string(),
        place: it.place.to_string(),
    }
}

fn one(it: &EvaluatedDecision, key: &str) -> wire::EvaluatedDecision {
    wire::EvaluatedDecision {
        decision_key: it.key.as_i64(),
        decision_id: it.id.to_string(),
        decision_name: it.name.to_string(),
        decision_version: version(it.version),
        decision_type: json::names::decision_type(it.kind).to_owned(),
        decision_output: value(&it.output),
        matched_rules: it.matched.iter().map(rule).collect(),
        evaluated_inputs: it.inputs.iter().map(input).collect(),
        tenant_id: DEFAULT_TENANT.to_owned(),
        decision_evaluation_instance_key: key.to_owned(),
    }
}

fn input(it: &EvaluatedInput) -> wire::EvaluatedDecisionInput {
    wire::EvaluatedDecisionInput {
        input_id: it.id.to_string(),
        input_name: it.name.to_string(),
        input_value: value(&it.value),
    }
}

fn rule(it: &MatchedRule) -> wire::MatchedDecisionRule {
    wire::MatchedDecisionRule {
        rule_id: it.id.to_string(),
        rule_index: version(it.number),
        evaluated_outputs: it.outputs.iter().map(output).collect(),
    }
}

fn output(it: &EvaluatedOutput) -> wire::EvaluatedDecisionOutput {
    wire::EvaluatedDecisionOutput {
        output_id: it.id.to_string(),
        output_name: it.name.to_string(),
        output_value: value(&it.value),
    }
}

/// A value as JSON; one that is not there is null.
fn value(raw: &[u8]) -> String {
    if raw.is_empty() { "null".to_owned() } else { ::value::json::value_to_json(raw) }
}
