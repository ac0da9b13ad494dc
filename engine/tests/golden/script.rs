//! The script that wrote the first log: every element, every command, every kind of work item.
//!
//! It runs once, to write the log; from then on the log is what counts, and this says what is in
//! it.

use engine::{Engine, Output, Push};
use record::{
    ActivateJobs, Activation, AddCredit, CancelInstance, ChangeClock, ClockChange, CloseStream,
    Command, CommandBody, CompleteJob, Continue, CreateInstance, Deploy, DeployedResource, Entry,
    EntryBody, Envelope, Event, FailJob, IncidentIntent, Key, OpenStream, PublishMessage,
    RaiseLogic, Reply, RequestId, ResolveIncident, Seen, SetVariables, SettingsChange, SkipKeys,
    StartTerm, StreamId, Tick, UpdateJobRetries, UpdateJobTimeout, YieldJobs,
};
use value::wire::Message as _;
use value::{Doc, Str};

const MODEL: &str = include_str!("every_element.bpmn");
/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
const STREAM: StreamId = StreamId { node: 0, incarnation: 1, number: 1 };

/// A log that is being written: what a leader would propose, and what comes of it.
pub(super) struct Log {
    engine: Engine,
    pub(super) out: Output,
    now: i64,
    seq: u64,
    pub(super) entries: Vec<Vec<u8>>,
}

/// Writes the log.
pub(crate) fn write() -> Vec<Vec<u8>> {
    let mut log = Log::new();
    log.put(CommandBody::StartTerm(StartTerm {}));
    let small = SettingsChange {
        zone: Some("Europe/Berlin".into()),
        work_per_entry: Some(8),
        ..SettingsChange::default()
    };
    log.put(CommandBody::ChangeSettings(small));
    log.put(deploy("every_element.bpmn", MODEL));
    log.put(deploy("every_element.bpmn", MODEL));
    jobs(&mut log);
    boundaries(&mut log);
    waits(&mut log);
    streams(&mut log);
    trouble(&mut log);
    clock(&mut log);
    log.entries
}

