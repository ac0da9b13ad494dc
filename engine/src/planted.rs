//! Defects planted for tests: every step of an instance panics until the defect is mended.

use crate::{Engine, Output, StateRow};
use record::{
    CancelInstance, Command, CommandBody, CompleteJob, Continue, CreateInstance, Deploy,
    DeployedResource, Entry, EntryBody, Event, IncidentIntent, IncidentType, JobIntent, Key, LOGIC,
    Millis, ProcessSummary, RejectionType, Reply, RequestId, ResolveIncident, SettingsChange, Tick,
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
    rows: BTreeMap<Vec<u8>, (u32, Vec<u8>)>,
    now: Millis,
    index: u64,
    instances: Vec<Key>,
    jobs: Vec<(Key, Key)>,
    incidents: Vec<(Key, Key)>,
}

impl Case {
    fn new(tokens: u32) -> Self {
        let mut case = Self {
            engine: Engine::new(1),
            out: Output::default(),
            rows: BTreeMap::new(),
            now: 1_000,
            index: 0,
            instances: Vec::new(),
            jobs: Vec::new(),
            incidents: Vec::new(),
        };
        let flow = |number: u32| {
            format!(r#"<bpmn:sequenceFlow id="f{number}" sourceRef="s" targetRef="a"/>"#)
        };
        let xml = XML.replace("FLOWS", &(0..tokens).map(flow).collect::<Vec<_>>().join("\n"));
        let checksum = bpmn::compile("p.bpmn", xml.as_bytes()).expect("it compiles").checksum;
        let summary = ProcessSummary { id: "p".into(), has_none_start: true, ..Default::default() };
        case.apply(CommandBody::Deploy(Deploy {
            resources: vec![DeployedResource {
                name: "p.bpmn".into(),
                content: xml.as_bytes().into(),
                checksum: checksum.as_slice().into(),
                processes: vec![summary],
            }],
        }));
        if tokens > 1 {
            let work_per_entry = Some(8);
            case.apply(CommandBody::ChangeSettings(SettingsChange {
                work_per_entry,
                ..SettingsChange::default()
            }));
        }
        for _ in 0..2 {
            case.apply(CommandBody::CreateInstance(CreateInstance {
                process_id: "p".into(),
                version: -1,
                ..CreateInstance::default()
            }));
        }
        case
    }

    fn apply(&mut self, body: CommandBody) {
        self.index += 1;
        let request = RequestId { node: 1, incarnation: 1, seq: self.index };
        let command = Command { request, body, ..Command::default() };
        let body = EntryBody { now: self.now, logic: LOGIC, command, ..EntryBody::default() };
        self.engine.apply(&Entry { index: self.index, term: 1, body }, &mut self.out);
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
    }

    fn all_ended(&self) {
        assert_eq!((self.engine.instances_active(), self.engine.incidents_open()), (0, 0));
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
