//! How a broker describes itself.

use record::{Millis, PartitionId};

/// The cluster as clients see it.
#[derive(Debug, Clone)]
pub struct Topology {
    /// The cluster's own id.
    pub cluster_id: String,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// How many copies each partition has.
    pub replication_factor: u32,
    /// How many partitions there are.
    pub partition_count: u32,
}

/// A node of the cluster.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its number.
    pub id: u64,
    /// Where its gRPC port listens.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What it holds.
    pub partitions: Vec<NodePartition>,
}

/// A partition on a node.
#[derive(Debug, Clone)]
pub struct NodePartition {
    /// The partition.
    pub id: PartitionId,
    /// True if it leads.
    pub is_leader: bool,
    /// True if it can serve.
    pub is_healthy: bool,
}

/// Whether commands can commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// True while commands can commit on every partition.
    pub is_ready: bool,
    /// One line per reason why not; empty when ready.
    pub reasons: Vec<String>,
    /// Of what kinds these reasons are; empty when ready.
    pub obstacles: Vec<Obstacle>,
    /// True when the test clock may be moved.
    pub clock_is_controllable: bool,
}

/// A kind of reason why commands cannot commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// The disk has no space, or does not answer.
    Disk,
    /// A partition has no leader: too few nodes answer, or one is being chosen.
    Leader,
    /// Something cannot go on, and the process will end.
    Failure,
    /// The process was told to stop.
    Stopping,
}

impl Obstacle {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Disk, Self::Leader, Self::Failure, Self::Stopping];

    /// Its name, as metrics label it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Leader => "leader",
            Self::Failure => "failure",
            Self::Stopping => "stopping",
        }
    }
}

/// A partition's place in the log and the hash of its state.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionStatus {
    /// The partition.
    pub partition: PartitionId,
    /// The term it is in.
    pub term: u64,
    /// True if this node leads it.
    pub is_leader: bool,
    /// The last applied index.
    pub applied_index: u64,
    /// The position of the last record.
    pub last_position: u64,
    /// The logic version in force.
    pub logic: u32,
    /// The newest logic version that this node knows.
    pub logic_known: u32,
    /// The hash of all rows of the state at `applied_index`.
    pub state_hash: u64,
    /// The running hash of all outputs up to `applied_index`.
    pub output_hash: u64,
    /// Log time.
    pub now: Millis,
    /// Process instances that have not ended.
    pub instances: u64,
    /// Incidents that are open.
    pub incidents: u64,
    /// Work waits that needs no command: it did not fit its entry, or is due by log time.
    pub has_work: bool,
    /// The settings in force.
    pub settings: record::Settings,
    /// The last index covered by a checkpoint.
    pub checkpoint_index: u64,
}
