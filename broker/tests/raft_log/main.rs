//! The log of a partition: what openraft asks of it, restarts, torn and rotten files.

#![expect(clippy::unwrap_used, reason = "a failed set-up of a test is a failed test")]

mod damage;
mod failure;
mod restart;
mod state_machine;
mod twin;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use broker::raft::error::LogError;
use broker::raft::log_store::{LogOptions, LogStore};
use broker::raft::types::{Entry, LeaderId, LogId, Payload, TypeConfig};
use openraft::storage::RaftLogStorageExt;
use openraft::testing::log::{StoreBuilder, Suite};
use openraft::{EntryPayload, RaftLogReader};
use state_machine::StateMachine;
use tempfile::TempDir;

/// Files of 2 KiB, so that a few entries fill several.
fn small_files() -> LogOptions {
    let mut options = LogOptions::default();
    options.file_size_bytes = 2048;
    options.cache_size_bytes = 1024;
    options
}

fn open(folder: &Path) -> Result<LogStore, LogError> {
    let fails = |sentence: &str| panic!("{sentence}");
    LogStore::open(folder, &small_files(), Arc::new(fails))
}

fn log_id(term: u64, index: u64) -> LogId {
    LogId::new(LeaderId { term, node_id: 0 }, index)
}

/// An entry whose content follows from term and index.
fn entry(term: u64, index: u64) -> Entry {
    let content = format!("{term}/{index} ").repeat(usize::try_from(index % 7).unwrap() + 1);
    Entry {
        log_id: log_id(term, index),
        payload: EntryPayload::Normal(Payload(content.into_bytes().into())),
    }
}

async fn append(store: &mut LogStore, term: u64, indexes: Range<u64>) {
    store.blocking_append(indexes.map(|index| entry(term, index))).await.unwrap();
}

async fn read(store: &mut LogStore, range: Range<u64>) -> Vec<Entry> {
    store.try_get_log_entries(range).await.unwrap()
}

/// The files that hold entries, in order.
fn log_files(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut files: Vec<_> = files.filter(|it| it.extension().is_some()).collect();
    files.sort();
    files
}

struct Folders;

impl StoreBuilder<TypeConfig, LogStore, StateMachine, TempDir> for Folders {
    async fn build(
        &self,
    ) -> Result<(TempDir, LogStore, StateMachine), openraft::StorageError<TypeConfig>> {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path()).unwrap();
        Ok((folder, store, StateMachine::default()))
    }
}

#[tokio::test]
async fn the_log_passes_the_storage_suite_of_openraft() {
    Suite::test_all(Folders).await.unwrap();
}
