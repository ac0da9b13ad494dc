//! Job streams that this node's gateway holds.

use super::proposer::Proposals;
use broker_api::StreamControl;
use engine::PushedJob;
use parking_lot::Mutex;
use record::{ActivatedJob, Activation, AddCredit, CloseStream, CommandBody, StreamId, YieldJobs};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Job streams that this node's gateway holds.
#[derive(Debug)]
pub(crate) struct Streams {
    node: u64,
    incarnation: u64,
    next: AtomicU64,
    open: Mutex<BTreeMap<u64, mpsc::Sender<ActivatedJob>>>,
}

impl Streams {
    pub(crate) fn new(node: u64, incarnation: u64) -> Arc<Self> {
        let next = AtomicU64::new(1);
        Arc::new(Self { node, incarnation, next, open: Mutex::default() })
    }

    /// Registers a stream before its command is proposed, so that no push can come too early.
    pub(crate) fn register(&self, credit: u32) -> (StreamId, mpsc::Receiver<ActivatedJob>) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let capacity = usize::try_from(credit.max(1)).unwrap_or(usize::MAX / 2);
        let (sender, receiver) = mpsc::channel(capacity);
        self.open.lock().insert(number, sender);
        (StreamId { node: self.node, incarnation: self.incarnation, number }, receiver)
    }

    pub(crate) fn forget(&self, stream: &StreamId) {
        if stream.node == self.node && stream.incarnation == self.incarnation {
            self.open.lock().remove(&stream.number);
        }
    }

    /// Hands a job to its stream. A job that no stream of this gateway can take comes back.
    pub(crate) fn deliver(&self, pushed: PushedJob) -> Option<ActivatedJob> {
        let stream = &pushed.stream;
        if stream.node != self.node || stream.incarnation != self.incarnation {
            return None;
        }
        let open = self.open.lock();
        let Some(sender) = open.get(&stream.number) else { return Some(pushed.job) };
        match sender.try_send(pushed.job) {
            Ok(()) => None,
            Err(mpsc::error::TrySendError::Full(job) | mpsc::error::TrySendError::Closed(job)) => {
                Some(job)
            }
        }
    }
}

/// The other direction of an open stream.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) stream: StreamId,
    pub(crate) streams: Arc<Streams>,
    pub(crate) proposals: Proposals,
    /// Credit that was earned and not yet told: it is told in quarters of the whole, since each
    /// telling is a log entry.
    pub(crate) earned: AtomicU32,
    pub(crate) quarter: u32,
}

impl StreamControl for Control {
    fn add_credit(&self, count: u32) {
        let earned = self.earned.fetch_add(count, Ordering::AcqRel) + count;
        if earned < self.quarter {
            return;
        }
        let credit = self.earned.swap(0, Ordering::AcqRel);
        if credit > 0 {
            let body = CommandBody::AddCredit(AddCredit { stream: self.stream.clone(), credit });
            self.proposals.internal(body);
        }
    }

    fn close(&self, undelivered: Vec<ActivatedJob>) {
        self.streams.forget(&self.stream);
        let stream = self.stream.clone();
        self.proposals.internal(CommandBody::CloseStream(CloseStream { stream }));
        give_back(&self.proposals, undelivered.iter());
    }

    fn give_back(&self, job: &ActivatedJob) {
        give_back(&self.proposals, std::iter::once(job));
    }
}

/// Proposes that jobs be given back.
pub(crate) fn give_back<'a>(proposals: &Proposals, jobs: impl Iterator<Item = &'a ActivatedJob>) {
    let jobs: Vec<Activation> =
        jobs.map(|it| Activation { job: it.key, number: it.activation }).collect();
    if !jobs.is_empty() {
        proposals.internal(CommandBody::YieldJobs(YieldJobs { jobs }));
    }
}
