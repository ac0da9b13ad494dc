//! A node on the disk and the clock of this machine, for the process that runs it.
//!
//! [`Node`] works on any platform, so that code which uses it is compiled where the platform is
//! chosen. That is here: whoever starts a server would compile the whole broker again otherwise.

use crate::config::Config;
use crate::node::{Node, StartError};
use broker_api::Broker;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// How long a partition may be without leader before that is worth a word.
const LEADER_PATIENCE: Duration = Duration::from_secs(5);

/// How often a node that refuses commands is asked whether it still does.
const READY_LOOK: Duration = Duration::from_millis(50);

/// Something that is waited for. Boxed, because its code would go with its type.
type Wait<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A node that was started.
#[derive(Debug)]
pub struct RunningNode {
    node: Arc<Node>,
}

impl RunningNode {
    /// Opens the data folder and starts everything. Commands can commit once
    /// [`RunningNode::ready`] returns.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(config: Config) -> Wait<'static, Result<Self, StartError>> {
        Box::pin(async move { Ok(Self { node: Node::start(config).await? }) })
    }

    /// The node as gateways see it.
    pub fn broker(&self) -> Arc<dyn Broker> {
        self.node.clone()
    }

    /// Waits until commands can commit: a partition may lead and still refuse them, for want of
    /// space for example. Why it waits is logged.
    pub fn ready(&self) -> Wait<'_, ()> {
        Box::pin(async move {
            let mut told = Vec::new();
            // A new leader takes a moment, about which there is nothing to say.
            while tokio::time::timeout(LEADER_PATIENCE, self.node.ready()).await.is_err() {
                self.says_ready(&mut told);
            }
            while !self.says_ready(&mut told) {
                tokio::time::sleep(READY_LOOK).await;
            }
        })
    }

    /// Whether commands can commit; if not, and for other reasons than those `told`, logs why.
    fn says_ready(&self, told: &mut Vec<String>) -> bool {
        let health = self.node.health();
        if !health.is_ready && health.reasons != *told {
            tracing::warn!(reasons = %health.reasons.join(" "), "commands cannot commit yet");
            *told = health.reasons;
        }
        health.is_ready
    }

    /// Waits until something cannot go on, and says why; the process must then end.
    pub fn failed(&self) -> Wait<'_, String> {
        Box::pin(self.node.failed())
    }

    /// Says where this node's gateway listens, for the topology.
    pub fn set_grpc_address(&self, address: SocketAddr) {
        self.node.set_grpc_address(address);
    }

    /// Stops cleanly, with a last checkpoint.
    pub fn shut_down(&self) -> Wait<'_, ()> {
        Box::pin(self.node.shut_down())
    }
}
