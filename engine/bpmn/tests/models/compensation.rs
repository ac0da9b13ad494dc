//! Compensation: what can be undone, and by what.

use expect_test::expect;

use crate::support::{check, file, model};

fn boundary(id: &str, activity: &str, handler: &str) -> String {
    format!(
        r#"<bpmn:boundaryEvent id="{id}" attachedToRef="{activity}"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>
<bpmn:association id="{id}_{handler}" sourceRef="{id}" targetRef="{handler}"/>"#
    )
}

fn handler(id: &str) -> String {
    format!(r#"<bpmn:manualTask id="{id}" isForCompensation="true"/>"#)
}

#[test]
fn an_association_leads_from_the_boundary_event_to_its_handler() {
    let process = [
        "start s\ntask a".to_owned(),
        boundary("b", "a", "h"),
        handler("h"),
        r#"<bpmn:intermediateThrowEvent id="t"><bpmn:compensateEventDefinition activityRef="a"/></bpmn:intermediateThrowEvent>
<bpmn:endEvent id="e"><bpmn:compensateEventDefinition waitForCompletion="true"/></bpmn:endEvent>"#.to_owned(),
        "flow f1: s -> a\nflow f2: a -> t\nflow f3: t -> e".to_owned(),
    ];
    check(
        &file("", &model(&process.join("\n"))),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f1
          #3 a SERVICE_TASK/UNSPECIFIED in p incoming=1 outgoing=f2 boundary=b job="a" retries=3 headers=[]
          #6 b BOUNDARY_EVENT/COMPENSATION in p on a interrupting=true compensation
          #9 h MANUAL_TASK/COMPENSATION in p
          #10 t INTERMEDIATE_THROW_EVENT/COMPENSATION in p incoming=1 outgoing=f3 undoes a
          #12 e END_EVENT/COMPENSATION in p incoming=1 undoes -
          #14 flow f1: s -> a
          #15 flow f2: a -> t
          #16 flow f3: t -> e
    "#]],
    );
}

#[test]
fn compensation_needs_a_handler_that_nothing_else_leads_to() {
    let process = [
        "start s\ntask a\ntask b\ntask c\ntask d\ntask e".to_owned(),
        boundary("lonely", "a", "nowhere"),
        boundary("plain", "b", "c"),
        boundary("one", "d", "h1"),
        boundary("two", "d", "h2"),
        boundary("both", "e", "h1"),
        boundary("flowing", "c", "h1"),
        r#"<bpmn:association id="more" sourceRef="h2" targetRef="both"/>"#.to_owned(),
        handler("h1"),
        handler("h2"),
        r#"<bpmn:exclusiveGateway id="g" isForCompensation="true"/>
<bpmn:boundaryEvent id="timed" attachedToRef="h1"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
<bpmn:intermediateCatchEvent id="wait"><bpmn:compensateEventDefinition/></bpmn:intermediateCatchEvent>"#.to_owned(),
        "flow f1: s -> h2\nflow f2: flowing -> e".to_owned(),
    ];
    check(
        &file("", &model(&process.join("\n"))),
        &expect![[r#"
            p > lonely: The compensation boundary event 'lonely' has no association to an activity for compensation (isForCompensation) in its scope. Add one.
            p > plain: The compensation boundary event 'plain' has no association to an activity for compensation (isForCompensation) in its scope. Add one.
            p > two: The events 'one' and 'two' of 'd' wait for its compensation. Use different ones, or one event.
            p > both: The compensation boundary event 'both' has more than one association to an activity for compensation. Remove all but one.
            p > flowing: The compensation boundary event 'flowing' has an outgoing sequence flow. Connect it by an association instead.
            p > h1: The element 'h1' is for compensation and has boundary events, which it cannot have.
            p > h2: The element 'h2' is for compensation and has sequence flows. Only an association leads to it.
            p > g: The element 'g' is no activity, so it cannot be for compensation.
            p > wait: The intermediate catch event 'wait' has a compensation, which such an event cannot wait for.
        "#]],
    );
}

#[test]
fn what_is_undone_is_an_activity_of_the_scope_that_can_be() {
    let throw = |id: &str, attributes: &str| {
        format!(
            r#"<bpmn:intermediateThrowEvent id="{id}"><bpmn:compensateEventDefinition {attributes}/></bpmn:intermediateThrowEvent>"#
        )
    };
    let process = [
        "start s\ntask a\ntask b".to_owned(),
        boundary("ca", "a", "h"),
        handler("h"),
        "<bpmn:subProcess id=\"u\">\nstart us\ntask c".to_owned(),
        boundary("cc", "c", "hc"),
        handler("hc"),
        "</bpmn:subProcess>".to_owned(),
        throw("unknown", r#"activityRef="x""#),
        throw("plain", r#"activityRef="b""#),
        throw("inside", r#"activityRef="c""#),
        throw("scope", r#"activityRef="u""#),
        throw("later", r#"waitForCompletion="false""#),
    ];
    check(
        &file("", &model(&process.join("\n"))),
        &expect![[r#"
        p > unknown: The compensation event 'unknown' undoes 'x', which is no activity of its scope. Choose one.
        p > plain: The compensation event 'plain' undoes 'b', which has no compensation boundary event and is no subprocess. Attach one.
        p > inside: The compensation event 'inside' undoes 'c', which is no activity of its scope. Choose one.
        p > later: The compensation event 'later' does not wait for what it undoes (waitForCompletion). Baton knows only events that wait.
    "#]],
    );
}

/// An event subprocess that begins with a compensation; its start event has these attributes.
fn undoing(id: &str, start: &str, attributes: &str) -> String {
    format!(
        r#"<bpmn:subProcess id="{id}" triggeredByEvent="true"><bpmn:startEvent id="{start}" {attributes}><bpmn:compensateEventDefinition/></bpmn:startEvent></bpmn:subProcess>"#
    )
}

#[test]
fn an_event_subprocess_undoes_the_subprocess_that_it_is_in() {
    let process = [
        "start s\n<bpmn:subProcess id=\"u\">\nstart us".to_owned(),
        undoing("x", "xs", ""),
        "</bpmn:subProcess>".to_owned(),
        r#"<bpmn:intermediateThrowEvent id="t"><bpmn:compensateEventDefinition activityRef="u"/></bpmn:intermediateThrowEvent>"#.to_owned(),
        "flow f1: s -> u\nflow f2: u -> t".to_owned(),
    ];
    check(
        &file("", &model(&process.join("\n"))),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f1
          #3 u SUB_PROCESS/UNSPECIFIED in p incoming=1 outgoing=f2 start=us
          #4 us START_EVENT/NONE in u
          #5 x EVENT_SUB_PROCESS/COMPENSATION in u start=xs
          #6 xs START_EVENT/COMPENSATION in x interrupting=true compensation
          #8 t INTERMEDIATE_THROW_EVENT/COMPENSATION in p incoming=1 undoes u
          #10 flow f1: s -> u
          #11 flow f2: u -> t
    "#]],
    );
}

#[test]
fn what_an_event_subprocess_undoes_is_a_subprocess_that_nothing_else_undoes() {
    let process = [
        "start s".to_owned(),
        undoing("of_process", "s1", ""),
        "<bpmn:subProcess id=\"u\">\nstart us".to_owned(),
        undoing("fine", "s2", ""),
        undoing("second", "s3", ""),
        "</bpmn:subProcess>\n<bpmn:subProcess id=\"v\">\nstart vs".to_owned(),
        undoing("besides", "s4", r#"isInterrupting="false""#),
        "</bpmn:subProcess>\n<bpmn:subProcess id=\"w\">\nstart ws".to_owned(),
        undoing("both", "s5", ""),
        "</bpmn:subProcess>".to_owned(),
        boundary("cw", "w", "h"),
        handler("h"),
        "<bpmn:subProcess id=\"hh\" isForCompensation=\"true\">\nstart hs".to_owned(),
        undoing("again", "s6", ""),
        "</bpmn:subProcess>\n<bpmn:adHocSubProcess id=\"ad\">\n<bpmn:manualTask id=\"m\"/>".to_owned(),
        undoing("of_ad_hoc", "s7", ""),
        r#"</bpmn:adHocSubProcess>
<bpmn:subProcess id="y" triggeredByEvent="true"><bpmn:startEvent id="ys"><bpmn:errorEventDefinition/></bpmn:startEvent>"#.to_owned(),
        undoing("of_event", "s8", ""),
        "</bpmn:subProcess>".to_owned(),
    ];
    check(
        &file("", &model(&process.join("\n"))),
        &expect![[r#"
        p > of_process > s1: The compensation start event 's1' begins 'of_process', which shall undo the process 'p'. Nothing can undo a process that has completed. Move it into the subprocess that it shall undo.
        p > u: The events 's2' and 's3' of 'u' wait for its compensation. Use different ones, or one event.
        p > v > besides > s4: The compensation start event 's4' begins 'besides', and is not interrupting. It begins when its subprocess has completed, so that nothing can go on beside it. Remove isInterrupting.
        p > w > both > s5: The compensation start event 's5' begins 'both', which shall undo 'w', as the compensation boundary event 'cw' does. Remove one of them.
        p > hh > again > s6: The compensation start event 's6' begins 'again', which shall undo 'hh'. That is for compensation, and what undoes is not undone. Remove it.
        p > ad > of_ad_hoc > s7: The compensation start event 's7' begins 'of_ad_hoc', which shall undo the ad-hoc subprocess 'ad'. Undo that with a compensation boundary event.
        p > y > of_event > s8: The compensation start event 's8' begins 'of_event', which shall undo the event subprocess 'y'. Event subprocesses are not undone as a whole. Move it into the subprocess that it shall undo.
    "#]],
    );
}
