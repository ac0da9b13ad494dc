//! The life of one instance of one task: create, activate, complete, with 14 variables.
//!
//! `cargo bench -p baton-engine --bench one_task`; the time per item is the time per instance.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail where something is missing")]

use divan::Bencher;
use divan::counter::ItemsCount;
use engine::{Engine, Output};
use record::{
    ActivateJobs, Command, CommandBody, CompleteJob, CreateInstance, Deploy, DeployedResource,
    Entry, EntryBody, Key, LOGIC, ProcessSummary, Reply, RequestId,
};
use value::Doc;

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
<bpmn:process id="p" isExecutable="true">
<bpmn:startEvent id="s"/>
<bpmn:serviceTask id="a"><bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements></bpmn:serviceTask>
<bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="s-a" sourceRef="s" targetRef="a"/>
<bpmn:sequenceFlow id="a-e" sourceRef="a" targetRef="e"/>
</bpmn:process></bpmn:definitions>"#;

/// Some 460 bytes in 14 variables, as a typical order has them.
const PAYLOAD: &str = r#"{"orderId": "4f7b1c0e-5a57-4d5c-9a2e-1f6f3f2d7c11", "customerId": 4711,
 "customerName": "Maria Musterfrau", "customerEmail": "maria.musterfrau@example.com",
 "street": "Hauptstrasse 12", "city": "Hamburg", "postalCode": "20095", "country": "DE",
 "currency": "EUR", "total": 129.95, "express": false, "couponCode": null,
 "items": [{"sku": "A-1001", "count": 2}, {"sku": "B-2002", "count": 1}],
 "comment": "Please leave the parcel with the neighbors if nobody opens"}"#;

const INSTANCES: u64 = 1_000;

struct Partition {
    engine: Engine,
    out: Output,
    index: u64,
    variables: Doc,
}

impl Partition {
    /// A partition with the process deployed and as many instances waiting as asked for.
    fn new(waiting: u64) -> Self {
        let engine = Engine::new(1);
        let variables = Doc::from_json(PAYLOAD).unwrap();
        let mut partition = Self { engine, out: Output::default(), index: 0, variables };
        let checksum = bpmn::compile("p.bpmn", XML.as_bytes()).unwrap().checksum;
        let summary = ProcessSummary { id: "p".into(), has_none_start: true, ..Default::default() };
        partition.apply(CommandBody::Deploy(Deploy {
            resources: vec![DeployedResource {
                name: "p.bpmn".into(),
                content: XML.as_bytes().into(),
                checksum: checksum.as_slice().into(),
                processes: vec![summary],
                ..DeployedResource::default()
            }],
        }));
        for _ in 0..waiting {
            partition.create();
        }
        if waiting > 0 {
            // They wait with a worker, so that the measured instances get their own jobs.
            while !partition.activate(1_000).is_empty() {}
        }
        partition
    }

    fn apply(&mut self, body: CommandBody) {
        self.index += 1;
        let request = RequestId { node: 1, incarnation: 1, seq: self.index };
        let settled = self.index.saturating_sub(100);
        let command = Command { request, settled, body, ..Command::default() };
        let now = 1_767_225_600_000;
        let body = EntryBody { now, logic: LOGIC, command, ..EntryBody::default() };
        self.engine.apply(&Entry { index: self.index, term: 1, body }, &mut self.out);
    }

    fn create(&mut self) {
        self.apply(CommandBody::CreateInstance(CreateInstance {
            process_id: "p".into(),
            version: -1,
            variables: self.variables.clone(),
            ..CreateInstance::default()
        }));
    }

    fn activate(&mut self, jobs_max: u32) -> Vec<Key> {
        self.apply(CommandBody::ActivateJobs(ActivateJobs {
            job_type: "work".into(),
            worker: "w".into(),
            timeout_ms: 300_000,
            jobs_max,
            fetch_variables: Vec::new(),
        }));
        match &self.out.replies[0].1 {
            Reply::JobsActivated(it) => it.jobs.iter().map(|it| it.key).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn live(&mut self) {
        self.create();
        for job in self.activate(1) {
            self.apply(CommandBody::CompleteJob(CompleteJob { job, ..CompleteJob::default() }));
        }
    }
}

#[divan::bench(args = [0, 10_000], sample_count = 20, sample_size = 1)]
fn create_activate_complete(bencher: Bencher<'_, '_>, waiting: u64) {
    let mut partition = Partition::new(waiting);
    bencher.counter(ItemsCount::new(INSTANCES)).bench_local(|| {
        for _ in 0..INSTANCES {
            partition.live();
        }
        // As a checkpoint does now and then.
        drop(partition.engine.take_changes());
    });
}

fn main() {
    divan::main();
}
