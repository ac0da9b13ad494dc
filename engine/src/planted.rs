//! Defects planted for tests: every step of an instance panics until the defect is mended.

pub(crate) mod logic;

use crate::{Engine, Output, StateRow};
use record::{
    CancelInstance, Command, CommandBody, CompleteJob, Continue, CreateInstance, Deploy,
    DeployedResource, Entry, EntryBody, Event, IncidentIntent, IncidentType, JobIntent, Key, LOGIC,
    Millis, ProcessSummary, PublishMessage, RejectionType, Reply, RequestId, ResolveIncident,
    SettingsChange, Tick,
};
use std::cell::Cell;
use std::collections::BTreeMap;

thread_local! {
    static STRUCK: Cell<Key> = const { Cell::new(Key::NONE) };
}

/// Panics if a defect is planted in this instance.
pub(crate) fn strike(instance: Key) {
    let is_struck = !instance.is_none() && STRUCK.get() == instance;
    assert!(!is_struck, "a planted defect");
}

fn plant(instance: Key) {
    STRUCK.set(instance);
}

fn mend() {
    STRUCK.set(Key::NONE);
}

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
struct Case {
    engine: Engine,
    out: Output,
    /// All entries so far, each with the instance that was struck while it was applied.
    entries: Vec<(Entry, Key)>,
    rows: BTreeMap<Vec<u8>, (u32, Vec<u8>)>,
    now: Millis,
    index: u64,
    instances: Vec<Key>,
    jobs: Vec<(Key, Key)>,
    incidents: Vec<(Key, Key)>,
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

impl Case {
    fn empty() -> Self {
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
        }
    }

