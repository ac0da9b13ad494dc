//! A multi-instance activity with many items: what one entry takes at most, and what all take.
//!
//! `cargo bench -p baton-engine --bench multi_instance`; each line is one phase with one number of
//! items. An entry may take 5 ms, whatever that number.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail where something is missing")]
#![expect(clippy::print_stdout, reason = "that is what it is for")]

#[path = "support/phases.rs"]
mod phases;
mod support;

use phases::print;
use record::{CancelInstance, CommandBody, CompleteJob};
use support::Partition;
use value::Doc;

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Everything of the kinds of activity that differ in cost; each has an output.
const MODELS: [(&str, &str); 3] = [
    (
        "service tasks",
        r#"<bpmn:serviceTask id="a"><bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements>LOOP</bpmn:serviceTask>"#,
    ),
    (
        "script tasks",
        r#"<bpmn:scriptTask id="a"><bpmn:extensionElements><zeebe:script expression="=item * 2" resultVariable="r"/></bpmn:extensionElements>LOOP</bpmn:scriptTask>"#,
    ),
    (
        "subprocesses",
        r#"<bpmn:subProcess id="a">LOOP<bpmn:startEvent id="us"/><bpmn:serviceTask id="b"><bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements></bpmn:serviceTask><bpmn:boundaryEvent id="late" attachedToRef="b"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:sequenceFlow id="us-b" sourceRef="us" targetRef="b"/></bpmn:subProcess>"#,
    ),
];

const LOOP: &str = r#"<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=for n in 1..COUNT return n" inputElement="item" outputCollection="all" outputElement="=r"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"#;

fn xml(activity: &str, count: u32) -> String {
    let activity = activity.replace("LOOP", &LOOP.replace("COUNT", &count.to_string()));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>{activity}<bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="s-a" sourceRef="s" targetRef="a"/>
<bpmn:sequenceFlow id="a-e" sourceRef="a" targetRef="e"/>
</bpmn:process></bpmn:definitions>"#
    )
}

fn main() {
    for (name, activity) in MODELS {
        println!("{name}");
        for count in [1_000, 10_000, 100_000] {
            let mut partition = Partition::new(&xml(activity, count));
            print("deployed", 1, &[partition.phase()]);
            partition.create("{}");
            print("begun", count, &[partition.phase()]);
            let jobs = std::mem::take(&mut partition.jobs);
            if jobs.is_empty() {
                continue;
            }
            let variables = Doc::from_json(r#"{"r": 7}"#).unwrap();
            for job in jobs {
                let variables = variables.clone();
                partition.apply(CommandBody::CompleteJob(CompleteJob {
                    job,
                    variables,
                    result: None,
                    ..CompleteJob::default()
                }));
            }
            partition.settle();
            print("completed", count, &[partition.phase()]);
            partition.create("{}");
            print("begun", count, &[partition.phase()]);
            let instance = partition.instance;
            partition.apply(CommandBody::CancelInstance(CancelInstance { instance }));
            partition.settle();
            print("canceled", count, &[partition.phase()]);
            assert_eq!(partition.engine.instances_active(), 0, "all is over");
        }
    }
}
