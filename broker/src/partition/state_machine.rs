//! What openraft calls the state machine: it hands committed entries to the worker, in order.

use super::marker::Members;
use super::worker::{Committed, Task};
use crate::checkpoint::Store;
use crate::io::Disk;
use crate::raft::types::{LogId, TypeConfig};
use futures_util::StreamExt as _;
use openraft::alias::{SnapshotMetaOf, SnapshotOf};
use openraft::async_runtime::WatchReceiver as _;
use openraft::storage::{EntryResponder, RaftStateMachine, Snapshot};
use openraft::{EntryPayload, OptionalSend, Raft, RaftSnapshotBuilder, SnapshotMeta};
use parking_lot::Mutex;
use std::io;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// The Raft node of a partition.
pub(crate) type PartitionRaft<D> = Raft<TypeConfig, StateMachine<D>>;

/// True if this node leads, in the term whose first entry was applied last: it has seen all that
/// was decided before.
pub(crate) fn heads_its_term<D: Disk>(raft: &PartitionRaft<D>, term_begun: u64) -> bool {
    let metrics = raft.server_metrics();
    let now = metrics.borrow_watched();
    now.state.is_leader() && now.vote.leader_id().term == term_begun
}

/// Entries that are applied together at most.
const BATCH_MAX: usize = 1_024;

/// A snapshot: the newest durable checkpoint, exported only when it is to be sent.
#[derive(Debug, Clone)]
pub(crate) struct CheckpointRef<D> {
    /// Where its rows are.
    #[expect(dead_code, reason = "read when a snapshot is streamed to another node")]
    pub(crate) store: Arc<Store<D>>,
}

/// The newest durable checkpoint, as Raft names it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Durable {
    pub(crate) applied: Option<LogId>,
    pub(crate) members: Members,
}

/// The state machine: the way to the worker, and to the checkpoints.
#[derive(Debug)]
pub(crate) struct StateMachine<D> {
    pub(crate) tasks: mpsc::Sender<Task>,
    pub(crate) store: Arc<Store<D>>,
    pub(crate) durable: Arc<Mutex<Durable>>,
    /// What had been applied when the state was restored.
    pub(crate) restored: Durable,
}

fn stopped<E>(_: E) -> io::Error {
    io::Error::other("the partition's worker has stopped")
}

impl<D: Disk> StateMachine<D> {
    async fn apply_batch(&mut self, batch: Vec<EntryResponder<TypeConfig>>) -> io::Result<()> {
        let mut entries = Vec::with_capacity(batch.len());
        let mut responders = Vec::with_capacity(batch.len());
        for (entry, responder) in batch {
            let log_id = entry.log_id;
            entries.push(match entry.payload {
                EntryPayload::Blank => Committed::Blank(log_id),
                EntryPayload::Normal(payload) => Committed::Entry(log_id, payload.0),
                EntryPayload::Membership(membership) => Committed::Members(log_id, membership),
            });
            responders.extend(responder);
        }
        let (done, wait) = oneshot::channel();
        self.tasks.send(Task::Apply(entries, done)).await.map_err(stopped)?;
        wait.await.map_err(stopped)?.map_err(io::Error::other)?;
        for responder in responders {
            responder.send(());
        }
        Ok(())
    }

    fn snapshot(&self) -> Option<SnapshotOf<TypeConfig, CheckpointRef<D>>> {
        let durable = self.durable.lock().clone();
        durable.applied?;
        Some(Snapshot {
            meta: SnapshotMeta { last_log_id: durable.applied, last_membership: durable.members },
            snapshot: CheckpointRef { store: self.store.clone() },
        })
    }
}

/// Builds nothing: the checkpoint is durable already.
#[derive(Debug)]
pub(crate) struct Builder<D: Disk>(Option<SnapshotOf<TypeConfig, CheckpointRef<D>>>);

impl<D: Disk> RaftSnapshotBuilder<TypeConfig> for Builder<D> {
    type SnapshotData = CheckpointRef<D>;

    async fn build_snapshot(&mut self) -> io::Result<SnapshotOf<TypeConfig, CheckpointRef<D>>> {
        self.0.take().ok_or_else(|| io::Error::other("there is no durable checkpoint yet"))
    }
}

impl<D: Disk> RaftStateMachine<TypeConfig> for StateMachine<D> {
    type SnapshotData = CheckpointRef<D>;
    type SnapshotBuilder = Builder<D>;

    async fn applied_state(&mut self) -> io::Result<(Option<LogId>, Members)> {
        Ok((self.restored.applied, self.restored.members.clone()))
    }

    async fn apply<S>(&mut self, entries: S) -> io::Result<()>
    where
        S: futures_util::Stream<Item = io::Result<EntryResponder<TypeConfig>>>
            + Unpin
            + OptionalSend,
    {
        // A stream that has ended must not be asked again.
        let mut entries = entries.fuse();
        while let Some(first) = entries.next().await {
            let mut batch = vec![first?];
            // Whatever else is there already goes along.
            while batch.len() < BATCH_MAX
                && let Some(Some(more)) = futures_util::FutureExt::now_or_never(entries.next())
            {
                batch.push(more?);
            }
            self.apply_batch(batch).await?;
        }
        Ok(())
    }

    async fn get_snapshot_builder(&mut self) -> Builder<D> {
        Builder(self.snapshot())
    }

    async fn install_snapshot(
        &mut self,
        _meta: &SnapshotMetaOf<TypeConfig>,
        _snapshot: CheckpointRef<D>,
    ) -> io::Result<()> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "a node without peers receives no snapshots",
        ))
    }

    async fn get_current_snapshot(
        &mut self,
    ) -> io::Result<Option<SnapshotOf<TypeConfig, CheckpointRef<D>>>> {
        Ok(self.snapshot())
    }
}
