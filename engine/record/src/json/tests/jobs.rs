//! Lines about jobs.

use expect_test::expect;

use super::{check, doc, origin};
use crate::*;

fn activated() -> ActivatedJob {
    ActivatedJob {
        key: Key::new(1, 8),
        job_type: "ship-goods".into(),
        origin: origin(),
        headers: vec![Header { key: "carrier".into(), value: "\"fast\"".into() }],
        worker: "w1".into(),
        retries: 3,
        deadline: 1_700_000_060_000,
        variables: doc(r#"{"n":1.5}"#),
        activation: 2,
        ..ActivatedJob::default()
    }
}

#[test]
fn a_new_job_has_no_deadline() {
    check(
        Event::Job(JobEvent {
            intent: JobIntent::Created,
            origin: origin(),
            job_type: "ship-goods".into(),
            retries: 3,
            headers: vec![Header { key: "carrier".into(), value: "fast".into() }],
            ..JobEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"JOB","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"type":"ship-goods","worker":"","deadline":-1,"retries":3,"retryBackoff":0,"recurringTime":-1,"timeout":-1,"errorMessage":"","errorCode":"","customHeaders":{"carrier":"fast"},"variables":{},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"processDefinitionVersion":3,"elementId":"ship","elementInstanceKey":2251799813685253,"jobKind":"BPMN_ELEMENT","jobListenerEventType":"UNSPECIFIED","changedAttributes":[],"result":{"type":"","denied":false,"deniedReason":"","correctedAttributes":[],"corrections":{},"activateElements":[],"completionConditionFulfilled":false,"cancelRemainingInstances":false},"tags":[],"priority":0,"businessId":"","isJobToUserTaskMigration":false,"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn a_failed_job_tells_why_and_until_when() {
    check(
        Event::Job(JobEvent {
            intent: JobIntent::Failed,
            origin: origin(),
            job_type: "ship-goods".into(),
            retries: 2,
            worker: "w1".into(),
            deadline: 1_700_000_060_000,
            back_off_ms: 500,
            recurs_at: 1_700_000_000_500,
            error_message: "no truck\nno way".into(),
            variables: doc(r#"{"tried":1}"#),
            activation: 1,
            ..JobEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"JOB","intent":"FAILED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"type":"ship-goods","worker":"w1","deadline":1700000060000,"retries":2,"retryBackoff":500,"recurringTime":1700000000500,"timeout":-1,"errorMessage":"no truck\nno way","errorCode":"","customHeaders":{},"variables":{"tried":1},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"processDefinitionVersion":3,"elementId":"ship","elementInstanceKey":2251799813685253,"jobKind":"BPMN_ELEMENT","jobListenerEventType":"UNSPECIFIED","changedAttributes":[],"result":{"type":"","denied":false,"deniedReason":"","correctedAttributes":[],"corrections":{},"activateElements":[],"completionConditionFulfilled":false,"cancelRemainingInstances":false},"tags":[],"priority":0,"businessId":"","isJobToUserTaskMigration":false,"tenantId":"<default>"},
            "baton":{"activation":1}}"#]],
    );
}

#[test]
fn a_batch_lists_its_jobs() {
    check(
        Event::JobBatch(JobBatchEvent {
            job_type: "ship-goods".into(),
            worker: "w1".into(),
            timeout_ms: 60_000,
            jobs_max: 32,
            jobs: vec![activated()],
            truncated: false,
            stream: Some(Box::new(StreamId { node: 1, incarnation: 1_699, number: 5 })),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"JOB_BATCH","intent":"ACTIVATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"type":"ship-goods","worker":"w1","timeout":60000,"maxJobsToActivate":32,"truncated":false,"jobKeys":[2251799813685256],"jobs":[{"type":"ship-goods","worker":"w1","deadline":1700000060000,"retries":3,"retryBackoff":0,"recurringTime":-1,"timeout":-1,"errorMessage":"","errorCode":"","customHeaders":{"carrier":"\"fast\""},"variables":{"n":1.5},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"processDefinitionVersion":3,"elementId":"ship","elementInstanceKey":2251799813685253,"jobKind":"BPMN_ELEMENT","jobListenerEventType":"UNSPECIFIED","changedAttributes":[],"result":{"type":"","denied":false,"deniedReason":"","correctedAttributes":[],"corrections":{},"activateElements":[],"completionConditionFulfilled":false,"cancelRemainingInstances":false},"tags":[],"priority":0,"businessId":"","isJobToUserTaskMigration":false,"tenantId":"<default>"}],"tenantIds":["<default>"]},
            "baton":{"activations":[2],"stream":{"node":1,"incarnation":1699,"number":5}}}"#]],
    );
}

#[test]
fn an_error_that_nothing_caught_has_no_element() {
    check(
        Event::Job(JobEvent {
            intent: JobIntent::ErrorThrown,
            origin: origin(),
            job_type: "ship-goods".into(),
            error_code: "out-of-stock".into(),
            ..JobEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"JOB","intent":"ERROR_THROWN","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"type":"ship-goods","worker":"","deadline":-1,"retries":0,"retryBackoff":0,"recurringTime":-1,"timeout":-1,"errorMessage":"","errorCode":"out-of-stock","customHeaders":{},"variables":{},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"processDefinitionVersion":3,"elementId":"NO_CATCH_EVENT_FOUND","elementInstanceKey":2251799813685253,"jobKind":"BPMN_ELEMENT","jobListenerEventType":"UNSPECIFIED","changedAttributes":[],"result":{"type":"","denied":false,"deniedReason":"","correctedAttributes":[],"corrections":{},"activateElements":[],"completionConditionFulfilled":false,"cancelRemainingInstances":false},"tags":[],"priority":0,"businessId":"","isJobToUserTaskMigration":false,"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn what_a_task_listener_decided_is_told() {
    let corrections = UserTaskChange {
        assignee: Some("bob".into()),
        candidate_groups: Some(Box::new(Texts { list: vec!["law".into()] })),
        candidate_users: Some(Box::default()),
        due_date: Some("".into()),
        priority: Some(7),
        ..UserTaskChange::default()
    };
    check(
        Event::Job(JobEvent {
            intent: JobIntent::Completed,
            origin: origin(),
            kind: JobKind::TaskListener,
            listener_event: ListenerEventType::Completing,
            result: Some(Box::new(JobResult { corrections, ..JobResult::default() })),
            ..JobEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"JOB","intent":"COMPLETED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"type":"","worker":"","deadline":-1,"retries":0,"retryBackoff":0,"recurringTime":-1,"timeout":-1,"errorMessage":"","errorCode":"","customHeaders":{},"variables":{},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"processDefinitionVersion":3,"elementId":"ship","elementInstanceKey":2251799813685253,"jobKind":"TASK_LISTENER","jobListenerEventType":"COMPLETING","changedAttributes":[],"result":{"type":"USER_TASK","denied":false,"deniedReason":"","correctedAttributes":["assignee","candidateGroupsList","candidateUsersList","dueDate","priority"],"corrections":{"assignee":"bob","dueDate":"","candidateGroupsList":["law"],"candidateUsersList":[],"priority":7},"activateElements":[],"completionConditionFulfilled":false,"cancelRemainingInstances":false},"tags":[],"priority":0,"businessId":"","isJobToUserTaskMigration":false,"tenantId":"<default>"}}"#]],
    );
    check(
        Event::Job(JobEvent {
            intent: JobIntent::Completed,
            origin: origin(),
            kind: JobKind::TaskListener,
            listener_event: ListenerEventType::Assigning,
            result: Some(Box::new(JobResult {
                denied: true,
                denied_reason: "away".into(),
                ..JobResult::default()
            })),
            ..JobEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"JOB","intent":"COMPLETED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"type":"","worker":"","deadline":-1,"retries":0,"retryBackoff":0,"recurringTime":-1,"timeout":-1,"errorMessage":"","errorCode":"","customHeaders":{},"variables":{},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"processDefinitionVersion":3,"elementId":"ship","elementInstanceKey":2251799813685253,"jobKind":"TASK_LISTENER","jobListenerEventType":"ASSIGNING","changedAttributes":[],"result":{"type":"USER_TASK","denied":true,"deniedReason":"away","correctedAttributes":[],"corrections":{},"activateElements":[],"completionConditionFulfilled":false,"cancelRemainingInstances":false},"tags":[],"priority":0,"businessId":"","isJobToUserTaskMigration":false,"tenantId":"<default>"}}"#]],
    );
}
