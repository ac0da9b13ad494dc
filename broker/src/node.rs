//! A node: its data folder, its partitions, and the broker that gateways see.

use crate::backup::create::Job;
use crate::backup::run::{self, Turn};
use crate::config::Config;
use crate::folder::{self, Folder};
use crate::partition::handle::Partition;
use crate::partition::open_error::OpenError;
use crate::partition::space::Space;
use crate::partition::status::{Fatal, Pauses};
use crate::platform::{Platform, Real};
use broker_api::metrics::Metrics;
use broker_api::{
    BackupRequest, BackupSteps, Broker, Definition, Health, JobBatch, JobStream, Node as NodeInfo,
    NodePartition, PartitionStatus, Pending, PollRequest, Refusal, Request, Resource,
    StreamRequest, Topology,
};
use parking_lot::Mutex;
use record::{Activation, Envelope, Key, PartitionId, Reply};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The only partition so far.
const PARTITION: PartitionId = 1;
/// How often free disk space is looked at.
const DISK_LOOK: Duration = Duration::from_secs(1);

/// Why a node does not start. Each message names the value at fault and the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The data folder is refused.
    #[error(transparent)]
    Folder(#[from] folder::Error),
    /// A partition is refused.
    #[error("partition {partition}: {source}")]
    Partition {
        /// The partition.
        partition: PartitionId,
        /// Why.
        source: OpenError,
    },
}

/// A running node.
#[derive(Debug)]
pub struct Node<P: Platform = Real> {
    config: Config,
    folder: Arc<Mutex<Folder<P::Disk>>>,
    partition: Arc<Partition<P>>,
    metrics: Arc<Metrics>,
    fatal: Arc<Fatal>,
    grpc_address: Mutex<Option<SocketAddr>>,
    /// Taken while a backup is made.
    backing_up: Turn,
    stop: CancellationToken,
}

impl Node {
    /// Opens the data folder and starts everything. Commands can commit once
    /// [`Node::ready`] returns.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(config: Config) -> Result<Arc<Self>, StartError> {
        Self::start_on(Real::with_log_files(config.files.log_bytes), config).await
    }
}

impl<P: Platform> Node<P> {
    /// As [`Node::start`], on another platform.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start_on(platform: P, config: Config) -> Result<Arc<Self>, StartError> {
        let mut folder = Folder::open(
            platform.disk().clone(),
            &config.data,
            config.node_id,
            record::LOGIC_FIRST..=config.logic,
            || new_cluster_id(&platform),
        )?;
        let metrics = Arc::new(Metrics::default());
        let fatal = Arc::new(Fatal::default());
        let pauses = Arc::new(Pauses::default());
        let place = config.data.join("partitions").join(PARTITION.to_string());
        let (data, limits) = (config.data.clone(), &config.limits);
        let space = Space::new(platform.clone(), data, limits, pauses.clone(), metrics.clone());
        space.look();
        let partition = Partition::open(
            platform.clone(),
            &place,
            (PARTITION, folder.has_partition(PARTITION)),
            &config,
            metrics.clone(),
            fatal.clone(),
            (pauses.clone(), space.clone()),
        )
        .await
        .map_err(|source| StartError::Partition { partition: PARTITION, source })?;
        if partition.has_begun().await {
            folder.note_partition(PARTITION)?;
        }
        let stop = CancellationToken::new();
        let folder = Arc::new(Mutex::new(folder));
        let logic = partition.logic_in_force.clone();
        let note = note_logic(platform, folder.clone(), logic, fatal.clone(), stop.clone());
        tokio::spawn(note);
        tokio::spawn(watch_disk(space, stop.clone()));
        Ok(Arc::new(Self {
            config,
            folder,
            partition: Arc::new(partition),
            metrics,
            fatal,
            grpc_address: Mutex::new(None),
            backing_up: Turn::default(),
            stop,
        }))
    }

    /// Waits until commands can commit.
    pub async fn ready(&self) {
        self.partition.leads().await;
    }

    /// Waits until something cannot go on, and says why; the process must then end.
    pub async fn failed(&self) -> String {
        self.fatal.wait().await
    }

    /// Says where this node's gateway listens, for the topology.
    pub fn set_grpc_address(&self, address: SocketAddr) {
        *self.grpc_address.lock() = Some(address);
    }

    /// Stops cleanly, with a last checkpoint.
    pub async fn shut_down(&self) {
        self.stop.cancel();
        self.partition.shut_down().await;
    }

    fn partition(&self, id: PartitionId) -> Result<Arc<Partition<P>>, Refusal> {
        if id == PARTITION {
            return Ok(self.partition.clone());
        }
        Err(Refusal::NoPartition { partition: id })
    }
}

