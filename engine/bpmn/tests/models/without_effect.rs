//! What would silently have no effect, or another one than meant, is refused.

use expect_test::expect;

use crate::support::{check, file, model};

fn with(extra: &str) -> String {
    file(ROOTS, &model(&format!("start s\n{extra}\ntask t\nflow f: s -> t")))
}

const ROOTS: &str = r#"<bpmn:error id="e" errorCode="E1"/><bpmn:signal id="told" name="told"/>
<bpmn:message id="m" name="m"><bpmn:extensionElements><zeebe:subscription correlationKey="=k"/></bpmn:extensionElements></bpmn:message>"#;

/// One element for each attribute that is true or false, which says `value` there.
fn flags(value: &str) -> String {
    let process = r#"
<bpmn:boundaryEvent id="cancels" attachedToRef="t" cancelActivity="VALUE"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
<bpmn:subProcess id="event" triggeredByEvent="true"><bpmn:startEvent id="interrupts" isInterrupting="VALUE" parallelMultiple="VALUE"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent></bpmn:subProcess>
<bpmn:subProcess id="triggered" triggeredByEvent="VALUE"><bpmn:startEvent id="ts"/></bpmn:subProcess>
<bpmn:receiveTask id="begins" messageRef="m" instantiate="VALUE"/>
<bpmn:manualTask id="undoes" isForCompensation="VALUE"/>
<bpmn:manualTask id="several"><bpmn:multiInstanceLoopCharacteristics isSequential="VALUE"><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[]"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics></bpmn:manualTask>
<bpmn:manualTask id="looped"><bpmn:standardLoopCharacteristics testBefore="VALUE"><bpmn:loopCondition>=x</bpmn:loopCondition></bpmn:standardLoopCharacteristics></bpmn:manualTask>
<bpmn:adHocSubProcess id="rest" cancelRemainingInstances="VALUE"><bpmn:manualTask id="inner"/></bpmn:adHocSubProcess>
<bpmn:callActivity id="call"><bpmn:extensionElements><zeebe:calledElement processId="q" propagateAllParentVariables="VALUE" propagateAllChildVariables="VALUE"/></bpmn:extensionElements></bpmn:callActivity>
<bpmn:endEvent id="waits"><bpmn:compensateEventDefinition waitForCompletion="VALUE"/></bpmn:endEvent>"#;
    with(&process.replace("VALUE", value))
}

