//! A partition as the node's broker uses it.

use super::open_error::OpenError;
use super::opening;
use super::polls::Polls;
use super::proposer::Proposals;
use super::space::{self, Space};
use super::stall;
use super::state_machine::{PartitionRaft, heads_its_term};
use super::status::{Fatal, Pauses, Progress};
use super::streams::Streams;
use super::waiting::{Full, Room, Waiting};
use super::worker::{Question, Task};
use crate::checkpoint::Store;
use crate::config::Config;
use crate::platform::{Platform, Running};
use crate::raft::under_way::UnderWay;
use broker_api::metrics::Metrics;
use broker_api::{Definition, Obstacle, PartitionStatus, Refusal};
use engine::Engine;
use openraft::async_runtime::WatchReceiver as _;
use parking_lot::Mutex;
use record::{Command, CommandBody, Envelope, Key, PartitionId, RaiseLogic, Reply, StartTerm};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use value::wire::Message as _;

/// A partition of this node.
#[derive(Debug)]
pub(crate) struct Partition<P: Platform> {
    pub(super) platform: P,
    pub(super) id: PartitionId,
    pub(super) raft: PartitionRaft<P::Disk>,
    pub(super) tasks: mpsc::Sender<Task>,
    pub(super) proposals: Proposals,
    pub(super) waiting: Arc<Waiting>,
    pub(super) streams: Arc<Streams>,
    pub(super) polls: Arc<Polls>,
    pub(super) progress: watch::Receiver<Progress>,
    pub(super) under_way: UnderWay,
    pub(super) store: Arc<Store<P::Disk>>,
    pub(super) pauses: Arc<Pauses>,
    pub(super) fatal: Arc<Fatal>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) config: Config,
    /// The logic version in force; told only when it changes.
    pub(crate) logic_in_force: watch::Receiver<u32>,
    /// No command was ever proposed when it was opened.
    pub(super) is_unwritten: bool,
    pub(super) stop: CancellationToken,
    pub(super) tasks_running: Mutex<Vec<tokio::task::JoinHandle<()>>>,
    pub(super) threads: Mutex<Vec<Running>>,
}

/// How long stopping waits for the last checkpoint.
const LAST_CHECKPOINT_MAX: Duration = Duration::from_secs(20);

/// Why a node does not lead a partition whose test clock was moved.
const CLOCK_WAS_MOVED: &str = "The clock of this data folder was moved. Start the server with \
    '--clock controllable', and reset the clock before you start it without.";

impl<P: Platform> Partition<P> {
    /// Opens a partition over its folder and starts its threads and tasks. One that was begun
    /// here before must have its log.
    ///
    /// # Errors
    /// [`OpenError`] names the file at fault and the way out.
    pub(crate) async fn open(
        platform: P,
        folder: &Path,
        (id, is_begun): (PartitionId, bool),
        config: &Config,
        metrics: Arc<Metrics>,
        fatal: Arc<Fatal>,
        (pauses, space): (Arc<Pauses>, Space<P>),
    ) -> Result<Self, OpenError> {
        let (id, disk) = ((id, is_begun), (pauses, space.clone()));
        let partition = opening::open(platform, folder, id, config, metrics, fatal, disk).await?;
        let (raft, fatal) = (partition.raft.clone(), partition.fatal.clone());
        opening::begin(config.node_id.into(), raft, space, fatal).await?;
        partition.lead();
        partition.watch_log(folder);
        Ok(partition)
    }

    /// Shows in health when the disk does not answer.
    fn watch_log(&self, folder: &Path) {
        let (pauses, stop) = (self.pauses.clone(), self.stop.clone());
        let watching = stall::watch(self.under_way.clone(), folder.to_owned(), pauses, stop);
        self.tasks_running.lock().push(tokio::spawn(watching));
    }

    /// Proposes the first entry of each term that this node leads, and watches that Raft runs.
    ///
    /// A log that is new begins with the newest logic version: there is nothing that an older one
    /// has decided, and no older program to go back to. It comes before the term begins, so that
    /// the log has no command that was decided otherwise.
    fn lead(&self) {
        let newest = record::LOGIC.min(self.config.logic);
        let mut first_logic =
            Some(newest).filter(|it| self.is_unwritten && *it > record::LOGIC_FIRST);
        let raft = self.raft.clone();
        let proposals = self.proposals.clone();
        let fatal = self.fatal.clone();
        let stop = self.stop.clone();
        let task = tokio::spawn(async move {
            let mut metrics = raft.metrics();
            let mut led = None;
            loop {
                let (is_leader, term, running) = {
                    let now = metrics.borrow_watched();
                    (now.state.is_leader(), now.current_term, now.running_state.clone())
                };
                if is_leader && led != Some(term) {
                    led = Some(term);
                    if let Some(to) = first_logic.take() {
                        proposals.internal(CommandBody::RaiseLogic(RaiseLogic { to }));
                    }
                    proposals.internal(CommandBody::StartTerm(StartTerm {}));
                }
                let changed = tokio::select! {
                    biased;
                    () = stop.cancelled() => break,
                    changed = metrics.changed() => changed,
                };
                if let Err(reason) = running {
                    fatal.raise(format!("Raft has stopped: {reason}."));
                    break;
                }
                if changed.is_err() {
                    fatal.raise("Raft has stopped because of a defect. Restart the server.");
                    break;
                }
            }
        });
        self.tasks_running.lock().push(task);
    }

