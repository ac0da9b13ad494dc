//! Lines about user tasks.

use expect_test::expect;

use super::{check, doc, origin};
use crate::*;

#[test]
fn a_user_task_tells_who_does_what_until_when() {
    check(
        Event::UserTask(UserTaskEvent {
            intent: UserTaskIntent::Completing,
            origin: origin(),
            attributes: UserTaskAttributes {
                assignee: "ada".into(),
                candidate_groups: vec!["law".into(), "sales".into()],
                due_date: "2026-01-02T10:00:00+01:00".into(),
                priority: 50,
                external_form: "https://forms/7".into(),
                ..UserTaskAttributes::default()
            },
            action: "approve".into(),
            changed: vec!["assignee".into()],
            variables: doc(r#"{"approved":true}"#),
            headers: vec![Header { key: "color".into(), value: "blue".into() }],
            created_at: 1_700_000_000_000,
            denied_reason: "no".into(),
            ..UserTaskEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"USER_TASK","intent":"COMPLETING","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"userTaskKey":2251799813685255,"assignee":"ada","candidateGroupsList":["law","sales"],"candidateUsersList":[],"dueDate":"2026-01-02T10:00:00+01:00","followUpDate":"","creationTimestamp":1700000000000,"formKey":-1,"externalFormReference":"https://forms/7","priority":50,"action":"approve","changedAttributes":["assignee"],"customHeaders":{"color":"blue"},"variables":{"approved":true},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"processDefinitionVersion":3,"elementId":"ship","elementInstanceKey":2251799813685253,"deniedReason":"no","tags":[],"businessId":"","listenersConfigKey":-1,"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn what_the_engine_tells_a_worker_stands_beside_the_headers_of_the_model() {
    let header = |key: &str, value: &str| Header { key: key.into(), value: value.into() };
    check(
        Event::Job(JobEvent {
            origin: origin(),
            job_type: "io.camunda.zeebe:userTask".into(),
            headers: vec![header("color", "blue")],
            added_headers: vec![header("io.camunda.zeebe:assignee", "ada")],
            ..JobEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"JOB","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"type":"io.camunda.zeebe:userTask","worker":"","deadline":-1,"retries":0,"retryBackoff":0,"recurringTime":-1,"timeout":-1,"errorMessage":"","errorCode":"","customHeaders":{"color":"blue","io.camunda.zeebe:assignee":"ada"},"variables":{},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"processDefinitionVersion":3,"elementId":"ship","elementInstanceKey":2251799813685253,"jobKind":"BPMN_ELEMENT","jobListenerEventType":"UNSPECIFIED","changedAttributes":[],"result":{"type":"","denied":false,"deniedReason":"","correctedAttributes":[],"corrections":{},"activateElements":[],"completionConditionFulfilled":false,"cancelRemainingInstances":false},"tags":[],"priority":0,"businessId":"","isJobToUserTaskMigration":false,"tenantId":"<default>"}}"#]],
    );
}
