//! What a gateway may ask of a broker, in types that fit a channel in the same process as well as
//! a connection to another node.
//!
//! ```text
//! gateway ── Request ──▶ Broker::submit ──▶ log ──▶ apply ──▶ Reply
//!         ── PollRequest ──▶ Broker::activate_jobs     (parks at the leader, outside the log)
//!         ── StreamRequest ─▶ Broker::open_stream      (credit is state, jobs are pushed)
//! ```

mod backup;
mod jobs;
pub mod metrics;
mod refusal;
mod status;

pub use backup::{BackedUp, BackupRequest, BackupStep, BackupSteps};
pub use jobs::{JobBatch, JobStream, PollRequest, StreamControl, StreamRequest};
pub use refusal::Refusal;
pub use status::{Health, Node, NodePartition, Obstacle, PartitionStatus, Topology};

use record::{CommandBody, Envelope, Key, PartitionId, Reply};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use value::Str;

/// An answer that is still to come. Dropping it means that nobody waits any more.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>> + Send>>;

/// A command for a partition.
#[derive(Debug, Clone)]
pub struct Request {
    /// The partition that owns what the command is about.
    pub partition: PartitionId,
    /// Who asks, and what for.
    pub envelope: Envelope,
    /// What is to be done.
    pub body: CommandBody,
}

/// A file to deploy.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its name; the extension says what it is.
    pub name: Str,
    /// Its bytes.
    pub content: Arc<[u8]>,
}

/// What is deployed within a file, and asked for by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Definition {
    /// One version of a process.
    Process,
    /// One version of a decision.
    Decision,
    /// One version of a decision requirements graph.
    DecisionRequirements,
}

/// The broker as its gateways see it.
pub trait Broker: std::fmt::Debug + Send + Sync + 'static {
    /// Orders a command and answers what `apply` replied, once its entry is durable.
    ///
    /// A [`Reply::Rejected`] is an answer, not an error.
    fn submit(&self, request: Request) -> Pending<Reply>;

    /// Validates and compiles resources, then deploys them together.
    fn deploy(&self, envelope: Envelope, resources: Vec<Resource>) -> Pending<Reply>;

    /// Hands out jobs, waiting for some as long as the request says.
    ///
    /// An empty batch means that the time is over. When the future is dropped before it is ready,
    /// jobs already handed out are given back at once.
    fn activate_jobs(&self, request: PollRequest) -> Pending<JobBatch>;

    /// Gives back jobs that did not reach their worker: at once, with unchanged retries.
    fn yield_jobs(&self, partition: PartitionId, jobs: Vec<record::Activation>);

    /// Opens a job stream.
    fn open_stream(&self, request: StreamRequest) -> Pending<JobStream>;

    /// The partition for a message's correlation key (`spec` of the hash: 31·h + byte).
    fn partition_for_correlation_key(&self, correlation_key: &str) -> PartitionId;

    /// The partition for a new instance: the next of those with a leader.
    fn partition_for_new_instance(&self) -> PartitionId;

    /// All partitions.
    fn partitions(&self) -> Vec<PartitionId>;

    /// The cluster as clients see it.
    fn topology(&self) -> Topology;

    /// Whether commands can commit, and if not, why.
    fn health(&self) -> Health;

    /// A partition's place in the log and the hash of its state.
    ///
    /// The hash visits every row: about a microsecond each, on the partition's own thread.
    fn status(&self, partition: PartitionId) -> Pending<PartitionStatus>;

    /// The file in which a definition was deployed, byte for byte; `None` if the key names none.
    fn definition_file(&self, definition: Definition, key: Key) -> Pending<Option<Arc<[u8]>>>;

    /// Makes a backup of this node while it runs. The last step says what is in it, or why there is
    /// none.
    fn back_up(&self, request: BackupRequest) -> BackupSteps;

    /// Counters and gauges of the whole process.
    fn metrics(&self) -> &metrics::Metrics;
}
