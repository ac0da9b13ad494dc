//! Requests of this node's gateway that wait for their reply.

use super::proposer::Proposals;
use super::streams;
use parking_lot::Mutex;
use record::{Reply, RequestId};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Requests that wait for their reply.
#[derive(Debug)]
pub(crate) struct Waiting {
    node: u64,
    incarnation: u64,
    open: Mutex<Open>,
    proposals: Proposals,
}

#[derive(Debug)]
struct Open {
    next: u64,
    senders: BTreeMap<u64, oneshot::Sender<Reply>>,
}

impl Waiting {
    pub(crate) fn new(node: u64, incarnation: u64, proposals: Proposals) -> Arc<Self> {
        let open = Mutex::new(Open { next: 1, senders: BTreeMap::new() });
        Arc::new(Self { node, incarnation, open, proposals })
    }

    pub(crate) fn incarnation(&self) -> u64 {
        self.incarnation
    }

    /// Registers a request. `None` if `max` requests wait already.
    ///
    /// The second value is the lowest number that still waits, which lets the engine forget the
    /// replies below it.
    pub(crate) fn register(self: &Arc<Self>, max: u64) -> Option<(Ticket, u64)> {
        let (sender, receiver) = oneshot::channel();
        let mut open = self.open.lock();
        if open.senders.len() as u64 >= max {
            return None;
        }
        let seq = open.next;
        open.next += 1;
        open.senders.insert(seq, sender);
        let settled = open.senders.first_key_value().map_or(seq, |(first, _)| *first);
        drop(open);
        let id = RequestId { node: self.node, incarnation: self.incarnation, seq };
        Some((Ticket { id, receiver, waiting: self.clone() }, settled))
    }

    /// How many requests wait.
    pub(crate) fn len(&self) -> u64 {
        self.open.lock().senders.len() as u64
    }

    /// Hands a reply to its request, if it is one of this gateway's.
    pub(crate) fn deliver(&self, request: &RequestId, reply: Reply) {
        if request.node != self.node || request.incarnation != self.incarnation {
            return;
        }
        let sender = self.open.lock().senders.remove(&request.seq);
        let orphan = match sender {
            Some(sender) => sender.send(reply).err(),
            None => Some(reply),
        };
        if let Some(reply) = orphan {
            self.orphaned(&reply);
        }
    }

    /// Nobody takes this reply: jobs in it are offered to others at once.
    fn orphaned(&self, reply: &Reply) {
        if let Reply::JobsActivated(batch) = reply {
            streams::give_back(&self.proposals, batch.jobs.iter());
        }
    }
}

/// A place in the queue. Dropping it gives it up.
#[derive(Debug)]
pub(crate) struct Ticket {
    pub(crate) id: RequestId,
    receiver: oneshot::Receiver<Reply>,
    waiting: Arc<Waiting>,
}

impl Ticket {
    /// Waits for the reply; `None` when the node stops.
    pub(crate) async fn reply(&mut self) -> Option<Reply> {
        (&mut self.receiver).await.ok()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.waiting.open.lock().senders.remove(&self.id.seq);
        // The reply may have come in the moment the caller gave up.
        if let Ok(reply) = self.receiver.try_recv() {
            self.waiting.orphaned(&reply);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Waiting;
    use crate::partition::proposer::Proposals;
    use record::{ActivatedJob, Command, CommandBody, JobsActivated, Key, Reply};
    use value::wire::Message as _;

    #[tokio::test]
    async fn jobs_in_a_reply_whose_request_was_given_up_are_given_back() {
        let (proposals, mut proposed) = Proposals::channel(1);
        let waiting = Waiting::new(0, 9, proposals);
        let (early, settled) = waiting.register(2).expect("there is room");
        let (late, settled_later) = waiting.register(2).expect("there is room");
        assert_eq!((settled, settled_later), (1, 1));
        assert!(waiting.register(2).is_none(), "the limit is two");

        let (early_id, late_id) = (early.id.clone(), late.id.clone());
        drop(early);
        waiting.deliver(&early_id, jobs(7));
        waiting.deliver(&late_id, jobs(8));
        drop(late);

        for key in [7, 8] {
            let bytes = proposed.recv().await.expect("a command was proposed");
            let command = Command::from_bytes(&bytes).expect("it is a command");
            let CommandBody::YieldJobs(it) = command.body else { panic!("{command:?}") };
            assert_eq!(it.jobs.first().map(|it| it.job), Some(Key(key)));
        }
    }

    fn jobs(key: u64) -> Reply {
        let job = ActivatedJob { key: Key(key), ..ActivatedJob::default() };
        Reply::JobsActivated(JobsActivated { jobs: vec![job], truncated: false })
    }
}
