//! Requests of this node's gateway that wait for their reply.

use super::proposer::Proposals;
use super::streams;
use crate::config::Limits;
use broker_api::Refusal;
use broker_api::metrics::Metrics;
use parking_lot::Mutex;
use record::{CommandBody, Reply, RequestId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
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
    /// Those of them whose command was not carried out yet.
    under_way: BTreeSet<u64>,
}

impl Open {
    fn remove(&mut self, seq: u64) -> Option<oneshot::Sender<Reply>> {
        self.under_way.remove(&seq);
        self.senders.remove(&seq)
    }

    /// How many wait for what others do after their command was carried out.
    fn awaited(&self) -> u64 {
        (self.senders.len() - self.under_way.len()) as u64
    }
}

/// How many requests may wait, for a request that wants to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Requests whose command is under way.
    pub(crate) under_way: u64,
    /// Requests whose command was carried out, and whose reply comes of what others do; none if it
    /// does not matter, because this request will not be one of them.
    pub(crate) awaited: Option<u64>,
}

impl Room {
    /// The room for the request of a command.
    pub(crate) fn of(body: &CommandBody, limits: &Limits) -> Self {
        let may_be_awaited = match body {
            CommandBody::CreateInstance(it) => it.await_result,
            // Their listeners may have to be done first.
            CommandBody::AssignUserTask(_)
            | CommandBody::UpdateUserTask(_)
            | CommandBody::CompleteUserTask(_)
            | CommandBody::SetVariables(_) => true,
            _ => false,
        };
        Self {
            under_way: limits.commands_in_flight_max,
            awaited: may_be_awaited.then_some(limits.answers_awaited_max),
        }
    }
}

/// Which of the two is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// [`Room::under_way`].
    UnderWay,
    /// [`Room::awaited`].
    Awaited,
}

impl Full {
    /// How it is told.
    pub(crate) fn refusal(self, limits: &Limits) -> Refusal {
        let (limit, max, reason) = match self {
            Self::UnderWay => (
                "commands-in-flight-max",
                limits.commands_in_flight_max,
                "The partition has as many commands under way. Try again in a moment.",
            ),
            Self::Awaited => (
                "answers-awaited-max",
                limits.answers_awaited_max,
                "As many requests wait for the result of an instance or for the listeners of a \
                 user task. Try again when some of them have it, or start instances without \
                 waiting for their result.",
            ),
        };
        Refusal::LimitReached { limit, max, reason: reason.to_owned() }
    }
}

impl Waiting {
    pub(crate) fn new(node: u64, incarnation: u64, proposals: Proposals) -> Arc<Self> {
        let open =
            Mutex::new(Open { next: 1, senders: BTreeMap::new(), under_way: BTreeSet::new() });
        Arc::new(Self { node, incarnation, open, proposals })
    }

    pub(crate) fn incarnation(&self) -> u64 {
        self.incarnation
    }

    /// Registers a request if there is room for it.
    ///
    /// Requests that wait for others do not count as under way: they would keep out those that
    /// they wait for, such as the workers of the instance whose result they want.
    ///
    /// The second value is the lowest number that still waits, which lets the engine forget the
    /// replies below it.
    pub(crate) fn register(self: &Arc<Self>, room: Room) -> Result<(Ticket, u64), Full> {
        let (sender, receiver) = oneshot::channel();
        let mut open = self.open.lock();
        if open.under_way.len() as u64 >= room.under_way {
            return Err(Full::UnderWay);
        }
        if room.awaited.is_some_and(|max| open.awaited() >= max) {
            return Err(Full::Awaited);
        }
        let seq = open.next;
        open.next += 1;
        open.senders.insert(seq, sender);
        open.under_way.insert(seq);
        let settled = open.senders.first_key_value().map_or(seq, |(first, _)| *first);
        drop(open);
        let id = RequestId { node: self.node, incarnation: self.incarnation, seq };
        Ok((Ticket { id, receiver, waiting: self.clone() }, settled))
    }

    /// How many commands are under way, and how many requests wait for others after theirs was
    /// carried out.
    fn counts(&self) -> (u64, u64) {
        let open = self.open.lock();
        (open.under_way.len() as u64, open.awaited())
    }

    /// Tells the metrics how many wait.
    pub(crate) fn tell(&self, metrics: &Metrics) {
        let (under_way, awaited) = self.counts();
        metrics.commands_in_flight.store(under_way, Ordering::Relaxed);
        metrics.answers_awaited.store(awaited, Ordering::Relaxed);
    }

    fn is_own(&self, request: &RequestId) -> bool {
        request.node == self.node && request.incarnation == self.incarnation
    }

    /// The command of a request was carried out, and its reply comes later.
    pub(crate) fn carried_out(&self, request: &RequestId) {
        if self.is_own(request) {
            self.open.lock().under_way.remove(&request.seq);
        }
    }

    /// Hands a reply to its request, if it is one of this gateway's.
    pub(crate) fn deliver(&self, request: &RequestId, reply: Reply) {
        if !self.is_own(request) {
            return;
        }
        let sender = self.open.lock().remove(request.seq);
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
        self.waiting.open.lock().remove(self.id.seq);
        // The reply may have come in the moment the caller gave up.
        if let Ok(reply) = self.receiver.try_recv() {
            self.waiting.orphaned(&reply);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Full, Room, Waiting};
    use crate::partition::proposer::Proposals;
    use record::{ActivatedJob, Command, CommandBody, JobsActivated, Key, Reply, RequestId};
    use value::wire::Message as _;

    #[tokio::test]
    async fn jobs_in_a_reply_whose_request_was_given_up_are_given_back() {
        let (proposals, mut proposed) = Proposals::channel(1);
        let waiting = Waiting::new(0, 9, proposals);
        let room = Room { under_way: 2, awaited: None };
        let (early, settled) = waiting.register(room).expect("there is room");
        let (late, settled_later) = waiting.register(room).expect("there is room");
        assert_eq!((settled, settled_later), (1, 1));
        assert_eq!(waiting.register(room).err(), Some(Full::UnderWay), "the limit is two");

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

    #[tokio::test]
    async fn who_waits_for_others_is_not_under_way() {
        let (proposals, _proposed) = Proposals::channel(1);
        let waiting = Waiting::new(0, 9, proposals);
        let alone = Room { under_way: 1, awaited: Some(1) };
        let (mut ticket, _) = waiting.register(alone).expect("there is room");
        assert_eq!(waiting.counts(), (1, 0));

        let of_another = RequestId { node: 1, ..ticket.id.clone() };
        waiting.carried_out(&of_another);
        assert_eq!(waiting.counts(), (1, 0));
        waiting.carried_out(&ticket.id);
        assert_eq!(waiting.counts(), (0, 1));

        assert_eq!(waiting.register(alone).err(), Some(Full::Awaited));
        let (worker, _) = waiting.register(Room { awaited: None, ..alone }).expect("it may work");
        assert_eq!(waiting.counts(), (1, 1));
        let full = waiting.register(alone).err();
        assert_eq!(full, Some(Full::UnderWay));

        waiting.deliver(&worker.id, jobs(7));
        waiting.deliver(&ticket.id, jobs(8));
        assert_eq!(waiting.counts(), (0, 0));
        assert_eq!(ticket.reply().await, Some(jobs(8)));
    }

    fn jobs(key: u64) -> Reply {
        let job = ActivatedJob { key: Key(key), ..ActivatedJob::default() };
        Reply::JobsActivated(JobsActivated { jobs: vec![job], truncated: false })
    }
}
