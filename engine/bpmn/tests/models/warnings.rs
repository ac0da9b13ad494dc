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
    let human = r#"<zeebe:assignmentDefinition assignee="a"/><zeebe:taskSchedule dueDate="=d"/><zeebe:formDefinition formId="f"/>"#;
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

#[test]
fn extensions_that_belong_to_something_else_are_told() {
    let linked = r#"<zeebe:linkedResources><zeebe:linkedResource resourceId="r" resourceType="t" bindingType="latest"/></zeebe:linkedResources>"#;
    let filter = r#"<zeebe:conditionalFilter variableNames="a"/>"#;
    let priority = r#"<zeebe:jobPriorityDefinition priority="7"/>"#;
    let properties = r#"<zeebe:properties><zeebe:property name="n" value="v"/></zeebe:properties>"#;
    let lines = [
        "start s".to_owned(),
        element(
            "serviceTask",
            "job",
            &format!("{JOB}{linked}{filter}<zeebe:jobPriorityDefinition/>"),
        ),
        element("manualTask", "manual", linked),
        element("userTask", "native", &format!("<zeebe:userTask/>{linked}")),
        element("parallelGateway", "fork", priority),
        element(
            "businessRuleTask",
            "rule",
            &format!(r#"<zeebe:calledDecision decisionId="d" resultVariable="r"/>{priority}"#),
        ),
        format!(
            r#"<bpmn:endEvent id="e"><bpmn:terminateEventDefinition><bpmn:extensionElements>{JOB}{properties}</bpmn:extensionElements></bpmn:terminateEventDefinition></bpmn:endEvent>"#
        ),
        format!(
            r#"<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="job"><bpmn:extensionElements>{JOB}{properties}</bpmn:extensionElements></bpmn:sequenceFlow>"#
        ),
    ];
    check(
        &lines.join("\n"),
        &expect![[r#"
        6 job: The extension 'zeebe:conditionalFilter' of 'job' has no effect on a service task; it belongs to the definition of a conditional event. Remove it.
        6 job: The zeebe:jobPriorityDefinition of 'job' has no priority, so that it says nothing. Fill it in, or remove it.
        7 manual: The extension 'zeebe:linkedResources' of 'manual' has no effect on a manual task, whose worker, if it has one, gets no links. Remove it.
        8 native: The extension 'zeebe:linkedResources' of 'native' has no effect on a user task, whose worker, if it has one, gets no links. Remove it.
        9 fork: The extension 'zeebe:jobPriorityDefinition' of 'fork' has no effect on a parallel gateway without job and without listeners. Remove it.
        10 rule: The extension 'zeebe:jobPriorityDefinition' of 'rule' has no effect on a business rule task without job and without listeners. Remove it.
        11 e: The extension 'zeebe:taskDefinition' has no effect at the terminateEventDefinition of 'e'. Remove it, or move it to the element that it is for.
        12 f: The extension 'zeebe:taskDefinition' has no effect at the sequence flow 'f'. Remove it, or move it to the element that it is for.
    "#]],
    );
}

#[test]
fn words_in_extensions_that_nothing_reads_are_told() {
    let lines = [
        "start s".to_owned(),
        element("serviceTask", "retires", r#"<zeebe:taskDefinition type="t" retires="5"/>"#),
        element(
            "serviceTask",
            "slips",
            &format!(
                r#"{JOB}<zeebe:executionListeners><zeebe:listener eventType="start" type="l"/></zeebe:executionListeners><zeebe:taskHeaders><zeebe:headr key="k" value="v"/></zeebe:taskHeaders>"#
            ),
        ),
        element(
            "userTask",
            "marked",
            r#"<zeebe:userTask id="u" zeebe:template="x" sort="y"/>"#,
        ),
        r#"<bpmn:manualTask id="many"><bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[]" inputElment="i"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics></bpmn:manualTask>"#.to_owned(),
    ];
    check(
        &lines.join("\n"),
        &expect![[r#"
        6 retires: The zeebe:taskDefinition of 'retires' has the attribute 'retires', which is not known there and has no effect. Remove it, or correct its name; known there: 'type', 'retries'.
        7 slips: The zeebe:executionListeners of 'slips' contains 'zeebe:listener', which is not known there and has no effect. Remove it, or correct its name; known there: 'executionListener'.
        7 slips: The zeebe:taskHeaders of 'slips' contains 'zeebe:headr', which is not known there and has no effect. Remove it, or correct its name; known there: 'header'.
        8 marked: The zeebe:userTask of 'marked' has the attribute 'sort', which is not known there and has no effect. Remove it, or correct its name; known there: nothing.
        9 many: The zeebe:loopCharacteristics of the multiInstanceLoopCharacteristics of 'many' has the attribute 'inputElment', which is not known there and has no effect. Remove it, or correct its name; known there: 'inputCollection', 'inputElement', 'outputCollection', 'outputElement'.
    "#]],
    );
}

#[test]
fn what_bpmn_knows_and_nothing_does_is_told() {
    let lines = [
        "start s",
        r#"<bpmn:manualTask id="m" default="f"/>"#,
        r#"<bpmn:manualTask id="undoes" isForCompensation="true"/>"#,
        r#"<bpmn:manualTask id="many"><bpmn:multiInstanceLoopCharacteristics behavior="One"><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[]"/></bpmn:extensionElements><bpmn:loopCardinality>3</bpmn:loopCardinality><bpmn:completionCondition language="http://example.com/feel">=a</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics></bpmn:manualTask>"#,
        r#"<bpmn:exclusiveGateway id="xor" default="h"/>"#,
        "flow f: s -> xor",
        r#"<bpmn:sequenceFlow id="g" sourceRef="xor" targetRef="m" isImmediate="false"><bpmn:conditionExpression language="javascript">=a</bpmn:conditionExpression></bpmn:sequenceFlow>"#,
        "flow h: xor -> many",
    ];
    check(
        &lines.join("\n"),
        &expect![[r#"
        6 m: The attribute 'default' of 'm' has no effect on a manual task: all flows that leave it are taken. Remove it, or put an exclusive gateway behind it.
        7 undoes: The activity 'undoes' is for compensation (isForCompensation), and no association leads to it from a compensation boundary event, so that it never runs. Connect it with one, or remove it.
        8 many: The attribute 'behavior' of the multiInstanceLoopCharacteristics of 'many' is 'One', which has no effect: no event is thrown when an instance completes, as with 'All'. Remove it.
        8 many: The loopCardinality in the multiInstanceLoopCharacteristics of 'many' has no effect beside an input collection: the activity runs once for each item. Remove one of them.
        11 g: The attribute 'isImmediate' of the sequence flow 'g' has no effect: nothing comes between the elements that it connects. Remove it.
        11 g: The language 'javascript' of the condition of the sequence flow 'g' has no effect: every expression is read as FEEL. Remove it.
    "#]],
    );
}

#[test]
fn what_events_and_ad_hoc_subprocesses_say_without_effect_is_told() {
    let lines = [
        r#"<bpmn:startEvent id="s" isInterrupting="false" parallelMultiple="true"/>"#,
        r#"<bpmn:manualTask id="done"/>"#,
        r#"<bpmn:boundaryEvent id="undone" attachedToRef="done"><bpmn:compensateEventDefinition activityRef="zz"/></bpmn:boundaryEvent>"#,
        r#"<bpmn:manualTask id="undoes" isForCompensation="true"/>"#,
        r#"<bpmn:association id="by" sourceRef="undone" targetRef="undoes"/>"#,
        r#"<bpmn:intermediateCatchEvent id="wait" parallelMultiple="true"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"#,
        r#"<bpmn:adHocSubProcess id="any" cancelRemainingInstances="false"><bpmn:manualTask id="inside"/></bpmn:adHocSubProcess>"#,
        r#"<bpmn:adHocSubProcess id="asked" cancelRemainingInstances="false"><bpmn:completionCondition>=true</bpmn:completionCondition><bpmn:manualTask id="there"/></bpmn:adHocSubProcess>"#,
    ];
    check(
        &lines.join("\n"),
        &expect![[r#"
        5 s: The attribute 'isInterrupting' of 's' has no effect on a start event of a process: nothing runs that it could interrupt. Remove it, or put the event into an event subprocess.
        5 s: The attribute 'parallelMultiple' of 's' has no effect on an event without several event definitions. Remove it, or add what else it waits for.
        7 undone: The attribute 'activityRef' ('zz') of the compensation boundary event 'undone' has no effect: it is about the activity that it is attached to. Remove it.
        10 wait: The attribute 'parallelMultiple' of 'wait' has no effect on an event without several event definitions. Remove it, or add what else it waits for.
        11 any: The attribute 'cancelRemainingInstances' of 'any' has no effect without a completionCondition: it completes when nothing is active in it any more. Remove it, or add a condition.
    "#]],
    );
}

#[test]
fn versions_that_nobody_looks_for_are_told() {
    let lines = [
        "start s".to_owned(),
        element("callActivity", "call", r#"<zeebe:calledElement processId="q" versionTag="v1"/>"#),
        element(
            "callActivity",
            "together",
            r#"<zeebe:calledElement processId="q" bindingType="deployment" versionTag="v1"/>"#,
        ),
        element(
            "callActivity",
            "tagged",
            r#"<zeebe:calledElement processId="q" bindingType="versionTag" versionTag="v1"/>"#,
        ),
        element(
            "businessRuleTask",
            "decision",
            r#"<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="latest" versionTag="v1"/>"#,
        ),
        element(
            "serviceTask",
            "linked",
            &format!(
                r#"{JOB}<zeebe:linkedResources><zeebe:linkedResource resourceId="r" resourceType="t" bindingType="latest" linkName="l" versionTag="v1"/></zeebe:linkedResources>"#
            ),
        ),
        element(
            "userTask",
            "form",
            r#"<zeebe:userTask/><zeebe:formDefinition formId="f" versionTag="v1"/>"#,
        ),
        element(
            "userTask",
            "by_key",
            r#"<zeebe:formDefinition formKey="k" bindingType="deployment"/>"#,
        ),
        element(
            "userTask",
            "elsewhere",
            r#"<zeebe:userTask/><zeebe:formDefinition externalReference="x" versionTag="v1"/>"#,
        ),
    ];
    check(
        &lines.join("\n"),
        &expect![[r#"
        6 call: The versionTag 'v1' in the zeebe:calledElement of 'call' has no effect without bindingType="versionTag": the latest version is meant. Set the bindingType, or remove the versionTag.
        7 together: The versionTag 'v1' in the zeebe:calledElement of 'together' has no effect without bindingType="versionTag": the one that is deployed together with the process is meant. Set the bindingType, or remove the versionTag.
        9 decision: The versionTag 'v1' in the zeebe:calledDecision of 'decision' has no effect without bindingType="versionTag": the latest version is meant. Set the bindingType, or remove the versionTag.
        10 linked: The versionTag 'v1' in the zeebe:linkedResource of 'linked' has no effect without bindingType="versionTag": the latest version is meant. Set the bindingType, or remove the versionTag.
        11 form: The versionTag 'v1' in the zeebe:formDefinition of 'form' has no effect without bindingType="versionTag": the latest version is meant. Set the bindingType, or remove the versionTag.
        12 by_key: The attribute 'bindingType' in the zeebe:formDefinition of 'by_key' has no effect beside 'formKey', which names no deployed form. Remove it, or name the form by formId.
        13 elsewhere: The attribute 'versionTag' in the zeebe:formDefinition of 'elsewhere' has no effect beside 'externalReference', which names no deployed form. Remove it, or name the form by formId.
    "#]],
    );
}

#[test]
fn extensions_that_say_nothing_are_told() {
    let empty = r#"<zeebe:userTask/><zeebe:assignmentDefinition assignee=" "/><zeebe:taskSchedule/><zeebe:priorityDefinition/>"#;
    let lines = [
        "start s".to_owned(),
        element("userTask", "empty", empty),
        element("serviceTask", "job", &format!("{JOB}<zeebe:jobPriorityDefinition/>")),
    ];
    check(
        &lines.join("\n"),
        &expect![[r#"
        6 empty: The zeebe:assignmentDefinition of 'empty' has none of assignee, candidateGroups, candidateUsers, so that it says nothing. Fill it in, or remove it.
        6 empty: The zeebe:taskSchedule of 'empty' has none of dueDate, followUpDate, so that it says nothing. Fill it in, or remove it.
        6 empty: The zeebe:priorityDefinition of 'empty' has no priority, so that it says nothing. Fill it in, or remove it.
        7 job: The zeebe:jobPriorityDefinition of 'job' has no priority, so that it says nothing. Fill it in, or remove it.
    "#]],
    );
}

#[test]
fn extensions_of_messages_and_signals_that_nothing_reads_are_told() {
    let roots = r#"
<bpmn:message id="m" name="m"><bpmn:extensionElements><zeebe:subscription correlationKey="=k" corelation="=k"/><zeebe:properties/></bpmn:extensionElements></bpmn:message>
<bpmn:signal id="g" name="g"><bpmn:extensionElements><zeebe:ioMapping/></bpmn:extensionElements></bpmn:signal>"#;
    let file = file(roots, &model("start s"));
    let found = bpmn::warnings(file.as_bytes());
    let found: Vec<_> = found.iter().map(|it| it.message.as_str()).collect();
    expect![[r#"
        The zeebe:subscription of the message 'm' has the attribute 'corelation', which is not known there and has no effect. Remove it, or correct its name; known there: 'correlationKey'.
        The extension 'zeebe:ioMapping' has no effect at the signal 'g'. Remove it, or move it to the element that it is for."#]].assert_eq(&found.join("\n"));
}
