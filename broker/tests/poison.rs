//! Work items that panic in the engine of a whole node: undone, parked with an incident, and the same
//! again in each replay.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use broker::{Config, Node};
use broker_api::{Broker as _, PollRequest, Resource};
use record::{
    CancelInstance, ChangeClock, ClockChange, CommandBody, CompleteJob, CreateInstance, Envelope,
    Key, PublishMessage, RejectionType, Reply, SettingsChange,
};
use std::sync::Arc;
use std::time::Duration;
use support::{copy_folder, start, submit};
use tokio::sync::{Mutex, MutexGuard};

const SECOND: i64 = 1_000;
/// Jobs of an instance of `many`: more than an entry may begin.
const TOKENS: usize = 40;
const WORK_PER_ENTRY: u64 = 20;

/// One defect is planted at a time, and keys of two nodes are alike.
static TURN: Mutex<()> = Mutex::const_new(());

/// A node over a folder, and two instances of a process on it, one of which is about to be struck.
struct Poisoned {
    folder: tempfile::TempDir,
    node: Arc<Node>,
    struck: Key,
    other: Key,
    turn: MutexGuard<'static, ()>,
}

fn config(folder: &std::path::Path) -> Config {
    let mut config = Config::new(folder.to_owned());
    config.clock_is_controllable = true;
    config
}

