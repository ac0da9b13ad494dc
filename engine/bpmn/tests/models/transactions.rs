//! Transactions, and what cancels them.

use expect_test::expect;

use crate::support::{check, file, model};

fn end(id: &str) -> String {
    format!(r#"<bpmn:endEvent id="{id}"><bpmn:cancelEventDefinition/></bpmn:endEvent>"#)
}

fn boundary(id: &str, activity: &str, attributes: &str) -> String {
    format!(
        r#"<bpmn:boundaryEvent id="{id}" attachedToRef="{activity}" {attributes}><bpmn:cancelEventDefinition/></bpmn:boundaryEvent>"#
    )
}

fn transaction(id: &str, attributes: &str, inside: &str) -> String {
    format!(
        "<bpmn:transaction id=\"{id}\" {attributes}>\nstart {id}s\n{inside}\n</bpmn:transaction>"
    )
}

#[test]
fn a_transaction_is_canceled_by_an_end_event_and_goes_on_at_its_boundary_event() {
    let process = [
        "start s\ntask t".to_owned(),
        transaction("u", r###"method="##Compensate""###, &(end("c") + "\nflow f3: us -> c")),
        transaction("never", "", ""),
        boundary("b", "u", ""),
        boundary("b2", "never", r#"cancelActivity="true""#),
        "flow f1: s -> u\nflow f2: b -> t".to_owned(),
    ];
    check(
        &file("", &model(&process.join("\n"))),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f1
          #3 t SERVICE_TASK/UNSPECIFIED in p incoming=1 job="t" retries=3 headers=[]
          #6 u SUB_PROCESS/UNSPECIFIED in p incoming=1 boundary=b transaction start=us
          #7 us START_EVENT/NONE in u outgoing=f3
          #8 c END_EVENT/CANCEL in u incoming=1
          #11 never SUB_PROCESS/UNSPECIFIED in p boundary=b2 transaction start=nevers
          #12 nevers START_EVENT/NONE in never
          #13 b BOUNDARY_EVENT/CANCEL in p outgoing=f2 on u interrupting=true cancel
          #15 b2 BOUNDARY_EVENT/CANCEL in p on never interrupting=true cancel
          #10 flow f3: us -> c
          #17 flow f1: s -> u
          #18 flow f2: b -> t
    "#]],
    );
}

#[test]
fn only_a_transaction_is_canceled_once_and_knows_how_to_go_on() {
    let nested =
        format!("<bpmn:subProcess id=\"deep\">\nstart ds\n{}</bpmn:subProcess>", end("c2"));
    let loops = r#"<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1]"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"#;
    let process = [
        "start s\ntask t".to_owned(),
        end("c1"),
        transaction("u", "", &nested),
        transaction("v", "", &end("c3")),
        transaction("w", "", &(loops.to_owned() + &end("c4"))),
        transaction("x", r###"method="##Store""###, ""),
        transaction("y", r#"triggeredByEvent="true""#, ""),
        boundary("b1", "t", ""),
        boundary("b2", "u", r#"cancelActivity="false""#),
        boundary("b3", "w", ""),
        boundary("b4", "x", ""),
        boundary("b5", "x", ""),
        r#"<bpmn:intermediateThrowEvent id="e1"><bpmn:cancelEventDefinition/></bpmn:intermediateThrowEvent>
<bpmn:intermediateCatchEvent id="e2"><bpmn:cancelEventDefinition/></bpmn:intermediateCatchEvent>
<bpmn:startEvent id="e3"><bpmn:cancelEventDefinition/></bpmn:startEvent>"#.to_owned(),
    ];
    check(
        &file("", &model(&process.join("\n"))),
        &expect![[r#"
        p > c1: The cancel end event 'c1' is not directly in a transaction. Only there it can cancel one.
        p > u > deep > c2: The cancel end event 'c2' is not directly in a transaction. Only there it can cancel one.
        p > v > c3: The cancel end event 'c3' cancels the transaction 'v', which has no cancel boundary event. Attach one, so that it is said how to go on.
        p > w > c4: The cancel end event 'c4' cancels the transaction 'w', which runs several times. What becomes of the other times is not defined: put the transaction into a subprocess that runs several times.
        p > x: The transaction 'x' has the method '##Store'. Baton knows only '##Compensate', which it has without method, too.
        p > y: The transaction 'y' is triggered by an event (triggeredByEvent). Put it into an event subprocess instead.
        p > b1: The cancel boundary event 'b1' is attached to 't', which is no transaction. Only transactions are canceled.
        p > b2: The cancel boundary event 'b2' is not interrupting. A transaction that is canceled always ends: make it interrupting.
        p > b5: The events 'b4' and 'b5' of 'x' wait for its cancellation. Use different ones, or one event.
        p > e1: The intermediate throw event 'e1' has a cancel definition, which such an event cannot throw.
        p > e2: The intermediate catch event 'e2' has a cancel definition, which such an event cannot wait for.
        p > e3: The start event 'e3' has a cancel definition, which cannot start a process.
    "#]],
    );
}
