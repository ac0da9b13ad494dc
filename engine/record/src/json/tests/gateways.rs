//! Lines about complex gateways.

use expect_test::expect;

use super::{check, origin};
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
