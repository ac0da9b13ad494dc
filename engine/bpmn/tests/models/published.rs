//! Messages that the engine publishes: what is read, and what is refused.

use expect_test::expect;

use crate::support::{check, file};

const ROOTS: &str = r#"<bpmn:message id="m" name="news"/><bpmn:message id="f" name="=kind"/>
<bpmn:message id="n"/>"#;

/// A send task, a throw event and an end event that refer to a message.
fn elements(number: usize, reference: &str, extensions: &str) -> String {
    let extensions = format!("<bpmn:extensionElements>{extensions}</bpmn:extensionElements>");
    let definition = format!("<bpmn:messageEventDefinition {reference}/>");
    format!(
        "<bpmn:sendTask id=\"a{number}\" {reference}>{extensions}</bpmn:sendTask>\
         <bpmn:intermediateThrowEvent id=\"t{number}\">{extensions}{definition}\
         </bpmn:intermediateThrowEvent>\
         <bpmn:endEvent id=\"e{number}\">{extensions}{definition}</bpmn:endEvent>\n"
    )
}

fn all(models: &[(&str, &str)]) -> String {
    let elements = models.iter().enumerate().map(|(number, it)| elements(number, it.0, it.1));
    file(ROOTS, &format!("<bpmn:startEvent id=\"s\"/>\n{}", elements.collect::<String>()))
}