/// Jobs: done, failed with back-off, timed out, out of retries.
fn jobs(log: &mut Log) {
    log.create("job", r#"{"amount": 100, "key": "K1"}"#);
    let job = log.activate("work", MINUTE / 2);
    log.put(CommandBody::UpdateJobTimeout(UpdateJobTimeout { job, timeout_ms: 40 * SECOND }));
    log.pass(41 * SECOND);
    let job = log.activate("work", MINUTE);
    log.fail(job, 1, 5 * SECOND);
    log.pass(5 * SECOND);
    let job = log.activate("work", MINUTE);
    log.fail(job, 0, 0);
    let incident = log.incident();
    log.put(CommandBody::ResolveIncident(ResolveIncident { incident }));
    log.put(CommandBody::UpdateJobRetries(UpdateJobRetries { job, retries: 3 }));
    log.put(CommandBody::ResolveIncident(ResolveIncident { incident }));
    let job = log.activate("work", MINUTE);
    let variables = doc(r#"{"receipt": {"number": 7, "paid": true}}"#);
    log.put(CommandBody::CompleteJob(CompleteJob {
        job,
        variables: variables.clone(),
        result: None,
        ..CompleteJob::default()
    }));
    log.put(CommandBody::CompleteJob(CompleteJob {
        job,
        variables,
        result: None,
        ..CompleteJob::default()
    }));
}

/// Boundary events of both kinds, interrupting and not.
fn boundaries(log: &mut Log) {
    log.create("job", r#"{"amount": 1.5, "key": "K2"}"#);
    log.pass(MINUTE);
    log.pass(MINUTE);
    log.pass(HOUR);
    log.create("job", r#"{"amount": 2, "key": "K3"}"#);
    log.publish("nudge", "K3", 0);
    log.publish("stop", "K3", 0);
    let canceled = log.create("job", r#"{"amount": 3, "key": "K4"}"#);
    log.put(CommandBody::CancelInstance(CancelInstance { instance: canceled }));
    log.put(CommandBody::CancelInstance(CancelInstance { instance: canceled }));
}

/// Timers and messages that are waited for, buffered, expired, and that start instances.
fn waits(log: &mut Log) {
    let variables = r#"{"while": "PT10S", "day": "2026-01-02T00:00:00+01:00", "key": "K5"}"#;
    log.publish("go", "K5", 48 * HOUR);
    log.publish("go", "nobody", HOUR);
    log.create("wait", variables);
    log.pass(10 * SECOND);
    log.pass(24 * HOUR);
    log.publish("placed", "", 0);
    log.publish("placed", "order-1", HOUR);
    log.publish("placed", "order-1", HOUR);
    for _ in 0..3 {
        let job = log.activate("pack", MINUTE);
        if !job.is_none() {
            log.put(CommandBody::CompleteJob(CompleteJob {
                job,
                variables: Doc::empty(),
                result: None,
                ..CompleteJob::default()
            }));
        }
    }
}

/// A stream: opened, filled, given more credit, given back, closed; and more work than fits.
fn streams(log: &mut Log) {
    log.put(CommandBody::OpenStream(OpenStream {
        stream: STREAM,
        job_type: "inner".into(),
        worker: "streaming".into(),
        timeout_ms: MINUTE,
        fetch_variables: vec!["kind".into()],
        credit: 1,
    }));
    log.create("sub", "{}");
    let pushed = log.pushed();
    log.create("sub", r#"{"second": true}"#);
    log.put(CommandBody::AddCredit(AddCredit { stream: STREAM, credit: 1 }));
    let given_back = log.pushed();
    log.put(CommandBody::CloseStream(CloseStream { stream: STREAM }));
    let jobs = vec![Activation { job: given_back, number: 1 }];
    log.put(CommandBody::YieldJobs(YieldJobs { jobs }));
    let job = pushed;
    log.put(CommandBody::CompleteJob(CompleteJob {
        job,
        variables: doc(r#"{"done": 1}"#),
        result: None,
        ..CompleteJob::default()
    }));
    log.create("wide", "{}");
    log.create("none of these", "{}");
}

/// An incident of a mapping that is repaired, and an awaited result asked for twice.
fn trouble(log: &mut Log) {
    let instance = log.create("broken", "{}");
    let incident = log.incident();
    let variables = doc(r#"{"missing": "now-there"}"#);
    let set = SetVariables { element_instance: instance, variables, local: false };
    log.put(CommandBody::SetVariables(set));
    log.put(CommandBody::ResolveIncident(ResolveIncident { incident }));
    let job = log.activate("now-there", MINUTE);
    log.put(CommandBody::CompleteJob(CompleteJob {
        job,
        variables: Doc::empty(),
        result: None,
        ..CompleteJob::default()
    }));
    let awaited = CommandBody::CreateInstance(CreateInstance {
        process_id: "every".into(),
        version: 1,
        variables: doc(r#"{"kind": "nothing", "answer": 42}"#),
        await_result: true,
        fetch_variables: vec!["answer".into()],
        ..CreateInstance::default()
    });
    log.put(awaited.clone());
    log.seq -= 1;
    log.put(awaited);
}

/// The test clock, and a new term that finds work that is due.
fn clock(log: &mut Log) {
    log.create("job", r#"{"amount": 4, "key": "K6"}"#);
    let change = |change, value| CommandBody::ChangeClock(ChangeClock { change, value });
    log.put(change(ClockChange::Add, 2 * MINUTE));
    log.put(change(ClockChange::Pin, log.now + HOUR));
    log.put(change(ClockChange::Reset, 0));
    log.put(CommandBody::StartTerm(StartTerm {}));
    log.pass(2 * HOUR);
}

impl Log {
    pub(super) fn new() -> Self {
        Self {
            engine: Engine::new(crate::PARTITION),
            out: Output::default(),
            now: START,
            seq: 0,
            entries: Vec::new(),
        }
    }

    /// Proposes a command, and goes on while work is left that did not fit.
    pub(super) fn put(&mut self, command: CommandBody) {
        self.seq += 1;
        let request = RequestId { node: 0, incarnation: 1, seq: self.seq };
        self.entry(request, command);
        let (replies, pushes) =
            (std::mem::take(&mut self.out.replies), std::mem::take(&mut self.out.pushes));
        let records = std::mem::take(&mut self.out.records);
        while self.engine.has_pending() {
            self.entry(RequestId::default(), CommandBody::Continue(Continue {}));
        }
        // What the caller looks at is what came of the command itself.
        (self.out.replies, self.out.pushes, self.out.records) = (replies, pushes, records);
    }

    fn entry(&mut self, request: RequestId, body: CommandBody) {
        let index = self.entries.len() as u64 + 1;
        self.now += 7;
        let envelope = Envelope {
            principal: "ada".into(),
            reason: if request.is_none() { Str::default() } else { "golden log".into() },
            trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into(),
            ..Envelope::default()
        };
        let settled = request.seq.saturating_sub(5);
        let body = EntryBody {
            now: self.now,
            seed: index.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            logic: self.engine.logic(),
            seen: Seen { index: index - 1, hash: self.engine.output_hash() },
            command: Command { request, settled, envelope, body },
            units_max: 0,
        };
        let bytes = body.to_bytes();
        let body = EntryBody::read(&bytes).unwrap();
        self.engine.apply(&Entry { index, term: 1, body }, &mut self.out);
        self.entries.push(bytes);
    }

    /// Lets time pass, and does all that is due then.
    fn pass(&mut self, span: i64) {
        self.now += span;
        while self.engine.next_due().is_some_and(|due| due <= self.now) {
            self.put(CommandBody::Tick(Tick {}));
        }
    }

    fn create(&mut self, kind: &str, variables: &str) -> Key {
        let kind = doc(&format!(r#"{{"kind": "{kind}"}}"#));
        self.put(CommandBody::CreateInstance(CreateInstance {
            process_id: "every".into(),
            version: -1,
            variables: doc(variables).merge(&kind),
            ..CreateInstance::default()
        }));
        match self.out.replies.first() {
            Some((_, Reply::InstanceCreated(it))) => it.instance,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn activate(&mut self, job_type: &str, timeout_ms: i64) -> Key {
        self.put(CommandBody::ActivateJobs(ActivateJobs {
            job_type: job_type.into(),
            worker: "polling".into(),
            timeout_ms,
            jobs_max: 1,
            fetch_variables: Vec::new(),
        }));
        match self.out.replies.first() {
            Some((_, Reply::JobsActivated(it))) => it.jobs.first().map_or(Key::NONE, |it| it.key),
            other => panic!("{other:?}"),
        }
    }

    fn fail(&mut self, job: Key, retries: i32, back_off_ms: i64) {
        self.put(CommandBody::FailJob(FailJob {
            job,
            retries,
            message: "the printer is on fire".into(),
            back_off_ms,
            variables: doc(r#"{"attempt": "failed"}"#),
        }));
    }

    fn publish(&mut self, name: &str, correlation_key: &str, time_to_live_ms: i64) {
        self.put(CommandBody::PublishMessage(PublishMessage {
            name: name.into(),
            correlation_key: correlation_key.into(),
            time_to_live_ms,
            message_id: Str::default(),
            variables: doc(r#"{"carried": [1, "two", null]}"#),
            ..PublishMessage::default()
        }));
    }

    /// The incident that the last command caused.
    fn incident(&self) -> Key {
        let created = self.out.records.iter().find(
            |it| matches!(&it.event, Event::Incident(it) if it.intent == IncidentIntent::Created),
        );
        created.unwrap().key
    }

    /// The job that the last command handed to the stream.
    fn pushed(&self) -> Key {
        let job = self.out.pushes.iter().find_map(|it| match it {
            Push::Job(pushed) => Some(pushed.job.key),
            Push::JobsAvailable(_) | Push::StreamClosed(_) => None,
        });
        job.unwrap()
    }
}

pub(super) fn doc(json: &str) -> Doc {
    Doc::from_json(json).unwrap()
}

/// Writes the second log: commands that came after the first one was written.
pub(crate) fn write_second() -> Vec<Vec<u8>> {
    let mut log = Log::new();
    log.put(CommandBody::StartTerm(StartTerm {}));
    log.put(deploy("every_element.bpmn", MODEL));
    log.put(CommandBody::SkipKeys(SkipKeys { count: 1 << 40 }));
    log.put(CommandBody::RaiseLogic(RaiseLogic { to: record::LOGIC_FIRST }));
    log.create("nothing", "{}");
    log.entries
}

pub(super) fn deploy(name: &str, model: &str) -> CommandBody {
    let compiled = bpmn::compile(name, model.as_bytes()).unwrap_or_else(|it| panic!("{it:?}"));
    let processes = compiled.processes.iter().map(|it| engine::summary(it)).collect();
    let resource = DeployedResource {
        name: name.into(),
        content: model.as_bytes().into(),
        checksum: compiled.checksum.as_slice().into(),
        processes,
        ..DeployedResource::default()
    };
    CommandBody::Deploy(Deploy { resources: vec![resource] })
}
