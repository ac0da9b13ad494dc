//! The checkpointer: work of its own that makes checkpoints durable, then lets the log be shortened.

use super::marker::Marker;
use super::recorder::Recorder;
use super::state_machine::{Durable, PartitionRaft};
use super::status::{Fatal, Pauses};
use crate::checkpoint::{Error, Store};
use crate::io::Disk;
use crate::platform::{Platform, Running};
use crate::sentence::{causes, sentence};
use broker_api::metrics::Metrics;
use engine::{RowChange, Rows};
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use value::wire::Message as _;

const SPACE_LOOK: Duration = Duration::from_secs(1);
/// The part under which commands are paused.
pub(super) const PART: &str = "checkpoint";
/// What to do while something waits for space.
pub(super) const WAIT: &str = "Free some space; commands go on by themselves.";

/// The changed rows at an index.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) at: Durable,
    pub(crate) index: u64,
    pub(crate) marker: Marker,
    pub(crate) rows: Rows,
    /// Told when it is durable.
    pub(crate) done: Option<oneshot::Sender<()>>,
}

/// The way to the checkpointer.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    snapshots: mpsc::Sender<Snapshot>,
    is_busy: Arc<AtomicBool>,
}

/// What it works with.
pub(crate) struct Surroundings<D: Disk> {
    pub(crate) store: Arc<Store<D>>,
    pub(crate) recorder: Recorder,
    pub(crate) durable: Arc<Mutex<Durable>>,
    pub(crate) pauses: Arc<Pauses>,
    pub(crate) fatal: Arc<Fatal>,
    pub(crate) metrics: Arc<Metrics>,
    /// A base that uses more on disk is written anew if most of it is unused.
    pub(crate) base_bytes: u64,
    /// How many bytes of the disk are free.
    pub(crate) free_bytes: Box<dyn Fn() -> u64 + Send + Sync>,
    /// So many of them stay free.
    pub(crate) free_bytes_min: u64,
    /// Set once the Raft node runs.
    pub(crate) raft: Arc<OnceLock<PartitionRaft<D>>>,
}

impl Checkpointer {
    /// Starts it. It ends when this is dropped.
    ///
    /// # Errors
    /// The operating system refuses another thread.
    pub(crate) fn start<P: Platform>(
        platform: &P,
        around: Surroundings<P::Disk>,
    ) -> std::io::Result<(Self, Running)> {
        let last = around.store.last().map_or(0, |it| it.index);
        around.metrics.checkpoint_index.store(last, Ordering::Relaxed);
        let (snapshots, receiver) = mpsc::channel(1);
        let is_busy = Arc::new(AtomicBool::new(false));
        let running = platform.run("checkpoints", around.run(receiver, is_busy.clone()))?;
        Ok((Self { snapshots, is_busy }, running))
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::Acquire)
    }

    /// Begins a checkpoint. The caller has seen that none is under way.
    pub(crate) fn begin(&self, snapshot: Snapshot) {
        self.is_busy.store(true, Ordering::Release);
        // A checkpointer that has ended has raised the reason already.
        drop(self.snapshots.try_send(snapshot));
    }
}

impl<D: Disk> Surroundings<D> {
    async fn run(self, mut snapshots: mpsc::Receiver<Snapshot>, is_busy: Arc<AtomicBool>) {
        let mut previous = self.store.last().map(|it| it.index);
        while let Some(snapshot) = snapshots.recv().await {
            let index = snapshot.index;
            if let Err(error) = self.take(snapshot).await {
                return self.end("written", &error);
            }
            self.shorten_log(previous.replace(index));
            if let Err(error) = self.patiently(|| self.store.fold().map(drop)).await {
                return self.end("folded", &error);
            }
            if let Err(error) = self.compact() {
                if !error.is_out_of_space() {
                    return self.end("folded", &error);
                }
                tracing::warn!(%error, "the base was not written anew");
                // It may be under way: then the rest is folded as any checkpoint is.
                if let Err(error) = self.patiently(|| self.store.fold().map(drop)).await {
                    return self.end("folded", &error);
                }
            }
            is_busy.store(false, Ordering::Release);
        }
    }

    fn compact(&self) -> Result<bool, Error> {
        let free = (self.free_bytes)().saturating_sub(self.free_bytes_min);
        self.store.compact(self.base_bytes, free)
    }

    fn end(&self, what: &str, error: &Error) {
        if error.is_out_of_space() && self.pauses.is_stopping() {
            tracing::warn!(%error, what, "no last checkpoint; the log has what it would hold");
        } else {
            let sentence = sentence(error, error.way_out());
            self.fatal.raise(format!("A checkpoint cannot be {what}: {sentence}"));
        }
    }

    async fn take(&self, snapshot: Snapshot) -> Result<(), Error> {
        // A checkpoint must not be ahead of the records: the log alone cannot bring them back.
        if !self.recorder.sync().await {
            return Ok(());
        }
        let marker = snapshot.marker.to_bytes();
        let rows: Vec<RowChange> = snapshot.rows.into_changes().collect();
        self.patiently(|| {
            let rows = rows
                .iter()
                .map(|(key, value)| (key, value.as_ref().map(|(version, it)| (*version, it))));
            self.store.write(snapshot.index, &marker, rows)
        })
        .await?;
        *self.durable.lock() = snapshot.at;
        self.metrics.checkpoint_index.store(snapshot.index, Ordering::Relaxed);
        self.metrics.checkpoints.fetch_add(1, Ordering::Relaxed);
        tracing::info!(index = snapshot.index, rows = rows.len(), "checkpoint");
        if let Some(done) = snapshot.done {
            // Who asked may have given up.
            let _ = done.send(());
        }
        Ok(())
    }

    fn may_wait(&self) -> bool {
        self.fatal.reason().is_none() && !self.pauses.is_stopping()
    }

    /// Waits for space: the changed rows are kept, and commands are refused with the reason.
    async fn patiently(&self, mut write: impl FnMut() -> Result<(), Error>) -> Result<(), Error> {
        loop {
            match write() {
                Err(error) if error.is_out_of_space() && self.may_wait() => {
                    let causes = causes(&error);
                    self.pauses.set(PART, format!("No space for a checkpoint: {causes}. {WAIT}"));
                    tokio::time::sleep(SPACE_LOOK).await;
                }
                result => {
                    self.pauses.clear(PART);
                    return result;
                }
            }
        }
    }

    /// The log is kept for two checkpoints: entries up to the one before are no longer needed.
    fn shorten_log(&self, previous: Option<u64>) {
        let Some(raft) = self.raft.get().cloned() else { return };
        tokio::spawn(async move {
            let trigger = raft.trigger();
            let told = trigger.snapshot().await;
            let purged = match previous {
                Some(index) => trigger.purge_log(index).await,
                None => Ok(()),
            };
            if let Err(error) = told.and(purged) {
                tracing::debug!(%error, "the log was not shortened");
            }
        });
    }
}