#[test]
fn a_message_is_published_with_its_key_id_and_time() {
    let models = [
        (r#"messageRef="m""#, r#"<zeebe:publishMessage correlationKey="=k"/>"#),
        (
            r#"messageRef="f""#,
            r#"<zeebe:publishMessage correlationKey="7" messageId="=id" timeToLive="PT1H"/>"#,
        ),
        (
            r#"messageRef="m""#,
            r#"<zeebe:publishMessage correlationKey="x" messageId=" " timeToLive=" 500 "/>"#,
        ),
        (
            r#"messageRef="m""#,
            r#"<zeebe:publishMessage correlationKey="x" messageId="one" timeToLive="=ttl"/>"#,
        ),
    ];
    check(
        &all(&models),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #4 p PROCESS/UNSPECIFIED in p
          #5 s START_EVENT/NONE in p
          #6 a0 SEND_TASK/UNSPECIFIED in p publishes "news" key==k
          #9 t0 INTERMEDIATE_THROW_EVENT/MESSAGE in p publishes "news" key==k
          #13 e0 END_EVENT/MESSAGE in p publishes "news" key==k
          #17 a1 SEND_TASK/UNSPECIFIED in p publishes =kind key=7 id==id for "PT1H"
          #20 t1 INTERMEDIATE_THROW_EVENT/MESSAGE in p publishes =kind key=7 id==id for "PT1H"
          #24 e1 END_EVENT/MESSAGE in p publishes =kind key=7 id==id for "PT1H"
          #28 a2 SEND_TASK/UNSPECIFIED in p publishes "news" key="x" for 500
          #31 t2 INTERMEDIATE_THROW_EVENT/MESSAGE in p publishes "news" key="x" for 500
          #35 e2 END_EVENT/MESSAGE in p publishes "news" key="x" for 500
          #39 a3 SEND_TASK/UNSPECIFIED in p publishes "news" key="x" id="one" for =ttl
          #42 t3 INTERMEDIATE_THROW_EVENT/MESSAGE in p publishes "news" key="x" id="one" for =ttl
          #46 e3 END_EVENT/MESSAGE in p publishes "news" key="x" id="one" for =ttl
    "#]],
    );
}

#[test]
fn a_message_needs_a_name_a_key_and_one_who_sends_it() {
    let good = r#"<zeebe:publishMessage correlationKey="=k"/>"#;
    let both = format!("{good}<zeebe:taskDefinition type=\"t\"/>");
    let twice = format!("{good}{good}");
    let models = [
        ("", good),
        (r#"messageRef="gone""#, good),
        (r#"messageRef="n""#, good),
        (r#"messageRef="m""#, "<zeebe:publishMessage/>"),
        (
            r#"messageRef="m""#,
            r#"<zeebe:publishMessage correlationKey="=1 +" messageId="=(" timeToLive="soon"/>"#,
        ),
        (r#"messageRef="m""#, &both),
        (r#"messageRef="m""#, &twice),
    ];
    check(
        &all(&models),
        &expect![[r#"
        p > a2: The element 'a2' needs the attribute 'name' of 'message', which is missing or empty.
        p > t2: The element 't2' needs the attribute 'name' of 'message', which is missing or empty.
        p > e2: The element 'e2' needs the attribute 'name' of 'message', which is missing or empty.
        p > a0: The message event 'a0' refers to no message. Choose a message.
        p > t0: The message event 't0' refers to no message. Choose a message.
        p > e0: The message event 'e0' refers to no message. Choose a message.
        p > a1: The message event 'a1' refers to the message 'gone', which is not in the file. Choose a message.
        p > t1: The message event 't1' refers to the message 'gone', which is not in the file. Choose a message.
        p > e1: The message event 'e1' refers to the message 'gone', which is not in the file. Choose a message.
        p > a3: The element 'a3' needs the attribute 'correlationKey' of 'publishMessage', which is missing or empty.
        p > t3: The element 't3' needs the attribute 'correlationKey' of 'publishMessage', which is missing or empty.
        p > e3: The element 'e3' needs the attribute 'correlationKey' of 'publishMessage', which is missing or empty.
        p > a4: The correlation key of 'a4' is no FEEL expression: found the end at line 1, column 4: expected a value.
        p > a4: The message id of 'a4' is no FEEL expression: found the end at line 1, column 2: expected a value.
        p > a4: The time to live 'soon' of 'a4' is neither a duration such as PT15M, nor a number of milliseconds, nor a FEEL expression.
        p > t4: The correlation key of 't4' is no FEEL expression: found the end at line 1, column 4: expected a value.
        p > t4: The message id of 't4' is no FEEL expression: found the end at line 1, column 2: expected a value.
        p > t4: The time to live 'soon' of 't4' is neither a duration such as PT15M, nor a number of milliseconds, nor a FEEL expression.
        p > e4: The correlation key of 'e4' is no FEEL expression: found the end at line 1, column 4: expected a value.
        p > e4: The message id of 'e4' is no FEEL expression: found the end at line 1, column 2: expected a value.
        p > e4: The time to live 'soon' of 'e4' is neither a duration such as PT15M, nor a number of milliseconds, nor a FEEL expression.
        p > a5: The element 'a5' has both zeebe:publishMessage and zeebe:taskDefinition. It needs exactly one, to say who sends the message.
        p > t5: The element 't5' has both zeebe:publishMessage and zeebe:taskDefinition. It needs exactly one, to say who sends the message.
        p > e5: The element 'e5' has both zeebe:publishMessage and zeebe:taskDefinition. It needs exactly one, to say who sends the message.
        p > a6: The element 'a6' has more than one zeebe:publishMessage. It needs exactly one, to say who sends the message.
        p > t6: The element 't6' has more than one zeebe:publishMessage. It needs exactly one, to say who sends the message.
        p > e6: The element 'e6' has more than one zeebe:publishMessage. It needs exactly one, to say who sends the message.
    "#]],
    );
}

#[test]
fn only_loops_of_what_the_engine_publishes_are_marked() {
    let publishes = "<bpmn:extensionElements><zeebe:publishMessage correlationKey=\"x\"/>\
                     </bpmn:extensionElements>";
    let works = "<bpmn:extensionElements><zeebe:taskDefinition type=\"t\"/>\
                 </bpmn:extensionElements>";
    let element = |id: &str, extensions: &str| {
        format!(
            "<bpmn:sendTask id=\"{id}\" messageRef=\"m\">{extensions}</bpmn:sendTask>\
             <bpmn:sequenceFlow id=\"{id}-{id}\" sourceRef=\"{id}\" targetRef=\"{id}\"/>\n"
        )
    };
    let process =
        format!("<bpmn:startEvent id=\"s\"/>{}{}", element("a", publishes), element("b", works));
    check(
        &file(ROOTS, &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #4 p PROCESS/UNSPECIFIED in p
          #5 s START_EVENT/NONE in p
          #6 a SEND_TASK/UNSPECIFIED in p incoming=1 outgoing=a-a in-loop publishes "news" key="x"
          #10 b SEND_TASK/UNSPECIFIED in p incoming=1 outgoing=b-b job="t" retries=3 headers=[]
          #9 flow a-a: a -> a
          #13 flow b-b: b -> b
    "#]],
    );
}
