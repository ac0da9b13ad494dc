//! The worker: owns the engine, on a thread of its own, and routes its output.

use super::checkpointer::{Checkpointer, Snapshot};
use super::cut::Cut;
use super::marker::{Marker, Members};
use super::polls::Polls;
use super::proposer::Proposals;
use super::reach::Reach;
use super::recorder::{Batch, Recorder};
use super::state_machine::Durable;
use super::status::{Fatal, Telling};
use super::streams::{self, Streams};
use super::waiting::Waiting;
use crate::config::{Checkpoints, Config};
use crate::raft::types::{LogId, Membership};
use broker_api::metrics::Metrics;
use bytes::Bytes;
use engine::{Compiled, Engine, Output, Pace, Push};
use record::{CommandBody, Entry, EntryBody, Reply, Seen};
use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How many output hashes are kept to be compared with what a proposer saw.
const HASHES_MAX: usize = 65_536;

/// What to do when this binary decides otherwise than the one that wrote the log.
pub(super) const HOW_TO_UPGRADE: &str = "Start the version that wrote the log, stop it with \
    SIGTERM so that it leaves a checkpoint and nothing to replay, then start this one.";

/// A committed entry of the log.
#[derive(Debug)]
pub(crate) enum Committed {
    /// A new leader's empty entry.
    Blank(LogId),
    /// An engine entry.
    Entry(LogId, Bytes),
    /// A change of the partition's nodes.
    Members(LogId, Membership),
}

/// A question to the engine, asked where it runs.
pub(crate) type Question = Box<dyn FnOnce(&Engine) + Send>;

impl Committed {
    fn index(&self) -> u64 {
        match self {
            Self::Blank(log_id) | Self::Entry(log_id, _) | Self::Members(log_id, _) => log_id.index,
        }
    }
}

/// What the worker is asked to do.
pub(crate) enum Task {
    /// Apply entries, and say when it is done.
    Apply(Vec<Committed>, oneshot::Sender<Result<(), String>>),
    /// Answer a question.
    Ask(Question),
    /// Take a file that was compiled before the log.
    Offer(Compiled),
    /// Take a deployed file that was compiled beside the engine.
    OfferDeployed(Compiled),
    /// Take a checkpoint if one is due.
    LookForCheckpoint,
    /// Take a checkpoint now, and say when it is durable.
    Checkpoint(oneshot::Sender<()>),
    /// Take a checkpoint now, take no other while the cut lives, and say when it is durable. No
    /// cut while a checkpoint is under way.
    Cut(oneshot::Sender<()>, oneshot::Sender<Option<Cut>>),
    /// End.
    Stop,
}

impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Apply(..) => "Apply",
            Self::Ask(_) => "Ask",
            Self::Offer(_) => "Offer",
            Self::OfferDeployed(_) => "OfferDeployed",
            Self::LookForCheckpoint => "LookForCheckpoint",
            Self::Checkpoint(_) => "Checkpoint",
            Self::Cut(..) => "Cut",
            Self::Stop => "Stop",
        })
    }
}

/// Where output goes, and what is known of the node.
#[derive(Debug)]
pub(crate) struct Outlets {
    pub(crate) waiting: Arc<Waiting>,
    pub(crate) streams: Arc<Streams>,
    pub(crate) polls: Arc<Polls>,
    pub(crate) proposals: Proposals,
    pub(crate) recorder: Recorder,
    pub(crate) progress: Telling,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) fatal: Arc<Fatal>,
    /// Told when something was deployed that is not compiled.
    pub(crate) uncompiled: mpsc::Sender<()>,
}

/// The worker.
#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) engine: Engine,
    pub(crate) outlets: Outlets,
    pub(crate) checkpointer: Checkpointer,
    pub(crate) policy: Checkpoints,
    pub(crate) at: Durable,
    pub(crate) term: u64,
    hashes: VecDeque<Seen>,
    out: Output,
    /// The records of the entries that are being applied together.
    records: Batch,
    log_bytes: u64,
    last_checkpoint: Instant,
    checkpoint_index: u64,
    /// Until the entries that were in the log at the start are applied.
    reach: Option<Reach>,
    /// The newest logic version that the engine knows.
    logic: u32,
    /// What work has cost lately.
    pace: Pace,
    /// While it can be upgraded, no checkpoint is taken by itself.
    hold: Weak<()>,
}

