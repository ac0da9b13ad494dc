//! An engine with instances in which defects are planted, and what came of it.

use super::STRUCK;
use super::tests::plant;
use crate::{Engine, Output, StateRow};
use record::{
    CancelInstance, Command, CommandBody, CompleteJob, Continue, CreateInstance, Deploy,
    DeployedResource, Entry, EntryBody, Event, IncidentIntent, IncidentType, JobIntent, Key, LOGIC,
    MappedElement, MigrateInstance, Millis, ProcessSummary, PublishMessage, RaiseLogic, Reply,
    RequestId, ResolveIncident, SettingsChange, Tick,
};
use std::collections::BTreeMap;

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
<bpmn:process id="p" isExecutable="true">
<bpmn:startEvent id="s"/>
<bpmn:serviceTask id="a"><bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements></bpmn:serviceTask>
<bpmn:boundaryEvent id="b" attachedToRef="a"><bpmn:timerEventDefinition><bpmn:timeDuration>PT5S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
<bpmn:endEvent id="e"/>
FLOWS
<bpmn:sequenceFlow id="a-e" sourceRef="a" targetRef="e"/>
<bpmn:sequenceFlow id="b-e" sourceRef="b" targetRef="e"/>
</bpmn:process></bpmn:definitions>"#;

/// An engine with two instances, and what it put out last.
pub(super) struct Case {
    pub(super) engine: Engine,
    pub(super) out: Output,
    /// All entries so far, each with the instance that was struck while it was applied.
    pub(super) entries: Vec<(Entry, Key)>,
    pub(super) rows: BTreeMap<Vec<u8>, (u32, Vec<u8>)>,
    pub(super) now: Millis,
    pub(super) index: u64,
    pub(super) instances: Vec<Key>,
    pub(super) jobs: Vec<(Key, Key)>,
    pub(super) incidents: Vec<(Key, Key)>,
    /// The one of the last job.
    pub(super) definition: Key,
}

/// A process that waits for the message `paid`, then for a job.
const CATCH: &str = r#"
<bpmn:process id="ID" isExecutable="true">
<bpmn:startEvent id="ID-s"/>
<bpmn:intermediateCatchEvent id="ID-c"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>
<bpmn:serviceTask id="ID-a"><bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements></bpmn:serviceTask>
<bpmn:endEvent id="ID-e"/>
<bpmn:sequenceFlow id="ID-1" sourceRef="ID-s" targetRef="ID-c"/>
<bpmn:sequenceFlow id="ID-2" sourceRef="ID-c" targetRef="ID-a"/>
<bpmn:sequenceFlow id="ID-3" sourceRef="ID-a" targetRef="ID-e"/>
</bpmn:process>"#;

/// A process that hears of its cancellation, with a task that is heard before all its instances.
const LISTENED_TO: &str = r#"
<bpmn:process id="p" isExecutable="true">
<bpmn:extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="cancel" type="undo"/></zeebe:executionListeners></bpmn:extensionElements>
<bpmn:startEvent id="s"/>
<bpmn:serviceTask id="a"><bpmn:extensionElements><zeebe:taskDefinition type="work"/>
<zeebe:executionListeners><zeebe:executionListener eventType="beforeAll" type="list"/></zeebe:executionListeners></bpmn:extensionElements>
<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>1</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:serviceTask>
<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="a"/>
</bpmn:process>"#;

impl Case {
    pub(super) fn empty() -> Self {
        Self {
            engine: Engine::new(1),
            out: Output::default(),
            entries: Vec::new(),
            rows: BTreeMap::new(),
            now: 1_000,
            index: 0,
            instances: Vec::new(),
            jobs: Vec::new(),
            incidents: Vec::new(),
            definition: Key::NONE,
        }
    }

    pub(super) fn deploy(&mut self, xml: &str, ids: &[&str]) {
        let checksum = bpmn::compile("p.bpmn", xml.as_bytes()).expect("it compiles").checksum;
        let summary = |id: &&str| ProcessSummary {
            id: (*id).into(),
            has_none_start: true,
            ..Default::default()
        };
        self.apply(CommandBody::Deploy(Deploy {
            resources: vec![DeployedResource {
                name: "p.bpmn".into(),
                content: xml.as_bytes().into(),
                checksum: checksum.as_slice().into(),
                processes: ids.iter().map(summary).collect(),
                ..DeployedResource::default()
            }],
        }));
    }

    /// One instance of each process, all waiting for the same message.
    pub(super) fn waiting_for_a_message(ids: &[&str]) -> Self {
        let mut case = Self::empty();
        let processes: String = ids.iter().map(|id| CATCH.replace("ID", id)).collect();
        let head = &XML[..XML.find("<bpmn:process").expect("a process")];
        let message = r#"<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=&quot;k&quot;"/></bpmn:extensionElements></bpmn:message>"#;
        case.deploy(&format!("{head}{message}{processes}</bpmn:definitions>"), ids);
        for id in ids {
            case.create(id);
        }
        case
    }

    /// One instance that waits for the listener before all instances of its task.
    pub(super) fn listened_to() -> Self {
        let mut case = Self::empty();
        case.apply(CommandBody::RaiseLogic(RaiseLogic { to: LOGIC }));
        let head = &XML[..XML.find("<bpmn:process").expect("a process")];
        case.deploy(&format!("{head}{LISTENED_TO}</bpmn:definitions>"), &["p"]);
        case.create("p");
        case
    }

    pub(super) fn create(&mut self, id: &str) {
        self.apply(CommandBody::CreateInstance(CreateInstance {
            process_id: id.into(),
            version: -1,
            ..CreateInstance::default()
        }));
    }

