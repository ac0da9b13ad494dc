//! What is read of execution listeners, and what is refused.

use expect_test::expect;

use crate::support::{check, file, model};

/// An element with these execution listeners, each given as event, type and what else it has.
fn element(tag: &str, attributes: &str, inner: &str, listeners: &[(&str, &str)]) -> String {
    let one = |(event, rest): &(&str, &str)| {
        format!("<zeebe:executionListener eventType=\"{event}\" {rest}/>\n")
    };
    let listeners: String = listeners.iter().map(one).collect();
    format!(
        "<bpmn:{tag} {attributes}><bpmn:extensionElements>{}<zeebe:executionListeners>{listeners}\
         </zeebe:executionListeners></bpmn:extensionElements>{inner}</bpmn:{tag}>\n",
        if tag == "serviceTask" { "<zeebe:taskDefinition type=\"w\"/>" } else { "" }
    )
}

const BOTH: [(&str, &str); 2] = [("start", "type=\"a\""), ("end", "type=\"b\"")];
const START: [(&str, &str); 1] = [("start", "type=\"a\"")];
const END: [(&str, &str); 1] = [("end", "type=\"b\"")];

#[test]
fn listeners_are_read_in_document_order_with_their_own_headers() {
    let process = element(
        "serviceTask",
        "id=\"a\"",
        "",
        &[
            ("start", "type=\"first\" retries=\"=n\""),
            ("end", "type=\"=kind\" retries=\"\""),
            ("start", "type=\"second\""),
            ("end", "type=\"first\""),
        ],
    ) + "<bpmn:exclusiveGateway id=\"g\"><bpmn:extensionElements><zeebe:executionListeners>\
         <zeebe:executionListener eventType=\" start \" type=\"x\"><zeebe:taskHeaders>\
         <zeebe:header key=\"h\" value=\"v\"/><zeebe:header key=\"\" value=\"v\"/></zeebe:taskHeaders>\
         </zeebe:executionListener></zeebe:executionListeners></bpmn:extensionElements>\
         </bpmn:exclusiveGateway>"
        + &model(
            "start s
             flow f: s -> a
             flow g1: a -> g",
        );
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 a SERVICE_TASK/UNSPECIFIED in p incoming=1 outgoing=g1 job="w" retries=3 headers=[] on-start="first"x=n,"second"x3 on-end==kindx3,"first"x3
          #10 g EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 on-start="x"x3 [h=v]
          #17 s START_EVENT/NONE in p outgoing=f
          #18 flow f: s -> a
          #19 flow g1: a -> g
    "#]],
    );
}

#[test]
fn every_element_may_have_the_listeners_that_it_can_ask() {
    let none_start = "<bpmn:startEvent id=\"i\"/>";
    let process = element("startEvent", "id=\"s\"", "", &END)
        + &element("subProcess", "id=\"u\"", none_start, &BOTH)
        + &element("manualTask", "id=\"m\"", "", &BOTH)
        + &element(
            "boundaryEvent",
            "id=\"b\" attachedToRef=\"u\"",
            "<bpmn:errorEventDefinition/>",
            &END,
        )
        + &element("parallelGateway", "id=\"g\"", "", &START)
        + &element("intermediateThrowEvent", "id=\"t\"", "", &BOTH)
        + &element("endEvent", "id=\"e\"", "<bpmn:terminateEventDefinition/>", &BOTH)
        + &model(
            "flow f1: s -> u
             flow f2: u -> m
             flow f3: m -> g
             flow f4: g -> t
             flow f5: t -> e",
        );
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f1 on-end="b"x3
          #6 u SUB_PROCESS/UNSPECIFIED in p incoming=1 outgoing=f2 boundary=b start=i on-start="a"x3 on-end="b"x3
          #11 i START_EVENT/NONE in u
          #12 m MANUAL_TASK/UNSPECIFIED in p incoming=1 outgoing=f3 on-start="a"x3 on-end="b"x3
          #17 b BOUNDARY_EVENT/ERROR in p on u interrupting=true code=* on-end="b"x3
          #22 g PARALLEL_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=f4 on-start="a"x3
          #26 t INTERMEDIATE_THROW_EVENT/NONE in p incoming=1 outgoing=f5 on-start="a"x3 on-end="b"x3
          #31 e END_EVENT/TERMINATE in p incoming=1 on-start="a"x3 on-end="b"x3
          #37 flow f1: s -> u
          #38 flow f2: u -> m
          #39 flow f3: m -> g
          #40 flow f4: g -> t
          #41 flow f5: t -> e
    "#]],
    );
}