impl Worker {
    pub(crate) fn new(
        engine: Engine,
        outlets: Outlets,
        checkpointer: Checkpointer,
        config: &Config,
        at: &Durable,
        reach: Reach,
    ) -> Self {
        let checkpoint_index = engine.applied_index();
        let hashes = VecDeque::from([Seen { index: checkpoint_index, hash: engine.output_hash() }]);
        Self {
            engine,
            outlets,
            checkpointer,
            policy: config.checkpoints.clone(),
            at: at.clone(),
            term: 0,
            hashes,
            out: Output::default(),
            records: Batch::default(),
            log_bytes: 0,
            last_checkpoint: Instant::now(),
            checkpoint_index,
            reach: Some(reach),
            logic: config.logic,
            pace: Pace::default(),
            hold: Weak::new(),
        }
    }

    /// Works until the last way to it is closed.
    pub(crate) async fn run(mut self, mut tasks: mpsc::Receiver<Task>) {
        while let Some(task) = tasks.recv().await {
            match task {
                Task::Apply(entries, done) => {
                    let result = self.apply_all(entries).await;
                    let is_done = result.is_ok();
                    self.tell_progress().await;
                    // The Raft core has stopped if it no longer listens.
                    drop(done.send(result));
                    if !is_done {
                        return;
                    }
                    self.look_for_checkpoint();
                }
                Task::Ask(question) => question(&self.engine),
                Task::Offer(compiled) => self.engine.offer(compiled),
                Task::OfferDeployed(compiled) => self.engine.offer_deployed(compiled),
                Task::LookForCheckpoint => self.look_for_checkpoint(),
                Task::Checkpoint(done) => self.take_checkpoint(Some(done)),
                Task::Cut(durable, answer) => drop(answer.send(self.cut(durable))),
                Task::Stop => return,
            }
        }
    }

