//! Receive tasks that begin a process: what is read, and what is refused.

use expect_test::expect;

use crate::support::{check, file};

const ROOTS: &str = r#"<bpmn:message id="m" name="placed"/><bpmn:message id="f" name="=&quot;no&quot; + &quot;ted&quot;"/>
<bpmn:message id="v" name="=x"/><bpmn:message id="n"/>
<bpmn:message id="k" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=k"/></bpmn:extensionElements></bpmn:message>"#;

fn task(id: &str, message: &str, inside: &str) -> String {
    format!(
        "<bpmn:receiveTask id=\"{id}\" instantiate=\"true\" messageRef=\"{message}\">{inside}\
         </bpmn:receiveTask>\n"
    )
}

#[test]
fn a_receive_task_begins_the_process_with_or_without_start_events() {
    let mapping = "<bpmn:extensionElements><zeebe:ioMapping><zeebe:input source=\"=a\" \
                   target=\"b\"/><zeebe:output source=\"=c\" target=\"d\"/></zeebe:ioMapping>\
                   </bpmn:extensionElements>";
    let tasks = task("a", "m", mapping) + &task("b", "f", "") + &task("c", "k", "");
    check(
        &file(ROOTS, &tasks),
        &expect![[r#"
        process p none_start="-" message_starts=["a", "b", "c"]
          #8 p PROCESS/UNSPECIFIED in p
          #9 a RECEIVE_TASK/UNSPECIFIED in p message=placed in(b := =a) out(d := =c)
          #14 b RECEIVE_TASK/UNSPECIFIED in p message=noted
          #15 c RECEIVE_TASK/UNSPECIFIED in p message=paid
    "#]],
    );
    let both = format!("<bpmn:startEvent id=\"s\"/>{}", task("a", "m", ""));
    check(
        &file(ROOTS, &both),
        &expect![[r#"
        process p none_start="s" message_starts=["a"]
          #8 p PROCESS/UNSPECIFIED in p
          #9 s START_EVENT/NONE in p
          #10 a RECEIVE_TASK/UNSPECIFIED in p message=placed
    "#]],
    );
}

#[test]
fn only_a_task_that_nothing_else_begins_can_begin_the_process() {
    let start = |id: &str, message: &str| {
        format!(
            "<bpmn:startEvent id=\"{id}\"><bpmn:messageEventDefinition messageRef=\"{message}\"/>\
             </bpmn:startEvent>\n"
        )
    };
    let marker = "<bpmn:standardLoopCharacteristics loopMaximum=\"2\"/>";
    let elements = [
        start("s", "m"),
        task("same", "m", ""),
        task("variable", "v", ""),
        task("nameless", "n", ""),
        task("gone", "gone", ""),
        task("loops", "f", marker),
        task("follows", "k", ""),
        task("undoes", "k", "").replace("instantiate", "isForCompensation=\"true\" instantiate"),
        format!(
            "<bpmn:subProcess id=\"u\"><bpmn:startEvent id=\"us\"/>{}</bpmn:subProcess>\n",
            task("inside", "k", "")
        ),
        "<bpmn:sequenceFlow id=\"flow\" sourceRef=\"s\" targetRef=\"follows\"/>".to_owned(),
        "<bpmn:eventBasedGateway id=\"first\" instantiate=\"true\"/>".to_owned(),
    ];
    check(
        &file(ROOTS, &elements.concat()),
        &expect![[r#"
        p > nameless: The element 'nameless' needs the attribute 'name' of 'message', which is missing or empty.
        p > same: The events 's' and 'same' of 'p' wait for the same message 'placed'. Use different ones, or one event.
        p > variable: The message name '=x' of the receive task 'variable' gives null without variables, of which there are none yet. It must give text.
        p > gone: The message event 'gone' refers to the message 'gone', which is not in the file. Choose a message.
        p > loops: The receive task 'loops' begins the process (instantiate), and has a marker to run more than once, which it cannot.
        p > follows: The receive task 'follows' begins the process (instantiate), and has an incoming sequence flow, though nothing may lead to it.
        p > undoes: The receive task 'undoes' begins the process (instantiate), and is for compensation, which begins it otherwise.
        p > u > inside: The receive task 'inside' begins the process (instantiate), and stands in a subprocess, which a message cannot begin.
        p > first: The event-based gateway 'first' has the instantiate 'true'. Baton knows only 'false'.
        p > first: The event-based gateway 'first' has no outgoing sequence flow. It needs at least two, to the events it waits for.
    "#]],
    );
}

#[test]
fn a_process_that_only_waits_inside_has_no_start() {
    let waits = task("a", "k", "").replace("instantiate=\"true\"", "instantiate=\"false\"");
    check(
        &file(ROOTS, &waits),
        &expect![[r#"
        p: The process 'p' has no start event. Add one.
    "#]],
    );
}