#[test]
fn a_word_that_is_neither_true_nor_false_is_refused() {
    check(
        &flags("TRUE"),
        &expect![[r#"
        p > cancels: The attribute 'cancelActivity' of 'cancels' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > event > interrupts: The attribute 'isInterrupting' of 'interrupts' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > event > interrupts: The attribute 'parallelMultiple' of 'interrupts' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > triggered: The attribute 'triggeredByEvent' of 'triggered' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > begins: The attribute 'instantiate' of 'begins' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > undoes: The attribute 'isForCompensation' of 'undoes' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > several: The attribute 'isSequential' of 'several' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > looped: The attribute 'testBefore' of 'looped' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > rest: The attribute 'cancelRemainingInstances' of 'rest' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > call: The attribute 'propagateAllChildVariables' of 'call' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > call: The attribute 'propagateAllParentVariables' of 'call' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
        p > waits: The compensation event 'waits' does not wait for what it undoes (waitForCompletion). Baton knows only events that wait.
        p > waits: The attribute 'waitForCompletion' of 'waits' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
    "#]],
    );
    check(
        &flags(""),
        &expect![[r#"
        p > cancels: The attribute 'cancelActivity' of 'cancels' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > event > interrupts: The attribute 'isInterrupting' of 'interrupts' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > event > interrupts: The attribute 'parallelMultiple' of 'interrupts' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > triggered: The attribute 'triggeredByEvent' of 'triggered' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > begins: The attribute 'instantiate' of 'begins' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > undoes: The attribute 'isForCompensation' of 'undoes' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > several: The attribute 'isSequential' of 'several' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > looped: The attribute 'testBefore' of 'looped' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > rest: The attribute 'cancelRemainingInstances' of 'rest' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > call: The attribute 'propagateAllChildVariables' of 'call' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > call: The attribute 'propagateAllParentVariables' of 'call' is '', which is neither true nor false. Write "true" or "false", or leave it out.
        p > waits: The compensation event 'waits' does not wait for what it undoes (waitForCompletion). Baton knows only events that wait.
        p > waits: The attribute 'waitForCompletion' of 'waits' is '', which is neither true nor false. Write "true" or "false", or leave it out.
    "#]],
    );
}

#[test]
fn true_and_false_may_be_numbers_and_have_blanks_around() {
    for value in ["true", "false", "1", "0", " true "] {
        let Err(problems) = bpmn::compile("p.bpmn", flags(value).as_bytes()) else { continue };
        let is_of_flag = |it: &bpmn::Problem| it.message.contains("neither true nor false");
        assert!(!problems.iter().any(is_of_flag), "'{value}': {problems:?}");
    }
}

#[test]
fn a_process_says_whether_it_is_executable() {
    let other =
        r#"<bpmn:process id="q" isExecutable="TRUE"><bpmn:startEvent id="qs"/></bpmn:process>"#;
    check(
        &file(other, &model("start s")),
        &expect![[r#"
        q: The attribute 'isExecutable' of 'q' is 'TRUE', which is neither true nor false. Write "true" or "false", or leave it out.
    "#]],
    );
}

#[test]
fn a_link_ends_and_begins_where_no_flow_is() {
    let links = r#"<bpmn:intermediateThrowEvent id="throw"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateThrowEvent>
<bpmn:intermediateCatchEvent id="catch"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateCatchEvent>
manual a
manual b
flow g: t -> throw
flow h: catch -> a"#;
    assert!(bpmn::compile("p.bpmn", with(links).as_bytes()).is_ok());
    check(
        &with(&format!("{links}\nflow after: throw -> b")),
        &expect![[r#"
        p > throw: The link throw event 'throw' has an outgoing sequence flow, which would never be taken: it goes on at the link catch event 'L'. Remove the flow.
    "#]],
    );
    check(
        &with(&format!("{links}\nflow before: b -> catch")),
        &expect![[r#"
        p > catch: The link catch event 'catch' has an incoming sequence flow. Only link throw events lead to it.
    "#]],
    );
}

#[test]
fn mappings_out_of_what_gives_nothing_are_refused() {
    let output = r#"<bpmn:extensionElements><zeebe:ioMapping><zeebe:output source="=x" target="y"/></zeebe:ioMapping></bpmn:extensionElements>"#;
    let events = format!(
        r#"<bpmn:boundaryEvent id="undo" attachedToRef="t">{output}<bpmn:compensateEventDefinition/></bpmn:boundaryEvent>
<bpmn:manualTask id="handler" isForCompensation="true"/>
<bpmn:association id="to" sourceRef="undo" targetRef="handler"/>
<bpmn:endEvent id="fails">{output}<bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>
<bpmn:endEvent id="several">{output}<bpmn:signalEventDefinition signalRef="told"/><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>"#
    );
    check(
        &with(&events),
        &expect![[r#"
        p > undo: The element 'undo' has an output mapping, which has no effect on a compensation boundary event. Remove it.
        p > fails: The element 'fails' has an output mapping, which has no effect on an error end event, which never completes. Remove it.
        p > several: The element 'several' has an output mapping, which has no effect on an end event that throws an error among others, which never completes. Remove it.
    "#]],
    );
}

#[test]
fn a_lane_names_elements_of_its_process() {
    let lanes = |id: &str| {
        format!(
            r#"<bpmn:laneSet id="set"><bpmn:lane id="outer"><bpmn:flowNodeRef>s</bpmn:flowNodeRef>
<bpmn:childLaneSet id="inside"><bpmn:lane id="lane"><bpmn:flowNodeRef> {id} </bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"#
        )
    };
    assert!(bpmn::compile("p.bpmn", with(&lanes("t")).as_bytes()).is_ok());
    check(
        &with(&lanes("gone")),
        &expect![[r#"
        p: The lane 'lane' contains 'gone', which is no element of this process. Remove the flowNodeRef.
    "#]],
    );
}

#[test]
fn an_ad_hoc_subprocess_has_no_order() {
    let ad_hoc = |ordering: &str| {
        with(&format!(
            r#"<bpmn:adHocSubProcess id="u" ordering="{ordering}"><bpmn:manualTask id="a"/></bpmn:adHocSubProcess>"#
        ))
    };
    assert!(bpmn::compile("p.bpmn", ad_hoc("Parallel").as_bytes()).is_ok());
    check(
        &ad_hoc("Sequential"),
        &expect![[r#"
        p > u: The ad-hoc subprocess 'u' has the ordering 'Sequential'. Its activities can run at the same time, which BPMN calls 'Parallel'; Baton does not run them one after the other. Remove the attribute, or begin the next activity when one has ended.
    "#]],
    );
}

#[test]
fn what_is_deployed_keeps_its_meaning() {
    let deployed = [
        with(
            r#"<bpmn:boundaryEvent id="b" attachedToRef="t" cancelActivity="TRUE"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"#,
        ),
        with(
            r#"<bpmn:adHocSubProcess id="u" ordering="Sequential"><bpmn:manualTask id="a"/></bpmn:adHocSubProcess>"#,
        ),
        with(
            r#"<bpmn:intermediateThrowEvent id="throw"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateThrowEvent>
<bpmn:intermediateCatchEvent id="catch"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateCatchEvent>
manual a
flow g: t -> throw
flow h: throw -> a"#,
        ),
        with(
            r#"<bpmn:laneSet id="set"><bpmn:lane id="lane"><bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"#,
        ),
        with(
            r#"<bpmn:endEvent id="fails"><bpmn:extensionElements><zeebe:ioMapping><zeebe:output source="=x" target="y"/></zeebe:ioMapping></bpmn:extensionElements><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>"#,
        ),
        file(r#"<bpmn:process id="q" isExecutable="TRUE"/>"#, &model("start s")),
    ];
    for file in deployed {
        assert!(bpmn::compile("p.bpmn", file.as_bytes()).is_err(), "no rule refuses it: {file}");
        let resource = bpmn::compile_accepted(file.as_bytes());
        let resource = resource.unwrap_or_else(|it| panic!("{it:?} in {file}"));
        assert_eq!(resource.processes.len(), 1);
        let boundary = resource.processes[0].elements.iter().find_map(|it| it.kind.boundary());
        assert!(boundary.is_none_or(|it| !it.interrupting), "it was not interrupting");
    }
}

const LISTENERS: &str = r#"<zeebe:executionListeners><zeebe:executionListener eventType="take" type="l"/></zeebe:executionListeners>"#;
const LINKS: &str =
    r#"<zeebe:linkedResources><zeebe:linkedResource resourceId=""/></zeebe:linkedResources>"#;

fn extended(extensions: &str) -> String {
    format!("<bpmn:extensionElements>{extensions}</bpmn:extensionElements>")
}

#[test]
fn extensions_inside_of_elements_that_are_meant_to_do_something_are_refused() {
    let filter = extended(r#"<zeebe:conditionalFilter variableNames="a"/>"#);
    let mapping = r#"<zeebe:ioMapping><zeebe:output source="=a" target="b"/></zeebe:ioMapping>"#;
    let nested = extended(&format!("{mapping}<zeebe:foo/>"));
    let listeners = extended(LISTENERS);
    let process = format!(
        r#"
<bpmn:boundaryEvent id="beside" attachedToRef="t">{filter}<bpmn:conditionalEventDefinition><bpmn:condition>=a</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:boundaryEvent>
<bpmn:boundaryEvent id="within" attachedToRef="t"><bpmn:conditionalEventDefinition>{filter}<bpmn:condition>=b</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:boundaryEvent>
<bpmn:endEvent id="nested"><bpmn:errorEventDefinition errorRef="e">{nested}</bpmn:errorEventDefinition></bpmn:endEvent>
<bpmn:endEvent id="filtered"><bpmn:errorEventDefinition errorRef="e">{filter}</bpmn:errorEventDefinition></bpmn:endEvent>
<bpmn:manualTask id="several"><bpmn:multiInstanceLoopCharacteristics>{}</bpmn:multiInstanceLoopCharacteristics></bpmn:manualTask>
<bpmn:manualTask id="linked">{}</bpmn:manualTask>
<bpmn:sequenceFlow id="heard" sourceRef="t" targetRef="linked">{listeners}</bpmn:sequenceFlow>"#,
        extended(&format!(r#"<zeebe:loopCharacteristics inputCollection="=[]"/>{LISTENERS}"#)),
        extended(LINKS),
    );
    check(
        &with(&process),
        &expect![[r#"
        p > beside: The zeebe:conditionalFilter of 'beside' has no effect at the event. Move it to the extensionElements of its conditionalEventDefinition.
        p > nested: The errorEventDefinition of 'nested' has the extension 'zeebe:ioMapping', which has no effect there. Move it to the extensionElements of the element that it is for, or remove it.
        p > nested: The errorEventDefinition of 'nested' has the extension 'zeebe:foo', which Baton does not know.
        p > filtered: The errorEventDefinition of 'filtered' has the extension 'zeebe:conditionalFilter', which has no effect there. Move it to the extensionElements of the element that it is for, or remove it.
        p > several: The multiInstanceLoopCharacteristics of 'several' has the extension 'zeebe:executionListeners', which has no effect there. Move it to the extensionElements of the element that it is for, or remove it.
        p > linked: The element 'linked' needs the attribute 'resourceId' of 'linkedResource', which is missing or empty.
        p > linked: The element 'linked' needs the attribute 'resourceType' of 'linkedResource', which is missing or empty.
        p > linked: The element 'linked' needs the attribute 'bindingType' of 'linkedResource', which is missing or empty.
        p > heard: The sequence flow 'heard' has the extension 'zeebe:executionListeners', which has no effect there. Move it to the extensionElements of the element that it is for, or remove it.
    "#]],
    );
}

#[test]
fn a_default_flow_is_refused_where_nothing_is_chosen() {
    let process = r#"
<bpmn:parallelGateway id="fork" default="g"/>
<bpmn:intermediateThrowEvent id="thrown" default="h"/>
<bpmn:exclusiveGateway id="xor" default="i"/>
flow g: fork -> thrown
flow h: thrown -> xor
flow i: xor -> t"#;
    check(
        &with(process),
        &expect![[r#"
        p > fork: The element 'fork' has the attribute 'default', which a parallel gateway cannot have: it chooses no flow. Remove it.
        p > thrown: The element 'thrown' has the attribute 'default', which an intermediate throw event cannot have: it chooses no flow. Remove it.
    "#]],
    );
}

#[test]
fn numbers_and_dates_that_can_never_be_are_refused() {
    let retries = |id: &str, number: &str| {
        format!(
            r#"<bpmn:serviceTask id="{id}"><bpmn:extensionElements><zeebe:taskDefinition type="x" retries="{number}"/></bpmn:extensionElements></bpmn:serviceTask>"#
        )
    };
    let cycle = |id: &str, cron: &str| {
        format!(
            r#"<bpmn:boundaryEvent id="{id}" attachedToRef="t" cancelActivity="false"><bpmn:timerEventDefinition><bpmn:timeCycle>{cron}</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>"#
        )
    };
    let process = [
        retries("many", "99999999999"),
        retries("none", "0"),
        retries("whole", "2.0"),
        retries("negative", "-1"),
        retries("part", "1.5"),
        retries("most", "2147483647"),
        cycle("never", "0 0 0 31 2 *"),
        cycle("leap", "0 0 0 29 2 MON"),
    ];
    check(
        &with(&process.join("\n")),
        &expect![[r#"
            p > many: The number of retries '99999999999' of 'many' is not a whole number from 0 to 2147483647. Choose how often a job is tried; 0 is like 1.
            p > negative: The number of retries '-1' of 'negative' is not a whole number from 0 to 2147483647. Choose how often a job is tried; 0 is like 1.
            p > part: The number of retries '1.5' of 'part' is not a whole number from 0 to 2147483647. Choose how often a job is tried; 0 is like 1.
            p > never: The timer cycle of 'never' is not valid: no date matches the cron expression '0 0 0 31 2 *', so that it would never be due.
        "#]],
    );
}

#[test]
fn static_dates_that_could_mean_several_moments_are_refused() {
    let catch = |id: &str, date: &str| {
        format!(
            r#"<bpmn:intermediateCatchEvent id="{id}"><bpmn:timerEventDefinition><bpmn:timeDate>{date}</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"#
        )
    };
    let cycle = |id: &str, cycle: &str| {
        format!(
            r#"<bpmn:boundaryEvent id="{id}" attachedToRef="t" cancelActivity="false"><bpmn:timerEventDefinition><bpmn:timeCycle>{cycle}</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>"#
        )
    };
    let schedule = |id: &str, dates: &str| {
        format!(
            r#"<bpmn:userTask id="{id}"><bpmn:extensionElements><zeebe:userTask/><zeebe:taskSchedule {dates}/></bpmn:extensionElements></bpmn:userTask>"#
        )
    };
    let process = [
        catch("local", "2030-01-01T10:00:00"),
        catch("day", "2030-01-01"),
        catch("moment", "2030-01-01T10:00:00Z"),
        catch("offset", "2030-01-01T10:00+01:00"),
        catch("zone", "2030-01-01T10:00:00[Europe/Berlin]"),
        catch("both", "2030-01-01T10:00:00+01:00[Europe/Berlin]"),
        catch("computed", "=date and time(&quot;2030-01-01T10:00:00&quot;)"),
        cycle("grid", "R3/2030-01-01T10:00:00/P1D"),
        cycle("fixed", "R3/2030-01-01T10:00:00[Europe/Berlin]/P1D"),
        cycle("interval", "R/PT1H"),
        cycle("cron", "0 0 9 * * MON-FRI"),
        schedule("task", r#"dueDate="2030-01-01T10:00:00" followUpDate="2030-01-01""#),
        schedule(
            "fine",
            r#"dueDate="2030-01-01T10:00:00Z" followUpDate="=&quot;2030-01-01&quot;""#,
        ),
    ];
    check(
        &with(&process.join("\n")),
        &expect![[r#"
            p > local: The timer date of 'local' is '2030-01-01T10:00:00', without offset and time zone, so that it could mean several moments. Write it with one, as in '2030-01-01T10:00:00Z' or '2030-01-01T10:00:00+01:00'.
            p > day: The timer date of 'day' is '2030-01-01', without offset and time zone, so that it could mean several moments. Write it with one, as in '2030-01-01T00:00:00Z' or '2030-01-01T00:00:00+01:00'.
            p > grid: The start of the timer cycle of 'grid' is '2030-01-01T10:00:00', without offset and time zone, so that it could mean several moments. Write it with one, as in '2030-01-01T10:00:00Z' or '2030-01-01T10:00:00+01:00'.
            p > task: The dueDate of 'task' is '2030-01-01T10:00:00', without offset and time zone, so that it could mean several moments. Write it with one, as in '2030-01-01T10:00:00Z' or '2030-01-01T10:00:00+01:00'.
            p > task: The followUpDate of 'task' is '2030-01-01', without offset and time zone, so that it could mean several moments. Write it with one, as in '2030-01-01T00:00:00Z' or '2030-01-01T00:00:00+01:00'.
        "#]],
    );
}
