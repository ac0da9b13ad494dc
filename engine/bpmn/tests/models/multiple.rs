//! Events with several definitions.

use expect_test::expect;

use crate::support::{check, file, model};

const ROOTS: &str = r#"<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=k"/></bpmn:extensionElements></bpmn:message>
<bpmn:signal id="g" name="go"/><bpmn:error id="er" errorCode="E"/><bpmn:escalation id="es" escalationCode="L"/>"#;
const MESSAGE: &str = r#"<bpmn:messageEventDefinition messageRef="m"/>"#;
const SIGNAL: &str = r#"<bpmn:signalEventDefinition signalRef="g"/>"#;
const TIMER: &str = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT5S</bpmn:timeDuration></bpmn:timerEventDefinition>";
const CYCLE: &str = "<bpmn:timerEventDefinition><bpmn:timeCycle>R/PT5S</bpmn:timeCycle></bpmn:timerEventDefinition>";
const CONDITION: &str = "<bpmn:conditionalEventDefinition><bpmn:condition>=x</bpmn:condition></bpmn:conditionalEventDefinition>";
const ERROR: &str = r#"<bpmn:errorEventDefinition errorRef="er"/>"#;
const ESCALATION: &str = r#"<bpmn:escalationEventDefinition escalationRef="es"/>"#;
const COMPENSATION: &str = "<bpmn:compensateEventDefinition/>";
const TERMINATE: &str = "<bpmn:terminateEventDefinition/>";
const CANCEL: &str = "<bpmn:cancelEventDefinition/>";
const LINK: &str = r#"<bpmn:linkEventDefinition name="L"/>"#;
const ALL: &str = r#"parallelMultiple="true""#;

