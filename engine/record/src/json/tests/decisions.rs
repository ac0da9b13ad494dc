//! Records of decisions.

use expect_test::expect;

use super::{check, doc, origin, raw};
use crate::*;
use std::sync::Arc;

fn decision() -> DeployedDecision {
    DeployedDecision {
        id: "dish".into(),
        name: "Dish".into(),
        version: 2,
        key: Key::new(1, 8),
        requirements_id: "dinner".into(),
        requirements: Key::new(1, 9),
        duplicate: false,
    }
}

fn requirements() -> DeployedRequirements {
    DeployedRequirements {
        id: "dinner".into(),
        name: "Dinner".into(),
        version: 3,
        key: Key::new(1, 9),
        namespace: "n".into(),
        resource_name: "dinner.dmn".into(),
        checksum: Arc::new([0xfb, 0xef]),
        duplicate: false,
    }
}

#[test]
fn a_deployment_lists_its_decisions_and_their_graphs() {
    check(
        Event::Deployment(DeploymentEvent {
            decisions: vec![decision()],
            requirements: vec![requirements()],
            ..DeploymentEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"DEPLOYMENT","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"resources":[],"processesMetadata":[],"decisionsMetadata":[{"decisionId":"dish","decisionName":"Dish","version":2,"decisionKey":2251799813685256,"decisionRequirementsId":"dinner","decisionRequirementsKey":2251799813685257,"deploymentKey":2251799813685255,"duplicate":false,"tenantId":"<default>"}],"decisionRequirementsMetadata":[{"decisionRequirementsId":"dinner","decisionRequirementsName":"Dinner","decisionRequirementsVersion":3,"decisionRequirementsKey":2251799813685257,"namespace":"n","resourceName":"dinner.dmn","checksum":"++8=","duplicate":false,"tenantId":"<default>"}],"formMetadata":[],"resourceMetadata":[],"deploymentKey":2251799813685255,"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn a_decision_tells_its_graph_and_tag() {
    check(
        Event::Decision(DecisionEvent {
            decision: decision(),
            deployment: Key::new(1, 1),
            version_tag: "spring".into(),
            intent: DeployedIntent::Created,
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"DECISION","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"decisionId":"dish","decisionName":"Dish","version":2,"decisionKey":2251799813685256,"decisionRequirementsId":"dinner","decisionRequirementsKey":2251799813685257,"deploymentKey":2251799813685249,"duplicate":false,"tenantId":"<default>","versionTag":"spring"}}"#]],
    );
}

#[test]
fn a_requirements_graph_carries_its_file_as_base64() {
    check(
        Event::DecisionRequirements(DecisionRequirementsEvent {
            requirements: requirements(),
            deployment: Key::new(1, 1),
            resource: Arc::from(*b"<definitions/>"),
            imports: vec![],
            intent: DeployedIntent::Created,
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"DECISION_REQUIREMENTS","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"decisionRequirementsId":"dinner","decisionRequirementsName":"Dinner","decisionRequirementsVersion":3,"decisionRequirementsKey":2251799813685257,"namespace":"n","resourceName":"dinner.dmn","checksum":"++8=","duplicate":false,"tenantId":"<default>","resource":"PGRlZmluaXRpb25zLz4="}}"#]],
    );
}

#[test]
fn an_evaluation_tells_inputs_rules_and_what_did_not_match() {
    let output = EvaluatedOutput { id: "o".into(), name: "dish".into(), value: raw("\"soup\"") };
    let rule = MatchedRule { id: "r2".into(), number: 2, outputs: vec![output] };
    let input = EvaluatedInput { id: "i".into(), name: "Season".into(), value: raw("\"winter\"") };
    check(
        Event::DecisionEvaluation(DecisionEvaluationEvent {
            intent: DecisionEvaluationIntent::Evaluated,
            decision: decision(),
            origin: origin(),
            variables: doc("{}"),
            output: raw("\"soup\""),
            evaluated: vec![EvaluatedDecision {
                id: "dish".into(),
                name: "Dish".into(),
                key: Key::new(1, 8),
                version: 2,
                kind: DecisionType::DecisionTable,
                output: raw("\"soup\""),
                inputs: vec![input],
                matched: vec![rule],
                unmatched: vec![UnmatchedRule { rule: 1, input: 1 }],
                ..EvaluatedDecision::default()
            }],
            ..DecisionEvaluationEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"DECISION_EVALUATION","intent":"EVALUATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"decisionId":"dish","decisionName":"Dish","decisionVersion":2,"decisionKey":2251799813685256,"decisionRequirementsId":"dinner","decisionRequirementsKey":2251799813685257,"decisionOutput":"\"soup\"","variables":{},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":2251799813685253,"evaluatedDecisions":[{"decisionId":"dish","decisionName":"Dish","decisionKey":2251799813685256,"decisionVersion":2,"decisionType":"DECISION_TABLE","decisionOutput":"\"soup\"","evaluatedInputs":[{"inputId":"i","inputName":"Season","inputValue":"\"winter\""}],"matchedRules":[{"ruleId":"r2","ruleIndex":2,"evaluatedOutputs":[{"outputId":"o","outputName":"dish","outputValue":"\"soup\""}]}],"tenantId":"<default>"}],"failedDecisionId":"","evaluationFailureMessage":"","tenantId":"<default>"},
            "baton":{"decisions":[{"decisionId":"dish","unmatchedRules":[{"ruleIndex":1,"inputIndex":1}],"unmatchedRulesLeftOut":false}],"valuesLeftOut":0}}"#]],
    );
}

#[test]
fn rules_that_did_not_match_are_listed_alike_by_all_logic_versions() {
    let unmatched = vec![UnmatchedRule { rule: 1, input: 2 }, UnmatchedRule { rule: 3, input: 1 }];
    let listed = EvaluatedDecision { unmatched, ..EvaluatedDecision::default() };
    let failing_inputs = EvaluatedDecision::pack_failing_inputs(&[2, 0, 1]);
    let packed = EvaluatedDecision { failing_inputs, ..EvaluatedDecision::default() };
    let [listed, packed] = [listed, packed].map(|it| {
        let evaluated = vec![it];
        let event = DecisionEvaluationEvent { evaluated, ..DecisionEvaluationEvent::default() };
        let record = Record { event: Event::DecisionEvaluation(event), ..Record::default() };
        let mut text = String::new();
        json::line(&record, 1, &mut text);
        text
    });
    assert_eq!(packed, listed);
    let wanted = r#""unmatchedRules":[{"ruleIndex":1,"inputIndex":2},{"ruleIndex":3,"inputIndex":1}],"unmatchedRulesLeftOut":false"#;
    assert!(packed.contains(wanted), "{packed}");
}

#[test]
fn an_evaluation_lists_what_it_answered_with_null() {
    let warning = EvaluationWarning {
        kind: "NO_VARIABLE_FOUND".into(),
        message: "No variable found with name 'x'".into(),
        place: "decision 'Dish', rule 1".into(),
    };
    check(
        Event::DecisionEvaluation(DecisionEvaluationEvent {
            intent: DecisionEvaluationIntent::Evaluated,
            decision: decision(),
            variables: doc("{}"),
            output: raw("null"),
            warnings: vec![warning],
            warnings_left_out: 3,
            ..DecisionEvaluationEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"DECISION_EVALUATION","intent":"EVALUATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"decisionId":"dish","decisionName":"Dish","decisionVersion":2,"decisionKey":2251799813685256,"decisionRequirementsId":"dinner","decisionRequirementsKey":2251799813685257,"decisionOutput":"null","variables":{},"bpmnProcessId":"","processDefinitionKey":-1,"processInstanceKey":-1,"rootProcessInstanceKey":-1,"elementId":"","elementInstanceKey":-1,"evaluatedDecisions":[],"failedDecisionId":"","evaluationFailureMessage":"","tenantId":"<default>"},
            "baton":{"decisions":[],"valuesLeftOut":0,"warnings":[{"kind":"NO_VARIABLE_FOUND","message":"No variable found with name 'x'","place":"decision 'Dish', rule 1"}],"warningsLeftOut":3}}"#]],
    );
}

#[test]
fn an_evaluation_that_failed_tells_where() {
    check(
        Event::DecisionEvaluation(DecisionEvaluationEvent {
            intent: DecisionEvaluationIntent::Failed,
            decision: decision(),
            variables: doc(r#"{"season":"winter"}"#),
            failed_decision_id: "dish".into(),
            failure_message: "Two rules match.".into(),
            ..DecisionEvaluationEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"DECISION_EVALUATION","intent":"FAILED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"decisionId":"dish","decisionName":"Dish","decisionVersion":2,"decisionKey":2251799813685256,"decisionRequirementsId":"dinner","decisionRequirementsKey":2251799813685257,"decisionOutput":"null","variables":{"season":"winter"},"bpmnProcessId":"","processDefinitionKey":-1,"processInstanceKey":-1,"rootProcessInstanceKey":-1,"elementId":"","elementInstanceKey":-1,"evaluatedDecisions":[],"failedDecisionId":"dish","evaluationFailureMessage":"Two rules match.","tenantId":"<default>"}}"#]],
    );
}
