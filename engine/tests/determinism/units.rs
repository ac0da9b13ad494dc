//! How much an entry does is said by its leader and bounded by the setting.

use engine::{Engine, Output};
use record::{
    CancelInstance, Command, CommandBody, CompleteJob, Continue, CreateInstance, Deploy,
    DeployedResource, Entry, EntryBody, Event, JobIntent, Key, LOGIC, ListenerEventType,
    ModifyInstance, ProcessInstanceIntent, ProcessSummary, RaiseLogic, RequestId, TerminateElement,
};

const TASKS: u64 = 40;
const XML: &str = r#"<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>
<bpmn:serviceTask id="a"><bpmn:extensionElements><zeebe:taskDefinition type="work"/></bpmn:extensionElements>
<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
<zeebe:loopCharacteristics inputCollection="=for n in 1..40 return n"/>
</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics></bpmn:serviceTask>
<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="a"/></bpmn:process></bpmn:definitions>"#;

fn deploy(xml: &str) -> CommandBody {
    let checksum = bpmn::compile("p.bpmn", xml.as_bytes()).unwrap().checksum;
    let summary =
        ProcessSummary { id: "p".into(), has_none_start: true, ..ProcessSummary::default() };
    let resource = DeployedResource {
        name: "p.bpmn".into(),
        content: xml.as_bytes().into(),
        checksum: checksum.as_slice().into(),
        processes: vec![summary],
        ..DeployedResource::default()
    };
    CommandBody::Deploy(Deploy { resources: vec![resource] })
}

/// An instance of many tasks, begun by entries that may do so many units each: how many units each
/// entry did, and the hash of the state.
fn begun(units_max: u64) -> (Vec<u64>, u64) {
    let mut engine = Engine::new(1);
    let mut out = Output::default();
    let create = CreateInstance { process_id: "p".into(), version: -1, ..Default::default() };
    let mut commands = vec![CommandBody::CreateInstance(create), deploy(XML)];
    let (mut units, mut jobs) = (Vec::new(), 0);
    for index in 1.. {
        let body = commands.pop().unwrap_or(CommandBody::Continue(Continue {}));
        let request = RequestId { node: 1, incarnation: 1, seq: index };
        let command = Command { request, body, ..Command::default() };
        let body = EntryBody { now: 1, logic: LOGIC, command, units_max, ..EntryBody::default() };
        engine.apply(&Entry { index, term: 1, body }, &mut out);
        units.push(out.units);
        let created = |it: &&record::Record| matches!(&it.event, Event::Job(it) if it.intent == JobIntent::Created);
        jobs += out.records.iter().filter(created).count() as u64;
        if commands.is_empty() && !engine.has_pending() {
            break;
        }
    }
    assert_eq!(jobs, TASKS);
    (units, engine.state_hash())
}

#[test]
fn an_entry_does_what_its_leader_allows_and_others_go_on() {
    let (units, _) = begun(16);
    // Beginning the next of many takes two units at once.
    assert!(units.iter().all(|it| *it <= 17), "{units:?}");
    assert!(units.len() > 4, "{units:?}");
}

#[test]
fn an_entry_without_a_limit_of_its_leader_is_bounded_by_the_setting() {
    let (by_setting, _) = begun(0);
    assert_eq!(by_setting.len(), 2, "512 units are enough for all of it: {by_setting:?}");
    let (by_much, _) = begun(1_000_000);
    assert_eq!(by_much, by_setting);
}

/// So many tasks, and a listener that is asked when the last of them has ended.
const CHILDREN: usize = 100_000;

