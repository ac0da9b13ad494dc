//! Signals and timers that start processes, and what signal events may do.

use expect_test::expect;

use crate::support::{check, file};

#[test]
fn signals_have_names_which_start_events_fix_at_deployment() {
    let roots = r#"<bpmn:signal id="a" name="= &quot;g&quot; + &quot;o&quot;"/>
<bpmn:signal id="b" name="go"/><bpmn:signal id="c" name="= x"/><bpmn:signal id="d"/>"#;
    let starts: String = ["a", "b", "c", "d"]
        .iter()
        .map(|id| {
            format!(
                r#"<bpmn:startEvent id="s_{id}"><bpmn:signalEventDefinition signalRef="{id}"/></bpmn:startEvent>"#
            )
        })
        .collect();
    let catch = r#"<bpmn:intermediateCatchEvent id="c1"><bpmn:signalEventDefinition signalRef="x"/></bpmn:intermediateCatchEvent>"#;
    check(
        &file(roots, &(starts + catch)),
        &expect![[r#"
        p > s_d: The element 's_d' needs the attribute 'name' of 'signal', which is missing or empty.
        p > s_b: The events 's_a' and 's_b' of 'p' wait for the same signal 'go'. Use different ones, or one event.
        p > s_c: The signal name '= x' of the start event 's_c' gives null without variables, of which there are none yet. It must give text.
        p > c1: The signal event 'c1' refers to the signal 'x', which is not in the file. Choose a signal.
    "#]],
    );
}

#[test]
fn events_side_by_side_wait_for_different_signals() {
    let roots = r#"<bpmn:signal id="a" name="go"/>"#;
    let signal = r#"<bpmn:signalEventDefinition signalRef="a"/>"#;
    let process = format!(
        r#"<bpmn:startEvent id="s"/><bpmn:manualTask id="t"/>
<bpmn:boundaryEvent id="b1" attachedToRef="t">{signal}</bpmn:boundaryEvent>
<bpmn:boundaryEvent id="b2" attachedToRef="t">{signal}</bpmn:boundaryEvent>
<bpmn:eventBasedGateway id="g"/>
<bpmn:intermediateCatchEvent id="c1">{signal}</bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="c2">{signal}</bpmn:intermediateCatchEvent>
<bpmn:sequenceFlow id="f1" sourceRef="g" targetRef="c1"/>
<bpmn:sequenceFlow id="f2" sourceRef="g" targetRef="c2"/>"#
    );
    check(
        &file(roots, &process),
        &expect![[r#"
        p > b2: The events 'b1' and 'b2' of 't' wait for the same signal 'go'. Use different ones, or one event.
        p > c2: The events 'c1' and 'c2' of 'g' wait for the same signal 'go'. Use different ones, or one event.
    "#]],
    );
}

#[test]
fn timers_that_start_processes_are_set_without_variables() {
    let start = |id: &str, time: &str| {
        format!(
            r#"<bpmn:startEvent id="{id}"><bpmn:timerEventDefinition>{time}</bpmn:timerEventDefinition></bpmn:startEvent>"#
        )
    };
    let starts = [
        start("date", "<bpmn:timeDate>= x</bpmn:timeDate>"),
        start("duration", "<bpmn:timeDuration>= 5</bpmn:timeDuration>"),
        start("cycle", "<bpmn:timeCycle>= &quot;0 0 * *&quot;</bpmn:timeCycle>"),
        start("fails", "<bpmn:timeDate>= assert(1, false)</bpmn:timeDate>"),
        start("fine", "<bpmn:timeDate>= now() + duration(&quot;PT1H&quot;)</bpmn:timeDate>"),
    ];
    check(
        &file("", &starts.join("\n")),
        &expect![[r#"
        p > date: The timer '= x' of the start event 'date' cannot be set without variables, of which there are none yet: it must be a date and time, but it is 'NULL'.
        p > duration: The timer '= 5' of the start event 'duration' cannot be set without variables, of which there are none yet: it must be a duration, but it is 'NUMBER'.
        p > cycle: The timer '= "0 0 * *"' of the start event 'cycle' cannot be set without variables, of which there are none yet: '0 0 * *' is no cycle such as R/PT1H, R3/PT15M or R/2030-01-31T12:00:00Z/P1D, and no cron expression such as '0 0 9 * * MON-FRI'.
        p > fails: The timer '= assert(1, false)' of the start event 'fails' cannot be set without variables, of which there are none yet: The condition is not fulfilled.
    "#]],
    );
}

#[test]
fn events_with_signals_and_start_timers_are_read() {
    let roots = r#"<bpmn:signal id="a" name="go"/><bpmn:signal id="b" name="= x"/>"#;
    let process = r#"<bpmn:startEvent id="s1"><bpmn:signalEventDefinition signalRef="a"/></bpmn:startEvent>
<bpmn:startEvent id="s2"><bpmn:timerEventDefinition><bpmn:timeCycle>0 0 9 * * MON-FRI</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent>
<bpmn:intermediateThrowEvent id="t"><bpmn:signalEventDefinition signalRef="b"/></bpmn:intermediateThrowEvent>
<bpmn:intermediateCatchEvent id="c"><bpmn:signalEventDefinition signalRef="b"/></bpmn:intermediateCatchEvent>
<bpmn:endEvent id="e"><bpmn:signalEventDefinition signalRef="a"/></bpmn:endEvent>
<bpmn:sequenceFlow id="f1" sourceRef="s1" targetRef="t"/><bpmn:sequenceFlow id="f2" sourceRef="s2" targetRef="c"/>
<bpmn:sequenceFlow id="f3" sourceRef="t" targetRef="e"/>"#;
    check(
        &file(roots, process),
        &expect![[r#"
        process p none_start="-" message_starts=[]
          #3 p PROCESS/UNSPECIFIED in p
          #4 s1 START_EVENT/SIGNAL in p outgoing=f1 signal=go
          #6 s2 START_EVENT/TIMER in p outgoing=f2 cycle="0 0 9 * * MON-FRI"
          #9 t INTERMEDIATE_THROW_EVENT/SIGNAL in p incoming=1 outgoing=f3 signal== x
          #11 c INTERMEDIATE_CATCH_EVENT/SIGNAL in p incoming=1 signal== x
          #13 e END_EVENT/SIGNAL in p incoming=1 signal="go"
          #15 flow f1: s1 -> t
          #16 flow f2: s2 -> c
          #17 flow f3: t -> e
    "#]],
    );
}