#[test]
fn listeners_that_could_never_be_asked_are_refused() {
    let roots = "<bpmn:error id=\"x\" errorCode=\"X\"/>";
    let process = element("startEvent", "id=\"s\"", "", &BOTH)
        + &element("serviceTask", "id=\"a\"", "", &[])
        + &element(
            "boundaryEvent",
            "id=\"b\" attachedToRef=\"a\"",
            "<bpmn:errorEventDefinition/>",
            &BOTH,
        )
        + &element(
            "boundaryEvent",
            "id=\"c\" attachedToRef=\"a\"",
            "<bpmn:compensateEventDefinition/>",
            &END,
        )
        + "<bpmn:association id=\"c-h\" sourceRef=\"c\" targetRef=\"h\"/>"
        + &element("serviceTask", "id=\"h\" isForCompensation=\"true\"", "", &BOTH)
        + &element("inclusiveGateway", "id=\"g\"", "", &BOTH)
        + &element("endEvent", "id=\"e\"", "<bpmn:errorEventDefinition errorRef=\"x\"/>", &BOTH)
        + &model(
            "flow f1: s -> a
             flow f2: a -> g
             flow f3: g -> e",
        );
    check(
        &file(roots, &process),
        &expect![[r#"
        p > s: An execution listener of 's' has the eventType 'start', which cannot be: such an event begins with what it waited for. Remove it.
        p > b: An execution listener of 'b' has the eventType 'start', which cannot be: such an event begins with what it waited for. Remove it.
        p > c: An execution listener of 'c' has the eventType 'end', which cannot be: a compensation boundary event begins and ends in one go. Remove it.
        p > g: An execution listener of 'g' has the eventType 'end', which cannot be: a gateway ends with its decision. Remove it.
        p > e: An execution listener of 'e' has the eventType 'end', which cannot be: an error end event is ended by what catches the error. Remove it.
    "#]],
    );
}

const SEVERAL: &str = "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>\
    <zeebe:loopCharacteristics inputCollection=\"=list\"/></bpmn:extensionElements>\
    </bpmn:multiInstanceLoopCharacteristics>";
const BEFORE_ALL: [(&str, &str); 2] = [("beforeAll", "type=\"a\""), ("beforeAll", "type=\"b\"")];
const CANCEL: [(&str, &str); 1] = [("cancel", "type=\"c\"")];

/// The process `p` with these execution listeners of its own.
fn listening(listeners: &[(&str, &str)], process: &str) -> String {
    let own = element("x", "", "", listeners);
    let own = own.trim().trim_start_matches("<bpmn:x >").trim_end_matches("</bpmn:x>");
    format!("{own}{process}")
}

#[test]
fn a_multi_instance_activity_may_be_heard_before_all_and_a_process_when_it_is_canceled() {
    let none_start = "<bpmn:startEvent id=\"i\"/>";
    let several = |tag: &str, id: &str, inner: &str| {
        element(tag, &format!("id=\"{id}\""), &format!("{inner}{SEVERAL}"), &BEFORE_ALL)
    };
    let process = listening(
        &[
            ("cancel", "type=\"=undo\" retries=\"=n\""),
            ("start", "type=\"a\""),
            ("cancel", "type=\"a\""),
        ],
        &(several("serviceTask", "a", "")
            + &several("subProcess", "u", none_start)
            + &model(
                "start s
                 flow f1: s -> a
                 flow f2: a -> u",
            )),
    );
    check(
        &file("", &process),
        &expect![[r#"
            process p none_start="s" message_starts=[]
              #1 p PROCESS/UNSPECIFIED in p on-start="a"x3 on-cancel==undox=n,"a"x3
              #7 a SERVICE_TASK/UNSPECIFIED in p incoming=1 outgoing=f2 parallel over =list job="w" retries=3 headers=[] before-all="a"x3,"b"x3
              #16 u SUB_PROCESS/UNSPECIFIED in p incoming=1 parallel over =list start=i before-all="a"x3,"b"x3
              #21 i START_EVENT/NONE in u
              #25 s START_EVENT/NONE in p outgoing=f1
              #26 flow f1: s -> a
              #27 flow f2: a -> u
        "#]],
    );
}

#[test]
fn before_all_and_cancel_are_refused_where_they_mean_nothing() {
    let looped = "<bpmn:standardLoopCharacteristics loopMaximum=\"2\"/>";
    let process = listening(
        &BEFORE_ALL,
        &(element("serviceTask", "id=\"a\"", "", &BEFORE_ALL)
            + &element("serviceTask", "id=\"l\"", looped, &BEFORE_ALL)
            + &element("serviceTask", "id=\"c\"", SEVERAL, &CANCEL)
            + &element("subProcess", "id=\"u\"", "<bpmn:startEvent id=\"i\"/>", &CANCEL)
            + &element("endEvent", "id=\"e\"", "", &CANCEL)
            + &model(
                "start s
                 flow f1: s -> a
                 flow f2: a -> l
                 flow f3: l -> c
                 flow f4: c -> u
                 flow f5: u -> e",
            )),
    );
    check(
        &file("", &process),
        &expect![[r#"
            p: An execution listener of 'p' has the eventType 'beforeAll', which cannot be: it is asked once before all instances of a multi-instance activity, which this is not. Use 'start', or give the activity a multi-instance marker.
            p: An execution listener of 'p' has the eventType 'beforeAll', which cannot be: it is asked once before all instances of a multi-instance activity, which this is not. Use 'start', or give the activity a multi-instance marker.
            p > a: An execution listener of 'a' has the eventType 'beforeAll', which cannot be: it is asked once before all instances of a multi-instance activity, which this is not. Use 'start', or give the activity a multi-instance marker.
            p > a: An execution listener of 'a' has the eventType 'beforeAll', which cannot be: it is asked once before all instances of a multi-instance activity, which this is not. Use 'start', or give the activity a multi-instance marker.
            p > l: An execution listener of 'l' has the eventType 'beforeAll', which cannot be: it is asked once before all instances of a multi-instance activity, which this is not. Use 'start', or give the activity a multi-instance marker.
            p > l: An execution listener of 'l' has the eventType 'beforeAll', which cannot be: it is asked once before all instances of a multi-instance activity, which this is not. Use 'start', or give the activity a multi-instance marker.
            p > c: An execution listener of 'c' has the eventType 'cancel', which cannot be: it is asked when an instance of the whole process is terminated. Put it on the process, or remove it.
            p > u: An execution listener of 'u' has the eventType 'cancel', which cannot be: it is asked when an instance of the whole process is terminated. Put it on the process, or remove it.
            p > e: An execution listener of 'e' has the eventType 'cancel', which cannot be: it is asked when an instance of the whole process is terminated. Put it on the process, or remove it.
        "#]],
    );
}

#[test]
fn faults_of_a_listener_are_all_reported() {
    let process = element(
        "serviceTask",
        "id=\"a\"",
        "",
        &[
            ("", "type=\"x\""),
            ("after", "type=\"x\""),
            ("start", "type=\" \""),
            ("start", "type=\"=1 +\" retries=\"many\""),
            ("end", "type=\"x\""),
            ("start", "type=\"x\""),
            ("start", "type=\"x\" retries=\"1\""),
        ],
    ) + &model(
        "start s
         flow f: s -> a",
    );
    check(
        &file("", &process),
        &expect![[r#"
        p > a: The element 'a' needs the attribute 'eventType' of 'executionListener', which is missing or empty.
        p > a: An execution listener of 'a' has the eventType 'after', which Baton does not know there. Use 'start' or 'end', on multi-instance activities also 'beforeAll', on the process also 'cancel'.
        p > a: The element 'a' needs the attribute 'type' of 'executionListener', which is missing or empty.
        p > a: The job type of 'a' is no FEEL expression: found the end at line 1, column 4: expected a value.
        p > a: The number of retries 'many' of 'a' is neither a number nor a FEEL expression.
        p > a: The element 'a' has two execution listeners with the eventType 'start' and the type 'x'. Remove one of them, or give it another type.
    "#]],
    );
}

/// A process in which a manual task with a marker is in a loop.
fn looped(marker: &str, listeners: &[(&str, &str)]) -> String {
    element("manualTask", "id=\"a\"", marker, listeners)
        + &model(
            "start s
             xor g back
             flow f: s -> a
             flow f2: a -> g
             flow f3: g -> t = x
             flow back: g -> a
             task t",
        )
}

#[test]
fn a_loop_in_which_a_listener_is_asked_waits_there() {
    check(
        &file("", &looped("", &[])),
        &expect![[r#"
        p > a: The elements 'a' → 'g' form a loop in which nothing waits and no variable changes, so that it could never end. Put a task with work or an event into the loop.
    "#]],
    );
    check(
        &file("", &looped("", &END)),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 a MANUAL_TASK/UNSPECIFIED in p incoming=2 outgoing=f2 on-end="b"x3
          #6 s START_EVENT/NONE in p outgoing=f
          #7 g EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=f3,back default=back
          #13 t SERVICE_TASK/UNSPECIFIED in p incoming=1 job="t" retries=3 headers=[]
          #8 flow f: s -> a
          #9 flow f2: a -> g
          #10 flow f3: g -> t if = x
          #12 flow back: g -> a
    "#]],
    );
}

#[test]
fn a_loop_waits_where_a_listener_is_asked_before_all_instances() {
    check(
        &file("", &looped(SEVERAL, &BOTH)),
        &expect![[r#"
            p > a: The elements 'a' → 'g' form a loop in which nothing waits and no variable changes, so that it could never end. Put a task with work or an event into the loop.
        "#]],
    );
    check(
        &file("", &looped(SEVERAL, &BEFORE_ALL)),
        &expect![[r#"
            process p none_start="s" message_starts=[]
              #1 p PROCESS/UNSPECIFIED in p
              #2 a MANUAL_TASK/UNSPECIFIED in p incoming=2 outgoing=f2 parallel over =list before-all="a"x3,"b"x3
              #10 s START_EVENT/NONE in p outgoing=f
              #11 g EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=f3,back default=back
              #17 t SERVICE_TASK/UNSPECIFIED in p incoming=1 job="t" retries=3 headers=[]
              #12 flow f: s -> a
              #13 flow f2: a -> g
              #14 flow f3: g -> t if = x
              #16 flow back: g -> a
        "#]],
    );
}
