//! A multi-instance activity with many items: what one entry takes at most, and what all take.
//!
//! `cargo bench -p baton-engine --bench multi_instance`; each line is one phase with one number of
//! items. An entry may take 5 ms, whatever that number.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail where something is missing")]
#![expect(clippy::print_stdout, reason = "that is what it is for")]
#![expect(clippy::disallowed_methods, reason = "it measures time, which the engine must not")]

use engine::{Engine, Output};
use record::{
    CancelInstance, Command, CommandBody, CompleteJob, Continue, CreateInstance, Deploy,
    DeployedResource, Entry, EntryBody, Event, JobIntent, Key, LOGIC, ProcessSummary, RequestId,
};
use std::time::{Duration, Instant};
use value::Doc;

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

struct Partition {
    engine: Engine,
    out: Output,
    index: u64,
    jobs: Vec<Key>,
    instance: Key,
    /// Of the current phase.
    entries: u32,
    total: Duration,
    longest: Duration,
}

impl Partition {
    fn new(xml: &str) -> Self {
        let mut partition = Self {
            engine: Engine::new(1),
            out: Output::default(),
            index: 0,
            jobs: Vec::new(),
            instance: Key::NONE,
            entries: 0,
            total: Duration::ZERO,
            longest: Duration::ZERO,
        };
        let checksum = bpmn::compile("p.bpmn", xml.as_bytes()).unwrap().checksum;
        let summary = ProcessSummary { id: "p".into(), has_none_start: true, ..Default::default() };
        partition.apply(CommandBody::Deploy(Deploy {
            resources: vec![DeployedResource {
                name: "p.bpmn".into(),
                content: xml.as_bytes().into(),
                checksum: checksum.as_slice().into(),
                processes: vec![summary],
                ..DeployedResource::default()
            }],
        }));
        partition
    }

    fn apply(&mut self, body: CommandBody) {
        self.index += 1;
        let request = RequestId { node: 1, incarnation: 1, seq: self.index };
        let settled = self.index.saturating_sub(100);
        let command = Command { request, settled, body, ..Command::default() };
        let now = 1_767_225_600_000;
        let body = EntryBody { now, logic: LOGIC, command, ..EntryBody::default() };
        let entry = Entry { index: self.index, term: 1, body };
        let begin = Instant::now();
        self.engine.apply(&entry, &mut self.out);
        let took = begin.elapsed();
        self.entries += 1;
        self.total += took;
        self.longest = self.longest.max(took);
        for record in &self.out.records {
            if let Event::Job(it) = &record.event
                && it.intent == JobIntent::Created
            {
                self.jobs.push(record.key);
            }
            if let Event::ProcessInstanceCreation(it) = &record.event {
                self.instance = it.origin.instance;
            }
        }
    }

    fn settle(&mut self) {
        while self.engine.has_pending() {
            self.apply(CommandBody::Continue(Continue {}));
        }
    }

    fn phase(&mut self, name: &str, count: u32) {
        let per_item = self.total.as_secs_f64() * 1e6 / f64::from(count);
        println!(
            "  {count:>7} items {name:<10} {:>8.1} ms in {:>6} entries, {per_item:>6.2} us each, \
             longest entry {:>6.2} ms",
            self.total.as_secs_f64() * 1e3,
            self.entries,
            self.longest.as_secs_f64() * 1e3,
        );
        (self.entries, self.total, self.longest) = (0, Duration::ZERO, Duration::ZERO);
        // As a checkpoint does now and then.
        drop(self.engine.take_changes());
    }

    fn create(&mut self) {
        self.apply(CommandBody::CreateInstance(CreateInstance {
            process_id: "p".into(),
            version: -1,
            ..CreateInstance::default()
        }));
        self.settle();
    }
}

fn main() {
    for (name, activity) in MODELS {
        println!("{name}");
        for count in [1_000, 10_000, 100_000] {
            let mut partition = Partition::new(&xml(activity, count));
            partition.phase("deployed", 1);
            partition.create();
            partition.phase("begun", count);
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
                }));
            }
            partition.settle();
            partition.phase("completed", count);
            partition.create();
            partition.phase("begun", count);
            let instance = partition.instance;
            partition.apply(CommandBody::CancelInstance(CancelInstance { instance }));
            partition.settle();
            partition.phase("canceled", count);
            assert_eq!(partition.engine.instances_active(), 0, "all is over");
        }
    }
}