/// An id that no other cluster has: 32 hexadecimal digits.
pub(crate) fn new_cluster_id<P: Platform>(platform: &P) -> String {
    format!("{:016x}{:016x}", platform.random(), platform.random())
}

/// Notes in the data folder which logic version its log needs, so that an older Baton refuses it
/// before it opens the log.
async fn note_logic<P: Platform>(
    platform: P,
    folder: Arc<Mutex<Folder<P::Disk>>>,
    mut logic: watch::Receiver<u32>,
    fatal: Arc<Fatal>,
    stop: CancellationToken,
) {
    loop {
        let version = *logic.borrow_and_update();
        let folder = folder.clone();
        let noted = platform.compute(move || folder.lock().raise_logic(version));
        if let Some(Err(error)) = noted.await {
            fatal.raise(error.to_string());
            return;
        }
        match stop.run_until_cancelled(logic.changed()).await {
            Some(Ok(())) => {}
            Some(Err(_)) | None => return,
        }
    }
}

/// Refuses commands while the disk of the data folder is nearly full.
async fn watch_disk<P: Platform>(space: Space<P>, stop: CancellationToken) {
    let mut look = tokio::time::interval(DISK_LOOK);
    while stop.run_until_cancelled(look.tick()).await.is_some() {
        space.look();
    }
}

impl<P: Platform> Broker for Node<P> {
    fn submit(&self, request: Request) -> Pending<Reply> {
        let partition = self.partition(request.partition);
        Box::pin(async move { partition?.submit(request.envelope, request.body).await })
    }

    fn deploy(&self, envelope: Envelope, resources: Vec<Resource>) -> Pending<Reply> {
        let partition = self.partition(PARTITION);
        Box::pin(async move { partition?.deploy(envelope, resources).await })
    }

    fn activate_jobs(&self, request: PollRequest) -> Pending<JobBatch> {
        let partition = self.partition(PARTITION);
        Box::pin(async move { partition?.activate_jobs(request).await })
    }

    fn yield_jobs(&self, partition: PartitionId, jobs: Vec<Activation>) {
        if let Ok(partition) = self.partition(partition) {
            partition.yield_jobs(jobs);
        }
    }

    fn open_stream(&self, request: StreamRequest) -> Pending<JobStream> {
        let partition = self.partition(PARTITION);
        Box::pin(async move { partition?.open_stream(request).await })
    }

    fn partition_for_correlation_key(&self, correlation_key: &str) -> PartitionId {
        crate::routing::for_correlation_key(correlation_key, 1)
    }

    fn partition_for_new_instance(&self) -> PartitionId {
        PARTITION
    }

    fn partitions(&self) -> Vec<PartitionId> {
        vec![PARTITION]
    }

    fn topology(&self) -> Topology {
        let address = *self.grpc_address.lock();
        let partition = NodePartition {
            id: PARTITION,
            is_leader: self.partition.is_leading(),
            is_healthy: self.partition.obstacles().is_empty(),
        };
        Topology {
            cluster_id: self.folder.lock().identity().cluster_id.to_string(),
            nodes: vec![NodeInfo {
                id: u64::from(self.config.node_id),
                host: address.map_or_else(String::new, |it| it.ip().to_string()),
                port: address.map_or(0, |it| it.port()),
                partitions: vec![partition],
            }],
            replication_factor: 1,
            partition_count: 1,
        }
    }

    fn health(&self) -> Health {
        let (obstacles, reasons): (Vec<_>, Vec<_>) = self.partition.obstacles().into_iter().unzip();
        let is_ready = reasons.is_empty();
        let clock_is_controllable = self.config.clock_is_controllable;
        Health { is_ready, reasons, obstacles, clock_is_controllable }
    }

    fn status(&self, partition: PartitionId) -> Pending<PartitionStatus> {
        let partition = self.partition(partition);
        Box::pin(async move { partition?.status().await })
    }

    fn definition_file(&self, definition: Definition, key: Key) -> Pending<Option<Arc<[u8]>>> {
        let partition = self.partition(key.partition());
        Box::pin(async move { partition?.definition_file(definition, key).await })
    }

    fn back_up(&self, request: BackupRequest) -> BackupSteps {
        let job = Job {
            platform: self.partition.platform().clone(),
            folder: request.folder,
            id: request.id,
            data: self.config.data.clone(),
            disk_free_min_bytes: self.config.limits.disk_free_min_bytes,
            identity: self.folder.lock().identity().clone(),
            partitions: vec![self.partition.clone()],
            stop: self.stop.child_token(),
            done: Arc::default(),
        };
        run::start(&self.backing_up, job, self.fatal.clone())
    }

    fn metrics(&self) -> &Metrics {
        &self.metrics
    }
}