fn with_listener() -> String {
    let listener = r#"isExecutable="true"><bpmn:extensionElements><zeebe:executionListeners>
<zeebe:executionListener eventType="cancel" type="last"/></zeebe:executionListeners>
</bpmn:extensionElements>"#;
    XML.replace(r#"isExecutable="true">"#, listener).replace("1..40", &format!("1..{CHILDREN}"))
}

/// A partition by itself, whose entries may do as much as the setting says.
struct Partition {
    engine: Engine,
    out: Output,
    /// The most units and the most records of one entry.
    most: (u64, usize),
    entries: u64,
}

impl Partition {
    fn apply(&mut self, body: CommandBody) {
        self.entries += 1;
        let request = RequestId { node: 1, incarnation: 1, seq: self.entries };
        let command = Command { request, body, ..Command::default() };
        let body = EntryBody { now: 1, logic: LOGIC, command, ..EntryBody::default() };
        self.engine.apply(&Entry { index: self.entries, term: 1, body }, &mut self.out);
        let (units, records) = self.most;
        self.most = (units.max(self.out.units), records.max(self.out.records.len()));
    }

    /// Goes on until nothing is pending; each entry is looked at.
    fn settle(&mut self, mut look: impl FnMut(&Output)) {
        look(&self.out);
        while self.engine.has_pending() {
            self.apply(CommandBody::Continue(Continue {}));
            look(&self.out);
        }
    }
}

#[test]
fn no_entry_does_too_much_when_a_listener_waits_for_the_end_of_very_many_children() {
    let mut partition =
        Partition { engine: Engine::new(1), out: Output::default(), most: (0, 0), entries: 0 };
    partition.apply(deploy(&with_listener()));
    let create = CreateInstance { process_id: "p".into(), version: -1, ..Default::default() };
    partition.apply(CommandBody::CreateInstance(create));
    let (mut jobs, mut instance) = (0, Key::NONE);
    partition.settle(|out| {
        for it in &out.records {
            if let Event::Job(job) = &it.event {
                (jobs, instance) = (jobs + 1, job.origin.instance);
            }
        }
    });
    assert_eq!(jobs, CHILDREN);

    let begun = partition.entries;
    partition.apply(CommandBody::CancelInstance(CancelInstance { instance }));
    let (mut ended, mut asked) = (0, Vec::new());
    partition.settle(|out| {
        for it in &out.records {
            match &it.event {
                Event::ProcessInstance(event)
                    if event.intent == ProcessInstanceIntent::ElementTerminated =>
                {
                    ended += 1;
                }
                Event::Job(job) if job.intent == JobIntent::Created => {
                    assert_eq!(job.listener_event, ListenerEventType::Cancel);
                    asked.push((it.key, ended));
                }
                _ => {}
            }
        }
    });
    // The body of the multi-instance task has ended as well; the instance waits for its listener.
    let [(job, ended_before)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((*ended_before, ended), (CHILDREN + 1, CHILDREN + 1));
    assert_eq!(partition.engine.instances_active(), 1);
    assert!(partition.entries - begun > 100, "it ended in {} entries", partition.entries - begun);
    partition.apply(CommandBody::CompleteJob(CompleteJob { job: *job, ..CompleteJob::default() }));
    partition.settle(|_| {});
    assert_eq!(partition.engine.instances_active(), 0);
    // The last step of an entry may take two units; each puts out a handful of records.
    let (units, records) = partition.most;
    assert!(units <= 513 && records <= 8 * 512, "{units} units, {records} records");
}

/// Very many tasks beside one, all inside a subprocess.
const BESIDE: usize = 20_000;

fn with_one_beside() -> String {
    let task = r#"<bpmn:serviceTask id="b"><bpmn:extensionElements><zeebe:taskDefinition type="one"/></bpmn:extensionElements></bpmn:serviceTask>"#;
    let inside = format!(
        r#"<bpmn:subProcess id="u"><bpmn:startEvent id="us"/>{task}<bpmn:sequenceFlow id="us-a" sourceRef="us" targetRef="a"/><bpmn:sequenceFlow id="us-b" sourceRef="us" targetRef="b"/><bpmn:serviceTask id="a">"#
    );
    XML.replace("1..40", &format!("1..{BESIDE}"))
        .replace(r#"<bpmn:serviceTask id="a">"#, &inside)
        .replace(
            "</bpmn:serviceTask>\n<bpmn:sequenceFlow",
            "</bpmn:serviceTask></bpmn:subProcess>\n<bpmn:sequenceFlow",
        )
        .replace(r#"targetRef="a"/></bpmn:process>"#, r#"targetRef="u"/></bpmn:process>"#)
}

/// Ends the one task by its id: the units of that entry, and whether the task ended in it.
fn one_ended(logic: u32) -> (u64, bool) {
    let mut partition =
        Partition { engine: Engine::new(1), out: Output::default(), most: (0, 0), entries: 0 };
    partition.apply(CommandBody::RaiseLogic(RaiseLogic { to: logic }));
    partition.apply(deploy(&with_one_beside()));
    let create = CreateInstance { process_id: "p".into(), version: -1, ..Default::default() };
    partition.apply(CommandBody::CreateInstance(create));
    let mut instance = Key::NONE;
    partition.settle(|out| {
        for it in &out.records {
            if let Event::Job(job) = &it.event {
                instance = job.origin.instance;
            }
        }
    });
    let one = TerminateElement { element_id: "b".into(), ..TerminateElement::default() };
    let modify = ModifyInstance { instance, terminate: vec![one], ..ModifyInstance::default() };
    partition.apply(CommandBody::ModifyInstance(modify));
    let has_ended = partition.out.records.iter().any(|it| {
        matches!(&it.event, Event::ProcessInstance(event)
            if event.intent == ProcessInstanceIntent::ElementTerminated && &*event.origin.element_id == "b")
    });
    (partition.out.units, has_ended)
}

#[test]
fn what_a_command_looks_at_counts_and_what_follows_is_begun_in_its_entry() {
    let (units, has_ended) = one_ended(LOGIC);
    // One unit for 256 element instances that it comes by.
    assert!(units > BESIDE as u64 / 256, "{units}");
    assert!(has_ended);
    let (units, has_ended) = one_ended(1);
    assert!(units < 10, "the first logic version counts only steps: {units}");
    assert!(has_ended);
}