    fn deploy(&mut self, xml: &str, ids: &[&str]) {
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
            }],
        }));
    }

    /// One instance of each process, all waiting for the same message.
    fn waiting_for_a_message(ids: &[&str]) -> Self {
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

    fn create(&mut self, id: &str) {
        self.apply(CommandBody::CreateInstance(CreateInstance {
            process_id: id.into(),
            version: -1,
            ..CreateInstance::default()
        }));
    }

    fn publish(&mut self) -> Reply {
        self.apply(CommandBody::PublishMessage(PublishMessage {
            name: "paid".into(),
            correlation_key: "k".into(),
            ..PublishMessage::default()
        }));
        self.out.replies.first().expect("an answer").1.clone()
    }

    /// An instance that has a job.
    fn has_job(&self, instance: Key) -> bool {
        self.jobs.iter().any(|it| it.0 == instance)
    }

    fn new(tokens: u32) -> Self {
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

    fn apply(&mut self, body: CommandBody) {
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

    fn restore(&mut self) {
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
    fn replays_alike(&self) {
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

    fn job_of(&self, instance: Key) -> Key {
        self.jobs.iter().find(|(it, _)| *it == instance).expect("it has a job").1
    }

    fn complete(&mut self, instance: Key) -> Reply {
        let job = self.job_of(instance);
        self.apply(CommandBody::CompleteJob(CompleteJob { job, ..CompleteJob::default() }));
        self.out.replies.first().expect("an answer").1.clone()
    }

    fn advance(&mut self) {
        self.now += 5_000;
        self.apply(CommandBody::Tick(Tick {}));
    }

    fn drain(&mut self) {
        while self.engine.has_pending() {
            self.apply(CommandBody::Continue(Continue {}));
        }
    }

    fn cancel(&mut self, instance: Key) {
        self.apply(CommandBody::CancelInstance(CancelInstance { instance }));
        self.drain();
    }

    fn resolve(&mut self) {
        let incident = self.incidents.last().expect("an incident").1;
        self.apply(CommandBody::ResolveIncident(ResolveIncident { incident }));
        self.drain();
    }

    /// One incident is open, of the struck instance, in the engine and in what it restores.
    fn is_parked(&mut self, instance: Key) {
        assert_eq!(self.engine.incidents_open(), 1);
        assert_eq!(self.incidents.last().expect("an incident").0, instance);
        self.restore();
        self.replays_alike();
    }

    fn all_ended(&self) {
        assert_eq!((self.engine.instances_active(), self.engine.incidents_open()), (0, 0));
        self.replays_alike();
    }
}

#[test]
fn a_command_that_panics_is_undone_and_refused_and_others_go_on() {
    let mut case = Case::new(1);
    let (struck, other) = (case.instances[0], case.instances[1]);
    plant(struck);
    for _ in 0..2 {
        let refused = case.complete(struck);
        let kind = RejectionType::ProcessingError;
        assert!(matches!(refused, Reply::Rejected(it) if it.kind == kind), "it is refused");
        assert_eq!(case.engine.jobs_activatable(), 2, "the job is not completed");
        case.is_parked(struck);
    }
    assert!(matches!(case.complete(other), Reply::Accepted(_)));
    mend();
    case.cancel(struck);
    case.all_ended();
}

#[test]
fn an_instance_that_goes_on_after_a_defect_leaves_no_incident() {
    let mut case = Case::new(1);
    let (struck, other) = (case.instances[0], case.instances[1]);
    plant(struck);
    case.complete(struck);
    mend();
    assert!(matches!(case.complete(struck), Reply::Accepted(_)));
    case.complete(other);
    case.all_ended();
}

#[test]
fn a_due_timer_that_panics_leaves_its_queue_and_fires_again_when_resolved() {
    let mut case = Case::new(1);
    let struck = case.instances[0];
    plant(struck);
    case.advance();
    case.is_parked(struck);
    assert_eq!(case.engine.instances_active(), 1, "the other instance's timer fired");
    let due = case.engine.next_due().expect("the gateway's silence");
    assert!(due > case.now, "the timer is not tried again and again");
    mend();
    case.resolve();
    case.all_ended();
}

#[test]
fn an_instance_whose_timer_panicked_can_be_canceled() {
    let mut case = Case::new(1);
    let struck = case.instances[0];
    plant(struck);
    case.advance();
    case.is_parked(struck);
    mend();
    case.cancel(struck);
    case.all_ended();
}

#[test]
fn a_continuation_that_panics_leaves_its_queue_and_goes_on_when_resolved() {
    for is_resolved in [true, false] {
        let mut case = Case::new(40);
        let (struck, other) = (case.instances[0], case.instances[1]);
        assert!(case.engine.has_pending());
        plant(struck);
        case.drain();
        case.is_parked(struck);
        let of = |case: &Case, instance| case.jobs.iter().filter(|it| it.0 == instance).count();
        assert_eq!(of(&case, other), 40, "the other instance went on");
        assert!(of(&case, struck) < 40);
        mend();
        if is_resolved {
            case.resolve();
            assert_eq!(of(&case, struck), 40);
        }
        case.cancel(struck);
        case.cancel(other);
        case.all_ended();
    }
}

#[test]
fn a_message_reaches_the_others_when_one_receiver_panics() {
    for is_resolved in [true, false] {
        let mut case = Case::waiting_for_a_message(&["p", "q", "r"]);
        let [first, struck, last] = case.instances[..] else { panic!("three instances") };
        plant(struck);
        assert!(matches!(case.publish(), Reply::MessagePublished(_)), "the sender is not at fault");
        assert!(case.has_job(first) && case.has_job(last), "the others got it");
        assert!(!case.has_job(struck));
        case.is_parked(struck);
        mend();
        if is_resolved {
            case.resolve();
            assert!(case.has_job(struck), "the message was kept for it");
        }
        for instance in [first, struck, last] {
            case.cancel(instance);
        }
        case.all_ended();
    }
}

#[test]
fn several_receivers_that_panic_are_parked_each_for_itself() {
    let mut case = Case::waiting_for_a_message(&["p", "q"]);
    case.create("p");
    let [first, other, next] = case.instances[..] else { panic!("three instances") };
    plant(first);
    case.publish();
    case.is_parked(first);
    assert!(case.has_job(other) && !case.has_job(next));
    mend();
    // The message of the first one is not taken from it; the next message goes to the next.
    case.publish();
    assert!(case.has_job(next));
    case.resolve();
    assert!(case.has_job(first));
}

#[test]
fn a_job_whose_time_out_panics_leaves_its_queue_and_is_offered_again_when_resolved() {
    for is_resolved in [true, false] {
        let mut case = Case::new(1);
        let struck = case.instances[0];
        case.apply(CommandBody::ActivateJobs(record::ActivateJobs {
            job_type: "work".into(),
            worker: "w".into(),
            timeout_ms: 100,
            jobs_max: 2,
            ..record::ActivateJobs::default()
        }));
        plant(struck);
        case.now += 100;
        case.apply(CommandBody::Tick(Tick {}));
        case.is_parked(struck);
        assert_eq!(case.engine.jobs_activatable(), 1, "the other job is offered again");
        let due = case.engine.next_due().expect("the boundary timers");
        assert!(due > case.now, "the time-out is not tried again and again");
        mend();
        if is_resolved {
            case.resolve();
            assert_eq!(case.engine.jobs_activatable(), 2);
        }
        case.cancel(struck);
        let other = case.instances[1];
        case.cancel(other);
        case.all_ended();
    }
}