    pub(super) fn publish(&mut self) -> Reply {
        self.apply(CommandBody::PublishMessage(PublishMessage {
            name: "paid".into(),
            correlation_key: "k".into(),
            ..PublishMessage::default()
        }));
        self.out.replies.first().expect("an answer").1.clone()
    }

    /// An instance that has a job.
    pub(super) fn has_job(&self, instance: Key) -> bool {
        self.jobs.iter().any(|it| it.0 == instance)
    }

    pub(super) fn new(tokens: u32) -> Self {
        let mut case = Self::empty();
        let flow = |number: u32| {
            format!(r#"<bpmn:sequenceFlow id="f{number}" sourceRef="s" targetRef="a"/>"#)
        };
        let xml = XML.replace("FLOWS", &(0..tokens).map(flow).collect::<Vec<_>>().join("\n"));
        case.deploy(&xml, &["p"]);
        if tokens > 1 {
            let work_per_entry = Some(8);
            case.apply(CommandBody::ChangeSettings(SettingsChange {
                work_per_entry,
                ..SettingsChange::default()
            }));
        }
        for _ in 0..2 {
            case.create("p");
        }
        case
    }

    pub(super) fn apply(&mut self, body: CommandBody) {
        self.index += 1;
        let request = RequestId { node: 1, incarnation: 1, seq: self.index };
        let command = Command { request, body, ..Command::default() };
        let body = EntryBody { now: self.now, logic: LOGIC, command, ..EntryBody::default() };
        let entry = Entry { index: self.index, term: 1, body };
        self.engine.apply(&entry, &mut self.out);
        self.entries.push((entry, STRUCK.get()));
        self.engine.check_invariants().expect("invariants hold");
        for record in &self.out.records {
            match &record.event {
                Event::ProcessInstanceCreation(_) => self.instances.push(record.key),
                Event::Job(it) if it.intent == JobIntent::Created => {
                    self.jobs.push((it.origin.instance, record.key));
                    self.definition = it.origin.definition;
                }
                Event::Incident(it) if it.intent == IncidentIntent::Created => {
                    assert_eq!(it.kind, IncidentType::ProcessingError);
                    self.incidents.push((it.origin.instance, record.key));
                }
                _ => {}
            }
        }
        for (key, row) in self.engine.take_changes().into_changes() {
            match row {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }

    pub(super) fn restore(&mut self) {
        let rows = self.rows.iter().map(|(key, (version, value))| StateRow {
            key: key.clone(),
            version: *version,
            value: value.clone(),
        });
        let restored = Engine::restore(1, rows).expect("rows are readable");
        assert_eq!(restored.state_hash(), self.engine.state_hash());
        self.engine = restored;
    }

    /// Replaying the entries parks the same instances with the same incidents.
    pub(super) fn replays_alike(&self) {
        let struck = STRUCK.get();
        let mut engine = Engine::new(1);
        let mut out = Output::default();
        for (entry, struck) in &self.entries {
            plant(*struck);
            engine.apply(entry, &mut out);
        }
        plant(struck);
        assert_eq!(engine.state_hash(), self.engine.state_hash());
        assert_eq!(engine.output_hash(), self.engine.output_hash());
    }

    pub(super) fn job_of(&self, instance: Key) -> Key {
        self.jobs.iter().find(|(it, _)| *it == instance).expect("it has a job").1
    }

    pub(super) fn complete(&mut self, instance: Key) -> Reply {
        self.complete_job(self.job_of(instance))
    }

    /// Completes the job that came last.
    pub(super) fn complete_last(&mut self) -> Reply {
        let (_, job) = *self.jobs.last().expect("there is a job");
        self.complete_job(job)
    }

    fn complete_job(&mut self, job: Key) -> Reply {
        self.apply(CommandBody::CompleteJob(CompleteJob { job, ..CompleteJob::default() }));
        self.out.replies.first().expect("an answer").1.clone()
    }

    /// Migrates an instance to the definition that it has.
    pub(super) fn migrate(&mut self, instance: Key) -> Result<(), String> {
        let mapped = |id: &str| MappedElement { source_id: id.into(), target_id: id.into() };
        self.apply(CommandBody::MigrateInstance(MigrateInstance {
            instance,
            target: self.definition,
            mapping: vec![mapped("a"), mapped("b")],
        }));
        match &self.out.replies.first().expect("an answer").1 {
            Reply::Rejected(it) => Err(it.reason.to_string()),
            _ => Ok(()),
        }
    }

    pub(super) fn advance(&mut self) {
        self.now += 5_000;
        self.apply(CommandBody::Tick(Tick {}));
    }

    pub(super) fn drain(&mut self) {
        while self.engine.has_pending() {
            self.apply(CommandBody::Continue(Continue {}));
        }
    }

    pub(super) fn cancel(&mut self, instance: Key) {
        self.apply(CommandBody::CancelInstance(CancelInstance { instance }));
        self.drain();
    }

    pub(super) fn resolve(&mut self) {
        let incident = self.incidents.last().expect("an incident").1;
        self.apply(CommandBody::ResolveIncident(ResolveIncident { incident }));
        self.drain();
    }

    /// One incident is open, of the struck instance, in the engine and in what it restores.
    pub(super) fn is_parked(&mut self, instance: Key) {
        assert_eq!(self.engine.incidents_open(), 1);
        assert_eq!(self.incidents.last().expect("an incident").0, instance);
        self.restore();
        self.replays_alike();
    }

    pub(super) fn all_ended(&self) {
        assert_eq!((self.engine.instances_active(), self.engine.incidents_open()), (0, 0));
        self.replays_alike();
    }
}
