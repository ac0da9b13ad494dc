//! How the cluster describes itself.

use proto::gateway as wire;
use proto::gateway::partition::{PartitionBrokerHealth, PartitionBrokerRole};

use crate::{Client, Error};

/// The cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    /// Its nodes.
    pub brokers: Vec<Broker>,
    /// How many nodes there should be.
    pub cluster_size: i32,
    /// How many partitions there are.
    pub partitions_count: i32,
    /// How many copies each partition has.
    pub replication_factor: i32,
    /// The version of the protocol that the gateway speaks.
    pub gateway_version: String,
    /// The cluster's own id.
    pub cluster_id: String,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broker {
    /// Its id.
    pub id: String,
    /// Where it listens.
    pub host: String,
    /// The port.
    pub port: i32,
    /// The version of the protocol that it speaks.
    pub version: String,
    /// What it holds.
    pub partitions: Vec<BrokerPartition>,
}

/// A partition on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerPartition {
    /// The partition.
    pub id: i32,
    /// What the node does for it.
    pub role: BrokerRole,
    /// True if it can serve.
    pub is_healthy: bool,
}

/// What a node does for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokerRole {
    /// It decides.
    Leader,
    /// It follows.
    Follower,
    /// Nothing now.
    Inactive,
}

impl Client {
    /// Asks how the cluster looks.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the gateway does not know it yet.
    pub async fn topology(&self) -> Result<Topology, Error> {
        let answer = self.answer(self.gateway().topology(wire::TopologyRequest {})).await?;
        Ok(Topology {
            brokers: answer.brokers.into_iter().map(broker).collect(),
            cluster_size: answer.cluster_size,
            partitions_count: answer.partitions_count,
            replication_factor: answer.replication_factor,
            gateway_version: answer.gateway_version,
            cluster_id: answer.cluster_id,
        })
    }
}

fn broker(broker: wire::BrokerInfo) -> Broker {
    Broker {
        partitions: broker.partitions.iter().map(partition).collect(),
        id: broker.broker_id,
        host: broker.host,
        port: broker.port,
        version: broker.version,
    }
}

fn partition(partition: &wire::Partition) -> BrokerPartition {
    BrokerPartition {
        id: partition.partition_id,
        role: match partition.role() {
            PartitionBrokerRole::Leader => BrokerRole::Leader,
            PartitionBrokerRole::Follower => BrokerRole::Follower,
            PartitionBrokerRole::Inactive => BrokerRole::Inactive,
        },
        is_healthy: match partition.health() {
            PartitionBrokerHealth::Healthy => true,
            PartitionBrokerHealth::Unhealthy | PartitionBrokerHealth::Dead => false,
        },
    }
}