    /// True if this node leads the partition, its term's first entry was applied, and time may
    /// run as the log says.
    pub(crate) fn is_leading(&self) -> bool {
        self.heads_its_term() && !self.is_clock_refused()
    }

    fn heads_its_term(&self) -> bool {
        heads_its_term(&self.raft, self.progress.borrow().term)
    }

    /// Whether the test clock stands elsewhere than this node allows. Only the whole log tells:
    /// the clock may have been moved, or reset, after the last checkpoint.
    fn is_clock_refused(&self) -> bool {
        !self.config.clock_is_controllable && self.progress.borrow().clock.is_moved()
    }

    /// Waits until this node leads, so that commands can commit; for ever if it may not.
    pub(crate) async fn leads(&self) {
        let mut progress = self.progress.clone();
        while !self.is_leading() {
            if self.heads_its_term() && self.is_clock_refused() {
                self.fatal.raise(CLOCK_WAS_MOVED);
                return std::future::pending().await;
            }
            let look = Duration::from_millis(20);
            // A term may begin without progress of the engine.
            drop(tokio::time::timeout(look, progress.changed()).await);
        }
    }

    /// Why commands are not taken now, each with its kind; empty if they are.
    pub(crate) fn obstacles(&self) -> Vec<(Obstacle, String)> {
        if let Some(reason) = self.fatal.reason() {
            return vec![(Obstacle::Failure, reason)];
        }
        // Whatever pauses commands waits for the disk: for its space, or for its answer.
        let pauses = self.pauses.reasons().into_iter().map(|reason| (Obstacle::Disk, reason));
        let mut obstacles: Vec<_> = pauses.collect();
        if !self.is_leading() {
            let reason = format!("Partition {} has no leader yet.", self.id);
            obstacles.push((Obstacle::Leader, reason));
        }
        obstacles
    }

    fn check(&self) -> Result<(), Refusal> {
        if let Some(reason) = self.fatal.reason() {
            return Err(Refusal::Unavailable { partition: self.id, reason });
        }
        if let Some((part, reason)) = self.pauses.first() {
            let partition = self.id;
            let max = self.config.limits.disk_free_min_bytes;
            return Err(match part {
                stall::PART => Refusal::Unavailable { partition, reason },
                space::PART => Refusal::LimitReached { limit: "free-disk-min-bytes", max, reason },
                _ => Refusal::NoSpace { partition, reason },
            });
        }
        if !self.is_leading() {
            let reason = "it has no leader yet. Try again in a moment.".to_owned();
            return Err(Refusal::Unavailable { partition: self.id, reason });
        }
        Ok(())
    }

    /// A version that this node does not know must not get into the log: it would stop there.
    fn check_known(&self, body: &CommandBody) -> Result<(), Refusal> {
        let known = self.config.logic;
        match body {
            CommandBody::RaiseLogic(it) if it.to > known => Err(Refusal::InvalidArgument {
                reason: format!(
                    "The logic version cannot be raised to {}: node {} knows versions up to \
                     {known}. Upgrade every node first.",
                    it.to, self.config.node_id
                ),
            }),
            _ => Ok(()),
        }
    }

    /// Orders a command and waits for its reply.
    pub(crate) async fn submit(
        &self,
        envelope: Envelope,
        body: CommandBody,
    ) -> Result<Reply, Refusal> {
        let refused = |refusal| {
            self.metrics.commands_refused.fetch_add(1, Ordering::Relaxed);
            refusal
        };
        self.check().map_err(refused)?;
        self.check_known(&body).map_err(refused)?;
        let limits = &self.config.limits;
        let overloaded = |full: Full| refused(full.refusal(limits));
        let room = Room::of(&body, limits);
        let (mut ticket, settled) = self.waiting.register(room).map_err(overloaded)?;
        let command = Command { request: ticket.id.clone(), settled, envelope, body };
        let bytes = command.to_bytes();
        let (size_bytes, max_bytes) =
            (bytes.len() as u64, self.config.limits.message_size_max_bytes);
        if size_bytes > max_bytes {
            return Err(refused(Refusal::TooLarge { size_bytes, max_bytes }));
        }
        if !self.proposals.client(bytes) {
            return Err(overloaded(Full::UnderWay));
        }
        self.waiting.tell(&self.metrics);
        let reply = tokio::select! {
            biased;
            reply = ticket.reply() => reply,
            _ = self.fatal.wait() => return Err(Refusal::Interrupted),
            () = self.stop.cancelled() => return Err(Refusal::Stopping),
        };
        reply.ok_or(Refusal::Stopping)
    }

