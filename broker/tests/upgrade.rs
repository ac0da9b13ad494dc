//! Another logic than the one that wrote a folder: what is refused, when, and with which sentence.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/one.rs"]
mod one;
mod support;

use broker::folder::{Identity, identify};
use broker::io::RealDisk;
use broker::io::preamble::Kind;
use broker::raft::log_store::{LogOptions, LogStore};
use broker::raft::types::{Entry, Payload};
use broker::segment::{Options, Reader, Start, Writer};
use broker::{Config, Node, StartError};
use broker_api::{Broker as _, Refusal, Request, Resource};
use one::{create, deploy};
use openraft::EntryPayload;
use openraft::RaftLogReader as _;
use openraft::storage::{RaftLogStorage as _, RaftLogStorageExt as _};
use record::{
    CommandBody, EntryBody, Envelope, LOGIC, LOGIC_FIRST, RaiseLogic, RejectionType, Reply,
};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use support::{copy_folder, start, submit};
use tempfile::TempDir;
use value::wire::Message as _;

/// A folder as a kill leaves it: some instances, no checkpoint.
async fn killed(config: &Config) -> TempDir {
    let node = start(config).await;
    deploy(&node).await;
    for _ in 0..5 {
        create(&node).await;
    }
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&config.data, copy.path());
    node.shut_down().await;
    copy
}

fn open_log(folder: &Path) -> LogStore {
    let fails = |sentence: &str| panic!("{sentence}");
    LogStore::open(folder, &LogOptions::default(), Arc::new(fails)).unwrap()
}

/// Writes the log of a folder anew, with the first entry changed that `change` changes; returns
/// its index.
async fn rewrite(folder: &Path, change: impl Fn(&mut EntryBody) -> bool) -> u64 {
    let mut log = open_log(&folder.join("partitions/1/log"));
    let mut entries = log.try_get_log_entries(0..u64::MAX).await.unwrap();
    let changed = entries.iter_mut().position(|it| change_entry(it, &change)).unwrap();
    let index = entries[changed].log_id.index;
    let mut anew = open_log(&folder.join("anew"));
    anew.save_vote(&log.read_vote().await.unwrap().unwrap()).await.unwrap();
    anew.blocking_append(entries).await.unwrap();
    drop((log, anew));
    std::fs::remove_dir_all(folder.join("partitions/1/log")).unwrap();
    std::fs::rename(folder.join("anew"), folder.join("partitions/1/log")).unwrap();
    index
}

fn change_entry(entry: &mut Entry, change: &impl Fn(&mut EntryBody) -> bool) -> bool {
    let EntryPayload::Normal(payload) = &mut entry.payload else { return false };
    let mut body = EntryBody::read(&payload.0).unwrap();
    let is_changed = change(&mut body);
    *payload = Payload(body.to_bytes().into());
    is_changed
}

/// Starts a node that must stop, and returns its last words.
async fn stops(config: Config) -> String {
    // The entries that are known to be committed are applied at once, the others a little later.
    let node = match Node::start(config).await {
        Ok(node) => node,
        Err(error) => return error.to_string(),
    };
    let sentence = tokio::time::timeout(Duration::from_secs(20), node.failed()).await.unwrap();
    assert!(!node.health().is_ready);
    sentence
}