    async fn apply_all(&mut self, entries: Vec<Committed>) -> Result<(), String> {
        for entry in entries {
            self.check_reach(entry.index()).await.inspect_err(|reason| {
                self.outlets.fatal.raise(reason.clone());
            })?;
            match entry {
                Committed::Blank(log_id) => self.at.applied = Some(log_id),
                Committed::Members(log_id, membership) => {
                    self.at.members = Members::new(Some(log_id), membership);
                    self.at.applied = Some(log_id);
                }
                Committed::Entry(log_id, bytes) => {
                    self.apply(log_id, &bytes).inspect_err(|reason| {
                        self.outlets.fatal.raise(reason.clone());
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Before the first entry that is new, the records must not be ahead of the log, and those
    /// that came out anew must be those that are there: nobody may be answered before.
    async fn check_reach(&mut self, index: u64) -> Result<(), String> {
        let Some(reach) = self.reach.take_if(|it| it.is_passed_by(index)) else { return Ok(()) };
        reach.check_records(self.engine.last_position())?;
        self.tell_progress().await;
        self.outlets.recorder.compared().await;
        self.outlets.fatal.reason().map_or(Ok(()), Err)
    }

    fn apply(&mut self, log_id: LogId, bytes: &[u8]) -> Result<(), String> {
        let index = log_id.index;
        let body = EntryBody::read_by(bytes, self.logic)
            .map_err(|error| format!("The log entry {index} cannot be applied: {error}."))?;
        self.check_seen(index, &body.seen)?;
        let is_term = matches!(body.command.body, CommandBody::StartTerm(_));
        let entry = Entry { index, term: log_id.committed_leader_id().term, body };
        let started = Instant::now();
        let compiled_before = self.engine.compiled_in_apply();
        self.engine.apply(&entry, &mut self.out);
        if let Some(definition) = self.engine.unreadable_definition() {
            return Err(format!(
                "This Baton cannot read the file of the definition {definition}, which log entry \
                 {index} needs and an earlier version deployed. Start that version again, and \
                 report this."
            ));
        }
        let took = started.elapsed();
        self.pace.note(self.out.units, took);
        let spent = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        if is_term {
            self.term = entry.term;
        }
        self.at.applied = Some(log_id);
        self.log_bytes += bytes.len() as u64;
        self.remember_hash(index);
        let metrics = &self.outlets.metrics;
        metrics.apply_nanoseconds.fetch_add(spent, Ordering::Relaxed);
        metrics.entries_applied.fetch_add(1, Ordering::Relaxed);
        let compiled = self.engine.compiled_in_apply() - compiled_before;
        metrics.files_compiled_in_apply.fetch_add(compiled, Ordering::Relaxed);
        metrics.log_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if let CommandBody::Deploy(deploy) = &entry.body.command.body
            && self.engine.lacks(deploy)
        {
            // If it is full, what is compiled next is asked for after this.
            let _ = self.outlets.uncompiled.try_send(());
        }
        let request = &entry.body.command.request;
        if !self.out.replies.iter().any(|(answered, _)| answered == request) {
            self.outlets.waiting.carried_out(request);
        }
        self.route();
        Ok(())
    }

    /// A proposer that computed another result than this binary must not be followed.
    fn check_seen(&self, index: u64, seen: &Seen) -> Result<(), String> {
        let own = self.hashes.iter().rev().find(|it| it.index <= seen.index);
        match own.filter(|it| it.index == seen.index) {
            Some(own) if own.hash != seen.hash => Err(format!(
                "This Baton computes another result for log entry {} or one before it than the \
                 one that wrote entry {index}: its logic differs. {HOW_TO_UPGRADE}{}",
                seen.index,
                self.reach.as_ref().map(Reach::if_mixed).unwrap_or_default()
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn remember_hash(&mut self, index: u64) {
        if self.hashes.len() >= HASHES_MAX {
            self.hashes.pop_front();
        }
        self.hashes.push_back(Seen { index, hash: self.engine.output_hash() });
    }

    fn route(&mut self) {
        let outlets = &self.outlets;
        let mut written = 0;
        for (position, bytes) in self.out.encoded() {
            if written == 0 {
                self.records.begin(self.engine.applied_index());
            }
            self.records.push(position, bytes);
            written += 1;
        }
        outlets.metrics.records_written.fetch_add(written, Ordering::Relaxed);
        outlets.progress.tell_logic(&self.engine);
        for (request, reply) in self.out.replies.drain(..) {
            let is_rejected = matches!(reply, Reply::Rejected(_));
            let metrics = &outlets.metrics;
            let counter =
                if is_rejected { &metrics.commands_rejected } else { &metrics.commands_accepted };
            counter.fetch_add(1, Ordering::Relaxed);
            outlets.waiting.deliver(&request, reply);
        }
        for push in self.out.pushes.drain(..) {
            push_out(outlets, push);
        }
    }

    async fn tell_progress(&mut self) {
        if !self.records.is_empty() {
            self.outlets.recorder.append(std::mem::take(&mut self.records)).await;
        }
        let engine = &self.engine;
        let metrics = &self.outlets.metrics;
        let index = engine.applied_index();
        metrics.applied_index.store(index, Ordering::Relaxed);
        metrics.instances_active.store(engine.instances_active(), Ordering::Relaxed);
        metrics.incidents_open.store(engine.incidents_open(), Ordering::Relaxed);
        metrics.jobs_activatable.store(engine.jobs_activatable(), Ordering::Relaxed);
        metrics.streams_open.store(engine.streams_open(), Ordering::Relaxed);
        self.outlets.waiting.tell(metrics);
        metrics.polls_parked.store(self.outlets.polls.len(), Ordering::Relaxed);
        self.outlets.progress.tell(engine, self.term, &self.pace);
    }

    fn look_for_checkpoint(&mut self) {
        let has_changed = self.engine.applied_index() > self.checkpoint_index;
        let is_due = self.log_bytes >= self.policy.log_bytes
            || self.last_checkpoint.elapsed() >= self.policy.interval;
        let is_held = self.hold.strong_count() > 0;
        if has_changed && is_due && !is_held && !self.checkpointer.is_busy() {
            self.take_checkpoint(None);
        }
    }

    fn cut(&mut self, durable: oneshot::Sender<()>) -> Option<Cut> {
        if self.checkpointer.is_busy() {
            return None;
        }
        if self.engine.applied_index() > self.checkpoint_index {
            self.take_checkpoint(Some(durable));
        } else {
            // Who asked may have given up.
            let _ = durable.send(());
        }
        let hold = Arc::new(());
        self.hold = Arc::downgrade(&hold);
        Some(Cut::of(&self.engine, hold))
    }

    fn take_checkpoint(&mut self, done: Option<oneshot::Sender<()>>) {
        let index = self.engine.applied_index();
        if index <= self.checkpoint_index || self.checkpointer.is_busy() {
            return;
        }
        let last_position = self.engine.last_position();
        let marker = Marker::new(self.at.applied.as_ref(), &self.at.members, last_position);
        let rows = self.engine.take_changes();
        self.checkpointer.begin(Snapshot { at: self.at.clone(), index, marker, rows, done });
        self.checkpoint_index = index;
        self.log_bytes = 0;
        self.last_checkpoint = Instant::now();
    }
}

fn push_out(outlets: &Outlets, push: Push) {
    match push {
        Push::Job(pushed) => {
            outlets.metrics.jobs_pushed.fetch_add(1, Ordering::Relaxed);
            if let Some(job) = outlets.streams.deliver(pushed) {
                outlets.metrics.jobs_yielded.fetch_add(1, Ordering::Relaxed);
                streams::give_back(&outlets.proposals, std::iter::once(&job));
            }
        }
        Push::JobsAvailable(it) => outlets.polls.wake(&it.job_type),
        Push::StreamClosed(stream) => outlets.streams.forget(&stream),
    }
}
