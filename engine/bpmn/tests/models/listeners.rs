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

#[test]
fn faults_of_a_listener_are_all_reported() {
    let process = element(
        "serviceTask",
        "id=\"a\"",
        "",
        &[
            ("", "type=\"x\""),
            ("beforeAll", "type=\"x\""),
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
        p > a: An execution listener of 'a' has the eventType 'beforeAll', which Baton does not know there. Use 'start' or 'end'.
        p > a: The element 'a' needs the attribute 'type' of 'executionListener', which is missing or empty.
        p > a: The job type of 'a' is no FEEL expression: found the end at line 1, column 4: expected a value.
        p > a: The number of retries 'many' of 'a' is neither a number nor a FEEL expression.
        p > a: The element 'a' has two execution listeners with the eventType 'start' and the type 'x'. Remove one of them, or give it another type.
    "#]],
    );
}

#[test]
fn a_loop_in_which_a_listener_is_asked_waits_there() {
    let looped = |listeners: &[(&str, &str)]| {
        element("manualTask", "id=\"a\"", "", listeners)
            + &model(
                "start s
                 xor g back
                 flow f: s -> a
                 flow f2: a -> g
                 flow f3: g -> t = x
                 flow back: g -> a
                 task t",
            )
    };
    check(
        &file("", &looped(&[])),
        &expect![[r#"
        p > a: The elements 'a' → 'g' form a loop in which nothing waits and no variable changes, so that it could never end. Put a task with work or an event into the loop.
    "#]],
    );
    check(
        &file("", &looped(&END)),
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
