//! Call activities: what is read, and what is refused.

use expect_test::expect;

use crate::support::{check, file, model};

fn call(id: &str, attributes: &str, inside: &str) -> String {
    format!(
        "<bpmn:callActivity id=\"{id}\"><bpmn:extensionElements><zeebe:calledElement {attributes}/>\
         {inside}</bpmn:extensionElements></bpmn:callActivity>\n"
    )
}

#[test]
fn a_call_is_read_with_its_binding_and_what_it_passes_on() {
    let calls = [
        call("a", "processId=\"child\"", ""),
        call("b", "processId=\"=id\" bindingType=\"deployment\"", ""),
        call("c", "processId=\"x\" bindingType=\"versionTag\" versionTag=\"v1\"", ""),
        call(
            "d",
            "processId=\"x\" bindingType=\"latest\" propagateAllParentVariables=\"false\" propagateAllChildVariables=\"false\"",
            "",
        ),
    ];
    let process = model(&format!(
        "start s\n{}flow f: s -> a\nflow g: s -> b\nflow h: s -> c\nflow i: s -> d",
        calls.concat()
    ));
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f,g,h,i
          #3 a CALL_ACTIVITY/UNSPECIFIED in p incoming=1 calls="child" Latest gets-all=true gives-all=true
          #6 b CALL_ACTIVITY/UNSPECIFIED in p incoming=1 calls==id Deployment gets-all=true gives-all=true
          #9 c CALL_ACTIVITY/UNSPECIFIED in p incoming=1 calls="x" VersionTag("v1") gets-all=true gives-all=true
          #12 d CALL_ACTIVITY/UNSPECIFIED in p incoming=1 calls="x" Latest gets-all=false gives-all=false
          #15 flow f: s -> a
          #16 flow g: s -> b
          #17 flow h: s -> c
          #18 flow i: s -> d
    "#]],
    );
}

#[test]
fn a_call_needs_an_id_and_a_binding_that_is_known() {
    let calls = [
        "<bpmn:callActivity id=\"none\" calledElement=\"x\"/>\n".to_owned(),
        call("two", "processId=\"x\"", "<zeebe:calledElement processId=\"y\"/>"),
        call("no-id", "processId=\" \"", ""),
        call("no-tag", "processId=\"x\" bindingType=\"versionTag\"", ""),
        call("unknown", "processId=\"x\" bindingType=\"newest\"", ""),
        call("no-feel", "processId=\"=x +\"", ""),
    ];
    let process = model(&format!("start s\n{}task t\nflow f: s -> t", calls.concat()));
    check(
        &file("", &process),
        &expect![[r#"
        p > none: The call activity 'none' has no zeebe:calledElement. It needs exactly one, with the id of a process.
        p > two: The call activity 'two' has more than one zeebe:calledElement. It needs exactly one, with the id of a process.
        p > no-id: The element 'no-id' needs the attribute 'processId' of 'calledElement', which is missing or empty.
        p > no-tag: The element 'no-tag' needs the attribute 'versionTag' of 'calledElement', which is missing or empty.
        p > unknown: The bindingType 'newest' of 'unknown' is not known. Use 'latest', 'deployment' or 'versionTag'.
        p > no-feel: The process id of 'no-feel' is no FEEL expression: found the end at line 1, column 4: expected a value.
    "#]],
    );
}

#[test]
fn processes_that_call_each_other_before_anything_waits_are_refused() {
    let process = |id: &str, inside: &str| {
        format!("<bpmn:process id=\"{id}\" isExecutable=\"true\">{}</bpmn:process>", model(inside))
    };
    let to = |called: &str| format!("processId=\"{called}\"");
    let parts = [
        // Calls itself; calls another that calls back; and three that are fine.
        process("self", &format!("start s1\n{}flow f1: s1 -> a1", call("a1", &to("self"), ""))),
        process("ping", &format!("start s2\n{}flow f2: s2 -> a2", call("a2", &to("pong"), ""))),
        process(
            "pong",
            &format!(
                "start s3\n<bpmn:subProcess id=\"u3\">\n<bpmn:startEvent id=\"us3\"/></bpmn:subProcess>\n{}flow f3: s3 -> u3\nflow g3: u3 -> a3",
                call("a3", &to("ping"), "")
            ),
        ),
        process(
            "waits",
            &format!(
                "start s4\ntask t4\n{}flow f4: s4 -> t4\nflow g4: t4 -> a4",
                call("a4", &to("waits"), "")
            ),
        ),
        process(
            "counts",
            &format!(
                "start s5\n{}flow f5: s5 -> a5",
                call(
                    "a5",
                    &to("counts"),
                    "<zeebe:ioMapping><zeebe:input source=\"=n - 1\" target=\"n\"/></zeebe:ioMapping>"
                )
            ),
        ),
        process(
            "away",
            &format!("start s6\n{}flow f6: s6 -> a6", call("a6", &to("elsewhere"), "")),
        ),
    ];
    check(
        &file(&parts.concat(), &model("start s0")),
        &expect![[r#"
        self > a1: The call activity 'a1' calls 'self', which comes back to it before anything waits, so that it could never end. Put a task or an event before the call.
        ping > a2: The call activity 'a2' calls 'pong', which comes back to it before anything waits, so that it could never end. Put a task or an event before the call.
        pong > a3: The call activity 'a3' calls 'ping', which comes back to it before anything waits, so that it could never end. Put a task or an event before the call.
    "#]],
    );
}
