//! What clients ask of the node, and what they hear.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use broker_api::{JobBatch, Refusal};
use parking_lot::Mutex;
use record::{ActivatedJob, CommandBody, Key, PublishMessage, RejectionType, Reply};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// What clients have heard and the world has not looked at.
pub type Inbox = Arc<Mutex<VecDeque<Heard>>>;

/// Something that a client heard.
#[derive(Debug)]
pub enum Heard {
    /// The answer to a request.
    Answer(u64, Result<Answer, Refusal>),
    /// A stream is open.
    StreamOpened(u64),
    /// A job from a stream.
    StreamJob(u64, Box<ActivatedJob>),
    /// A stream has ended.
    StreamEnded(u64),
    /// The node cannot go on.
    Fatal(String),
}

/// An answer that is not a refusal.
#[derive(Debug)]
pub enum Answer {
    /// Of a command.
    Reply(Reply),
    /// Of a poll.
    Jobs(JobBatch),
}

/// What a client asked for.
#[derive(Debug, Clone)]
pub enum Wish {
    /// A command, submitted once.
    Command {
        /// What is to be done.
        body: Box<CommandBody>,
        /// The client's key, if it may ask again; empty for none.
        idempotency_key: String,
    },
    /// A deployment, with the file's name.
    Deploy(String),
    /// Jobs of a type.
    Poll(&'static str),
    /// A stream.
    Stream(&'static str),
}

impl Wish {
    /// The client's key, if it may ask again; empty for none.
    pub fn idempotency_key(&self) -> &str {
        match self {
            Self::Command { idempotency_key, .. } => idempotency_key,
            Self::Deploy(_) | Self::Poll(_) | Self::Stream(_) => "",
        }
    }

    /// True for what people do with user tasks: listeners are asked before they are answered.
    pub fn is_about_a_task(&self) -> bool {
        let Self::Command { body, .. } = self else { return false };
        matches!(
            **body,
            CommandBody::CompleteUserTask(_)
                | CommandBody::AssignUserTask(_)
                | CommandBody::UpdateUserTask(_)
        )
    }
}

/// A request that may be made again.
#[derive(Debug, Clone)]
pub struct Keyed {
    /// The client's key.
    pub idempotency_key: String,
    /// What is to be done.
    pub body: CommandBody,
}

/// How a request ended for its client.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// Nothing was heard yet.
    Open,
    /// The node answered.
    Answered(Reply),
    /// The node took no notice: it must have no effect.
    Refused,
    /// Nobody knows whether it had an effect.
    Unknown,
    /// Jobs came, or a stream ended: its commands are checked job by job.
    Served,
}

/// A request of a client.
#[derive(Debug, Clone)]
pub struct Request {
    /// What was asked for.
    pub wish: Wish,
    /// When, in milliseconds of real time.
    pub at_ms: u64,
    /// How long the answer may take on its own, in milliseconds; none for an awaited result.
    pub wait_ms: Option<u64>,
    /// How it ended.
    pub ending: Ending,
}

/// What a stream's holder does with it.
#[derive(Debug)]
pub enum StreamOrder {
    /// Tell that jobs were taken.
    Credit(u32),
    /// Close it.
    Close,
}

/// A job stream of a client.
#[derive(Debug)]
pub struct Stream {
    /// The way to its holder.
    pub orders: mpsc::UnboundedSender<StreamOrder>,
    /// All credit that was ever given.
    pub credit: u64,
    /// Jobs that came.
    pub received: u64,
    /// Those for which credit was given back.
    pub returned: u64,
}

/// A job that a client holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The job.
    pub job: Key,
    /// Its hand-out.
    pub activation: u32,
}

/// All clients.
#[derive(Debug, Default)]
pub struct Clients {
    /// What was heard.
    pub inbox: Inbox,
    /// All requests by number.
    pub requests: BTreeMap<u64, Request>,
    /// Requests that are open.
    pub open: Vec<u64>,
    /// The tasks that wait for the answers.
    pub tasks: BTreeMap<u64, AbortHandle>,
    /// Open streams by the request that opened them.
    pub streams: BTreeMap<u64, Stream>,
    /// Jobs in the hands of workers.
    pub held: Vec<Held>,
    /// Jobs that workers had once: for late and repeated answers.
    pub once_held: Vec<Held>,
    /// Messages with an id, which the node forgets in time.
    pub identified: Vec<PublishMessage>,
    /// The node was gone, and no message was sent again since.
    pub is_in_doubt: bool,
    /// Requests that sent a message again after a restart.
    pub sent_again: BTreeSet<u64>,
    /// What was asked for with an idempotency key.
    pub keyed: Vec<Keyed>,
    next: u64,
}

impl Clients {
    /// Notes a request and gives it a number.
    pub fn ask(&mut self, wish: Wish, at_ms: u64, wait_ms: Option<u64>) -> u64 {
        self.next += 1;
        self.requests.insert(self.next, Request { wish, at_ms, wait_ms, ending: Ending::Open });
        self.open.push(self.next);
        self.next
    }

    /// True if a request was made before, under the same idempotency key.
    pub fn is_again(&self, number: u64) -> bool {
        let key = |it: &Request| it.wish.idempotency_key().to_owned();
        let asked = self.requests.get(&number).map(key).unwrap_or_default();
        let before = || self.requests.range(..number).rev();
        !asked.is_empty() && before().any(|(_, it)| it.wish.idempotency_key() == asked)
    }

    /// True if a message that was sent again after a restart was refused, because its id was taken.
    pub fn is_told_taken(&self, number: u64, reply: &Reply) -> bool {
        let is_taken =
            matches!(reply, Reply::Rejected(it) if it.kind == RejectionType::AlreadyExists);
        is_taken && self.sent_again.contains(&number)
    }

    /// Notes how a request ended.
    pub fn end(&mut self, number: u64, ending: Ending) {
        if let Some(request) = self.requests.get_mut(&number) {
            request.ending = ending;
        }
        self.open.retain(|it| *it != number);
        self.tasks.remove(&number);
    }

    /// The client of a request goes away.
    pub fn give_up(&mut self, number: u64) {
        if let Some(task) = self.tasks.get(&number) {
            task.abort();
        }
        self.end(number, Ending::Unknown);
    }

    /// The node is gone: nobody knows about what is open.
    pub fn lose_contact(&mut self) {
        for number in std::mem::take(&mut self.open) {
            self.end(number, Ending::Unknown);
        }
        self.is_in_doubt = true;
        self.streams.clear();
        self.inbox.lock().clear();
        // Workers go on with what they have.
    }
}

/// The name of a request in its command's envelope.
pub fn trace_of(number: u64) -> String {
    format!("request-{number}")
}

/// The request that an envelope names.
pub fn number_of(trace: &str) -> Option<u64> {
    trace.strip_prefix("request-")?.parse().ok()
}
