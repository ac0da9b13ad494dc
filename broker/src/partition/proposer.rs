//! Proposing: everything that waits goes to the log at once, stamped with time and seed; when
//! nothing waits, what is due or pending is proposed instead.
//!
//! What is due or pending is known only when the node leads and has seen all of the terms before
//! its own: until then the entry that does it may already be in the log.

use super::clock::Clock;
use super::space::Space;
use super::state_machine::{PartitionRaft, heads_its_term};
use super::status::{Fatal, Progress};
use super::worker::Task;
use crate::platform::Platform;
use crate::raft::types::Payload;
use broker_api::metrics::Metrics;
use openraft::async_runtime::WatchReceiver as _;
use record::{Command, CommandBody, Continue, Envelope, RequestId, Seen, Stamp, Tick};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use value::wire::Message as _;

/// Commands that go to the log in one append at most.
const BATCH_MAX: usize = 1_024;
/// How often the worker is asked whether a checkpoint is due.
const CHECKPOINT_LOOK: Duration = Duration::from_secs(1);
/// How long to wait after an entry of the node's own was not taken.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// The longest sleep until something is due: the wall clock may be set forward meanwhile.
const SLEEP_MAX: Duration = Duration::from_millis(500);

/// The way to the proposer.
#[derive(Debug, Clone)]
pub(crate) struct Proposals {
    commands: mpsc::Sender<Vec<u8>>,
}

impl Proposals {
    /// Room for all commands in flight, and as much for the node's own.
    pub(crate) fn channel(in_flight_max: u64) -> (Self, mpsc::Receiver<Vec<u8>>) {
        let capacity = usize::try_from(in_flight_max).unwrap_or(usize::MAX / 4).max(1_024) * 2;
        let (commands, receiver) = mpsc::channel(capacity);
        (Self { commands }, receiver)
    }

    /// Proposes an encoded command of a client. False if the queue is full or the node stops.
    pub(crate) fn client(&self, command: Vec<u8>) -> bool {
        self.commands.try_send(command).is_ok()
    }

    /// Proposes a command of the node itself; nobody waits for its reply.
    pub(crate) fn internal(&self, body: CommandBody) {
        let command = Command {
            request: RequestId::default(),
            settled: 0,
            envelope: Envelope::default(),
            body,
        };
        let bytes = command.to_bytes();
        if let Err(mpsc::error::TrySendError::Full(bytes)) = self.commands.try_send(bytes) {
            // Rare, and it must not be lost: jobs given back would stay locked.
            let commands = self.commands.clone();
            tokio::spawn(async move { commands.send(bytes).await });
        }
    }
}

/// The proposer's task.
pub(crate) struct Proposer<P: Platform> {
    pub(crate) platform: P,
    pub(crate) raft: PartitionRaft<P::Disk>,
    pub(crate) commands: mpsc::Receiver<Vec<u8>>,
    pub(crate) progress: watch::Receiver<Progress>,
    pub(crate) tasks: mpsc::Sender<Task>,
    pub(crate) fatal: Arc<Fatal>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) space: Space<P>,
    pub(crate) stop: CancellationToken,
    pub(crate) seeds: super::seeds::Seeds,
}