fn xml() -> String {
    let work = r#"<extensionElements><zeebe:taskDefinition type="work"/></extensionElements>"#;
    let flow = |number| format!(r#"<sequenceFlow id="f{number}" sourceRef="s" targetRef="a"/>"#);
    let flows: String = (0..TOKENS).map(flow).collect();
    format!(
        r#"<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="test">
  <message id="m" name="paid"><extensionElements><zeebe:subscription correlationKey="=&quot;k&quot;"/></extensionElements></message>
  <process id="job" isExecutable="true">
    <startEvent id="j1"/><sequenceFlow id="j2" sourceRef="j1" targetRef="j3"/>
    <serviceTask id="j3">{work}</serviceTask>
  </process>
  <process id="timer" isExecutable="true">
    <startEvent id="t1"/><sequenceFlow id="t2" sourceRef="t1" targetRef="t3"/>
    <intermediateCatchEvent id="t3"><timerEventDefinition><timeDuration>PT5S</timeDuration></timerEventDefinition></intermediateCatchEvent>
  </process>
  <process id="many" isExecutable="true">
    <startEvent id="s1"/><sequenceFlow id="s2" sourceRef="s1" targetRef="s"/>
    <intermediateCatchEvent id="s"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
    {flows}<serviceTask id="a">{work}</serviceTask>
  </process>
  <process id="message" isExecutable="true">
    <startEvent id="m1"/><sequenceFlow id="m2" sourceRef="m1" targetRef="m3"/>
    <intermediateCatchEvent id="m3"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
    <sequenceFlow id="m4" sourceRef="m3" targetRef="m5"/><serviceTask id="m5">{work}</serviceTask>
  </process>
</definitions>"#
    )
}

async fn create(node: &Node, process: &str) -> Key {
    let body = CreateInstance { process_id: process.into(), version: -1, ..Default::default() };
    match submit(node, CommandBody::CreateInstance(body)).await {
        Reply::InstanceCreated(it) => it.instance,
        other => panic!("{other:?}"),
    }
}

/// Jobs that can be had, with their instances.
async fn jobs(node: &Node) -> Vec<(Key, Key)> {
    let poll = PollRequest {
        envelope: Envelope::default(),
        job_type: "work".into(),
        worker: "test".into(),
        timeout_ms: 60_000,
        jobs_max: 200,
        fetch_variables: Vec::new(),
        wait: Duration::ZERO,
    };
    let batch = node.activate_jobs(poll).await.unwrap();
    batch.jobs.iter().map(|it| (it.origin.instance, it.key)).collect()
}

async fn pin(node: &Node, value: i64) {
    let change = ChangeClock { change: ClockChange::Pin, value };
    let reply = submit(node, CommandBody::ChangeClock(change)).await;
    assert!(matches!(reply, Reply::ClockChanged(_)), "{reply:?}");
}

/// Waits until nothing is left to be done.
async fn rest(node: &Node) {
    for _ in 0..2_000 {
        if !node.status(1).await.unwrap().has_work {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it does not come to rest");
}

impl Poisoned {
    /// Creates the instances; the defect strikes in the entry after so many more, and from then on.
    async fn begin(processes: [&str; 2], after: u64) -> Self {
        let turn = TURN.lock().await;
        let folder = tempfile::tempdir().unwrap();
        let node = start(&config(folder.path())).await;
        let resource = Resource { name: "p.bpmn".into(), content: xml().into_bytes().into() };
        let reply = node.deploy(Envelope::default(), vec![resource]).await.unwrap();
        assert!(matches!(reply, Reply::Deployed(_)), "{reply:?}");
        let settings =
            SettingsChange { work_per_entry: Some(WORK_PER_ENTRY), ..SettingsChange::default() };
        let reply = submit(&node, CommandBody::ChangeSettings(settings)).await;
        assert!(matches!(reply, Reply::Settings(_)), "{reply:?}");
        pin(&node, node.status(1).await.unwrap().now + 60 * SECOND).await;
        let struck = create(&node, processes[0]).await;
        let other = create(&node, processes[1]).await;
        rest(&node).await;
        let index = node.status(1).await.unwrap().applied_index + 1 + after;
        engine::planted::plant_from(struck, index);
        Self { folder, node, struck, other, turn }
    }

    /// One incident is open, and it stands in the same state after a kill, when the log is replayed,
    /// and after an orderly end, from a checkpoint. Then the instance can be canceled, and the other.
    async fn stays_parked(self) {
        let Self { folder, node, struck, other, turn: _turn } = self;
        rest(&node).await;
        let before = node.status(1).await.unwrap();
        assert_eq!(before.incidents, 1);
        let killed = tempfile::tempdir().unwrap();
        copy_folder(folder.path(), killed.path());
        node.shut_down().await;
        drop(node);
        let mut found = Vec::new();
        for folder in [killed.path(), folder.path()] {
            let node = start(&config(folder)).await;
            rest(&node).await;
            let after = node.status(1).await.unwrap();
            assert_eq!(
                (after.incidents, after.instances, after.last_position),
                (1, before.instances, before.last_position)
            );
            found.push(after.state_hash);
            for instance in [struck, other] {
                // The other one may have ended.
                submit(&node, CommandBody::CancelInstance(CancelInstance { instance })).await;
            }
            rest(&node).await;
            let last = node.status(1).await.unwrap();
            assert_eq!((last.incidents, last.instances), (0, 0));
            node.shut_down().await;
        }
        assert_eq!(found[0], found[1], "the replay and the checkpoint give one state");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_panics_is_refused_and_parks_its_instance() {
    let it = Poisoned::begin(["job", "job"], 0).await;
    let jobs = jobs(&it.node).await;
    let complete = |instance| {
        let job = jobs.iter().find(|job| job.0 == instance).unwrap().1;
        CommandBody::CompleteJob(CompleteJob { job, ..CompleteJob::default() })
    };
    let refused = submit(&it.node, complete(it.struck)).await;
    let Reply::Rejected(refused) = refused else { panic!("{refused:?}") };
    assert_eq!(refused.kind, RejectionType::ProcessingError);
    let accepted = submit(&it.node, complete(it.other)).await;
    assert!(matches!(accepted, Reply::Accepted(_)), "others go on: {accepted:?}");
    it.stays_parked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_timer_that_panics_leaves_its_queue_and_parks_its_instance() {
    let it = Poisoned::begin(["timer", "timer"], 0).await;
    pin(&it.node, it.node.status(1).await.unwrap().now + 5 * SECOND).await;
    rest(&it.node).await;
    assert_eq!(it.node.status(1).await.unwrap().instances, 1, "the other timer fired");
    it.stays_parked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_continuation_that_panics_leaves_its_queue_and_parks_its_instance() {
    // The message itself reaches both; what does not fit its entry is struck.
    let it = Poisoned::begin(["many", "message"], 1).await;
    publish(&it.node).await;
    let jobs = jobs(&it.node).await;
    let of = |instance| jobs.iter().filter(|job| job.0 == instance).count();
    assert_eq!(of(it.other), 1, "the other one went on");
    assert!((1..TOKENS).contains(&of(it.struck)), "{} jobs", of(it.struck));
    it.stays_parked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_reaches_the_others_when_one_receiver_panics() {
    let it = Poisoned::begin(["many", "message"], 0).await;
    publish(&it.node).await;
    let got: Vec<Key> = jobs(&it.node).await.iter().map(|job| job.0).collect();
    assert_eq!(got, [it.other], "the other receiver got it");
    it.stays_parked().await;
}

/// Publishes the message, for which the sender is thanked whatever becomes of its receivers.
async fn publish(node: &Node) {
    let message = PublishMessage {
        name: "paid".into(),
        correlation_key: "k".into(),
        ..PublishMessage::default()
    };
    let reply = submit(node, CommandBody::PublishMessage(message)).await;
    assert!(matches!(reply, Reply::MessagePublished(_)), "{reply:?}");
    rest(node).await;
}