fn replace_identity(folder: &Path, logic: u32) {
    let identity = Identity { logic, ..identify(folder).unwrap().unwrap() };
    let mut bytes = Vec::new();
    Kind { magic: *b"BTNIDENT", version: 1 }.put(&identity, &mut bytes);
    std::fs::write(folder.join("identity"), bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_another_logic_stops_the_node_at_the_entry_that_tells() {
    let folder = tempfile::tempdir().unwrap();
    let copy = killed(&Config::new(folder.path().to_owned())).await;
    // As if the binary that wrote the log had computed other outputs up to some entry.
    let mut seen = 0;
    let index = rewrite(copy.path(), |body| {
        let is_changed = body.seen.index > 4;
        body.seen.hash ^= u64::from(is_changed);
        is_changed
    })
    .await;
    let mut log = open_log(&copy.path().join("partitions/1/log"));
    for entry in log.try_get_log_entries(index..=index).await.unwrap() {
        let EntryPayload::Normal(payload) = entry.payload else { panic!("no entry of ours") };
        seen = EntryBody::read(&payload.0).unwrap().seen.index;
    }
    drop(log);
    let sentence = stops(Config::new(copy.path().to_owned())).await;
    for words in [
        format!("log entry {seen} "),
        format!("entry {index}:"),
        "its logic differs. Start the version that wrote the log".to_owned(),
    ] {
        assert!(sentence.contains(&words), "'{words}' is missing in: {sentence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_comes_out_otherwise_stops_the_node_with_the_log_entry() {
    let folder = tempfile::tempdir().unwrap();
    let copy = killed(&Config::new(folder.path().to_owned())).await;
    // As if the binary that wrote the records had put out another one.
    let records = copy.path().join("partitions/1/records");
    let altered = copy.path().join("altered");
    let mut reader = Reader::open(RealDisk, &records, 1, 1);
    let mut writer = Writer::open(RealDisk, &altered, Options::new(1, 1), Start::At(1)).unwrap();
    let mut count = 0;
    while let Some(record) = reader.next().unwrap() {
        let mut bytes = record.bytes.to_vec();
        if record.position == 10 {
            *bytes.last_mut().unwrap() ^= 1;
        }
        writer.append(record.position, &bytes).unwrap();
        count += 1;
    }
    assert!(count > 10);
    writer.sync().unwrap();
    std::fs::remove_dir_all(&records).unwrap();
    std::fs::rename(&altered, &records).unwrap();
    let sentence = stops(Config::new(copy.path().to_owned())).await;
    assert!(sentence.contains("another record 10 for log entry "), "{sentence}");
    assert!(sentence.contains("its logic differs"), "{sentence}");
    assert!(!sentence.contains("log entry 0 "), "{sentence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_log_begins_with_the_newest_logic_version_and_an_old_one_keeps_its_own() {
    let new = tempfile::tempdir().unwrap();
    let node = start(&Config::new(new.path().to_owned())).await;
    let status = node.status(1).await.unwrap();
    assert_eq!((status.logic, status.last_position), (LOGIC, 1), "the raise is the first record");
    node.shut_down().await;

    // An older release wrote this one; it was killed, so that only the log says so, or stopped.
    let old = tempfile::tempdir().unwrap();
    let config = Config { logic: LOGIC_FIRST, ..Config::new(old.path().to_owned()) };
    let copy = killed(&config).await;
    for data in [copy.path(), old.path()] {
        for _ in 0..2 {
            let node = start(&Config::new(data.to_owned())).await;
            let status = node.status(1).await.unwrap();
            assert_eq!((status.logic, status.logic_known), (LOGIC_FIRST, LOGIC));
            node.shut_down().await;
        }
        // It can still be replaced by the older release.
        start(&Config { data: data.to_owned(), ..config.clone() }).await.shut_down().await;
    }
}

/// A multi-instance task that is heard before all its instances, in a process that is heard when it
/// is canceled.
const LISTENED_TO: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="test">
  <process id="p" isExecutable="true">
    <extensionElements><zeebe:executionListeners>
      <zeebe:executionListener eventType="cancel" type="undo"/>
    </zeebe:executionListeners></extensionElements>
    <startEvent id="s"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="a"/>
    <serviceTask id="a">
      <extensionElements>
        <zeebe:taskDefinition type="work"/>
        <zeebe:executionListeners>
          <zeebe:executionListener eventType="beforeAll" type="list"/>
        </zeebe:executionListeners>
      </extensionElements>
      <multiInstanceLoopCharacteristics><extensionElements>
        <zeebe:loopCharacteristics inputCollection="=list"/>
      </extensionElements></multiInstanceLoopCharacteristics>
    </serviceTask>
  </process>
</definitions>"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_logic_version_does_not_ask_for_is_deployed_once_it_is_raised() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { logic: LOGIC_FIRST, ..Config::new(folder.path().to_owned()) };
    start(&config).await.shut_down().await;
    let node = start(&Config::new(folder.path().to_owned())).await;
    let listened_to =
        || vec![Resource { name: "p.bpmn".into(), content: LISTENED_TO.as_bytes().into() }];
    let refused = node.deploy(Envelope::default(), listened_to()).await.unwrap_err();
    let Refusal::InvalidResources { text } = refused else { panic!("{refused:?}") };
    let names = |what: &str| text.contains(what);
    assert!(names("'p' in process 'p' has the eventType 'cancel'"), "{text}");
    assert!(names("'a' in process 'p' has the eventType 'beforeAll'"), "{text}");
    assert!(names("'baton cluster logic raise 2'"), "{text}");

    let raise = CommandBody::RaiseLogic(RaiseLogic { to: LOGIC });
    assert!(matches!(submit(&node, raise).await, Reply::Accepted(_)));
    let deployed = node.deploy(Envelope::default(), listened_to()).await.unwrap();
    assert!(matches!(deployed, Reply::Deployed(_)), "{deployed:?}");
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_raised_logic_version_is_kept_and_older_binaries_refuse_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (old, next) = (LOGIC, LOGIC + 1);
    let config = Config { logic: next, ..Config::new(folder.path().to_owned()) };
    let node = start(&config).await;
    deploy(&node).await;
    let status = node.status(1).await.unwrap();
    assert_eq!((status.logic, status.logic_known), (old, next), "knowing it does not raise it");

    let raise = |to| CommandBody::RaiseLogic(RaiseLogic { to });
    let envelope = Envelope::default();
    let beyond = Request { partition: 1, envelope, body: raise(next + 1) };
    let refused = node.submit(beyond).await.unwrap_err();
    let Refusal::InvalidArgument { reason } = refused else { panic!("{refused:?}") };
    assert!(reason.contains(&format!("knows versions up to {next}")), "{reason}");

    assert!(matches!(submit(&node, raise(next)).await, Reply::Accepted(_)));
    let Reply::Rejected(again) = submit(&node, raise(next)).await else { panic!("raised twice") };
    assert_eq!(again.kind, RejectionType::InvalidState);
    let Reply::Rejected(_) = submit(&node, raise(old)).await else { panic!("it went back") };
    create(&node).await;
    assert_eq!(node.status(1).await.unwrap().logic, next);
    while identify(&config.data).unwrap().unwrap().logic < next {
        tokio::task::yield_now().await;
    }
    let log_only = tempfile::tempdir().unwrap();
    copy_folder(&config.data, log_only.path());
    node.shut_down().await;
    drop(node);

    // The folder says so.
    let older = Config { logic: old, ..config.clone() };
    let refused = Node::start(older.clone()).await.unwrap_err();
    assert!(matches!(refused, StartError::Folder(_)), "{refused}");
    // The checkpoint says so, should the folder not know it yet.
    replace_identity(&config.data, old);
    let refused = Node::start(older.clone()).await.unwrap_err().to_string();
    assert!(refused.contains("checkpoint") && refused.contains("newer version"), "{refused}");
    // Only the log says so.
    replace_identity(log_only.path(), old);
    let sentence = stops(Config { data: log_only.path().to_owned(), ..older.clone() }).await;
    assert!(sentence.contains("log entry"), "{sentence}");
    assert!(sentence.contains(&format!("needs logic version {next}")), "{sentence}");
    assert!(sentence.contains("Start the newer version."), "{sentence}");

    // Who knows the version goes on, after the older one has tried.
    for data in [config.data.as_path(), log_only.path()] {
        let node = start(&Config { data: data.to_owned(), ..config.clone() }).await;
        let status = node.status(1).await.unwrap();
        assert_eq!((status.logic, status.instances), (next, 1));
        create(&node).await;
        node.shut_down().await;
        assert_eq!(identify(data).unwrap().unwrap().logic, next, "the folder learns it again");
    }
}
