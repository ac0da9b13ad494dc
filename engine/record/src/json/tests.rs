//! One line per kind of event, as other programs read it.

use std::sync::Arc;

use expect_test::{Expect, expect};
use value::{Doc, json};

use super::line;
use crate::*;

mod ad_hoc;
mod decisions;
mod gateways;
mod jobs;
mod messages;
mod partition;
mod user_tasks;

/// Compares a record's line, one field of the outer object per row.
fn check(event: Event, expected: Expect) {
    check_asked(event, None, expected);
}

/// Compares the line of a record whose caller may have said something.
#[expect(clippy::needless_pass_by_value, reason = "expect! makes values")]
fn check_asked(event: Event, caller: Option<Box<Caller>>, expected: Expect) {
    let record = Record {
        position: 12,
        source: 10,
        key: Key::new(1, 7),
        timestamp: 1_700_000_000_000,
        event,
        caller,
        operation_reference: 0,
    };
    let mut text = String::new();
    line(&record, 1, &mut text);
    assert!(json::to_msgpack(&text).is_ok(), "not JSON: {text}");
    let shared = r#""brokerVersion":"8.10.0","recordVersion":1,"authorizations":{"authorized_tenants":["<default>"]},"operationReference":-1,"batchOperationReference":-1,"#;
    assert!(text.contains(shared), "envelope: {text}");
    let rows = text
        .replace(shared, "")
        .replace(r#","value":{"#, ",\n\"value\":{")
        .replace(r#""value":{"#, "\n\"value\":{")
        .replace(",\n\n", ",\n")
        .replace(r#","baton":{"#, ",\n\"baton\":{");
    expected.assert_eq(&rows);
}

fn doc(text: &str) -> Doc {
    Doc::from_json(text).expect("an object")
}

fn raw(text: &str) -> Arc<[u8]> {
    json::to_msgpack(text).expect("JSON").into()
}

fn origin() -> Origin {
    Origin {
        definition: Key::new(1, 2),
        process_id: "order".into(),
        version: 3,
        instance: Key::new(1, 4),
        element: 9,
        element_id: "ship".into(),
        element_instance: Key::new(1, 5),
        root: Key::NONE,
    }
}

fn deployed() -> DeployedVersion {
    DeployedVersion {
        id: "order".into(),
        version: 3,
        key: Key::new(1, 2),
        resource_name: "order.bpmn".into(),
        duplicate: false,
        checksum: Arc::new([0xfb, 0xef]),
    }
}

#[test]
fn an_element_instance_tells_its_cause() {
    check(
        Event::ProcessInstance(ProcessInstanceEvent {
            intent: ProcessInstanceIntent::ElementActivating,
            origin: origin(),
            flow_scope: Key::new(1, 4),
            element_type: ElementType::ServiceTask,
            cause: Some(Box::new(Cause {
                kind: CauseKind::Command,
                key: Key::new(1, 6),
                principal: "ann".into(),
                reason: "asked by phone".into(),
            })),
            ..ProcessInstanceEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"PROCESS_INSTANCE","intent":"ELEMENT_ACTIVATING","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"version":3,"elementId":"ship","flowScopeKey":2251799813685252,"bpmnElementType":"SERVICE_TASK","bpmnEventType":"UNSPECIFIED","parentProcessInstanceKey":-1,"parentElementInstanceKey":-1,"elementInstancePath":[],"processDefinitionPath":[],"callingElementPath":[],"tags":[],"businessId":"","tenantId":"<default>"},
            "baton":{"cause":{"kind":"COMMAND","key":2251799813685254,"principal":"ann","reason":"asked by phone"}}}"#]],
    );
}

#[test]
fn the_first_record_of_a_command_tells_who_asked() {
    let caller = Caller { reason: "a \"wrong\" address".into(), ..Caller::default() };
    check_asked(
        Event::VariableDocument(VariableDocumentEvent {
            origin: origin(),
            local: true,
            variables: doc("{}"),
        }),
        Some(Box::new(caller)),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"VARIABLE_DOCUMENT","intent":"UPDATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"scopeKey":2251799813685253,"updateSemantics":"LOCAL","variables":{},"tenantId":"<default>"},
            "baton":{"caller":{"reason":"a \"wrong\" address"}}}"#]],
    );
}

#[test]
fn the_reference_of_the_caller_is_told_as_it_gave_it() {
    let mut text = String::new();
    let event = Event::WorkResumed(WorkResumed {});
    let record = Record { event, operation_reference: 12, ..Record::default() };
    line(&record, 1, &mut text);
    assert!(text.contains(r#""operationReference":12,"batchOperationReference":-1"#), "{text}");
}

#[test]
fn a_deployment_lists_its_processes() {
    check(
        Event::Deployment(DeploymentEvent {
            processes: vec![deployed()],
            ..DeploymentEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"DEPLOYMENT","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"resources":[],"processesMetadata":[{"bpmnProcessId":"order","version":3,"processDefinitionKey":2251799813685250,"resourceName":"order.bpmn","checksum":"++8=","duplicate":false,"deploymentKey":2251799813685255,"tenantId":"<default>"}],"decisionsMetadata":[],"decisionRequirementsMetadata":[],"formMetadata":[],"resourceMetadata":[],"deploymentKey":2251799813685255,"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn a_process_carries_its_file_as_base64() {
    check(
        Event::Process(ProcessEvent {
            process: deployed(),
            deployment: Key::new(1, 1),
            resource: Arc::from(*b"<xml/>"),
            summary: ProcessSummary { version_tag: "v1".into(), ..ProcessSummary::default() },
            intent: DeployedIntent::Created,
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"PROCESS","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","version":3,"processDefinitionKey":2251799813685250,"resourceName":"order.bpmn","checksum":"++8=","duplicate":false,"deploymentKey":2251799813685249,"versionTag":"v1","resource":"PHhtbC8+","tenantId":"<default>"}}"#]],
    );
}

#[test]
fn a_file_for_workers_is_named_like_its_deletion() {
    let event = |intent| FileEvent {
        file: deployed(),
        version_tag: "v1".into(),
        intent,
        ..FileEvent::default()
    };
    check(
        Event::Resource(event(DeployedIntent::Deleted)),
        expect![[r#"
        {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"RESOURCE","intent":"DELETED","rejectionType":"NULL_VAL","rejectionReason":"",
        "value":{"resourceId":"order","version":3,"resourceKey":2251799813685250,"resourceName":"order.bpmn","checksum":"++8=","duplicate":false,"deploymentKey":-1,"versionTag":"v1","resource":"","tenantId":"<default>"}}"#]],
    );
    check(
        Event::ResourceDeletion(ResourceDeletionEvent {
            intent: ResourceDeletionIntent::Deleting,
            resource: Key::new(1, 2),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"RESOURCE_DELETION","intent":"DELETING","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"resourceKey":2251799813685250,"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn a_creation_has_its_variables() {
    check(
        Event::ProcessInstanceCreation(ProcessInstanceCreationEvent {
            intent: CreationIntent::Created,
            origin: origin(),
            variables: doc(r#"{"orderId":"A \"1\""}"#),
            awaits: Some(Box::new(AwaitResult {
                fetch_variables: vec!["orderId".into()],
                ..AwaitResult::default()
            })),
            start_at: vec!["pack".into()],
            labels: Labels { business_id: "A1".into(), tags: vec!["vip".into(), "b.2".into()] },
            end_after: vec!["ship".into()],
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"PROCESS_INSTANCE_CREATION","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"version":3,"variables":{"orderId":"A \"1\""},"fetchVariables":["orderId"],"startInstructions":[{"elementId":"pack"}],"runtimeInstructions":[{"type":"TERMINATE_PROCESS_INSTANCE","afterElementId":"ship"}],"tags":["vip","b.2"],"businessId":"A1","tenantId":"<default>"}}"#]],
    );
}

#[test]
fn a_result_has_its_variables() {
    check(
        Event::ProcessInstanceResult(ProcessInstanceResultEvent {
            origin: origin(),
            variables: doc(r#"{"ok":true}"#),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"PROCESS_INSTANCE_RESULT","intent":"COMPLETED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"version":3,"variables":{"ok":true},"tags":[],"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn a_trigger_tells_its_cause() {
    check(
        Event::ProcessEvent(ProcessEventEvent {
            intent: ProcessEventIntent::Triggering,
            origin: origin(),
            scope: Key::new(1, 5),
            variables: Doc::empty(),
            cause: Cause { kind: CauseKind::Timer, key: Key::new(1, 9), ..Cause::default() },
            ..ProcessEventEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"PROCESS_EVENT","intent":"TRIGGERING","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"scopeKey":2251799813685253,"targetElementId":"ship","variables":{},"processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"tenantId":"<default>"},
            "baton":{"cause":{"kind":"TIMER","key":2251799813685257}}}"#]],
    );
}

#[test]
fn a_part_of_what_an_event_waits_for_tells_which_and_how_many_are_left() {
    check(
        Event::ProcessEvent(ProcessEventEvent {
            intent: ProcessEventIntent::Triggering,
            origin: origin(),
            scope: Key::new(1, 5),
            cause: Cause { kind: CauseKind::Timer, key: Key::new(1, 9), ..Cause::default() },
            part_of: 3,
            parts_left: 1,
            ..ProcessEventEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"PROCESS_EVENT","intent":"TRIGGERING","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"scopeKey":2251799813685253,"targetElementId":"ship","variables":{},"processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"tenantId":"<default>"},
            "baton":{"cause":{"kind":"TIMER","key":2251799813685257},"part":{"definition":9,"of":3,"left":1}}}"#]],
    );
}

#[test]
fn a_variable_is_json_text() {
    check(
        Event::Variable(VariableEvent {
            intent: VariableIntent::Updated,
            origin: origin(),
            name: "greeting".into(),
            value: raw(r#""hello""#),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"VARIABLE","intent":"UPDATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"scopeKey":2251799813685253,"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"name":"greeting","value":"\"hello\"","tenantId":"<default>"}}"#]],
    );
}

#[test]
fn written_variables_say_how() {
    check(
        Event::VariableDocument(VariableDocumentEvent {
            origin: origin(),
            local: true,
            variables: doc(r#"{"a":null}"#),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"VARIABLE_DOCUMENT","intent":"UPDATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"scopeKey":2251799813685253,"updateSemantics":"LOCAL","variables":{"a":null},"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn an_incident_names_its_place() {
    check(
        Event::Incident(IncidentEvent {
            intent: IncidentIntent::Created,
            origin: origin(),
            kind: IncidentType::JobNoRetries,
            message: "No more retries left.".into(),
            job: Key::new(1, 8),
            variable_scope: Key::new(1, 5),
            parked: Arc::new([]),
            conditions: Vec::new(),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"INCIDENT","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"errorType":"JOB_NO_RETRIES","errorMessage":"No more retries left.","bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":2251799813685253,"jobKey":2251799813685256,"variableScopeKey":2251799813685253,"elementInstancePath":[],"processDefinitionPath":[],"callingElementPath":[],"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn a_repeating_timer_tells_its_interval() {
    check(
        Event::Timer(TimerEvent {
            intent: TimerIntent::Created,
            origin: origin(),
            due: 1_700_000_010_000,
            repetitions: 2,
            interval: "PT10S".into(),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"TIMER","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"elementInstanceKey":2251799813685253,"processInstanceKey":2251799813685252,"processDefinitionKey":2251799813685250,"dueDate":1700000010000,"repetitions":2,"targetElementId":"ship","tenantId":"<default>"},
            "baton":{"interval":"PT10S"}}"#]],
    );
}

#[test]
fn an_error_points_to_the_work_item() {
    check(
        Event::Error(ErrorEvent { message: "index out of range".into(), instance: Key::new(1, 4) }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"ERROR","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"exceptionMessage":"index out of range","stacktrace":"","errorEventPosition":10,"processInstanceKey":2251799813685252}}"#]],
    );
}

#[test]
fn what_is_unset_is_minus_one() {
    let mut text = String::new();
    let event = Event::WorkResumed(WorkResumed {});
    line(&Record { event, ..Record::default() }, 2, &mut text);
    expect![[r#"{"partitionId":2,"position":0,"sourceRecordPosition":-1,"key":-1,"timestamp":0,"recordType":"EVENT","valueType":"BOOKKEEPING","intent":"WORK_RESUMED","rejectionType":"NULL_VAL","rejectionReason":"","brokerVersion":"8.10.0","recordVersion":1,"authorizations":{"authorized_tenants":["<default>"]},"operationReference":-1,"batchOperationReference":-1,"value":{}}"#]].assert_eq(&text);
}

#[test]
fn an_escalation_tells_who_threw_and_who_caught_it() {
    check(
        Event::Escalation(EscalationEvent {
            intent: EscalationIntent::Escalated,
            origin: origin(),
            code: "late".into(),
            catch_element_id: "on-late".into(),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"ESCALATION","intent":"ESCALATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"escalationCode":"late","throwElementId":"ship","catchElementId":"on-late","tenantId":"<default>"}}"#]],
    );
}
