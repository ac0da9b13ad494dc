//! Loops in which nothing waits.

use expect_test::expect;

use crate::support::{check, file, model};

#[test]
fn a_loop_of_gateways_may_run_and_is_marked() {
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
            process p none_start="s" message_starts=[]
              #1 p PROCESS/UNSPECIFIED in p
              #2 s START_EVENT/NONE in p outgoing=f
              #3 a EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=2 outgoing=g in-loop
              #4 b EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=d,back in-loop default=d
              #5 t SERVICE_TASK/UNSPECIFIED in p incoming=1 job="t" retries=3 headers=[]
              #8 flow f: s -> a
              #9 flow g: a -> b
              #10 flow d: b -> t
              #11 flow back: b -> a if = x
        "#]],
    );
}

#[test]
fn a_gateway_that_leads_to_itself_may_run_and_is_marked() {
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
            process p none_start="s" message_starts=[]
              #1 p PROCESS/UNSPECIFIED in p
              #2 s START_EVENT/NONE in p outgoing=f
              #3 a EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=2 outgoing=g,h in-loop
              #9 t SERVICE_TASK/UNSPECIFIED in p incoming=1 job="t" retries=3 headers=[]
              #4 flow f: s -> a
              #5 flow g: a -> a if = x
              #7 flow h: a -> t if = y
        "#]],
    );
}

#[test]
fn a_loop_through_an_idle_subprocess_may_run_and_is_marked() {
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
            process p none_start="s" message_starts=[]
              #1 p PROCESS/UNSPECIFIED in p
              #2 s START_EVENT/NONE in p outgoing=f
              #3 sub SUB_PROCESS/UNSPECIFIED in p incoming=2 outgoing=g in-loop start=s2
              #4 s2 START_EVENT/NONE in sub outgoing=f2 in-loop
              #5 x2 EXCLUSIVE_GATEWAY/UNSPECIFIED in sub incoming=1 outgoing=g2,h2 in-loop default=h2
              #6 e2 END_EVENT/NONE in sub incoming=1 in-loop
              #7 e3 END_EVENT/NONE in sub incoming=1 in-loop
              #12 x EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=back,h in-loop default=h
              #13 t SERVICE_TASK/UNSPECIFIED in p incoming=1 job="t" retries=3 headers=[]
              #8 flow f2: s2 -> x2
              #9 flow g2: x2 -> e2 if = a
              #11 flow h2: x2 -> e3
              #16 flow f: s -> sub
              #17 flow g: sub -> x
              #18 flow back: x -> sub if = b
              #20 flow h: x -> t
        "#]],
    );
}

#[test]
fn a_loop_through_an_idle_task_in_a_subprocess_is_refused() {
    let process = model(
        r#"start s
<bpmn:subProcess id="sub">
start s2
xor x2 h2
end e2
end e3
idle i2
flow f2: s2 -> x2
flow g2: x2 -> e2 = a
flow h2: x2 -> i2
flow i3: i2 -> e3
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
            p > sub > i2: The elements 'i2' → 'e3' → 'x' → 'sub' → 's2' → 'x2' form a loop in which nothing waits and no variable changes, so that it could never end. Put a task with work or an event into the loop.
        "#]],
    );
}

#[test]
fn every_loop_of_tasks_that_do_nothing_is_refused_and_named_once() {
    let process = model(
        "start s
         manual m
         xor a
         idle i
         idle j
         xor b
         xor c last
         task t
         flow f: s -> m
         flow g: m -> a
         flow h: a -> m = x
         flow k: a -> i = y
         flow l: i -> j
         flow n: j -> b
         flow o: b -> i = x
         flow r: b -> c = y
         flow last: c -> t
         flow q: c -> b = z",
    );
    check(
        &file("", &process),
        &expect![[r#"
        p > m: The elements 'm' → 'a' form a loop in which nothing waits and no variable changes, so that it could never end. Put a task with work or an event into the loop.
        p > i: The elements 'i' → 'j' → 'b' form a loop in which nothing waits and no variable changes, so that it could never end. Put a task with work or an event into the loop.
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
              #12 sub SUB_PROCESS/UNSPECIFIED in p incoming=2 outgoing=h in-loop start=s2 out(i := =i + 1)
              #16 s2 START_EVENT/NONE in sub in-loop
              #17 y EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=again,on in-loop default=on
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
