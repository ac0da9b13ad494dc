//! What a node says when its disk, or the operating system, refuses: the file, the cause and a way
//! out; and never that a backup is needed where nothing is damaged.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod failing;
#[path = "../support/message.rs"]
mod message;

use broker::backup::{self, State};
use broker::{Config, Node};
use broker_api::{BackupRequest, Broker, Refusal};
use failing::{Failing, Op, Rule};
use message::message;
use record::Envelope;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);

type FailingNode = Node<Failing>;

/// A node whose disk fails as it is told, and that takes a checkpoint after every command.
async fn start(folder: &TempDir, platform: &Failing) -> Arc<FailingNode> {
    let mut config = Config::new(folder.path().join("data"));
    config.checkpoints.log_bytes = 1;
    let node = Node::start_on(platform.clone(), config).await.unwrap();
    tokio::time::timeout(PATIENCE, node.ready()).await.unwrap();
    node
}

/// Publishes a message; what becomes of it is seen elsewhere.
fn publish(node: &Arc<FailingNode>) {
    let body = message();
    let request = broker_api::Request { partition: 1, envelope: Envelope::default(), body };
    tokio::spawn(node.submit(request));
}

/// Says how a node ends whose disk fails like this.
async fn end(rule: Rule) -> String {
    let folder = tempfile::tempdir().unwrap();
    let platform = Failing::default();
    let node = start(&folder, &platform).await;
    platform.fail(Some(rule));
    let ended = async {
        tokio::select! {
            reason = node.failed() => reason,
            () = async {
                loop {
                    publish(&node);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            } => unreachable!("it publishes for ever"),
        }
    };
    let sentence = tokio::time::timeout(PATIENCE, ended).await;
    sentence.unwrap_or_else(|_| panic!("the node goes on in spite of {rule:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_while_it_runs_ends_the_node_with_file_cause_and_way_out() {
    for (op, path, begins) in [
        (Op::Sync, "checkpoint-", "A checkpoint cannot be written: checkpoint: sync '"),
        (Op::Write, "checkpoint-", "A checkpoint cannot be written: checkpoint: write '"),
        (Op::Rename, "checkpoint-", "A checkpoint cannot be written: checkpoint: rename to '"),
        (Op::SyncFolder, "checkpoints", "A checkpoint cannot be written: checkpoint: sync '"),
        (Op::Sync, ".seg", "Records cannot be written: record segment: sync '"),
        (Op::Write, ".seg", "Records cannot be written: record segment: write '"),
    ] {
        let sentence = end(Rule { op, path, code: 5 }).await;
        assert!(sentence.starts_with(begins), "{op:?} of {path}: {sentence}");
        assert!(sentence.contains(path), "{op:?} of {path}: {sentence}");
        let ends = "': Input/output error (os error 5). Check the disk, then start again.";
        assert!(sentence.ends_with(ends), "{op:?} of {path}: {sentence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_at_a_start_has_its_cause_and_needs_no_backup() {
    for (op, path, code, way_out) in [
        (Op::Read, "checkpoint-", 5, "Check the disk, then start again."),
        (Op::Open, "checkpoint-", 13, "Check the disk, then start again."),
        (Op::Open, ".seg", 24, "Raise the limit of open files (ulimit -n), then start again."),
        (Op::Read, ".seg", 5, "Check the disk, then start again."),
        (Op::Read, "identity", 5, "Check the disk, then start again."),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let platform = Failing::default();
        let node = start(&folder, &platform).await;
        publish(&node);
        while node.status(1).await.unwrap().checkpoint_index < 3 {
            publish(&node);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        node.shut_down().await;
        drop(node);
        platform.fail(Some(Rule { op, path, code }));
        let config = Config::new(folder.path().join("data"));
        let Err(error) = Node::start_on(platform.clone(), config.clone()).await else {
            assert!(platform.failures() == 0, "{op:?} of {path} failed, and it started");
            panic!("a start never asks for {op:?} of {path}");
        };
        let mut sentence = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            sentence = format!("{sentence}: {error}");
            cause = error.source();
        }
        assert!(sentence.contains(&format!("(os error {code})")), "{op:?} of {path}: {sentence}");
        assert!(sentence.contains(path), "{op:?} of {path}: {sentence}");
        assert!(sentence.contains(way_out), "{op:?} of {path}: {sentence}");
        assert!(!sentence.contains("ackup"), "{op:?} of {path}: {sentence}");
        platform.fail(None);
        let node = Node::start_on(platform, config).await.unwrap();
        tokio::time::timeout(PATIENCE, node.ready()).await.unwrap();
        node.shut_down().await;
    }
}

/// How a backup ended.
async fn back_up(node: &FailingNode, folder: &Path, id: u64) -> Result<(), Refusal> {
    let mut steps = node.back_up(BackupRequest { folder: folder.to_owned(), id });
    let all = async {
        while let Some(step) = steps.recv().await {
            if step?.finished.is_some() {
                return Ok(());
            }
        }
        panic!("the last step says how it ended");
    };
    tokio::time::timeout(PATIENCE, all).await.expect("a backup ends")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_space_for_a_checkpoint_a_backup_is_refused_at_once_with_the_reason() {
    for (path, part) in [("checkpoint-", "a checkpoint"), (".seg", "records")] {
        let folder = tempfile::tempdir().unwrap();
        let backups = folder.path().join("backups");
        let platform = Failing::default();
        let node = start(&folder, &platform).await;
        platform.fail(Some(Rule { op: Op::Write, path, code: 28 }));
        publish(&node);
        let health = tokio::time::timeout(PATIENCE, async {
            loop {
                let health = node.health();
                if !health.is_ready {
                    return health.reasons.join(" ");
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let reason = health.await.unwrap();
        let told = ["No space for ", part, ": "].concat();
        assert!(reason.starts_with(&told), "{reason}");
        let ends = "': No space left on device (os error 28). Free some space; commands go on by \
                    themselves.";
        assert!(reason.ends_with(ends), "{reason}");

        let refused = back_up(&node, &backups, 1).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!(
                "A backup begins with a checkpoint, which partition 1 cannot take now. {reason}"
            )
        );
        assert!(!backups.exists(), "a refused backup leaves nothing");

        platform.fail(None);
        while !node.health().is_ready {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        back_up(&node, &backups, 1).await.unwrap();
        let found = backup::list(&backups).unwrap();
        assert!(matches!(found[0].state, State::Complete(_)), "{found:?}");
        node.shut_down().await;
    }
}