impl<P: Platform> Proposer<P> {
    /// Proposes until the node stops.
    pub(crate) async fn run(mut self) {
        let mut clock = Clock::from(self.platform.clone(), self.progress.borrow().now);
        let mut batch = Vec::with_capacity(BATCH_MAX);
        let mut own: Option<JoinHandle<()>> = None;
        let mut look = tokio::time::interval(CHECKPOINT_LOOK);
        let mut leadership = self.raft.server_metrics();
        loop {
            if !self.has_room(0).await {
                break;
            }
            let due_in = if own.is_none() { self.due_in(&mut clock) } else { None };
            tokio::select! {
                biased;
                () = self.stop.cancelled() => break,
                count = self.commands.recv_many(&mut batch, BATCH_MAX) => {
                    if count == 0 {
                        break;
                    }
                    let bytes = batch.iter().map(|it| it.len() as u64).sum();
                    if !self.has_room(bytes).await {
                        break;
                    }
                    self.propose(&mut clock, batch.drain(..)).await;
                }
                _ = async { own.as_mut().expect("checked by the guard").await }, if own.is_some() => {
                    own = None;
                }
                () = sleep(due_in), if own.is_none() => {
                    own = self.propose_own(&mut clock);
                }
                changed = self.progress.changed() => {
                    if changed.is_err() {
                        break;
                    }
                }
                changed = leadership.changed() => {
                    if changed.is_err() {
                        break;
                    }
                }
                _ = look.tick() => drop(self.tasks.try_send(Task::LookForCheckpoint)),
            }
        }
    }

    /// Waits until so many bytes may go to the log; false if the node stops before.
    async fn has_room(&self, bytes: u64) -> bool {
        self.stop.run_until_cancelled(self.space.room(bytes)).await.is_some()
    }

    /// How long until something is due or pending; `None` for nothing.
    fn due_in(&self, clock: &mut Clock<P>) -> Option<Duration> {
        let progress = self.progress.borrow();
        if !heads_its_term(&self.raft, progress.term) {
            return None;
        }
        if progress.has_pending {
            return Some(Duration::ZERO);
        }
        let due = progress.next_due?;
        let now = clock.stamp(progress.clock, progress.now);
        let wait = u64::try_from(due.saturating_sub(now)).unwrap_or(0);
        Some(Duration::from_millis(wait))
    }

    fn propose_own(&mut self, clock: &mut Clock<P>) -> Option<JoinHandle<()>> {
        let progress = self.progress.borrow_and_update().clone();
        let now = clock.stamp(progress.clock, progress.now);
        let body = if progress.has_pending {
            CommandBody::Continue(Continue {})
        } else if progress.next_due.is_some_and(|it| it <= now) {
            CommandBody::Tick(Tick {})
        } else {
            return None;
        };
        let command = Command { body, ..Command::default() };
        let payload = self.stamp(clock, &progress, &command.to_bytes());
        let raft = self.raft.clone();
        // Only one at a time: the next look waits until it was applied.
        Some(tokio::spawn(async move {
            if let Err(error) = raft.client_write(payload).await {
                tracing::debug!(%error, "an entry of the node's own was not taken");
                // What is due stays due: without a pause the next attempt follows at once.
                tokio::time::sleep(RETRY_PAUSE).await;
            }
        }))
    }

    fn stamp(&mut self, clock: &mut Clock<P>, progress: &Progress, command: &[u8]) -> Payload {
        let now = clock.stamp(progress.clock, progress.now);
        let Progress { logic, units_max, .. } = *progress;
        let stamp = Stamp {
            now,
            seed: self.seeds.next(),
            logic,
            seen: Seen { index: progress.index, hash: progress.output_hash },
            units_max,
        };
        Payload(record::entry_bytes(&stamp, command).into())
    }

    async fn propose(&mut self, clock: &mut Clock<P>, batch: impl Iterator<Item = Vec<u8>>) {
        let progress = self.progress.borrow().clone();
        let payloads: Vec<Payload> =
            batch.map(|command| self.stamp(clock, &progress, &command)).collect();
        self.metrics.log_batches.fetch_add(1, Ordering::Relaxed);
        match self.raft.client_write_many(payloads).await {
            // Replies are found by request id; the stream of results is not needed.
            Ok(results) => drop(results),
            Err(error) => self.fatal.raise(format!("The log takes no more entries: {error}.")),
        }
    }
}

async fn sleep(until_due: Option<Duration>) {
    match until_due {
        Some(wait) => tokio::time::sleep(wait.min(SLEEP_MAX)).await,
        None => std::future::pending().await,
    }
}