    /// Validates and compiles resources, then deploys them together.
    pub(crate) async fn deploy(
        &self,
        envelope: Envelope,
        resources: Vec<broker_api::Resource>,
    ) -> Result<Reply, Refusal> {
        // The leader of a term has applied what raised the logic version before it.
        self.check().inspect_err(|_| {
            self.metrics.commands_refused.fetch_add(1, Ordering::Relaxed);
        })?;
        let logic = *self.logic_in_force.borrow();
        let body = super::deploy::prepare(&self.platform, resources, logic, &self.tasks).await?;
        self.submit(envelope, body).await
    }

    /// Asks the engine, on its own thread.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Engine) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let (answer, wait) = oneshot::channel();
        let question: Question = Box::new(move |engine| {
            // Who asked may have given up.
            drop(answer.send(question(engine)));
        });
        self.tasks.send(Task::Ask(question)).await.map_err(|_| Refusal::Stopping)?;
        wait.await.map_err(|_| Refusal::Stopping)
    }

    /// The partition's place in the log and the hash of its state.
    pub(crate) async fn status(&self) -> Result<PartitionStatus, Refusal> {
        let (partition, is_leader) = (self.id, self.is_leading());
        let (term, logic_known) = (self.progress.borrow().term, self.config.logic);
        let checkpoint_index = self.metrics.checkpoint_index.load(Ordering::Relaxed);
        self.ask(move |engine| PartitionStatus {
            partition,
            term,
            is_leader,
            applied_index: engine.applied_index(),
            last_position: engine.last_position(),
            logic: engine.logic(),
            logic_known,
            state_hash: engine.state_hash(),
            output_hash: engine.output_hash(),
            now: engine.now(),
            instances: engine.instances_active(),
            incidents: engine.incidents_open(),
            has_work: engine.has_pending()
                || engine.next_due().is_some_and(|it| it <= engine.now()),
            settings: engine.settings().clone(),
            checkpoint_index,
        })
        .await
    }

    /// The file in which a definition was deployed.
    pub(crate) async fn definition_file(
        &self,
        definition: Definition,
        key: Key,
    ) -> Result<Option<Arc<[u8]>>, Refusal> {
        self.ask(move |engine| match definition {
            Definition::Process => engine.process_file(key),
            Definition::Decision => engine.decision_file(key),
            Definition::DecisionRequirements => engine.requirements_file(key),
        })
        .await
    }

    /// Whether the log has begun; not, while there was no space for it since the first start.
    pub(crate) async fn has_begun(&self) -> bool {
        self.raft.is_initialized().await.unwrap_or(false)
    }

    /// Which partition this is.
    pub(crate) fn id(&self) -> PartitionId {
        self.id
    }

    /// What it stands on.
    pub(crate) fn platform(&self) -> &P {
        &self.platform
    }

    /// Its checkpoints, and the folder of its records.
    pub(crate) fn files(&self) -> (Arc<Store<P::Disk>>, PathBuf) {
        (self.store.clone(), self.store.dir().with_file_name("records"))
    }

    /// Stops: takes a last checkpoint, ends tasks and threads, and waits for them.
    pub(crate) async fn shut_down(&self) {
        self.pauses.stop();
        self.stop.cancel();
        // With nothing left to replay, another version can be started on the folder.
        if tokio::time::timeout(LAST_CHECKPOINT_MAX, self.checkpoint()).await.is_err() {
            // Who waits for space must not keep the process alive.
            self.fatal.raise(
                "The server stopped without a last checkpoint, which the disk did not take. The \
                 log has everything.",
            );
        }
        let running = std::mem::take(&mut *self.tasks_running.lock());
        for task in running {
            drop(task.await);
        }
        if let Err(error) = self.raft.shutdown().await {
            tracing::warn!(%error, "Raft did not stop cleanly");
        }
        // The other threads end when the worker lets go of them.
        drop(self.tasks.send(Task::Stop).await);
        let threads = std::mem::take(&mut *self.threads.lock());
        for thread in threads {
            thread.ended().await;
        }
    }
}

pub(super) fn unexpected(partition: PartitionId, reply: &Reply) -> Refusal {
    tracing::error!(partition, ?reply, "a reply of another kind than its command");
    Refusal::Unavailable { partition, reason: "a defect of Baton. Please report it.".to_owned() }
}
