//! The life of one engine: a random model, random commands, time that goes on.

use crate::random::Random;
use crate::{case, model};
use engine::{Engine, Output, StateRow};
use record::{
    ActivateActivity, ActivateAdHocActivities, ActivateJobs, AdHocResult, AddCredit,
    AssignUserTask, BroadcastSignal, CancelInstance, Command, CommandBody, CompleteJob,
    CompleteUserTask, CreateInstance, Deploy, DeployedResource, Entry, EntryBody, Envelope, Event,
    FailJob, IncidentIntent, JobResult, Key, LOGIC, Millis, OpenStream, PublishMessage, RequestId,
    ResolveIncident, SetVariables, SettingsChange, StreamId, Tick, UpdateJobRetries,
};
use std::collections::BTreeMap;
use value::{Doc, Str};

const ENTRIES: u64 = 80;

/// Lives the life of a seed. Returns a line for each entry, and one for the final state.
pub(crate) fn live(seed: u64, is_restarted: bool, is_planted: bool) -> Vec<String> {
    let mut random = Random::new(seed);
    let mut life = Life::new(&mut random);
    let restart_at = 1 + Random::new(seed + 77).below(ENTRIES);
    let mut lines = Vec::new();
    for index in 1..=ENTRIES {
        let body = life.command(&mut random, index);
        life.now += Millis::try_from(random.below(4_000)).unwrap();
        // The planted difference: one entry of one life has another seed.
        let planted = u64::from(is_planted && seed % 7 == 3);
        let request = RequestId { node: 1, incarnation: 1, seq: index };
        let (body, idempotency_key) = Life::once(&mut random, body);
        let envelope = Envelope { idempotency_key, ..Envelope::default() };
        let command = Command { request, envelope, body, ..Command::default() };
        let body = EntryBody {
            now: life.now,
            seed: random.next() ^ planted,
            logic: LOGIC,
            command,
            ..EntryBody::default()
        };
        life.apply(&Entry { index, term: 1, body });
        lines.push(format!("seed {seed} entry {index}: {}", life.told()));
        if is_restarted && index == restart_at {
            life.restart();
        }
    }
    lines.push(format!("seed {seed} state {:016x}", life.engine.state_hash()));
    lines
}

fn complete(job: Key, variables: Doc) -> CommandBody {
    CommandBody::CompleteJob(CompleteJob { job, variables, ..CompleteJob::default() })
}

struct Life {
    xml: String,
    engine: Engine,
    out: Output,
    rows: BTreeMap<Vec<u8>, (u32, Vec<u8>)>,
    now: Millis,
    instances: Vec<Key>,
    scopes: Vec<Key>,
    jobs: Vec<Key>,
    incidents: Vec<Key>,
    tasks: Vec<Key>,
}

impl Life {
    fn new(random: &mut Random) -> Self {
        Self {
            xml: model::xml(&case::model(random)),
            engine: Engine::new(1),
            out: Output::default(),
            rows: BTreeMap::new(),
            now: 1_767_225_600_000,
            instances: Vec::new(),
            scopes: Vec::new(),
            jobs: Vec::new(),
            incidents: Vec::new(),
            tasks: Vec::new(),
        }
    }

    /// Some commands come with one of a few idempotency keys: the same one again, or another.
    fn once(random: &mut Random, body: CommandBody) -> (CommandBody, Str) {
        if random.below(4) > 0 {
            return (body, Str::default());
        }
        let key = format!("key {}", random.below(4)).as_str().into();
        match body {
            CommandBody::CreateInstance(it) => {
                let variables = Doc::empty();
                (CommandBody::CreateInstance(CreateInstance { variables, ..it }), key)
            }
            CommandBody::CompleteJob(_) | CommandBody::PublishMessage(_) => (body, key),
            other => (other, Str::default()),
        }
    }

    fn command(&mut self, random: &mut Random, index: u64) -> CommandBody {
        let (k, x) = (random.below(2), random.below(5));
        let document = format!("{{\"k\": \"k{k}\", \"x\": {x}, \"n\": {index}}}");
        let variables = Doc::from_json(&document).unwrap();
        let mut key = |from: &[Key]| random.pick(from).copied().unwrap_or_default();
        let (instance, job) = (key(&self.instances), key(&self.jobs));
        let (scope, incident) = (key(&self.scopes), key(&self.incidents));
        let stream = StreamId { node: 1, incarnation: 1, number: 1 + random.below(2) };
        let kind = random.below(3);
        match (index, random.below(30)) {
            (1, _) => self.deploy(),
            (2, _) => CommandBody::ChangeSettings(SettingsChange {
                work_per_entry: Some(if random.below(2) == 0 { 8 } else { 512 }),
                ..SettingsChange::default()
            }),
            (3, _) | (_, 0..4) => CommandBody::CreateInstance(CreateInstance {
                process_id: "p".into(),
                version: -1,
                variables,
                await_result: random.below(3) == 0,
                ..CreateInstance::default()
            }),
            (_, 4..9) => complete(job, variables),
            (_, 9) => CommandBody::FailJob(FailJob {
                job,
                retries: i32::try_from(random.below(3)).unwrap(),
                message: "no".into(),
                back_off_ms: 1_000,
                variables,
            }),
            (_, 10..14) => CommandBody::PublishMessage(PublishMessage {
                name: format!("m{kind}").into(),
                correlation_key: format!("k{}", random.below(2)).into(),
                time_to_live_ms: 10_000 * i64::try_from(random.below(2)).unwrap(),
                variables,
                ..PublishMessage::default()
            }),
            (_, 14) => CommandBody::CancelInstance(CancelInstance { instance }),
            (_, 15) => CommandBody::ResolveIncident(ResolveIncident { incident }),
            (_, 16) => CommandBody::SetVariables(SetVariables {
                element_instance: scope,
                variables,
                local: random.below(2) == 0,
            }),
            (_, 17) => CommandBody::UpdateJobRetries(UpdateJobRetries { job, retries: 2 }),
            (_, 18) => CommandBody::OpenStream(OpenStream {
                stream,
                job_type: format!("t{kind}").into(),
                timeout_ms: 5_000,
                credit: 2,
                ..OpenStream::default()
            }),
            (_, 19) => CommandBody::AddCredit(AddCredit { stream, credit: 1 }),
            (_, 24..27) => self.user_task(random, variables),
            (_, 27 | 28) => CommandBody::BroadcastSignal(BroadcastSignal {
                name: format!("g{}", kind % 2).into(),
                variables,
            }),
            (_, 21) => told(random, scope),
            (_, 22) => decided(random, job, variables),
            (_, 20) => CommandBody::ActivateJobs(ActivateJobs {
                job_type: format!("t{kind}").into(),
                worker: "w".into(),
                timeout_ms: 5_000,
                jobs_max: 2,
                ..ActivateJobs::default()
            }),
            (_, _) => CommandBody::Tick(Tick {}),
        }
    }

