//! Replays a folder without its server: from the newest checkpoint, and from the log alone.
//!
//! Opening a folder repairs it, as a start of the server does, so work on a copy: [`copy`].

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use broker::checkpoint::{SledBackend, Store};
use broker::io::RealDisk;
use broker::raft::log_store::{LogOptions, LogStore};
use engine::{Engine, Output, StateRow};
use openraft::storage::{RaftLogReader, RaftLogStorage};
use openraft::{EntryPayload, LogState};
use record::{Entry, EntryBody};

use super::equality::Hashes;

/// The only partition so far.
pub(super) const PARTITION: u32 = 1;

/// Copies a data folder, which must not be in use.
///
/// # Errors
/// The file system's.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("list {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// The log of a copied folder.
#[derive(Debug)]
pub struct Log {
    /// The indexes that are there; entries before were purged.
    pub indexes: RangeInclusive<u64>,
    entries: Vec<Entry>,
}

impl Log {
    /// Reads the log of a copied folder.
    ///
    /// # Errors
    /// It cannot be read, which a server would refuse as well.
    pub fn read(data: &Path) -> Result<Self> {
        let read = || {
            let runtime = tokio::runtime::Builder::new_current_thread().build()?;
            runtime.block_on(Self::read_here(data))
        };
        // The caller may be inside a runtime already, where blocking is not allowed.
        std::thread::scope(|scope| {
            let reading = scope.spawn(read);
            reading.join().unwrap_or_else(|_| bail!("reading a copy of the log panicked"))
        })
    }

    async fn read_here(data: &Path) -> Result<Self> {
        let folder = partition(data).join("log");
        let failed = |sentence: &str| eprintln!("a copy of the log failed: {sentence}");
        let mut store = LogStore::open(&folder, &LogOptions::default(), Arc::new(failed))
            .context("open a copy of the log")?;
        let LogState { last_purged_log_id, last_log_id } = store.get_log_state().await?;
        let first = last_purged_log_id.map_or(0, |it| it.index + 1);
        let end = last_log_id.map_or(first, |it| it.index + 1);
        let mut entries = Vec::new();
        for entry in store.try_get_log_entries(first..end).await? {
            // Raft's own entries are no business of the engine.
            if let EntryPayload::Normal(payload) = entry.payload {
                let index = entry.log_id.index;
                let body = EntryBody::read(&payload.0)
                    .with_context(|| format!("read log entry {index}"))?;
                let term = entry.log_id.committed_leader_id().term;
                entries.push(Entry { index, term, body });
            }
        }
        Ok(Self { indexes: first..=end.saturating_sub(1), entries })
    }
}

/// The folder of the partition.
pub(crate) fn partition(data: &Path) -> PathBuf {
    data.join("partitions").join(PARTITION.to_string())
}

/// An engine that applies the log by itself.
#[derive(Debug)]
pub struct Replay {
    engine: Box<Engine>,
    /// The next index that it must see, so that no entry is left out.
    next: u64,
}

impl Default for Replay {
    /// Knows nothing: a cold replay.
    fn default() -> Self {
        Self { engine: Box::new(Engine::new(PARTITION)), next: 0 }
    }
}

impl Replay {
    /// Begins with the newest checkpoint of a copied folder.
    ///
    /// # Errors
    /// It cannot be read, which a server would refuse as well.
    pub fn from_checkpoint(data: &Path) -> Result<Self> {
        let folder = partition(data).join("checkpoints");
        let (store, last) =
            Store::open(RealDisk, Box::new(SledBackend::default()), &folder, PARTITION)?;
        let Some(last) = last else { return Ok(Self::default()) };
        let mut rows = Vec::new();
        store.scan(|key, version, value| {
            rows.push(StateRow { key: key.to_vec(), version, value: value.to_vec() });
            Ok(())
        })?;
        let engine = Box::new(Engine::restore(PARTITION, rows)?);
        Ok(Self { engine, next: last.index + 1 })
    }

    /// Where it stands.
    pub fn hashes(&self) -> Hashes {
        Hashes {
            index: self.engine.applied_index(),
            state: self.engine.state_hash(),
            output: self.engine.output_hash(),
        }
    }

    /// Whether this log has the next entry that it needs.
    pub fn can_follow(&self, log: &Log) -> bool {
        *log.indexes.start() <= self.next
    }

    /// Applies what the log has beyond it, and tells `each` where it stands after the entries that
    /// `wants` asks for, and at the end.
    ///
    /// # Errors
    /// The log begins too late, or an invariant of the state does not hold.
    pub fn follow(
        &mut self,
        log: &Log,
        wants: impl Fn(u64) -> bool,
        mut each: impl FnMut(Hashes),
    ) -> Result<()> {
        ensure!(
            self.can_follow(log),
            "the log begins with index {}, but {} is needed next",
            log.indexes.start(),
            self.next
        );
        let mut out = Output::default();
        for entry in log.entries.iter().filter(|it| it.index >= self.next) {
            self.engine.apply(entry, &mut out);
            if wants(entry.index) {
                each(self.hashes());
            }
        }
        self.next = self.next.max(log.indexes.end() + 1);
        each(self.hashes());
        self.engine.check_invariants().map_err(anyhow::Error::msg)
    }
}
