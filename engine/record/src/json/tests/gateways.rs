//! Lines about gateways.

use std::sync::Arc;

use expect_test::expect;

use super::{check, origin, raw};
use crate::*;

#[test]
fn a_gateway_that_waits_tells_what_its_condition_read() {
    let count = VariableRead {
        name: "activationCount".into(),
        value: [1].as_slice().into(),
        ..VariableRead::default()
    };
    check(
        Event::ComplexGateway(ComplexGatewayEvent {
            intent: ComplexGatewayIntent::Waiting,
            origin: Origin { element_instance: Key::NONE, ..origin() },
            flow_scope: Key::new(1, 4),
            conditions: vec![ConditionEvaluation {
                expression: "=activationCount > 1".into(),
                reads: vec![count],
                result: ConditionResult::False,
                ..ConditionEvaluation::default()
            }],
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"COMPLEX_GATEWAY","intent":"WAITING","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":-1,"flowScopeKey":2251799813685252,"tenantId":"<default>"},
            "baton":{"conditions":[{"flowId":"","expression":"=activationCount > 1","result":"FALSE","taken":false,"reads":[{"name":"activationCount","value":1,"truncated":false}],"readsTruncated":false}]}}"#]],
    );
}

#[test]
fn a_gateway_tells_what_it_read_and_decided() {
    check(
        Event::ProcessInstance(ProcessInstanceEvent {
            intent: ProcessInstanceIntent::ElementCompleted,
            origin: origin(),
            flow_scope: Key::new(1, 4),
            element_type: ElementType::ExclusiveGateway,
            conditions: vec![
                ConditionEvaluation {
                    flow_id: "no".into(),
                    expression: "=creditScore < 600".into(),
                    reads: vec![
                        VariableRead {
                            name: "creditScore".into(),
                            value: raw("712"),
                            truncated: false,
                        },
                        VariableRead {
                            name: "history".into(),
                            value: raw("null"),
                            truncated: false,
                        },
                        VariableRead { name: "big".into(), value: Arc::new([]), truncated: true },
                    ],
                    reads_truncated: true,
                    result: ConditionResult::False,
                    taken: false,
                },
                ConditionEvaluation {
                    flow_id: "yes".into(),
                    result: ConditionResult::Default,
                    taken: true,
                    ..ConditionEvaluation::default()
                },
            ],
            ..ProcessInstanceEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"PROCESS_INSTANCE","intent":"ELEMENT_COMPLETED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"version":3,"elementId":"ship","flowScopeKey":2251799813685252,"bpmnElementType":"EXCLUSIVE_GATEWAY","bpmnEventType":"UNSPECIFIED","parentProcessInstanceKey":-1,"parentElementInstanceKey":-1,"elementInstancePath":[],"processDefinitionPath":[],"callingElementPath":[],"tags":[],"businessId":"","tenantId":"<default>"},
            "baton":{"conditions":[{"flowId":"no","expression":"=creditScore < 600","result":"FALSE","taken":false,"reads":[{"name":"creditScore","value":712,"truncated":false},{"name":"history","value":null,"truncated":false},{"name":"big","truncated":true}],"readsTruncated":true},{"flowId":"yes","expression":"","result":"DEFAULT","taken":true,"reads":[],"readsTruncated":false}]}}"#]],
    );
}

#[test]
fn a_gateway_that_stops_tells_what_it_read() {
    let read = VariableRead { name: "sum".into(), value: raw("3"), truncated: false };
    check(
        Event::Incident(IncidentEvent {
            intent: IncidentIntent::Created,
            origin: origin(),
            kind: IncidentType::ConditionError,
            message: "No condition is true.".into(),
            conditions: vec![ConditionEvaluation {
                flow_id: "large".into(),
                expression: "=sum > 5".into(),
                reads: vec![read],
                reads_truncated: false,
                result: ConditionResult::False,
                taken: false,
            }],
            ..IncidentEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"INCIDENT","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"errorType":"CONDITION_ERROR","errorMessage":"No condition is true.","bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":2251799813685253,"jobKey":-1,"variableScopeKey":-1,"elementInstancePath":[],"processDefinitionPath":[],"callingElementPath":[],"tenantId":"<default>"},
            "baton":{"conditions":[{"flowId":"large","expression":"=sum > 5","result":"FALSE","taken":false,"reads":[{"name":"sum","value":3,"truncated":false}],"readsTruncated":false}]}}"#]],
    );
}
