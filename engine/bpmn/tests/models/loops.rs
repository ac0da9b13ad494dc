//! Loops in which nothing waits.

use expect_test::expect;

use crate::support::{check, file, model};

#[test]
fn a_loop_of_gateways_is_refused() {
    let process = model(
        "start s
         xor a
         xor b d
         task t
         flow f: s -> a
         flow g: a -> b
         flow d: b -> t
         flow back: b -> a = x",
    );
    check(
        &file("", &process),
        &expect![[r#"
        p > a: The elements 'a' → 'b' form a loop in which nothing waits and no variable changes, so that it could never end. Put a task or an event into the loop.
    "#]],
    );
}

#[test]
fn a_gateway_that_leads_to_itself_is_refused() {
    let process = model(
        "start s
         xor a
         flow f: s -> a
         flow g: a -> a = x
         flow h: a -> t = y
         task t",
    );
    check(
        &file("", &process),
        &expect![[r#"
        p > a: The elements 'a' form a loop in which nothing waits and no variable changes, so that it could never end. Put a task or an event into the loop.
    "#]],
    );
}

#[test]
fn a_loop_through_an_idle_subprocess_is_refused() {
    let process = model(
        r#"start s
<bpmn:subProcess id="sub">
start s2
xor x2 h2
end e2
end e3
flow f2: s2 -> x2
flow g2: x2 -> e2 = a
flow h2: x2 -> e3
</bpmn:subProcess>
xor x h
task t
flow f: s -> sub
flow g: sub -> x
flow back: x -> sub = b
flow h: x -> t"#,
    );
    check(
        &file("", &process),
        &expect![[r#"
        p > sub: The elements 'sub' → 's2' → 'x2' → 'e3' → 'x' form a loop in which nothing waits and no variable changes, so that it could never end. Put a task or an event into the loop.
    "#]],
    );
}

#[test]
fn a_loop_through_a_task_an_event_or_an_output_mapping_is_fine() {
    let process = model(
        r#"start s
task t
xor x out
flow f: s -> t
flow g: t -> x
flow back: x -> t = b
flow out: x -> sub
<bpmn:subProcess id="sub"><bpmn:extensionElements><zeebe:ioMapping><zeebe:output source="=i + 1" target="i"/></zeebe:ioMapping></bpmn:extensionElements>
start s2
</bpmn:subProcess>
xor y on
flow h: sub -> y
flow again: y -> sub = i < 10
flow on: y -> u
task u
flow self: u -> u"#,
    )
    .replace("i < 10", "i &lt; 10");
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f
          #3 t SERVICE_TASK/UNSPECIFIED in p incoming=2 outgoing=g job="t" retries=3 headers=[]
          #6 x EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=back,out default=out
          #12 sub SUB_PROCESS/UNSPECIFIED in p incoming=2 outgoing=h start=s2 out(i := =i + 1)
          #16 s2 START_EVENT/NONE in sub
          #17 y EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=again,on default=on
          #22 u SERVICE_TASK/UNSPECIFIED in p incoming=2 outgoing=self job="u" retries=3 headers=[]
          #7 flow f: s -> t
          #8 flow g: t -> x
          #9 flow back: x -> t if = b
          #11 flow out: x -> sub
          #18 flow h: sub -> y
          #19 flow again: y -> sub if = i < 10
          #21 flow on: y -> u
          #25 flow self: u -> u
    "#]],
    );
}

#[test]
fn a_loop_through_a_subprocess_with_a_waiting_branch_is_fine() {
    let process = model(
        r#"start s
<bpmn:subProcess id="sub">
start s2
end e2
task t2
flow f2: s2 -> e2
flow g2: s2 -> t2
</bpmn:subProcess>
flow f: s -> sub
flow again: sub -> sub"#,
    );
    assert!(bpmn::compile("m", file("", &process).as_bytes()).is_ok());
}
