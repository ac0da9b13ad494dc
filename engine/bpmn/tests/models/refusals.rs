//! What is refused at deployment, and in which words.

use expect_test::expect;

use crate::support::{check, file, model};

/// A process with `extra` in it that would be valid without.
fn with(extra: &str) -> String {
    file("", &model(&format!("start s\n{extra}\ntask t\nflow f: s -> t")))
}

#[test]
fn all_problems_of_a_file_are_listed_by_place_with_their_paths() {
    let roots = r#"<bpmn:process id="q" isExecutable="true"/>"#;
    let process = model(
        r#"start s
<bpmn:choreographyTask id="u"/>
<bpmn:subProcess id="sub">
<bpmn:serviceTask id="job"/>
<bpmn:subProcess id="inner"><bpmn:callActivity id="call"/></bpmn:subProcess>
</bpmn:subProcess>
flow f: s -> nowhere"#,
    );
    check(
        &file(roots, &process),
        &expect![[r#"
            q: The process 'q' has no start event. Add one.
            p > u: The element 'u' is a choreography task. Baton does not run choreography tasks yet.
            p > sub: The subprocess 'sub' has no start event. It needs exactly one.
            p > sub > job: The element 'job' has no zeebe:taskDefinition. It needs exactly one, with a job type.
            p > sub > inner: The subprocess 'inner' has no start event. It needs exactly one.
            p > sub > inner > call: The call activity 'call' has no zeebe:calledElement. It needs exactly one, with the id of a process.
            p > f: The targetRef of the sequence flow 'f' is 'nowhere', which is no element of this process.
        "#]],
    );
}

#[test]
fn a_file_needs_an_executable_process() {
    check(
        &with("").replace("isExecutable=\"true\"", ""),
        &expect![[r#"
            (file): No process in the file is executable (it has 1). Set isExecutable="true" on the one that Baton shall run.
        "#]],
    );
    check(
        &with("").replace("isExecutable=\"true\"", "isExecutable=\"false\""),
        &expect![[r#"
            (file): No process in the file is executable (it has 1). Set isExecutable="true" on the one that Baton shall run.
        "#]],
    );
}

#[test]
fn every_element_type_that_is_not_run_is_named() {
    let elements: String =
        ["complexGateway", "choreographyTask", "subChoreography", "callChoreography", "madeUp"]
            .iter()
            .map(|name| format!("<bpmn:{name} id=\"x_{name}\"/>"))
            .collect();
    let event = r#"<bpmn:subProcess id="x_event" triggeredByEvent="true"><bpmn:startEvent id="es"><bpmn:errorEventDefinition/></bpmn:startEvent></bpmn:subProcess>"#;
    check(
        &with(&(elements + event)),
        &expect![[r#"
            p > x_choreographyTask: The element 'x_choreographyTask' is a choreography task. Baton does not run choreography tasks yet.
            p > x_subChoreography: The element 'x_subChoreography' is a subchoreography. Baton does not run subchoreographies yet.
            p > x_callChoreography: The element 'x_callChoreography' is a call of a choreography. Baton does not run calls of choreographies yet.
            p > x_madeUp: The element 'x_madeUp' is of the type 'madeUp', which Baton does not know here.
        "#]],
    );
}

#[test]
fn every_event_definition_that_is_not_run_is_named() {
    let mut events = String::new();
    for name in [
        "signal",
        "error",
        "escalation",
        "compensate",
        "conditional",
        "cancel",
        "terminate",
        "link",
    ] {
        events += &format!(
            r#"<bpmn:endEvent id="e_{name}"><bpmn:{name}EventDefinition/></bpmn:endEvent>
<bpmn:boundaryEvent id="b_{name}" attachedToRef="t"><bpmn:{name}EventDefinition/></bpmn:boundaryEvent>"#
        );
    }
    events += r#"<bpmn:endEvent id="e_message"><bpmn:messageEventDefinition/></bpmn:endEvent>
<bpmn:startEvent id="s_timer"><bpmn:timerEventDefinition/></bpmn:startEvent>
<bpmn:startEvent id="s_signal"><bpmn:signalEventDefinition/></bpmn:startEvent>
<bpmn:intermediateCatchEvent id="c_link"><bpmn:linkEventDefinition/></bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="c_ref"><bpmn:eventDefinitionRef>x</bpmn:eventDefinitionRef></bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="c_own"><bpmn:ownEventDefinition/></bpmn:intermediateCatchEvent>"#;
    check(
        &with(&events),
        &expect![[r#"
            p > e_signal: The signal event 'e_signal' refers to no signal. Choose a signal.
            p > b_signal: The signal event 'b_signal' refers to no signal. Choose a signal.
            p > e_error: The event 'e_error' refers to no error. Choose an error.
            p > e_escalation: The event 'e_escalation' refers to no escalation. Choose an escalation.
            p > b_compensate: The compensation boundary event 'b_compensate' has no association to an activity for compensation (isForCompensation) in its scope. Add one.
            p > e_conditional: The end event 'e_conditional' has a condition, which such an event cannot throw.
            p > b_conditional: The conditional event 'b_conditional' has no condition. Exactly one is needed.
            p > e_cancel: The cancel end event 'e_cancel' is not directly in a transaction. Only there it can cancel one.
            p > b_cancel: The cancel boundary event 'b_cancel' is attached to 't', which is no transaction. Only transactions are canceled.
            p > b_terminate: The boundary event 'b_terminate' has a terminate definition, which such an event cannot wait for.
            p > e_link: The end event 'e_link' has a link, which such an event cannot throw.
            p > b_link: The boundary event 'b_link' has a link, which such an event cannot wait for.
            p > e_message: The element 'e_message' has no zeebe:taskDefinition. It needs exactly one, with a job type.
            p > s_timer: The timer of 's_timer' has none of date, duration and cycle. Exactly one is needed.
            p > s_signal: The signal event 's_signal' refers to no signal. Choose a signal.
            p > c_link: The element 'c_link' needs the attribute 'name' of 'linkEventDefinition', which is missing or empty.
            p > c_ref: The intermediate catch event 'c_ref' refers to an event definition elsewhere in the file. Put the definition into the event.
            p > c_own: The intermediate catch event 'c_own' contains 'ownEventDefinition', which Baton does not know there.
        "#]],
    );
}

#[test]
fn loop_markers_compensation_and_unknown_children_are_refused() {
    let extra = r#"<bpmn:subProcess id="a" isForCompensation="true"><bpmn:startEvent id="sa"/><bpmn:multiInstanceLoopCharacteristics/></bpmn:subProcess>
<bpmn:subProcess id="b" startQuantity="2"><bpmn:startEvent id="sb"/><bpmn:standardLoopCharacteristics/></bpmn:subProcess>
<bpmn:endEvent id="c"><bpmn:userTask/></bpmn:endEvent>"#;
    check(
        &with(extra),
        &expect![[r#"
            p > a: The element 'a' is multi-instance and has no zeebe:loopCharacteristics. It needs exactly one, with an input collection.
            p > b: The element 'b' has the startQuantity '2'. Baton knows only 1.
            p > b: The element 'b' has a loop marker with neither a loopCondition nor a loopMaximum, so that it could never end. Add one of them.
            p > c: The element 'c' contains 'userTask', which Baton does not know there.
        "#]],
    );
}

#[test]
fn extensions_with_an_effect_that_is_not_run_are_refused() {
    let extra = r#"<bpmn:serviceTask id="a"><bpmn:extensionElements><zeebe:taskDefinition type="a"/>
<zeebe:executionListeners/><zeebe:executionListeners/>
<zeebe:taskListeners><zeebe:taskListener eventType="creating" type="x"/></zeebe:taskListeners>
<zeebe:linkedResources><zeebe:linkedResource resourceId="r"/></zeebe:linkedResources>
<zeebe:jobPriorityDefinition priority="soon"/><zeebe:jobPriorityDefinition priority="2"/><zeebe:newerThanBaton/>
<zeebe:taskHeaders/><zeebe:taskHeaders/><zeebe:ioMapping/><zeebe:ioMapping/>
</bpmn:extensionElements></bpmn:serviceTask>
<bpmn:endEvent id="b"><zeebe:ioMapping/></bpmn:endEvent>
<zeebe:versionTag value="x"/>"#;
    check(
        &with(extra),
        &expect![[r#"
            p > a: The element 'a' has more than one zeebe:executionListeners. At most one is allowed.
            p > a: The element 'a' has task listeners, which only a user task with zeebe:userTask can have. Add the marker, or remove them.
            p > a: The element 'a' needs the attribute 'resourceType' of 'linkedResource', which is missing or empty.
            p > a: The element 'a' needs the attribute 'bindingType' of 'linkedResource', which is missing or empty.
            p > a: The job priority 'soon' of 'a' is neither a whole number from -2147483648 to 2147483647 nor a FEEL expression.
            p > a: The element 'a' has more than one zeebe:jobPriorityDefinition. At most one is allowed.
            p > a: The element 'a' has the extension 'zeebe:newerThanBaton', which Baton does not know.
            p > a: The element 'a' has more than one zeebe:taskHeaders. At most one is allowed.
            p > a: The element 'a' has more than one zeebe:ioMapping. At most one is allowed.
            p > b: The extension 'zeebe:ioMapping' of 'b' stands outside 'extensionElements', where it has no effect. Move it there.
            p: The extension 'zeebe:versionTag' stands outside 'extensionElements', where it has no effect. Move it there.
        "#]],
    );
}

#[test]
fn ids_are_unique_names() {
    let extra = r#"<bpmn:endEvent id="s"/><bpmn:endEvent id="a b"/><bpmn:endEvent id="1a"/><bpmn:endEvent id="__proto__"/>
<bpmn:endEvent id=" äöü·Ā "/><bpmn:endEvent id="हिन्दी"/><bpmn:endEvent id="😀"/><bpmn:endEvent/>
<bpmn:sequenceFlow id="f 1" sourceRef="s" targetRef="t"/>
<bpmn:sequenceFlow sourceRef="s" targetRef="t"/>"#;
    check(
        &with(extra),
        &expect![[r#"
        p > s: The id 's' is used twice; line 5 has it too. Give one of the elements another id.
        p > a b: The id 'a b' is not a valid name. Begin with a letter or '_', and use only letters, digits, '_', '-' and '.'.
        p > 1a: The id '1a' is not a valid name. Begin with a letter or '_', and use only letters, digits, '_', '-' and '.'.
        p > 😀: The id '😀' is not a valid name. Begin with a letter or '_', and use only letters, digits, '_', '-' and '.'.
        p > <endEvent>: An element of the type 'endEvent' has no id. Give it one.
        p > f 1: The id 'f 1' is not a valid name. Begin with a letter or '_', and use only letters, digits, '_', '-' and '.'.
        p > <sequenceFlow>: An element of the type 'sequenceFlow' has no id. Give it one.
    "#]],
    );
    let long = format!("<bpmn:endEvent id=\"{}\"/>", "x".repeat(256));
    assert!(bpmn::compile("m", with(&long).as_bytes()).is_err());
    assert!(bpmn::compile("m", with(&long.replace("xx", "x")).as_bytes()).is_ok());
}

#[test]
fn flows_connect_elements_of_one_scope() {
    let extra = r#"<bpmn:sequenceFlow id="a" sourceRef="a" targetRef="a"/>
<bpmn:sequenceFlow id="b" sourceRef="" targetRef="t"/>
<bpmn:sequenceFlow id="c" targetRef="p"/>
<bpmn:sequenceFlow id="d" sourceRef="s" targetRef="inside"/>
<bpmn:sequenceFlow id="e" sourceRef="f" targetRef="elsewhere"/>
<bpmn:subProcess id="sub"><bpmn:startEvent id="inside"/></bpmn:subProcess>
<bpmn:endEvent id="end"><bpmn:incoming>gone</bpmn:incoming><bpmn:incoming>f</bpmn:incoming></bpmn:endEvent>"#;
    let other = r#"<bpmn:process id="q" isExecutable="true"><bpmn:startEvent id="elsewhere"/></bpmn:process>"#;
    check(
        &with(extra).replace("</bpmn:definitions>", &format!("{other}</bpmn:definitions>")),
        &expect![[r#"
            p > a: The sourceRef of the sequence flow 'a' is 'a', which is no element of this process.
            p > a: The targetRef of the sequence flow 'a' is 'a', which is no element of this process.
            p > b: The sequence flow 'b' has no sourceRef.
            p > c: The sequence flow 'c' has no sourceRef.
            p > c: The targetRef of the sequence flow 'c' is 'p', which is no element of this process.
            p > d: The sequence flow 'd' leads from 's' to 'inside' across the border of a subprocess. Sequence flows cannot do that.
            p > e: The sourceRef of the sequence flow 'e' is 'f', which is no element of this process.
            p > e: The targetRef of the sequence flow 'e' is 'elsewhere', which is no element of this process.
            p > end: The element 'end' names 'gone' as incoming sequence flow, which is not in this process.
        "#]],
    );
}

#[test]
fn flows_do_not_enter_start_and_boundary_events_or_leave_end_events() {
    let extra = r#"end e
flow a: t -> s
flow b: e -> t
flow c: t -> late
<bpmn:boundaryEvent id="late" attachedToRef="t"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"#;
    check(
        &with(extra),
        &expect![[r#"
            p > s: The start event 's' has an incoming sequence flow. Nothing may lead to a start event.
            p > e: The end event 'e' has an outgoing sequence flow. Nothing may follow an end event.
            p > late: The boundary event 'late' has an incoming sequence flow. Only its activity can lead to it.
        "#]],
    );
}

#[test]
fn conditions_stand_on_flows_of_gateways_only_and_are_feel() {
    let extra = "xor x nothing
flow a: x -> t = a
flow b: x -> t b
flow c: x -> t
flow d: t -> t = d
xor y g
flow e: y -> t
flow g: y -> t = x
flow h: y -> t <!-- empty -->
<bpmn:sequenceFlow id=\"i\" sourceRef=\"x\" targetRef=\"t\"><bpmn:conditionExpression>=1</bpmn:conditionExpression><bpmn:conditionExpression>=2</bpmn:conditionExpression><bpmn:madeUp/></bpmn:sequenceFlow>";
    check(
        &with(extra),
        &expect![[r#"
            p > x: The default flow of the gateway 'x' is 'nothing', which is no outgoing sequence flow of it.
            p > b: The condition of the sequence flow 'b' must be a FEEL expression, but it is 'b'. Begin it with '='.
            p > c: The sequence flow 'c' of the gateway 'x' has no condition and is not the default flow. Give it a condition, or make it the default.
            p > d: The condition of the sequence flow 'd' has no effect, because only flows that leave an exclusive, inclusive or complex gateway may have one. Remove it, or put a gateway before the flow.
            p > e: The sequence flow 'e' of the gateway 'y' has no condition and is not the default flow. Give it a condition, or make it the default.
            p > h: The condition of the sequence flow 'h' is empty.
            p > i: The sequence flow 'i' contains 'madeUp', which Baton does not know there.
            p > i: The condition of the sequence flow 'i' is there more than once.
        "#]],
    );
}

#[test]
fn scopes_have_the_start_events_that_they_need() {
    let extra = r#"start s2
<bpmn:subProcess id="none"/>
<bpmn:subProcess id="two"><bpmn:startEvent id="a"/><bpmn:startEvent id="b"/></bpmn:subProcess>
<bpmn:subProcess id="typed"><bpmn:startEvent id="c"><bpmn:timerEventDefinition/></bpmn:startEvent></bpmn:subProcess>
<bpmn:subProcess id="by"><bpmn:startEvent id="m"><bpmn:messageEventDefinition/></bpmn:startEvent></bpmn:subProcess>
<bpmn:subProcess id="on"><bpmn:startEvent id="g"><bpmn:signalEventDefinition signalRef="no"/></bpmn:startEvent></bpmn:subProcess>
<bpmn:startEvent id="both"><bpmn:messageEventDefinition/><bpmn:timerEventDefinition/></bpmn:startEvent>"#;
    check(
        &with(extra),
        &expect![[r#"
            p: The process 'p' has more than one none start event: 's', 's2'. At most one is allowed.
            p > none: The subprocess 'none' has no start event. It needs exactly one.
            p > two: The subprocess 'two' has more than one start event. It needs exactly one.
            p > typed > c: The start event 'c' is in the embedded subprocess 'typed' and has an event definition. Only a none start event is allowed there.
            p > typed > c: The timer of 'c' has none of date, duration and cycle. Exactly one is needed.
            p > by > m: The start event 'm' is in the embedded subprocess 'by' and has an event definition. Only a none start event is allowed there.
            p > by > m: The message event 'm' refers to no message. Choose a message.
            p > on > g: The start event 'g' is in the embedded subprocess 'on' and has an event definition. Only a none start event is allowed there.
            p > on > g: The signal event 'g' refers to the signal 'no', which is not in the file. Choose a signal.
            p > both: The message event 'both' refers to no message. Choose a message.
            p > both: The timer of 'both' has none of date, duration and cycle. Exactly one is needed.
        "#]],
    );
    check(
        &file("", &model("task t")),
        &expect![[r#"
        p: The process 'p' has no start event. Add one.
    "#]],
    );
}

#[test]
fn boundary_events_stand_on_activities_of_their_scope() {
    let event = |id: &str, attached: &str| {
        format!(
            r#"<bpmn:boundaryEvent id="{id}"{attached}><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"#
        )
    };
    let extra = event("a", "")
        + &event("b", r#" attachedToRef="gone""#)
        + &event("c", r#" attachedToRef="x""#)
        + &event("d", r#" attachedToRef="inside""#)
        + &event("e", r#" attachedToRef="p""#)
        + &event("g", r#" attachedToRef="c""#)
        + r#"<bpmn:exclusiveGateway id="x"/><bpmn:subProcess id="sub"><bpmn:startEvent id="inside"/></bpmn:subProcess>
<bpmn:boundaryEvent id="h" attachedToRef="t"/>"#;
    check(
        &with(&extra),
        &expect![[r#"
            p > a: The boundary event 'a' is attached to nothing. Set its attachedToRef.
            p > b: The boundary event 'b' is attached to 'gone', which is no activity of the same scope.
            p > c: The boundary event 'c' is attached to 'x', which is an exclusive gateway. Boundary events can be attached to activities only.
            p > d: The boundary event 'd' is attached to 'inside', which is no activity of the same scope.
            p > e: The boundary event 'e' is attached to 'p', which is a process. Boundary events can be attached to activities only.
            p > g: The boundary event 'g' is attached to 'c', which is a boundary event. Boundary events can be attached to activities only.
            p > h: The boundary event 'h' has 0 event definitions. Exactly one is needed, such as a message or a timer.
        "#]],
    );
}

#[test]
fn timers_have_exactly_one_valid_time() {
    let catch = |id: &str, times: &str| {
        format!(
            r#"<bpmn:intermediateCatchEvent id="{id}"><bpmn:timerEventDefinition>{times}</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"#
        )
    };
    let boundary = |id: &str, cancels: bool, time: &str| {
        format!(
            r#"<bpmn:boundaryEvent id="{id}" attachedToRef="t" cancelActivity="{cancels}"><bpmn:timerEventDefinition><bpmn:timeCycle>{time}</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>"#
        )
    };
    let extra = [
        catch("none", ""),
        catch("two", "<bpmn:timeDate>x</bpmn:timeDate><bpmn:timeDuration>y</bpmn:timeDuration>"),
        catch("empty", "<bpmn:timeDate> </bpmn:timeDate>"),
        catch("date", "<bpmn:timeDate>tomorrow</bpmn:timeDate>"),
        catch("later", "<bpmn:timeDate>10000-01-01T00:00:00Z</bpmn:timeDate>"),
        catch("ever", "<bpmn:timeDate>9999-12-31T23:59:59Z</bpmn:timeDate>"),
        catch("duration", "<bpmn:timeDuration>5 minutes</bpmn:timeDuration>"),
        catch("cycle", "<bpmn:timeCycle>R/PT1S</bpmn:timeCycle>"),
        boundary("interrupting", true, "R/PT1S"),
        boundary("cron", false, "0 0 9-17 * * MON-FRY"),
        boundary("macro", false, "@nightly"),
        boundary("zero", false, "R/PT0S"),
        boundary("nonsense", false, "each day"),
        boundary("feel", false, "=cycle("),
    ];
    check(
        &with(&extra.join("\n")),
        &expect![[r#"
            p > none: The timer of 'none' has none of date, duration and cycle. Exactly one is needed.
            p > two: The timer of 'two' has several of date, duration and cycle. Exactly one is needed.
            p > empty: The timer date of 'empty' is empty.
            p > date: The timer date of 'date' is not valid: 'tomorrow' is no date and time such as 2030-01-31T12:00:00Z.
            p > later: The timer date of 'later' is not valid: '10000-01-01T00:00:00Z' is beyond the calendar, whose years are -9999 to 9999.
            p > duration: The timer duration of 'duration' is not valid: '5 minutes' is no duration such as PT15M, P1D or P1M.
            p > cycle: The timer of 'cycle' is a cycle, but its event happens only once. Use a duration or a date.
            p > interrupting: The timer of 'interrupting' is a cycle, but its event happens only once. Use a duration or a date.
            p > cron: The timer cycle of 'cron' is not valid: the cron expression '0 0 9-17 * * MON-FRY' is not valid: the day of week has 'FRY', which is not from 0 to 7.
            p > macro: The timer cycle of 'macro' is not valid: the cron expression '@nightly' is not valid: '@nightly' is no macro such as @daily.
            p > zero: The timer cycle of 'zero' is not valid: the interval 'PT0S' of a cycle must be longer than zero.
            p > nonsense: The timer cycle of 'nonsense' is not valid: 'each day' is no cycle such as R/PT1H, R3/PT15M or R/2030-01-31T12:00:00Z/P1D, and no cron expression such as '0 0 9 * * MON-FRI'.
            p > feel: The timer cycle of 'feel' is no FEEL expression: found the end at line 1, column 7: expected a value.
        "#]],
    );
}

#[test]
fn messages_have_a_name_and_a_correlation_key() {
    let subscription = |key: &str| {
        format!("<bpmn:extensionElements><zeebe:subscription{key}/></bpmn:extensionElements>")
    };
    let roots = [
        format!(r#"<bpmn:message id="nameless">{}</bpmn:message>"#, subscription("")),
        r#"<bpmn:message id="keyless" name="k"/>"#.to_owned(),
        format!(
            r#"<bpmn:message id="static" name="s">{}</bpmn:message>"#,
            subscription(r#" correlationKey="key""#)
        ),
        format!(
            r#"<bpmn:message id="twice" name="t">{0}{0}</bpmn:message>"#,
            subscription(r#" correlationKey="=key""#)
        ),
    ];
    let mut extra = String::new();
    for id in ["nameless", "keyless", "static", "twice", "gone"] {
        extra += &format!(
            r#"<bpmn:intermediateCatchEvent id="c_{id}"><bpmn:messageEventDefinition messageRef="{id}"/></bpmn:intermediateCatchEvent>"#
        );
    }
    extra += r#"<bpmn:intermediateCatchEvent id="c_none"><bpmn:messageEventDefinition/></bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="c_two"><bpmn:messageEventDefinition/><bpmn:timerEventDefinition/></bpmn:intermediateCatchEvent>"#;
    check(
        &with(&extra).replacen("<bpmn:process", &(roots.join("\n") + "<bpmn:process"), 1),
        &expect![[r#"
            p > c_nameless: The element 'c_nameless' needs the attribute 'name' of 'message', which is missing or empty.
            p > c_nameless: The element 'c_nameless' needs the attribute 'correlationKey' of 'subscription', which is missing or empty.
            p > c_keyless: The message of the event 'c_keyless' has no zeebe:subscription. It needs exactly one, with a correlation key.
            p > c_static: The correlation key of 'c_static' must be a FEEL expression, but it is 'key'. Begin it with '='.
            p > c_twice: The message of the event 'c_twice' has more than one zeebe:subscription. It needs exactly one, with a correlation key.
            p > c_gone: The message event 'c_gone' refers to the message 'gone', which is not in the file. Choose a message.
            p > c_none: The message event 'c_none' refers to no message. Choose a message.
            p > c_two: The message event 'c_two' refers to no message. Choose a message.
            p > c_two: The timer of 'c_two' has none of date, duration and cycle. Exactly one is needed.
        "#]],
    );
}

#[test]
fn start_messages_have_constant_and_different_names() {
    let roots = r#"<bpmn:message id="a" name="= &quot;one&quot; + &quot; two&quot;"/>
<bpmn:message id="b" name="one two"/><bpmn:message id="c" name="123"/><bpmn:message id="d" name="= x"/>
<bpmn:message id="e" name="= 1 +"/><bpmn:message id="f"/><bpmn:message id="g" name="= assert(1, false)"/>"#;
    let starts: String = ["a", "b", "c", "d", "e", "f", "g"]
        .iter()
        .map(|id| {
            format!(
                r#"<bpmn:startEvent id="s_{id}"><bpmn:messageEventDefinition messageRef="{id}"/></bpmn:startEvent>"#
            )
        })
        .collect();
    check(
        &file(roots, &starts),
        &expect![[r#"
            p > s_e: The message name of 's_e' is no FEEL expression: found the end at line 1, column 5: expected a value.
            p > s_f: The element 's_f' needs the attribute 'name' of 'message', which is missing or empty.
            p > s_b: The events 's_a' and 's_b' of 'p' wait for the same message 'one two'. Use different ones, or one event.
            p > s_c: The message name '123' of the start event 's_c' is a number. It must be text.
            p > s_d: The message name '= x' of the start event 's_d' gives null without variables, of which there are none yet. It must give text.
            p > s_g: The message name '= assert(1, false)' of the start event 's_g' cannot be evaluated without variables: The condition is not fulfilled.
        "#]],
    );
}

#[test]
fn boundary_events_of_an_activity_wait_for_different_messages() {
    let roots = r#"<bpmn:message id="m" name="one"><bpmn:extensionElements><zeebe:subscription correlationKey="=k"/></bpmn:extensionElements></bpmn:message>"#;
    let event = |id: &str, task: &str| {
        format!(
            r#"<bpmn:boundaryEvent id="{id}" attachedToRef="{task}"><bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>"#
        )
    };
    let extra = [event("a", "t"), event("b", "t"), event("c", "u")].join("\n");
    let process =
        model(&format!("start s\ntask t\ntask u\n{extra}\nflow f: s -> t\nflow g: t -> u"));
    check(
        &file(roots, &process),
        &expect![[r#"
            p > b: The events 'a' and 'b' of 't' wait for the same message 'one'. Use different ones, or one event.
        "#]],
    );
}

#[test]
fn events_that_wait_for_the_same_message_are_told_although_its_key_is_wrong() {
    let roots = r#"<bpmn:message id="m" name="one"><bpmn:extensionElements><zeebe:subscription correlationKey="stat"/></bpmn:extensionElements></bpmn:message>"#;
    let boundary = |id: &str| {
        format!(
            r#"<bpmn:boundaryEvent id="{id}" attachedToRef="t"><bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>"#
        )
    };
    let process =
        model(&format!("start s\ntask t\nflow f: s -> t\n{}\n{}", boundary("a"), boundary("b")));
    check(
        &file(roots, &process),
        &expect![[r#"
        p > a: The correlation key of 'a' must be a FEEL expression, but it is 'stat'. Begin it with '='.
        p > b: The correlation key of 'b' must be a FEEL expression, but it is 'stat'. Begin it with '='.
        p > b: The events 'a' and 'b' of 't' wait for the same message 'one'. Use different ones, or one event.
    "#]],
    );
}

#[test]
fn jobs_need_one_definition_with_a_type() {
    let task = |id: &str, extensions: &str| {
        format!(
            r#"<bpmn:serviceTask id="{id}"><bpmn:extensionElements>{extensions}</bpmn:extensionElements></bpmn:serviceTask>"#
        )
    };
    let job = r#"<zeebe:taskDefinition type="x"/>"#;
    let extra = [
        task("none", ""),
        task("two", &(job.to_owned() + job)),
        task("empty", r#"<zeebe:taskDefinition type=" "/>"#),
        task("bad", r#"<zeebe:taskDefinition type="= a +" retries="= )"/>"#),
        task("retries", r#"<zeebe:taskDefinition type="x" retries="many"/>"#),
        task(
            "headers",
            &(job.to_owned()
                + r#"<zeebe:taskHeaders><zeebe:header key="a" value="1"/><zeebe:header key="a" value="2"/><zeebe:header key="io.camunda.zeebe:x" value="1"/><zeebe:header key="b"/><zeebe:header key="b" value=""/></zeebe:taskHeaders>"#),
        ),
    ];
    check(
        &with(&extra.join("\n")),
        &expect![[r#"
            p > none: The element 'none' has no zeebe:taskDefinition. It needs exactly one, with a job type.
            p > two: The element 'two' has more than one zeebe:taskDefinition. It needs exactly one, with a job type.
            p > empty: The element 'empty' needs the attribute 'type' of 'taskDefinition', which is missing or empty.
            p > bad: The job type of 'bad' is no FEEL expression: found the end at line 1, column 5: expected a value.
            p > bad: The number of retries of 'bad' is no FEEL expression: found ')' at line 1, column 2: expected a value.
            p > retries: The number of retries 'many' of 'retries' is neither a number nor a FEEL expression.
            p > headers: The header key 'a' of 'headers' is there twice. Remove one of them.
            p > headers: The header key 'io.camunda.zeebe:x' of 'headers' begins with 'io.camunda.zeebe:', which is reserved. Choose another key.
            p > headers: The header key 'b' of 'headers' is there twice. Remove one of them.
        "#]],
    );
}

#[test]
fn mappings_need_a_source_and_a_path() {
    let job = r#"<bpmn:serviceTask id="a"><bpmn:extensionElements><zeebe:taskDefinition type="x"/><zeebe:ioMapping>
<zeebe:input source="=a +" target="x"/><zeebe:input source="a"/><zeebe:input source="a" target="a-b"/>
<zeebe:input source="a" target="a..b"/><zeebe:input source="a" target="if"/><zeebe:input source="a" target="a.null"/>
<zeebe:output source="static" target="x"/><zeebe:output target="x"/><zeebe:output source="=a" target=" x"/>
<zeebe:other/></zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>"#;
    let mapping = r#"<bpmn:extensionElements><zeebe:ioMapping><zeebe:input source="=a" target="a"/><zeebe:output source="=a" target="a"/></zeebe:ioMapping></bpmn:extensionElements>"#;
    let misplaced = format!(
        r#"{mapping}<bpmn:exclusiveGateway id="x">{mapping}</bpmn:exclusiveGateway><bpmn:intermediateCatchEvent id="m">{mapping}</bpmn:intermediateCatchEvent><bpmn:boundaryEvent id="n" attachedToRef="t">{mapping}</bpmn:boundaryEvent>"#
    );
    check(
        &with(&(job.to_owned() + &misplaced)),
        &expect![[r#"
            p > a: The input source of 'a' is no FEEL expression: found the end at line 1, column 4: expected a value.
            p > a: The element 'a' needs the attribute 'target' of 'input', which is missing or empty.
            p > a: The target 'a-b' of a mapping of 'a' is not a variable name. Use letters, digits and '_' only, with '.' between a variable and its parts, and no word of FEEL.
            p > a: The target 'a..b' of a mapping of 'a' is not a variable name. Use letters, digits and '_' only, with '.' between a variable and its parts, and no word of FEEL.
            p > a: The target 'if' of a mapping of 'a' is not a variable name. Use letters, digits and '_' only, with '.' between a variable and its parts, and no word of FEEL.
            p > a: The target 'a.null' of a mapping of 'a' is not a variable name. Use letters, digits and '_' only, with '.' between a variable and its parts, and no word of FEEL.
            p > a: The output source of 'a' must be a FEEL expression, but it is 'static'. Begin it with '='.
            p > a: The element 'a' needs the attribute 'source' of 'output', which is missing or empty.
            p > a: The target ' x' of a mapping of 'a' is not a variable name. Use letters, digits and '_' only, with '.' between a variable and its parts, and no word of FEEL.
            p > a: The ioMapping of 'a' contains 'other'. Only 'input' and 'output' are known there.
            p: The element 'p' has an input mapping, which has no effect on a process. Remove it.
            p: The element 'p' has an output mapping, which has no effect on a process. Remove it.
            p > x: The element 'x' has an input mapping, which has no effect on an exclusive gateway. Remove it.
            p > x: The element 'x' has an output mapping, which has no effect on an exclusive gateway. Remove it.
            p > m: The intermediate catch event 'm' has 0 event definitions. Exactly one is needed, such as a message or a timer.
            p > n: The boundary event 'n' has 0 event definitions. Exactly one is needed, such as a message or a timer.
            p > n: The element 'n' has an input mapping, which has no effect on a boundary event. Remove it.
        "#]],
    );
}

#[test]
fn tasks_and_throwing_events_need_exactly_what_they_do() {
    let job = r#"<zeebe:taskDefinition type="t"/>"#;
    let script = r#"<zeebe:script expression="=1" resultVariable="x"/>"#;
    let decision = r#"<zeebe:calledDecision decisionId="d" resultVariable="x"/>"#;
    let extended = |tag: &str, id: &str, attributes: &str, extensions: &str, inner: &str| {
        format!(
            "<bpmn:{tag} id=\"{id}\" {attributes}><bpmn:extensionElements>{extensions}\
             </bpmn:extensionElements>{inner}</bpmn:{tag}>"
        )
    };
    let message = "<bpmn:messageEventDefinition/>";
    let timer = "<bpmn:timerEventDefinition/>";
    let elements = [
        extended("scriptTask", "neither", "", "", ""),
        extended("scriptTask", "both", "", &format!("{job}{script}"), ""),
        extended(
            "scriptTask",
            "static",
            "",
            r#"<zeebe:script expression="x" resultVariable=""/>"#,
            "",
        ),
        extended("receiveTask", "begins", r#"instantiate="true""#, "", ""),
        extended("businessRuleTask", "decides", "", "<zeebe:calledDecision/>", ""),
        extended("businessRuleTask", "undecided", "", "", ""),
        extended("businessRuleTask", "torn", "", &format!("{job}{decision}"), ""),
        extended(
            "businessRuleTask",
            "bound",
            "",
            r#"<zeebe:calledDecision decisionId="d" resultVariable="x" bindingType="newest"/>"#,
            "",
        ),
        extended(
            "businessRuleTask",
            "untagged",
            "",
            r#"<zeebe:calledDecision decisionId="=1 +" resultVariable="x" bindingType="versionTag"/>"#,
            "",
        ),
        extended("sendTask", "sends", "", "", ""),
        extended("sendTask", "torn-send", "", &format!("<zeebe:publishMessage/>{job}"), ""),
        extended("intermediateThrowEvent", "publishes", "", "<zeebe:publishMessage/>", message),
        extended("intermediateThrowEvent", "late", "", "", timer),
        extended("endEvent", "two", "", job, &format!("{message}{message}")),
    ];
    check(
        &with(&elements.concat()),
        &expect![[r#"
            p > neither: The script task 'neither' needs exactly one of zeebe:script and zeebe:taskDefinition.
            p > both: The script task 'both' needs exactly one of zeebe:script and zeebe:taskDefinition.
            p > static: The script of 'static' must be a FEEL expression, but it is 'x'. Begin it with '='.
            p > static: The element 'static' needs the attribute 'resultVariable' of 'script', which is missing or empty.
            p > begins: The message event 'begins' refers to no message. Choose a message.
            p > decides: The element 'decides' needs the attribute 'decisionId' of 'calledDecision', which is missing or empty.
            p > decides: The element 'decides' needs the attribute 'resultVariable' of 'calledDecision', which is missing or empty.
            p > undecided: The business rule task 'undecided' needs exactly one of zeebe:calledDecision and zeebe:taskDefinition.
            p > torn: The business rule task 'torn' needs exactly one of zeebe:calledDecision and zeebe:taskDefinition.
            p > bound: The bindingType 'newest' of 'bound' is not known. Use 'latest', 'deployment' or 'versionTag'.
            p > untagged: The decision id of 'untagged' is no FEEL expression: found the end at line 1, column 4: expected a value.
            p > untagged: The element 'untagged' needs the attribute 'versionTag' of 'calledDecision', which is missing or empty.
            p > sends: The element 'sends' has no zeebe:taskDefinition. It needs exactly one, with a job type.
            p > torn-send: The element 'torn-send' has both zeebe:publishMessage and zeebe:taskDefinition. It needs exactly one, to say who sends the message.
            p > publishes: The element 'publishes' needs the attribute 'correlationKey' of 'publishMessage', which is missing or empty.
            p > publishes: The message event 'publishes' refers to no message. Choose a message.
            p > late: The intermediate throw event 'late' has a timer, which such an event cannot throw.
            p > two: The end event 'two' has several event definitions, and a job worker sends its message. Let the engine publish it (zeebe:publishMessage), or put the message into an event of its own.
            p > two: The end event 'two' has several event definitions, and a job worker sends its message. Let the engine publish it (zeebe:publishMessage), or put the message into an event of its own.
        "#]],
    );
}

#[test]
fn events_catch_and_throw_only_what_they_can() {
    let roots = r#"
<bpmn:error id="e" errorCode="E1"/><bpmn:error id="nocode"/><bpmn:error id="feel" errorCode="=x"/>
<bpmn:escalation id="l" escalationCode="L"/>"#;
    let process = model(
        r#"start s
task t
flow f: s -> t
<bpmn:endEvent id="no-ref"><bpmn:errorEventDefinition/></bpmn:endEvent>
<bpmn:endEvent id="no-code"><bpmn:errorEventDefinition errorRef="nocode"/></bpmn:endEvent>
<bpmn:endEvent id="gone"><bpmn:escalationEventDefinition escalationRef="gone"/></bpmn:endEvent>
<bpmn:endEvent id="feel-code"><bpmn:errorEventDefinition errorRef="feel"/></bpmn:endEvent>
<bpmn:intermediateThrowEvent id="error-throw"><bpmn:errorEventDefinition errorRef="e"/></bpmn:intermediateThrowEvent>
<bpmn:intermediateThrowEvent id="end-throw"><bpmn:terminateEventDefinition/></bpmn:intermediateThrowEvent>
<bpmn:intermediateCatchEvent id="error-catch"><bpmn:errorEventDefinition errorRef="e"/></bpmn:intermediateCatchEvent>
<bpmn:endEvent id="link-end"><bpmn:linkEventDefinition name="a"/></bpmn:endEvent>
<bpmn:intermediateThrowEvent id="nowhere"><bpmn:linkEventDefinition name="none"/></bpmn:intermediateThrowEvent>
<bpmn:intermediateCatchEvent id="c1"><bpmn:linkEventDefinition name="a"/></bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="c2"><bpmn:linkEventDefinition name="a"/></bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="c3"><bpmn:linkEventDefinition/></bpmn:intermediateCatchEvent>
<bpmn:boundaryEvent id="soft" attachedToRef="t" cancelActivity="false"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>
<bpmn:boundaryEvent id="feel-caught" attachedToRef="t"><bpmn:errorEventDefinition errorRef="feel"/></bpmn:boundaryEvent>
<bpmn:boundaryEvent id="all1" attachedToRef="t"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>
<bpmn:boundaryEvent id="all2" attachedToRef="t"><bpmn:errorEventDefinition errorRef="nocode"/></bpmn:boundaryEvent>
<bpmn:boundaryEvent id="of-task" attachedToRef="t"><bpmn:escalationEventDefinition escalationRef="l"/></bpmn:boundaryEvent>
<bpmn:subProcess id="x" triggeredByEvent="true"><bpmn:startEvent id="xs"/></bpmn:subProcess>
<bpmn:subProcess id="y" triggeredByEvent="true"><bpmn:startEvent id="y1"><bpmn:errorEventDefinition errorRef="e"/></bpmn:startEvent><bpmn:startEvent id="y2"><bpmn:errorEventDefinition errorRef="e"/></bpmn:startEvent></bpmn:subProcess>
<bpmn:subProcess id="z" triggeredByEvent="true"><bpmn:startEvent id="zs"><bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1S</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent></bpmn:subProcess>
flow g: t -> z
<bpmn:startEvent id="ps"><bpmn:errorEventDefinition errorRef="e"/></bpmn:startEvent>"#,
    );
    check(
        &file(roots, &process),
        &expect![[r#"
            p > no-code: The element 'no-code' needs the attribute 'errorCode' of 'error', which is missing or empty.
            p > feel-caught: The error code '=x' that 'feel-caught' catches is an expression. A caught code is fixed: write it without '='.
            p > no-ref: The event 'no-ref' refers to no error. Choose an error.
            p > gone: The event 'gone' refers to the escalation 'gone', which is not in the file. Choose an escalation.
            p > error-throw: The intermediate throw event 'error-throw' has an error, which such an event cannot throw.
            p > end-throw: The intermediate throw event 'end-throw' has a terminate definition, which such an event cannot throw.
            p > error-catch: The intermediate catch event 'error-catch' has an error, which such an event cannot wait for.
            p > link-end: The end event 'link-end' has a link, which such an event cannot throw.
            p > nowhere: The link throw event 'nowhere' leads to 'none', but its scope has no link catch event of that name. Add one.
            p > c2: The link catch events 'c1' and 'c2' have the same name 'a'. Give one of them another name.
            p > c3: The element 'c3' needs the attribute 'name' of 'linkEventDefinition', which is missing or empty.
            p > soft: The boundary event 'soft' catches an error and is not interrupting. Errors always interrupt: make it interrupting, or use an escalation.
            p > all2: The events 'all1' and 'all2' of 't' wait for every error. Use different ones, or one event.
            p > x > xs: The start event 'xs' has 0 event definitions. Exactly one is needed, such as a message or a timer.
            p > y: The event subprocess 'y' has more than one start event. It needs exactly one.
            p: The events 'y1' and 'y2' of 'p' wait for the same error code 'E1'. Use different ones, or one event.
            p > z: The event subprocess 'z' has sequence flows. Only its start event leads into it, and nothing follows it.
            p > z > zs: The timer of 'zs' is a cycle, but its event happens only once. Use a duration or a date.
            p > ps: The start event 'ps' has an error, which cannot start a process.
        "#]],
    );
}

#[test]
fn an_event_based_gateway_waits_for_events_that_nothing_else_leads_to() {
    let roots = r#"<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=k"/></bpmn:extensionElements></bpmn:message>"#;
    let message = |id: &str| {
        format!(
            "<bpmn:intermediateCatchEvent id=\"{id}\"><bpmn:messageEventDefinition \
             messageRef=\"m\"/></bpmn:intermediateCatchEvent>\n"
        )
    };
    let process = model(&format!(
        "start s\n<bpmn:eventBasedGateway id=\"one\"/>\n<bpmn:eventBasedGateway id=\"two\" \
         eventGatewayType=\"Parallel\" instantiate=\"true\"/>\n<bpmn:eventBasedGateway id=\"three\"/>\n\
         {}{}{}task t\nflow a: s -> one\nflow b: one -> m1\nflow c: t -> two\nflow d: two -> t\n\
         flow e: two -> m1\nflow f: three -> m2\nflow g: three -> m3",
        message("m1"),
        message("m2"),
        message("m3"),
    ));
    check(
        &file(roots, &process),
        &expect![[r#"
            p > one: The event-based gateway 'one' has one outgoing sequence flow. It needs at least two, to the events it waits for.
            p > two: The event-based gateway 'two' has the instantiate 'true'. Baton knows only 'false'.
            p > two: The event-based gateway 'two' has the eventGatewayType 'Parallel'. Baton knows only 'Exclusive'.
            p > one: The event-based gateway 'one' leads to 'm1', which has another incoming sequence flow. It can only wait for events that nothing else leads to.
            p > two: The event-based gateway 'two' leads to 'm1', which has another incoming sequence flow. It can only wait for events that nothing else leads to.
            p > m3: The events 'm2' and 'm3' of 'three' wait for the same message 'paid'. Use different ones, or one event.
            p > two: The event-based gateway 'two' leads to 't', which is no intermediate catch event of a message, signal, timer or condition. It can only wait for events that nothing else leads to.
        "#]],
    );
}

#[test]
fn names_that_are_too_long_are_told_with_their_length_and_the_limit() {
    let fault = |name: &str, file: &str| {
        let problems = bpmn::compile(name, file.as_bytes()).expect_err("it is too long");
        problems.into_iter().map(|it| it.message).collect::<Vec<_>>()
    };
    let long = file("", &model(&format!("start {}", "s".repeat(256))));
    let found = fault("p.bpmn", &long);
    assert_eq!(found, ["The id of an element is 256 bytes long. At most 255 are allowed."]);
    let found = fault(&"n".repeat(4_097), &file("", &model("start s")));
    assert_eq!(found, ["The name of the resource is 4097 bytes long. At most 4096 are allowed."]);
}
