//! The log's twin for simulation keeps what the log promises.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use broker::io::{Loss, MemoryDisk};
use broker::raft::log_store::LogStore;
use broker::raft::types::TypeConfig;
use broker::raft::wal::twin::Twin;
use openraft::RaftLogReader;
use openraft::storage::{RaftLogStorage, RaftLogStorageExt};
use openraft::testing::log::{StoreBuilder, Suite};

use super::state_machine::StateMachine;
use super::{entry, log_id};

fn open(disk: &MemoryDisk) -> LogStore<Twin> {
    let pace = Arc::new(|| Duration::ZERO);
    let fails = Arc::new(|sentence: &str| panic!("{sentence}"));
    LogStore::over(Twin::open(disk.clone(), Path::new("log"), pace, fails).unwrap())
}

struct Disks;

impl StoreBuilder<TypeConfig, LogStore<Twin>, StateMachine, ()> for Disks {
    async fn build(
        &self,
    ) -> Result<((), LogStore<Twin>, StateMachine), openraft::StorageError<TypeConfig>> {
        Ok(((), open(&MemoryDisk::new()), StateMachine::default()))
    }
}

#[tokio::test]
async fn the_twin_passes_the_storage_suite_of_openraft() {
    Suite::test_all(Disks).await.unwrap();
}

#[tokio::test]
async fn a_power_cut_takes_only_what_was_not_acknowledged() {
    for seed in 0..200 {
        let disk = MemoryDisk::new();
        let mut store = open(&disk);
        for index in 1..200 {
            store.blocking_append([entry(1, index)]).await.unwrap();
        }
        store.purge(log_id(1, 50)).await.unwrap();
        let behind = (200..210).map(|index| entry(1, index));
        store.append(behind, openraft::storage::IOFlushed::noop()).await.unwrap();
        if seed % 2 == 0 {
            // The task writes, and the power goes before or in its sync.
            disk.fail_at(disk.operations() + 1 + seed % 4);
            tokio::task::yield_now().await;
        }
        disk.crash(if seed % 5 == 0 { Loss::Everything } else { Loss::Some(seed) });
        let mut store = open(&disk);
        let entries = store.try_get_log_entries(0..300).await.unwrap();
        assert!(entries.len() >= 149, "seed {seed}: {} entries are left", entries.len());
        let expected = (51..).map(|index| entry(1, index));
        assert!(entries.iter().zip(expected).all(|(found, it)| *found == it), "seed {seed}");
    }
}
