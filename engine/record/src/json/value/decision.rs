//! Decisions: deployed, and evaluated.

use super::super::base64;
use super::super::names;
use super::super::object::Object;
use super::{ids, tenant};
use crate::{
    DecisionEvaluationEvent, DecisionEvent, DecisionRequirementsEvent, DeployedDecision,
    DeployedRequirements, EvaluatedDecision, EvaluatedInput, EvaluatedOutput, Key, MatchedRule,
};

pub(super) fn created(event: &DecisionEvent, o: &mut Object<'_>) {
    deployed(&event.decision, event.deployment, o);
    o.text("versionTag", &event.version_tag);
}

pub(super) fn deployed(decision: &DeployedDecision, deployment: Key, o: &mut Object<'_>) {
    identity(decision, "version", o);
    o.key("deploymentKey", deployment);
    o.flag("duplicate", decision.duplicate);
    tenant(o);
}

fn identity(decision: &DeployedDecision, version: &str, o: &mut Object<'_>) {
    o.text("decisionId", &decision.id);
    o.text("decisionName", &decision.name);
    o.number(version, decision.version);
    o.key("decisionKey", decision.key);
    o.text("decisionRequirementsId", &decision.requirements_id);
    o.key("decisionRequirementsKey", decision.requirements);
}

pub(super) fn requirements(event: &DecisionRequirementsEvent, o: &mut Object<'_>) {
    deployed_requirements(&event.requirements, o);
    o.text("resource", &base64::encode(&event.resource));
}

pub(super) fn deployed_requirements(requirements: &DeployedRequirements, o: &mut Object<'_>) {
    o.text("decisionRequirementsId", &requirements.id);
    o.text("decisionRequirementsName", &requirements.name);
    o.number("decisionRequirementsVersion", requirements.version);
    o.key("decisionRequirementsKey", requirements.key);
    o.text("namespace", &requirements.namespace);
    o.text("resourceName", &requirements.resource_name);
    o.text("checksum", &base64::encode(&requirements.checksum));
    o.flag("duplicate", requirements.duplicate);
    tenant(o);
}

pub(super) fn evaluation(event: &DecisionEvaluationEvent, o: &mut Object<'_>) {
    identity(&event.decision, "decisionVersion", o);
    value("decisionOutput", &event.output, o);
    o.document("variables", &event.variables);
    ids(&event.origin, o);
    o.text("elementId", &event.origin.element_id);
    o.key("elementInstanceKey", event.origin.element_instance);
    o.objects("evaluatedDecisions", &event.evaluated, evaluated);
    o.text("failedDecisionId", &event.failed_decision_id);
    o.text("evaluationFailureMessage", &event.failure_message);
    tenant(o);
}

fn evaluated(decision: &EvaluatedDecision, o: &mut Object<'_>) {
    o.text("decisionId", &decision.id);
    o.text("decisionName", &decision.name);
    o.key("decisionKey", decision.key);
    o.number("decisionVersion", decision.version);
    o.text("decisionType", names::decision_type(decision.kind));
    value("decisionOutput", &decision.output, o);
    o.objects("evaluatedInputs", &decision.inputs, input);
    o.objects("matchedRules", &decision.matched, rule);
    tenant(o);
}

fn input(input: &EvaluatedInput, o: &mut Object<'_>) {
    o.text("inputId", &input.id);
    o.text("inputName", &input.name);
    value("inputValue", &input.value, o);
}

fn rule(rule: &MatchedRule, o: &mut Object<'_>) {
    o.text("ruleId", &rule.id);
    o.number("ruleIndex", rule.number);
    o.objects("evaluatedOutputs", &rule.outputs, output);
}

fn output(output: &EvaluatedOutput, o: &mut Object<'_>) {
    o.text("outputId", &output.id);
    o.text("outputName", &output.name);
    value("outputValue", &output.value, o);
}

/// A value as JSON in a text; one that is not there is null.
fn value(name: &str, raw: &[u8], o: &mut Object<'_>) {
    if raw.is_empty() {
        o.text(name, "null");
    } else {
        o.value_as_text(name, raw);
    }
}
