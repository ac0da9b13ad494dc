//! A partition that is driven by commands, with what its entries cost.
//!
//! Measured is the time on the processor of the thread that applies, so that other work on the
//! machine does not count.

use engine::{Engine, Output, Pace};
use record::{
    Command, CommandBody, Continue, CreateInstance, Deploy, DeployedResource, Entry, EntryBody,
    Event, JobIntent, Key, LOGIC, ProcessSummary, RequestId,
};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;
use value::Doc;

/// A partition with one process.
pub(crate) struct Partition {
    pub(crate) engine: Engine,
    out: Output,
    pace: Pace,
    index: u64,
    pub(crate) jobs: Vec<Key>,
    pub(crate) instance: Key,
    /// Of the current phase.
    entries: u32,
    total: Duration,
    longest: Duration,
}

impl Partition {
    pub(crate) fn new(xml: &str) -> Self {
        let mut partition = Self {
            engine: Engine::new(1),
            out: Output::default(),
            pace: Pace::default(),
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

    pub(crate) fn apply(&mut self, body: CommandBody) {
        self.index += 1;
        let request = RequestId { node: 1, incarnation: 1, seq: self.index };
        let settled = self.index.saturating_sub(100);
        let command = Command { request, settled, body, ..Command::default() };
        let now = 1_767_225_600_000;
        let units_max = self.pace.units_max();
        let body = EntryBody { now, logic: LOGIC, command, units_max, ..EntryBody::default() };
        let entry = Entry { index: self.index, term: 1, body };
        let begin = on_processor();
        self.engine.apply(&entry, &mut self.out);
        let took = on_processor().saturating_sub(begin);
        self.pace.note(self.out.units, took);
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

    pub(crate) fn settle(&mut self) {
        while self.engine.has_pending() {
            self.apply(CommandBody::Continue(Continue {}));
        }
    }

    pub(crate) fn phase(&mut self, name: &str, count: u32) {
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

    pub(crate) fn create(&mut self, variables: &str) {
        self.apply(CommandBody::CreateInstance(CreateInstance {
            process_id: "p".into(),
            version: -1,
            variables: Doc::from_json(variables).unwrap(),
            ..CreateInstance::default()
        }));
        self.settle();
    }
}

/// How long this thread has been on the processor.
fn on_processor() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}
