//! The life of one engine: a random model, random commands, time that goes on.

use super::ad_hoc;
use draw::model::{DECISION_TEXT, DECISIONS};
use draw::{Model, Random, notation};
use engine::{Engine, Output, StateRow};
use record::{
    ActivateElement, ActivateJobs, AddCredit, AssignUserTask, BroadcastSignal, CancelInstance,
    Command, CommandBody, CompleteJob, CompleteUserTask, CreateInstance, Deploy, DeployedResource,
    Entry, EntryBody, Envelope, Event, FailJob, IncidentIntent, Key, LOGIC, Millis, ModifyInstance,
    OpenStream, PublishMessage, RaiseLogic, RequestId, ResolveIncident, ResumeInstance,
    SetVariables, SettingsChange, StreamId, SuspendInstance, TerminateElement, ThrowError, Tick,
    UpdateJobRetries,
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
            seed: random.number() ^ planted,
            logic: LOGIC,
            command,
            units_max: if random.below(3) == 0 { 1 + random.below(40) } else { 0 },
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

fn stand_still(random: &mut Random, instance: Key) -> CommandBody {
    match random.below(2) {
        0 => CommandBody::SuspendInstance(SuspendInstance { instance }),
        _ => CommandBody::ResumeInstance(ResumeInstance { instance }),
    }
}

fn complete(job: Key, variables: Doc) -> CommandBody {
    CommandBody::CompleteJob(CompleteJob { job, variables, ..CompleteJob::default() })
}

struct Life {
    model: Model,
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

/// A stream that opens or goes on, or a poll.
fn hand_out(random: &mut Random) -> CommandBody {
    let stream = StreamId { node: 1, incarnation: 1, number: 1 + random.below(2) };
    let job_type = format!("t{}", random.below(3)).into();
    match random.below(3) {
        0 => CommandBody::OpenStream(OpenStream {
            stream,
            job_type,
            timeout_ms: 5_000,
            credit: 2,
            ..OpenStream::default()
        }),
        1 => CommandBody::AddCredit(AddCredit { stream, credit: 1 }),
        _ => CommandBody::ActivateJobs(ActivateJobs {
            job_type,
            worker: "w".into(),
            timeout_ms: 5_000,
            jobs_max: 2,
            ..ActivateJobs::default()
        }),
    }
}

impl Life {
    fn new(random: &mut Random) -> Self {
        let (mut engine, mut out) = (Engine::new(1), Output::default());
        let command = Command {
            body: CommandBody::RaiseLogic(RaiseLogic { to: LOGIC }),
            ..Command::default()
        };
        let body = EntryBody { command, ..EntryBody::default() };
        engine.apply(&Entry { index: 0, term: 1, body }, &mut out);
        Self {
            model: Model::draw(random),
            engine,
            out,
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
        let document = format!("{{\"k\": \"k{k}\", \"x\": {x}, \"n\": {index}, \"list\": [1, 2]}}");
        let variables = Doc::from_json(&document).unwrap();
        let mut key = |from: &[Key]| random.pick(from).copied().unwrap_or_default();
        let (instance, job) = (key(&self.instances), key(&self.jobs));
        let (scope, incident) = (key(&self.scopes), key(&self.incidents));
        match (index, random.below(34)) {
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
                name: format!("m{}", random.below(4)).into(),
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
            (_, 18..21) => hand_out(random),
            (_, 30..32) => self.modify(random),
            (_, 32) => CommandBody::ThrowError(ThrowError {
                job,
                code: draw::model::ERRORS[0].into(),
                message: Str::default(),
                variables,
            }),
            (_, 24..27) => self.user_task(random, variables),
            (_, 27 | 28) => CommandBody::BroadcastSignal(BroadcastSignal {
                name: format!("g{}", random.below(2)).into(),
                variables,
            }),
            (_, 23 | 29) => stand_still(random, instance),
            (_, 21) => ad_hoc::told(random, &self.model.ids(), scope),
            (_, 22) => ad_hoc::decided(random, &self.model.ids(), job, variables),
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
        let mut resources: Vec<_> = self.model.processes.iter().map(resource).collect();
        if self.model.decides() {
            let xml = notation::dmn(DECISIONS, DECISION_TEXT);
            let model = dmn::compile("rules.dmn", xml.as_bytes()).unwrap();
            resources.push(DeployedResource {
                name: "rules.dmn".into(),
                content: xml.as_bytes().into(),
                checksum: model.checksum.as_slice().into(),
                requirements: Some(Box::new(engine::requirements_summary(&model))),
                ..DeployedResource::default()
            });
        }
        CommandBody::Deploy(Deploy { resources })
    }

    /// An operator moves an instance, if that can be.
    fn modify(&self, random: &mut Random) -> CommandBody {
        let instance = random.pick(&self.instances).copied().unwrap_or_default();
        let ids = self.model.ids();
        let element_id = random.pick(&ids).map_or("", String::as_str).into();
        let activate = vec![ActivateElement { element_id, ..ActivateElement::default() }];
        let element_instance = random.pick(&self.scopes).copied().unwrap_or_default();
        let ended = TerminateElement { element_instance, element_id: Str::default() };
        let terminate = if random.percent(40) { vec![ended] } else { Vec::new() };
        CommandBody::ModifyInstance(ModifyInstance { instance, activate, terminate, moves: vec![] })
    }

    fn apply(&mut self, entry: &Entry) {
        self.engine.apply(entry, &mut self.out);
        let index = entry.index;
        self.engine
            .check_invariants()
            .unwrap_or_else(|it| panic!("entry {index}: {it}\n{}", self.model.processes[0].text()));
        for record in &self.out.records {
            match &record.event {
                Event::Error(it) => panic!(
                    "entry {index}: a defect was undone: {}\n{:?}\n{}",
                    it.message,
                    entry.body.command.body,
                    self.model.processes[0].text()
                ),
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

/// A process as it is deployed.
fn resource(process: &draw::model::Process) -> DeployedResource {
    let (name, xml) = (format!("{}.bpmn", process.id), notation::bpmn(&process.text()));
    let compiled = bpmn::compile(&name, xml.as_bytes()).unwrap();
    DeployedResource {
        name: name.into(),
        content: xml.as_bytes().into(),
        checksum: compiled.checksum.as_slice().into(),
        processes: compiled.processes.iter().map(|it| engine::summary(it)).collect(),
        ..DeployedResource::default()
    }
}