fn event(tag: &str, id: &str, attributes: &str, inside: &[&str]) -> String {
    format!(r#"<bpmn:{tag} id="{id}" {attributes}>{}</bpmn:{tag}>"#, inside.concat())
}

fn catch(id: &str, attributes: &str, inside: &[&str]) -> String {
    event("intermediateCatchEvent", id, attributes, inside)
}

fn boundary(id: &str, attributes: &str, inside: &[&str]) -> String {
    event("boundaryEvent", id, &format!(r#"attachedToRef="t" {attributes}"#), inside)
}

fn events(id: &str, attributes: &str, inside: &[&str]) -> String {
    let start = event("startEvent", &format!("{id}s"), attributes, inside);
    format!(r#"<bpmn:subProcess id="{id}" triggeredByEvent="true">{start}</bpmn:subProcess>"#)
}

const PUBLISH: &str = r#"<bpmn:extensionElements><zeebe:publishMessage correlationKey="=k"/></bpmn:extensionElements>"#;

#[test]
fn events_wait_for_any_or_all_of_several_and_throw_all() {
    let process = [
        "start s\ntask t".to_owned(),
        event("startEvent", "s2", "", &[MESSAGE, SIGNAL, CYCLE, CONDITION]),
        catch("any", "", &[TIMER, MESSAGE, SIGNAL, CONDITION]),
        catch("all", ALL, &[TIMER, MESSAGE]),
        catch("alone", ALL, &[TIMER]),
        boundary("b", "", &[ERROR, ESCALATION, TIMER]),
        boundary("n", r#"cancelActivity="false""#, &[CYCLE, SIGNAL]),
        boundary("ba", ALL, &[CONDITION, TIMER, TIMER]),
        events("x", "", &[ERROR, MESSAGE]),
        event("intermediateThrowEvent", "th", "", &[PUBLISH, SIGNAL, COMPENSATION, MESSAGE]),
        event("endEvent", "over", "", &[SIGNAL, TERMINATE]),
        event("endEvent", "fails", "", &[ESCALATION, ERROR]),
    ];
    check(
        &file(ROOTS, &model(&process.join("\n"))),
        &expect![[r#"
        process p none_start="s" message_starts=["s2"]
          #7 p PROCESS/UNSPECIFIED in p
          #8 s START_EVENT/NONE in p
          #9 t SERVICE_TASK/UNSPECIFIED in p boundary=b,n,ba job="t" retries=3 headers=[]
          #12 s2 START_EVENT/MULTIPLE in p message=paid or signal=go or cycle="R/PT5S" or condition==x create update
          #19 any INTERMEDIATE_CATCH_EVENT/MULTIPLE in p #20 duration="PT5S" or #22 message="paid" key==k or #23 signal="go" or #24 condition==x create update
          #26 all INTERMEDIATE_CATCH_EVENT/PARALLEL_MULTIPLE in p #27 duration="PT5S" and #29 message="paid" key==k
          #30 alone INTERMEDIATE_CATCH_EVENT/TIMER in p duration="PT5S"
          #33 b BOUNDARY_EVENT/MULTIPLE in p on t interrupting=true #34 code=E or #35 code=L or #36 duration="PT5S"
          #38 n BOUNDARY_EVENT/MULTIPLE in p on t interrupting=false #39 cycle="R/PT5S" or #41 signal="go"
          #42 ba BOUNDARY_EVENT/PARALLEL_MULTIPLE in p on t interrupting=true #43 condition==x create update and #45 duration="PT5S" and #47 duration="PT5S"
          #49 x EVENT_SUB_PROCESS/UNSPECIFIED in p start=xs
          #50 xs START_EVENT/MULTIPLE in x interrupting=true #51 code=E or #52 message="paid" key==k
          #53 th INTERMEDIATE_THROW_EVENT/MULTIPLE in p signal="go" and undoes - and publishes "paid" key==k
          #59 over END_EVENT/MULTIPLE in p signal="go" and
          #62 fails END_EVENT/MULTIPLE in p code="L" and code="E"
    "#]],
    );
}

#[test]
fn what_cannot_run_among_several_is_refused_by_name() {
    let process = [
        "start s\ntask t".to_owned(),
        event("startEvent", "s2", ALL, &[MESSAGE, SIGNAL]),
        event("startEvent", "s3", "", &[TIMER, ERROR]),
        catch("link", "", &[LINK, TIMER]),
        catch("late", "", &[TIMER, ERROR, CANCEL]),
        catch("cycle", ALL, &[CYCLE, SIGNAL]),
        catch("twice", "", &[SIGNAL, SIGNAL]),
        boundary("n", &format!(r#"cancelActivity="false" {ALL}"#), &[MESSAGE, TIMER]),
        boundary("c", "", &[COMPENSATION, CANCEL, TIMER]),
        boundary("at_once", ALL, &[ERROR, ESCALATION, TIMER]),
        boundary("error", r#"cancelActivity="false""#, &[ERROR, TIMER]),
        events("x", "", &[COMPENSATION, TIMER]),
        event("intermediateThrowEvent", "leads", "", &[LINK, SIGNAL]),
        event("intermediateThrowEvent", "waits", "", &[TIMER, TERMINATE, SIGNAL]),
        event(
            "endEvent",
            "worker",
            "",
            &[
                r#"<bpmn:extensionElements><zeebe:taskDefinition type="x"/></bpmn:extensionElements>"#,
                MESSAGE,
                SIGNAL,
            ],
        ),
        event("endEvent", "cancels", "", &[CANCEL, SIGNAL]),
        event("endEvent", "ends", "", &[ERROR, TERMINATE]),
        event("endEvent", "undoes", "", &[ERROR, COMPENSATION]),
    ];
    check(
        &file(ROOTS, &model(&process.join("\n"))),
        &expect![[r#"
        p > s2: The start event 's2' waits for all of its event definitions (parallelMultiple). Nothing says which events begin an instance together: begin with one of them, and wait for the others in the process.
        p > s3: The start event 's3' has an error, which cannot start a process.
        p > link: The intermediate catch event 'link' has a link beside other event definitions. Put it into an event of its own: a link leads to one place, and nothing else goes with it.
        p > late: The intermediate catch event 'late' has an error, which such an event cannot wait for.
        p > late: The intermediate catch event 'late' has a cancel definition beside other event definitions. Put it into an event of its own: what cancels a transaction does nothing else.
        p > cycle: The timer of 'cycle' is a cycle, but its event happens only once. Use a duration or a date.
        p > twice: The event 'twice' waits twice for the same signal 'go'. Leave one of them out.
        p > n: The boundary event 'n' waits for all of its event definitions (parallelMultiple) and is not interrupting. Nothing says what counts that happens twice before the rest has happened: make it interrupting.
        p > c: The boundary event 'c' has a compensation beside other event definitions. Put it into an event of its own: what undoes an activity begins after that has completed, when nothing else is waited for.
        p > c: The boundary event 'c' has a cancel definition beside other event definitions. Put it into an event of its own: what cancels a transaction does nothing else.
        p > at_once: The boundary event 'at_once' waits for all of its event definitions (parallelMultiple), and has an error among them, which is caught in the moment it is thrown or not at all. Put it into an event of its own.
        p > at_once: The boundary event 'at_once' waits for all of its event definitions (parallelMultiple), and has an escalation among them, which is caught in the moment it is thrown or not at all. Put it into an event of its own.
        p > error: The boundary event 'error' catches an error and is not interrupting. Errors always interrupt: make it interrupting, or use an escalation.
        p > x > xs: The start event 'xs' has a compensation beside other event definitions. Put it into an event of its own: what undoes an activity begins after that has completed, when nothing else is waited for.
        p > leads: The intermediate throw event 'leads' has a link beside other event definitions. Put it into an event of its own: a link leads to one place, and nothing else goes with it.
        p > waits: The intermediate throw event 'waits' has a timer, which such an event cannot throw.
        p > waits: The intermediate throw event 'waits' has a terminate definition, which such an event cannot throw.
        p > worker: The end event 'worker' has several event definitions, and a job worker sends its message. Let the engine publish it (zeebe:publishMessage), or put the message into an event of its own.
        p > cancels: The end event 'cancels' has a cancel definition beside other event definitions. Put it into an event of its own: what cancels a transaction does nothing else.
        p > ends: The end event 'ends' has an error and a terminate definition. Each ends what is around it: leave one of them out.
        p > undoes: The end event 'undoes' has a compensation and an error. What catches the error ends the event before anything is undone: put the compensation into an event before it.
    "#]],
    );
}

#[test]
fn the_first_event_does_not_wait_for_all_and_no_two_events_for_the_same() {
    let process = [
        r#"<bpmn:startEvent id="s"/><bpmn:eventBasedGateway id="f"/>"#.to_owned(),
        catch("all", ALL, &[TIMER, MESSAGE]),
        catch("any", "", &[TIMER, SIGNAL]),
        catch("other", "", &[SIGNAL]),
        "flow f1: s -> f\nflow f2: f -> all\nflow f3: f -> any\nflow f4: f -> other".to_owned(),
    ];
    check(
        &file(ROOTS, &model(&process.join("\n"))),
        &expect![[r#"
        p > f: The event-based gateway 'f' leads to 'all', which waits for several things that must all happen (parallelMultiple), while the first event is to decide. It can only wait for events that nothing else leads to.
        p > other: The events 'any' and 'other' of 'f' wait for the same signal 'go'. Use different ones, or one event.
    "#]],
    );
}
