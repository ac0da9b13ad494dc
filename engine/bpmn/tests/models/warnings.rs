//! What has no effect is told and refuses nothing.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use crate::support::{file, model};

/// Shows the warnings of a file that compiles.
fn check(lines: &str, expected: &Expect) {
    let file = file("", &model(lines));
    let compiled = bpmn::compile("w.bpmn", file.as_bytes());
    assert!(compiled.is_ok(), "{compiled:?}");
    let mut text = String::new();
    for it in bpmn::warnings(file.as_bytes()) {
        writeln!(text, "{} {}: {}", it.line, it.element_id.unwrap_or_default(), it.message)
            .expect("text can be written");
    }
    expected.assert_eq(&text);
}

fn element(name: &str, id: &str, extensions: &str) -> String {
    format!(
        r#"<bpmn:{name} id="{id}"><bpmn:extensionElements>{extensions}</bpmn:extensionElements></bpmn:{name}>"#
    )
}

const JOB: &str = r#"<zeebe:taskDefinition type="t"/>"#;
const HEADERS: &str = r#"<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>"#;

#[test]
fn what_means_something_is_no_warning() {
    let headers = format!("{JOB}{HEADERS}");
    let priority = r#"<zeebe:jobPriorityDefinition priority="7"/>"#;
    let listener = r#"<zeebe:executionListeners><zeebe:executionListener eventType="start" type="l"/></zeebe:executionListeners>"#;
    let human = r#"<zeebe:assignmentDefinition assignee="a"/><zeebe:taskSchedule/><zeebe:formDefinition formId="f"/>"#;
    let lines = [
        "start s".to_owned(),
        element("serviceTask", "job", &format!("{headers}{priority}")),
        element("scriptTask", "script", &headers),
        element("userTask", "by_job", &format!("{HEADERS}{human}")),
        element(
            "userTask",
            "native",
            &format!(
                r#"<zeebe:userTask/>{human}{priority}{listener}<zeebe:priorityDefinition priority="7"/>"#
            ),
        ),
        element("callActivity", "call", r#"<zeebe:calledElement processId="q"/>"#),
        element("task", "left", r#"<zeebe:taskHeaders/><zeebe:properties/>"#),
    ];
    check(&lines.join("\n"), &expect![[""]]);
}

#[test]
fn extensions_without_effect_are_told_with_the_way_out() {
    let both = format!("{JOB}{HEADERS}");
    let priority = r#"<zeebe:priorityDefinition priority="7"/>"#;
    let called =
        r#"<zeebe:calledElement processId="q"/><zeebe:assignmentDefinition assignee="a"/>"#;
    let lines = [
        "start s".to_owned(),
        element("exclusiveGateway", "xor", &both),
        element("manualTask", "manual", &both),
        element("endEvent", "end", r#"<zeebe:publishMessage correlationKey="k"/>"#),
        element("serviceTask", "job", &format!("{JOB}{priority}{called}")),
        element("userTask", "by_job", priority),
        element(
            "userTask",
            "native",
            r#"<zeebe:userTask/><zeebe:jobPriorityDefinition priority="7"/>"#,
        ),
        element(
            "businessRuleTask",
            "rule",
            &format!(r#"<zeebe:calledDecision decisionId="d" resultVariable="r"/>{HEADERS}"#),
        ),
    ];
    check(
        &lines.join("\n"),
        &expect![[r#"
            6 xor: The extension 'zeebe:taskDefinition' of 'xor' has no effect on an exclusive gateway, which is never a job. Remove it, or make it a service task.
            6 xor: The extension 'zeebe:taskHeaders' of 'xor' has no effect on an exclusive gateway, which is never a job. Remove it.
            7 manual: The extension 'zeebe:taskDefinition' of 'manual' has no effect on a manual task, which is never a job. Remove it, or make it a service task.
            7 manual: The extension 'zeebe:taskHeaders' of 'manual' has no effect on a manual task, which is never a job. Remove it.
            8 end: The extension 'zeebe:publishMessage' of 'end' has no effect on an end event; it belongs to elements that send a message. Remove it.
            9 job: The extension 'zeebe:priorityDefinition' of 'job' has no effect on a service task; it belongs to user tasks. Remove it.
            9 job: The extension 'zeebe:calledElement' of 'job' has no effect on a service task; it belongs to call activities. Remove it.
            9 job: The extension 'zeebe:assignmentDefinition' of 'job' has no effect on a service task; it belongs to user tasks. Remove it.
            10 by_job: The extension 'zeebe:priorityDefinition' of 'by_job' has no effect on a user task without zeebe:userTask. Remove it, or add zeebe:userTask.
            11 native: The extension 'zeebe:jobPriorityDefinition' of 'native' has no effect on a user task with zeebe:userTask and without listeners: it has no jobs. Remove it, or use zeebe:priorityDefinition.
            12 rule: The extension 'zeebe:taskHeaders' of 'rule' has no effect on a business rule task without zeebe:taskDefinition. Remove it, or add a job type.
        "#]],
    );
}

#[test]
fn headers_that_no_worker_gets_are_told() {
    let headers = r#"<zeebe:taskHeaders><zeebe:header key="" value="v"/><zeebe:header key="k"/><zeebe:header/></zeebe:taskHeaders>"#;
    let listener = format!(
        r#"<zeebe:executionListeners><zeebe:executionListener eventType="end" type="l">{headers}</zeebe:executionListener></zeebe:executionListeners>"#
    );
    let lines = [
        "start s".to_owned(),
        element("serviceTask", "job", &format!("{JOB}{headers}")),
        element("serviceTask", "heard", &format!("{JOB}{listener}")),
    ];
    check(
        &lines.join("\n"),
        &expect![[r#"
        6 job: A header of 'job' has no key, so that no worker gets it. Fill it in, or remove it.
        6 job: The header 'k' of 'job' has no value, so that no worker gets it. Fill it in, or remove it.
        6 job: A header of 'job' has neither key nor value, so that no worker gets it. Fill it in, or remove it.
        7 heard: A header of 'heard' has no key, so that no worker gets it. Fill it in, or remove it.
        7 heard: The header 'k' of 'heard' has no value, so that no worker gets it. Fill it in, or remove it.
        7 heard: A header of 'heard' has neither key nor value, so that no worker gets it. Fill it in, or remove it.
    "#]],
    );
}

#[test]
fn warnings_of_a_file_with_problems_are_told_and_none_of_what_is_only_drawn() {
    let drawn = element("manualTask", "m", JOB);
    let broken = file("", &model(&format!("start s\n{drawn}\n<bpmn:serviceTask id=\"x\"/>")));
    assert!(bpmn::compile("w.bpmn", broken.as_bytes()).is_err());
    assert_eq!(bpmn::warnings(broken.as_bytes()).len(), 1);
    let only_drawn = broken.replace("isExecutable=\"true\"", "");
    assert!(bpmn::warnings(only_drawn.as_bytes()).is_empty());
    assert!(bpmn::warnings(b"no XML").is_empty());
}
