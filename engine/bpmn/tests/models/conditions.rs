//! What is read of conditional events, and what is refused.

use expect_test::expect;

use crate::support::{check, file, model};

/// An event with a conditional definition.
fn event(tag: &str, attributes: &str, filter: &str, condition: &str) -> String {
    let filter = if filter.is_empty() {
        String::new()
    } else {
        format!(
            "<bpmn:extensionElements><zeebe:conditionalFilter {filter}/></bpmn:extensionElements>"
        )
    };
    format!(
        "<bpmn:{tag} {attributes}><bpmn:conditionalEventDefinition>{filter}{condition}\
         </bpmn:conditionalEventDefinition></bpmn:{tag}>\n"
    )
}

const X: &str = "<bpmn:condition>=x &gt; 1</bpmn:condition>";

#[test]
fn conditional_events_are_read_with_the_changes_that_count() {
    let process = event("startEvent", "id=\"s\"", "variableNames=\"x\"", X)
        + &event("intermediateCatchEvent", "id=\"c\"", "", X)
        + &event(
            "boundaryEvent",
            "id=\"b\" attachedToRef=\"a\" cancelActivity=\"false\"",
            "variableNames=\" x , ,y\" variableEvents=\"update\"",
            X,
        )
        + &event(
            "boundaryEvent",
            "id=\"b2\" attachedToRef=\"a\"",
            "variableNames=\"\" variableEvents=\"create, update\"",
            X,
        )
        + "<bpmn:subProcess id=\"u\" triggeredByEvent=\"true\">"
        + &event("startEvent", "id=\"i\" isInterrupting=\"false\"", "", X)
        + "</bpmn:subProcess><bpmn:eventBasedGateway id=\"g\"/>"
        + &event("intermediateCatchEvent", "id=\"c1\"", "variableEvents=\"create\"", X)
        + &event("intermediateCatchEvent", "id=\"c2\"", "", X)
        + &model(
            "task a
             flow f1: s -> c
             flow f2: c -> a
             flow f3: a -> g
             flow f4: g -> c1
             flow f5: g -> c2",
        );
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="-" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/CONDITIONAL in p outgoing=f1 condition==x > 1 of x create update
          #7 c INTERMEDIATE_CATCH_EVENT/CONDITIONAL in p incoming=1 outgoing=f2 condition==x > 1 create update
          #10 b BOUNDARY_EVENT/CONDITIONAL in p on a interrupting=false condition==x > 1 of x,y update
          #15 b2 BOUNDARY_EVENT/CONDITIONAL in p on a interrupting=true condition==x > 1 create update
          #20 u EVENT_SUB_PROCESS/UNSPECIFIED in p start=i
          #21 i START_EVENT/CONDITIONAL in u interrupting=false condition==x > 1 create update
          #24 g EVENT_BASED_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=f4,f5 events=c1,c2
          #25 c1 INTERMEDIATE_CATCH_EVENT/CONDITIONAL in p incoming=1 condition==x > 1 create
          #30 c2 INTERMEDIATE_CATCH_EVENT/CONDITIONAL in p incoming=1 condition==x > 1 create update
          #33 a SERVICE_TASK/UNSPECIFIED in p incoming=1 outgoing=f3 boundary=b,b2 job="a" retries=3 headers=[]
          #36 flow f1: s -> c
          #37 flow f2: c -> a
          #38 flow f3: a -> g
          #39 flow f4: g -> c1
          #40 flow f5: g -> c2
    "#]],
    );
}

#[test]
fn faults_of_conditions_are_refused() {
    let process = event("startEvent", "id=\"s\"", "variableEvents=\"create\"", X)
        + &event("startEvent", "id=\"s2\"", "", "")
        + &event("intermediateCatchEvent", "id=\"c\"", "", "<bpmn:condition>x</bpmn:condition>")
        + &event("intermediateCatchEvent", "id=\"c2\"", "", &X.repeat(2))
        + &event("intermediateCatchEvent", "id=\"c3\"", "", "<bpmn:condition> </bpmn:condition>")
        + &event("intermediateCatchEvent", "id=\"c4\"", "variableEvents=\"delete\"", X)
        + &event(
            "intermediateCatchEvent",
            "id=\"c5\"",
            "",
            "<bpmn:condition>=x &gt;</bpmn:condition>",
        )
        + &event("intermediateThrowEvent", "id=\"t\"", "", X)
        + &event("endEvent", "id=\"e\"", "", X);
    check(
        &file("", &process),
        &expect![[r#"
        p > s: The start event 's' counts only some events of variables. No variable changes before a process starts: remove variableEvents.
        p > s2: The conditional event 's2' has no condition. Exactly one is needed.
        p > c: The condition of 'c' must be a FEEL expression, but it is 'x'. Begin it with '='.
        p > c2: The conditional event 'c2' has more than one condition. Exactly one is needed.
        p > c3: The condition of 'c3' is empty.
        p > c4: The conditional event 'c4' counts the variable event 'delete', which Baton does not know. Use 'create' or 'update'.
        p > c5: The condition of 'c5' is no FEEL expression: found the end at line 1, column 4: expected a value.
        p > t: The intermediate throw event 't' has a condition, which such an event cannot throw.
        p > e: The end event 'e' has a condition, which such an event cannot throw.
    "#]],
    );
}
