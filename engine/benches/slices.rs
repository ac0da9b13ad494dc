//! Work on very many element instances at once: what one entry takes at most.
//!
//! `cargo bench -p baton-engine --bench slices`; each line is one case with one number of element
//! instances. An entry may take 5 ms, whatever that number, and others go on in between.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail where something is missing")]
#![expect(clippy::print_stdout, reason = "that is what it is for")]

#[path = "support/phases.rs"]
mod phases;
mod support;

use phases::print;
use record::{
    ActivateElement, BroadcastSignal, CancelInstance, CommandBody, ModifyInstance, PublishMessage,
    TerminateElement,
};
use support::Partition;
use value::{Doc, Str};

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A subprocess with many waiting things in it, and an end for all of them.
fn xml(activity: &str, count: u32) -> String {
    let items = format!("=for n in 1..{count} return n");
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
<bpmn:signal id="go" name="go"/>
<bpmn:message id="stop" name="stop"><bpmn:extensionElements><zeebe:subscription correlationKey="=k"/></bpmn:extensionElements></bpmn:message>
<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>
<bpmn:subProcess id="u"><bpmn:startEvent id="us"/>{activity}
<bpmn:sequenceFlow id="us-a" sourceRef="us" targetRef="a"/></bpmn:subProcess>
<bpmn:boundaryEvent id="b" attachedToRef="u"><bpmn:messageEventDefinition messageRef="stop"/></bpmn:boundaryEvent>
<bpmn:intermediateCatchEvent id="w"><bpmn:messageEventDefinition messageRef="stop"/></bpmn:intermediateCatchEvent>
<bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="w-e" sourceRef="w" targetRef="e"/>
<bpmn:sequenceFlow id="s-u" sourceRef="s" targetRef="u"/>
<bpmn:sequenceFlow id="u-e" sourceRef="u" targetRef="e"/>
</bpmn:process></bpmn:definitions>"#
    )
    .replace(
        "LOOP",
        &format!(
            r#"<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="{items}" inputElement="item"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"#
        ),
    )
}

const JOBS: &str = r#"<bpmn:serviceTask id="a"><bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements>LOOP</bpmn:serviceTask>"#;

/// Catch events are no activities: each stands in a subprocess.
const CATCHES: &str = r#"<bpmn:subProcess id="a">LOOP<bpmn:startEvent id="is"/><bpmn:intermediateCatchEvent id="c"><bpmn:signalEventDefinition signalRef="go"/></bpmn:intermediateCatchEvent><bpmn:sequenceFlow id="is-c" sourceRef="is" targetRef="c"/></bpmn:subProcess>"#;

/// One flow each, so that no multi-instance keeps account of them.
fn tasks(count: u32) -> String {
    (0..count).fold(String::from(r#"<bpmn:parallelGateway id="a"/>"#), |text, n| {
        text + &format!(
            r#"<bpmn:serviceTask id="t{n}"><bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements></bpmn:serviceTask><bpmn:sequenceFlow id="f{n}" sourceRef="a" targetRef="t{n}"/>"#
        )
    })
}

/// One case: it begins with all element instances waiting, and ends with none.
type Case = (&'static str, fn(&mut Partition));

const CASES: [Case; 4] = [
    ("canceled", |partition| {
        let instance = partition.instance;
        partition.apply(CommandBody::CancelInstance(CancelInstance { instance }));
    }),
    ("interrupted", |partition| {
        partition.apply(CommandBody::PublishMessage(PublishMessage {
            name: "stop".into(),
            correlation_key: "one".into(),
            ..PublishMessage::default()
        }));
    }),
    ("modified", |partition| {
        let instance = partition.instance;
        let subprocess = TerminateElement { element_id: "u".into(), ..Default::default() };
        partition.apply(CommandBody::ModifyInstance(ModifyInstance {
            instance,
            terminate: vec![subprocess],
            ..ModifyInstance::default()
        }));
    }),
    // The second one has to see what the first one ends, and that nothing else is left.
    ("modified twice", |partition| {
        let instance = partition.instance;
        let (subprocess, event): (Str, Str) = ("u".into(), "w".into());
        partition.apply(CommandBody::ModifyInstance(ModifyInstance {
            instance,
            activate: vec![ActivateElement { element_id: event.clone(), ..Default::default() }],
            terminate: vec![TerminateElement { element_id: subprocess, ..Default::default() }],
            ..ModifyInstance::default()
        }));
        partition.apply(CommandBody::ModifyInstance(ModifyInstance {
            instance,
            terminate: vec![TerminateElement { element_id: event, ..Default::default() }],
            ..ModifyInstance::default()
        }));
    }),
];

/// How often each case is run. The machine takes the processor away now and then, which no clock
/// of ours tells apart: what no run is without is the engine's own.
const RUNS: usize = 12;

fn run(activity: &str, count: u32, cases: &[Case]) {
    let mut deployed = Vec::new();
    let mut begun = Vec::new();
    for (name, end) in cases {
        let mut ended = Vec::new();
        for _ in 0..RUNS {
            let mut partition = Partition::new(&xml(activity, count));
            deployed.push(partition.phase());
            partition.create(r#"{"k": "one"}"#);
            begun.push(partition.phase());
            end(&mut partition);
            partition.settle();
            ended.push(partition.phase());
            assert_eq!(partition.engine.instances_active(), 0, "all is over");
        }
        print(name, count, &ended);
    }
    print("begun", count, &begun);
    print("deployed", 1, &deployed);
}

fn main() {
    let signal: Case = ("signaled", |partition| {
        let (name, variables) = ("go".into(), Doc::empty());
        partition.apply(CommandBody::BroadcastSignal(BroadcastSignal { name, variables }));
    });
    for count in [1_000, 100_000] {
        println!("jobs of a multi-instance");
        run(JOBS, count, &CASES);
        println!("subprocesses that wait for a signal");
        run(CATCHES, count, &CASES);
        run(CATCHES, count, &[signal]);
    }
    println!("tasks behind a parallel gateway");
    run(&tasks(10_000), 10_000, &CASES);
}
