//! How much an entry does is said by its leader and bounded by the setting.

use engine::{Engine, Output};
use record::{
    Command, CommandBody, Continue, CreateInstance, Deploy, DeployedResource, Entry, EntryBody,
    Event, JobIntent, LOGIC, ProcessSummary, RequestId,
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

/// An instance of many tasks, begun by entries that may do so many units each: how many units each
/// entry did, and the hash of the state.
fn begun(units_max: u64) -> (Vec<u64>, u64) {
    let mut engine = Engine::new(1);
    let mut out = Output::default();
    let checksum = bpmn::compile("p.bpmn", XML.as_bytes()).unwrap().checksum;
    let summary =
        ProcessSummary { id: "p".into(), has_none_start: true, ..ProcessSummary::default() };
    let resource = DeployedResource {
        name: "p.bpmn".into(),
        content: XML.as_bytes().into(),
        checksum: checksum.as_slice().into(),
        processes: vec![summary],
        ..DeployedResource::default()
    };
    let create = CreateInstance { process_id: "p".into(), version: -1, ..Default::default() };
    let mut commands = vec![
        CommandBody::CreateInstance(create),
        CommandBody::Deploy(Deploy { resources: vec![resource] }),
    ];
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
