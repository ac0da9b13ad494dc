//! A node of the real broker on a simulated machine, with its lives.
//!
//! Each life has a runtime of its own, on one thread and with paused time: a crash drops it with
//! all tasks inside, and the disk decides what stays. Several nodes would each have one, and take
//! turns; the network between them belongs behind `broker/src/raft/network.rs`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use broker::io::Loss;
use broker::{Config, Node};
use broker_api::{Broker as _, PartitionStatus};
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

use crate::clients::{Heard, Inbox};
use crate::platform::Simulated;

/// The longest that a start may take on a healthy machine, in simulated time.
const START_MAX: Duration = Duration::from_secs(5);
/// The longest that a clean stop may take.
const STOP_MAX: Duration = Duration::from_mins(1);

/// The partition that is simulated.
pub const PARTITION: u32 = 1;

/// A node with its machine.
#[derive(Debug)]
pub struct SimNode {
    /// The machine.
    pub machine: Simulated,
    /// How the node is set up.
    pub config: Config,
    life: Option<Life>,
}

#[derive(Debug)]
struct Life {
    runtime: Runtime,
    node: Arc<Node<Simulated>>,
}

impl SimNode {
    /// A node that was never started.
    pub fn new(machine: Simulated, config: Config) -> Self {
        Self { machine, config, life: None }
    }

    /// True between start and stop or crash.
    pub fn is_up(&self) -> bool {
        self.life.is_some()
    }

    /// The running node.
    pub fn broker(&self) -> Option<&Arc<Node<Simulated>>> {
        self.life.as_ref().map(|it| &it.node)
    }

    /// The folder of the record segments.
    pub fn records(&self) -> PathBuf {
        self.config.data.join("partitions").join(PARTITION.to_string()).join("records")
    }

    /// Starts the node and waits until commands can commit.
    ///
    /// # Errors
    /// What the node says, or that it takes too long.
    pub fn start(&mut self, inbox: &Inbox) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .map_err(|error| format!("tokio: {error}"))?;
        let machine = self.machine.clone();
        let started = runtime.block_on(async {
            machine.clock.begin();
            let starting = async {
                let node = Node::start_on(machine.clone(), self.config.clone()).await;
                let node = node.map_err(|error| format!("{:#}", anyhow::Error::from(error)))?;
                tokio::select! {
                    biased;
                    reason = node.failed() => Err(reason),
                    () = node.ready() => Ok(node),
                }
            };
            // On a slow disk it takes as long as that many syncs.
            let max = START_MAX + Duration::from_millis(20 * machine.sync_ms_max());
            let started = tokio::time::timeout(max, starting).await;
            machine.clock.rest();
            started.unwrap_or_else(|_| Err(format!("it is not ready after {max:?}")))
        });
        let node = match started {
            Ok(node) => node,
            Err(error) => {
                // Whatever the half started node has open must not outlive it.
                self.machine.disk.crash(Loss::Nothing);
                return Err(error);
            }
        };
        let (watched, heard) = (node.clone(), inbox.clone());
        runtime.spawn(async move {
            let reason = watched.failed().await;
            heard.lock().push_back(Heard::Fatal(reason));
        });
        self.life = Some(Life { runtime, node });
        Ok(())
    }

    /// Lets tasks run: `turns` rounds without time passing, then for so many milliseconds.
    pub fn advance(&self, turns: u64, ms: u64) {
        let Some(life) = &self.life else {
            self.machine.clock.pass(ms);
            return;
        };
        life.runtime.block_on(async {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
            if ms > 0 {
                tokio::time::sleep(Duration::from_millis(ms)).await;
            }
            self.machine.clock.rest();
        });
    }

    /// Runs something on the node's runtime; it ends with it.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> Option<AbortHandle> {
        Some(self.life.as_ref()?.runtime.spawn(work).abort_handle())
    }

    /// The partition's place in the log and the hash of its state.
    pub fn status(&self) -> Option<PartitionStatus> {
        let life = self.life.as_ref()?;
        life.runtime.block_on(async {
            let status = tokio::time::timeout(START_MAX, life.node.status(PARTITION)).await;
            self.machine.clock.rest();
            status.ok()?.ok()
        })
    }

    /// The process or the machine dies.
    pub fn crash(&mut self, loss: Loss) {
        self.machine.disk.crash(loss);
        self.machine.bases.fail_at(None);
        self.life = None;
    }

    /// Stops cleanly.
    ///
    /// # Errors
    /// It takes too long.
    pub fn stop(&mut self) -> Result<(), String> {
        let Some(life) = self.life.take() else { return Ok(()) };
        let stopped = life.runtime.block_on(async {
            let stopped = tokio::time::timeout(STOP_MAX, life.node.shut_down()).await;
            self.machine.clock.rest();
            stopped
        });
        stopped.map_err(|_| format!("the node did not stop within {STOP_MAX:?}"))
    }
}
