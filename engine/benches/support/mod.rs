//! A partition that is driven by commands, with what its entries cost.
//!
//! Measured is the time on the processor of the thread that applies, so that other work on the
//! machine does not count.

use engine::{Engine, Output, Pace};
use record::{
    Command, CommandBody, Deploy, DeployedResource, Entry, EntryBody, Event, JobIntent, Key, LOGIC,
    RaiseLogic, RequestId,
};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// A partition with one process.
pub(crate) struct Partition {
    pub(crate) engine: Engine,
    pub(crate) out: Output,
    /// Log time.
    pub(crate) now: i64,
    pace: Pace,
    index: u64,
    pub(crate) jobs: Vec<Key>,
    pub(crate) instance: Key,
    /// Of the current phase.
    pub(crate) entries: u32,
    pub(crate) total: Duration,
    pub(crate) longest: Duration,
}

impl Partition {
    pub(crate) fn new(xml: &str) -> Self {
        // As the server does.
        rustix::thread::disable_transparent_huge_pages(true).unwrap();
        let mut partition = Self {
            engine: Engine::new(1),
            out: Output::default(),
            now: 1_767_225_600_000,
            pace: Pace::default(),
            index: 0,
            jobs: Vec::new(),
            instance: Key::NONE,
            entries: 0,
            total: Duration::ZERO,
            longest: Duration::ZERO,
        };
        // As a new folder does.
        partition.apply(CommandBody::RaiseLogic(RaiseLogic { to: LOGIC }));
        partition.forget();
        let resource = bpmn::compile("p.bpmn", xml.as_bytes()).unwrap();
        partition.apply(CommandBody::Deploy(Deploy {
            resources: vec![DeployedResource {
                name: "p.bpmn".into(),
                content: xml.as_bytes().into(),
                checksum: resource.checksum.as_slice().into(),
                processes: resource.processes.iter().map(|it| engine::summary(it)).collect(),
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
        let now = self.now;
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

    /// Begins to measure anew.
    pub(crate) fn forget(&mut self) {
        (self.entries, self.total, self.longest) = (0, Duration::ZERO, Duration::ZERO);
    }
}

/// How long this thread has been on the processor.
fn on_processor() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}