    /// What somebody does with a user task.
    fn user_task(&self, random: &mut Random, variables: Doc) -> CommandBody {
        let task = random.pick(&self.tasks).copied().unwrap_or_default();
        let action = Str::default();
        match random.below(3) {
            0 => CommandBody::AssignUserTask(AssignUserTask {
                task,
                assignee: "ada".into(),
                is_claim: random.below(2) == 0,
                action,
            }),
            _ => CommandBody::CompleteUserTask(CompleteUserTask { task, variables, action }),
        }
    }

    fn deploy(&self) -> CommandBody {
        let compiled = bpmn::compile("p.bpmn", self.xml.as_bytes()).unwrap();
        let process = &compiled.processes[0];
        CommandBody::Deploy(Deploy {
            resources: vec![DeployedResource {
                name: "p.bpmn".into(),
                content: self.xml.as_bytes().into(),
                checksum: compiled.checksum.as_slice().into(),
                processes: vec![engine::summary(process)],
                ..DeployedResource::default()
            }],
        })
    }

    fn apply(&mut self, entry: &Entry) {
        self.engine.apply(entry, &mut self.out);
        let index = entry.index;
        self.engine
            .check_invariants()
            .unwrap_or_else(|it| panic!("entry {index}: {it}\n{}", self.xml));
        for record in &self.out.records {
            match &record.event {
                Event::ProcessInstance(it) => {
                    if it.flow_scope.is_none() && !self.instances.contains(&record.key) {
                        self.instances.push(record.key);
                    }
                    self.scopes.push(record.key);
                }
                Event::Job(_) => self.jobs.push(record.key),
                Event::UserTask(_) => self.tasks.push(record.key),
                Event::Incident(it) if it.intent == IncidentIntent::Created => {
                    self.incidents.push(record.key);
                }
                _ => {}
            }
        }
        // The newest are the ones that are most likely still there.
        for keys in [&mut self.scopes, &mut self.jobs, &mut self.incidents, &mut self.tasks] {
            let surplus = keys.len().saturating_sub(8);
            keys.drain(..surplus);
        }
        for (key, row) in self.engine.take_changes().into_changes() {
            match row {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }

    /// What the last entry put out.
    fn told(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for (_, bytes) in self.out.encoded() {
            for byte in bytes {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        let records = self.out.records.len();
        format!("{records} records {hash:016x}, output {:016x}", self.engine.output_hash())
    }

    fn restart(&mut self) {
        let rows = self.rows.iter().map(|(key, (version, value))| StateRow {
            key: key.clone(),
            version: *version,
            value: value.clone(),
        });
        self.engine = Engine::restore(1, rows).unwrap();
    }
}

/// Some of the activities that an ad-hoc subprocess may have.
fn activities(random: &mut Random) -> Vec<ActivateActivity> {
    let count = 1 + random.below(3);
    let mut one = || ActivateActivity {
        element_id: format!("a{}", 1 + random.below(8)).into(),
        variables: Doc::empty(),
    };
    (0..count).map(|_| one()).collect()
}

/// What an ad-hoc subprocess may be told.
fn told(random: &mut Random, element_instance: Key) -> CommandBody {
    CommandBody::ActivateAdHocActivities(ActivateAdHocActivities {
        element_instance,
        activities: activities(random),
        cancel_remaining: random.below(3) == 0,
    })
}

/// What the worker of an ad-hoc subprocess may decide.
fn decided(random: &mut Random, job: Key, variables: Doc) -> CommandBody {
    let is_fulfilled = random.below(3) == 0;
    let ad_hoc = AdHocResult {
        activities: if is_fulfilled { Vec::new() } else { activities(random) },
        is_fulfilled,
        cancel_remaining: random.below(2) == 0,
    };
    let result = JobResult { ad_hoc: Some(Box::new(ad_hoc)), ..JobResult::default() };
    let result = Some(Box::new(result));
    CommandBody::CompleteJob(CompleteJob { job, variables, result, ..CompleteJob::default() })
}
