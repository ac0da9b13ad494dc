//! Lines about ad-hoc subprocesses.

use expect_test::expect;

use super::{check, doc, origin};
use crate::*;

#[test]
fn an_instruction_tells_what_begins_and_who_said_so() {
    check(
        Event::AdHocInstruction(AdHocInstructionEvent {
            intent: AdHocIntent::Activated,
            origin: origin(),
            activities: vec![AdHocActivity {
                element: 9,
                element_id: "pack".into(),
                variables: doc(r#"{"n":1}"#),
            }],
            cancel_remaining: true,
            cause: Cause { kind: CauseKind::Job, key: Key::new(1, 8), ..Cause::default() },
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"AD_HOC_SUB_PROCESS_INSTRUCTION","intent":"ACTIVATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"elementId":"ship","adHocSubProcessInstanceKey":2251799813685253,"activateElements":[{"elementId":"pack","variables":{"n":1}}],"cancelRemainingInstances":true,"tenantId":"<default>"},
            "baton":{"cause":{"kind":"JOB","key":2251799813685256}}}"#]],
    );
}

#[test]
fn the_result_of_its_worker_stands_with_the_job() {
    let activities =
        vec![ActivateActivity { element_id: "pack".into(), variables: doc(r#"{"n":1}"#) }];
    let decided = AdHocResult { activities, ..AdHocResult::default() };
    check(
        Event::Job(JobEvent {
            intent: JobIntent::Completed,
            origin: origin(),
            job_type: "agent".into(),
            kind: JobKind::AdHocSubProcess,
            result: Some(Box::new(JobResult {
                ad_hoc: Some(Box::new(decided)),
                ..JobResult::default()
            })),
            ..JobEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"JOB","intent":"COMPLETED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"type":"agent","worker":"","deadline":-1,"retries":0,"retryBackoff":0,"recurringTime":-1,"timeout":-1,"errorMessage":"","errorCode":"","customHeaders":{},"variables":{},"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"processDefinitionVersion":3,"elementId":"ship","elementInstanceKey":2251799813685253,"jobKind":"AD_HOC_SUB_PROCESS","jobListenerEventType":"UNSPECIFIED","changedAttributes":[],"result":{"type":"AD_HOC_SUB_PROCESS","denied":false,"deniedReason":"","correctedAttributes":[],"corrections":{},"activateElements":[{"elementId":"pack","variables":{"n":1}}],"completionConditionFulfilled":false,"cancelRemainingInstances":false},"tags":[],"priority":0,"businessId":"","isJobToUserTaskMigration":false,"tenantId":"<default>"}}"#]],
    );
}
