//! Decisions: deployed and evaluated.

use proto::gateway as wire;
use record::{
    CommandBody, DecisionEvaluated, DecisionEvaluationEvent, DecisionEvaluationIntent,
    DecisionType, Deployed, DeployedDecision, DeployedRequirements, EvaluatedDecision,
    EvaluatedInput, EvaluatedOutput, EvaluationWarning, Key, MatchedRule, Reply,
};
use std::sync::Arc;
use tonic::Code;
use value::json::to_msgpack;

use crate::server::Server;

fn raw(json: &str) -> Arc<[u8]> {
    to_msgpack(json).unwrap().into()
}

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

#[tokio::test]
async fn a_deployment_answers_decisions_and_then_their_graphs() {
    let server = Server::start().await;
    let graph = DeployedRequirements {
        id: "dinner".into(),
        name: "Dinner".into(),
        version: 3,
        key: Key::new(1, 9),
        resource_name: "dinner.dmn".into(),
        ..DeployedRequirements::default()
    };
    server.broker.answers(Reply::Deployed(Deployed {
        key: Key::new(1, 4),
        decisions: vec![decision()],
        requirements: vec![graph],
        ..Deployed::default()
    }));
    let resources = vec![wire::Resource { name: "dinner.dmn".into(), content: vec![60] }];
    let request = wire::DeployResourceRequest { resources, tenant_id: String::new() };
    let answer = server.client().await.deploy_resource(request).await.unwrap().into_inner();
    let found: Vec<_> = answer.deployments.into_iter().map(|it| it.metadata.unwrap()).collect();
    let [
        wire::deployment::Metadata::Decision(it),
        wire::deployment::Metadata::DecisionRequirements(graph),
    ] = &found[..]
    else {
        panic!("a decision, then a graph: {found:?}");
    };
    assert_eq!((&*it.dmn_decision_id, &*it.dmn_decision_name, it.version), ("dish", "Dish", 2));
    assert_eq!(it.decision_key, Key::new(1, 8).as_i64());
    assert_eq!((&*it.dmn_decision_requirements_id, &*it.tenant_id), ("dinner", "<default>"));
    assert_eq!(it.decision_requirements_key, graph.decision_requirements_key);
    assert_eq!((&*graph.dmn_decision_requirements_id, graph.version), ("dinner", 3));
    assert_eq!((&*graph.resource_name, &*graph.tenant_id), ("dinner.dmn", "<default>"));
    server.stop().await;
}

#[tokio::test]
async fn an_evaluation_answers_the_output_with_inputs_and_rules() {
    let server = Server::start().await;
    let output = EvaluatedOutput { id: "o".into(), name: "meal".into(), value: raw("\"soup\"") };
    let evaluated = EvaluatedDecision {
        id: "dish".into(),
        name: "Dish".into(),
        key: Key::new(1, 8),
        version: 2,
        kind: DecisionType::DecisionTable,
        output: raw("\"soup\""),
        inputs: vec![EvaluatedInput { id: "i".into(), name: "Guests".into(), value: raw("4") }],
        matched: vec![MatchedRule { id: "r".into(), number: 2, outputs: vec![output] }],
        ..EvaluatedDecision::default()
    };
    server.broker.answers(Reply::DecisionEvaluated(DecisionEvaluated {
        key: Key::new(1, 11),
        evaluation: Box::new(DecisionEvaluationEvent {
            decision: decision(),
            output: raw("\"soup\""),
            evaluated: vec![evaluated],
            warnings: vec![EvaluationWarning {
                kind: "NO_VARIABLE_FOUND".into(),
                message: "No variable found with name 'x'".into(),
                place: "decision 'Dish', rule 1".into(),
            }],
            warnings_left_out: 2,
            ..DecisionEvaluationEvent::default()
        }),
    }));
    let request = wire::EvaluateDecisionRequest {
        decision_id: "dish".into(),
        variables: r#"{"guests": 4}"#.into(),
        ..Default::default()
    };
    let answer = server.client().await.evaluate_decision(request).await.unwrap().into_inner();
    assert_eq!((&*answer.decision_id, answer.decision_version), ("dish", 2));
    assert_eq!((&*answer.decision_output, &*answer.failed_decision_id), ("\"soup\"", ""));
    assert_eq!(answer.decision_evaluation_key, Key::new(1, 11).as_i64());
    let it = &answer.evaluated_decisions[0];
    assert_eq!((&*it.decision_type, &*it.decision_output), ("DECISION_TABLE", "\"soup\""));
    assert_eq!(
        (&*it.evaluated_inputs[0].input_name, &*it.evaluated_inputs[0].input_value),
        ("Guests", "4")
    );
    let rule = &it.matched_rules[0];
    assert_eq!((&*rule.rule_id, rule.rule_index), ("r", 2));
    assert_eq!(
        (&*rule.evaluated_outputs[0].output_name, &*rule.evaluated_outputs[0].output_value),
        ("meal", "\"soup\"")
    );
    let [warning] = &answer.warnings[..] else { panic!("one warning: {answer:?}") };
    assert_eq!((&*warning.kind, &*warning.place), ("NO_VARIABLE_FOUND", "decision 'Dish', rule 1"));
    assert_eq!(warning.message, "No variable found with name 'x'");
    assert_eq!(answer.warnings_left_out, 2);
    let CommandBody::EvaluateDecision(command) = server.broker.only_request().body else {
        panic!("another command");
    };
    assert_eq!((command.decision, &*command.decision_id), (Key::NONE, "dish"));
    assert_eq!(command.variables.to_json(), r#"{"guests":4}"#);
    server.stop().await;
}

#[tokio::test]
async fn a_decision_without_a_result_is_an_answer() {
    let server = Server::start().await;
    server.broker.answers(Reply::DecisionEvaluated(DecisionEvaluated {
        key: Key::new(1, 11),
        evaluation: Box::new(DecisionEvaluationEvent {
            intent: DecisionEvaluationIntent::Failed,
            decision: decision(),
            failed_decision_id: "dish".into(),
            failure_message: "Two rules match.".into(),
            ..DecisionEvaluationEvent::default()
        }),
    }));
    let request = wire::EvaluateDecisionRequest {
        decision_key: Key::new(1, 8).as_i64(),
        ..Default::default()
    };
    let answer = server.client().await.evaluate_decision(request).await.unwrap().into_inner();
    assert_eq!(
        (&*answer.failed_decision_id, &*answer.failure_message),
        ("dish", "Two rules match.")
    );
    assert_eq!(answer.decision_output, "null");
    server.stop().await;
}

#[tokio::test]
async fn a_decision_is_named_by_its_key_or_its_id_and_not_by_both() {
    let server = Server::start().await;
    let both = wire::EvaluateDecisionRequest {
        decision_key: Key::new(1, 8).as_i64(),
        decision_id: "dish".into(),
        ..Default::default()
    };
    for request in [both, wire::EvaluateDecisionRequest::default()] {
        let error = server.client().await.evaluate_decision(request).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument);
        assert!(error.message().contains("'decisionKey' or 'decisionId'"), "{}", error.message());
    }
    server.stop().await;
}
