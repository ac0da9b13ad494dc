//! A broker that does what a test tells it, and remembers what it was asked.

use broker_api::metrics::Metrics;
use broker_api::{
    BackupRequest, BackupStep, BackupSteps, Broker, Definition, Health, JobBatch, JobStream, Node,
    NodePartition, PartitionStatus, Pending, PollRequest, Refusal, Request, Resource,
    StreamControl, StreamRequest, Topology,
};
use record::{ActivatedJob, Activation, Envelope, Key, PartitionId, Reply, Settings};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use value::Doc;

/// What comes back for the next command.
#[derive(Debug)]
pub(crate) enum Script {
    Reply(Reply),
    Refusal(Refusal),
    Never,
}

/// The broker.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    pub(crate) metrics: Metrics,
    /// Told when there are new jobs for polls.
    offered: Notify,
    state: Mutex<State>,
}

/// What a test sets and looks at.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) scripts: VecDeque<Script>,
    pub(crate) requests: Vec<Request>,
    pub(crate) deployed: Vec<(Envelope, Vec<Resource>)>,
    pub(crate) polls: Vec<PollRequest>,
    pub(crate) polls_dropped: usize,
    pub(crate) poll_refusal: Option<Refusal>,
    pub(crate) jobs: Vec<ActivatedJob>,
    pub(crate) yielded: Vec<(PartitionId, Activation)>,
    pub(crate) streams: Vec<Arc<Stream>>,
    pub(crate) stream_requests: Vec<StreamRequest>,
    pub(crate) stream_refusal: Option<Refusal>,
    pub(crate) partitions: Vec<PartitionId>,
    pub(crate) next_partition: usize,
    pub(crate) health: Health,
    pub(crate) has_nodes: bool,
    pub(crate) backups: Vec<BackupRequest>,
    pub(crate) backup_steps: Vec<Result<BackupStep, Refusal>>,
    pub(crate) files: Vec<(Definition, Key, Arc<[u8]>)>,
    pub(crate) file_refusal: Option<Refusal>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            scripts: VecDeque::new(),
            requests: Vec::new(),
            deployed: Vec::new(),
            polls: Vec::new(),
            polls_dropped: 0,
            poll_refusal: None,
            jobs: Vec::new(),
            yielded: Vec::new(),
            streams: Vec::new(),
            stream_requests: Vec::new(),
            stream_refusal: None,
            partitions: vec![1],
            next_partition: 0,
            health: Health {
                is_ready: true,
                reasons: Vec::new(),
                obstacles: Vec::new(),
                clock_is_controllable: false,
            },
            has_nodes: true,
            backups: Vec::new(),
            backup_steps: Vec::new(),
            files: Vec::new(),
            file_refusal: None,
        }
    }
}

impl Scripted {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The next command is answered like this.
    pub(crate) fn answers(&self, reply: Reply) {
        self.state().scripts.push_back(Script::Reply(reply));
    }

    /// The next command is refused like this.
    pub(crate) fn refuses(&self, refusal: Refusal) {
        self.state().scripts.push_back(Script::Refusal(refusal));
    }

    /// There are new jobs for polls.
    pub(crate) fn offers(&self, jobs: Vec<ActivatedJob>) {
        self.state().jobs.extend(jobs);
        self.offered.notify_waiters();
    }

    /// The only command so far.
    pub(crate) fn only_request(&self) -> Request {
        let state = self.state();
        assert_eq!(state.requests.len(), 1, "{:?}", state.requests);
        state.requests[0].clone()
    }

    fn next(&self) -> Pending<Reply> {
        let script = self.state().scripts.pop_front();
        Box::pin(async {
            match script.expect("the test scripts an answer for each command") {
                Script::Reply(reply) => Ok(reply),
                Script::Refusal(refusal) => Err(refusal),
                Script::Never => std::future::pending().await,
            }
        })
    }
}

/// Counts a poll whose caller went away.
struct PollGuard {
    broker: Arc<Scripted>,
    is_done: bool,
}

impl Drop for PollGuard {
    fn drop(&mut self) {
        if !self.is_done {
            self.broker.state().polls_dropped += 1;
        }
    }
}

/// The broker as the gateway holds it.
#[derive(Debug, Clone)]
pub(crate) struct Handle(pub(crate) Arc<Scripted>);

impl Broker for Handle {
    fn submit(&self, request: Request) -> Pending<Reply> {
        self.0.state().requests.push(request);
        self.0.next()
    }

    fn deploy(&self, envelope: Envelope, resources: Vec<Resource>) -> Pending<Reply> {
        self.0.state().deployed.push((envelope, resources));
        self.0.next()
    }

    fn activate_jobs(&self, request: PollRequest) -> Pending<JobBatch> {
        let wait = request.wait;
        self.0.state().polls.push(request);
        if let Some(refusal) = self.0.state().poll_refusal.clone() {
            return Box::pin(std::future::ready(Err(refusal)));
        }
        let broker = Arc::clone(&self.0);
        Box::pin(async move {
            let mut guard = PollGuard { broker: Arc::clone(&broker), is_done: false };
            let found = async {
                loop {
                    let offered = broker.offered.notified();
                    let jobs = std::mem::take(&mut broker.state().jobs);
                    if !jobs.is_empty() {
                        return jobs;
                    }
                    offered.await;
                }
            };
            let jobs = tokio::time::timeout(wait, found).await.unwrap_or_default();
            guard.is_done = true;
            Ok(JobBatch { jobs, truncated: false })
        })
    }

    fn yield_jobs(&self, partition: PartitionId, jobs: Vec<Activation>) {
        self.0.state().yielded.extend(jobs.into_iter().map(|it| (partition, it)));
    }

    fn open_stream(&self, request: StreamRequest) -> Pending<JobStream> {
        let mut state = self.0.state();
        if let Some(refusal) = state.stream_refusal.clone() {
            return Box::pin(std::future::ready(Err(refusal)));
        }
        let (sender, jobs) = mpsc::channel(1_024);
        let credit = AtomicU32::new(request.credit);
        let control = Arc::new(Stream {
            sender: Mutex::new(Some(sender)),
            credit,
            given_back: Mutex::new(Vec::new()),
            closed: Mutex::new(None),
        });
        state.streams.push(Arc::clone(&control));
        state.stream_requests.push(request);
        Box::pin(std::future::ready(Ok(JobStream { jobs, control })))
    }

    fn partition_for_correlation_key(&self, correlation_key: &str) -> PartitionId {
        // Not the real hash: the test only needs to see that it was asked.
        let count = self.0.state().partitions.len();
        self.0.state().partitions[correlation_key.len() % count]
    }

    fn partition_for_new_instance(&self) -> PartitionId {
        let mut state = self.0.state();
        let next = state.next_partition;
        state.next_partition += 1;
        state.partitions[next % state.partitions.len()]
    }

    fn partitions(&self) -> Vec<PartitionId> {
        self.0.state().partitions.clone()
    }

    fn topology(&self) -> Topology {
        let state = self.0.state();
        let partitions = state.partitions.iter();
        let partitions =
            partitions.map(|id| NodePartition { id: *id, is_leader: true, is_healthy: true });
        let node = Node {
            id: 0,
            host: "localhost".into(),
            port: 26_500,
            partitions: partitions.collect(),
        };
        Topology {
            cluster_id: "test".into(),
            nodes: if state.has_nodes { vec![node] } else { Vec::new() },
            replication_factor: 1,
            partition_count: 1,
        }
    }

    fn health(&self) -> Health {
        self.0.state().health.clone()
    }

    fn status(&self, partition: PartitionId) -> Pending<PartitionStatus> {
        Box::pin(std::future::ready(Ok(PartitionStatus {
            partition,
            term: 3,
            is_leader: true,
            applied_index: 41,
            last_position: 97,
            logic: 1,
            logic_known: 2,
            state_hash: u64::MAX - 1,
            output_hash: 0xfeed,
            now: 1_767_225_600_000,
            instances: 5,
            incidents: 2,
            has_work: false,
            settings: Settings::initial(),
            checkpoint_index: 40,
        })))
    }

    fn definition_file(&self, definition: Definition, key: Key) -> Pending<Option<Arc<[u8]>>> {
        let state = self.0.state();
        if let Some(refusal) = state.file_refusal.clone() {
            return Box::pin(std::future::ready(Err(refusal)));
        }
        let found = state.files.iter().find(|it| (it.0, it.1) == (definition, key));
        let file = found.map(|it| it.2.clone());
        Box::pin(std::future::ready(Ok(file)))
    }

    fn back_up(&self, request: BackupRequest) -> BackupSteps {
        let (steps, receiver) = mpsc::channel(4);
        let mut state = self.0.state();
        for step in std::mem::take(&mut state.backup_steps) {
            steps.try_send(step).expect("a few steps fit");
        }
        state.backups.push(request);
        receiver
    }

    fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}

/// The broker's end of a job stream.
#[derive(Debug)]
pub(crate) struct Stream {
    sender: Mutex<Option<mpsc::Sender<ActivatedJob>>>,
    pub(crate) credit: AtomicU32,
    pub(crate) given_back: Mutex<Vec<Key>>,
    /// The jobs that were inside when it was closed.
    pub(crate) closed: Mutex<Option<Vec<Key>>>,
}

impl Stream {
    /// Pushes a job if there is credit, as the engine would.
    pub(crate) fn push(&self, job: ActivatedJob) -> bool {
        let spent =
            self.credit.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| it.checked_sub(1));
        let sender = self.sender.lock().unwrap();
        spent.is_ok() && sender.as_ref().is_some_and(|it| it.try_send(job).is_ok())
    }

    /// The stream's leader is gone.
    pub(crate) fn end(&self) {
        self.sender.lock().unwrap().take();
    }

    pub(crate) fn given_back(&self) -> Vec<Key> {
        self.given_back.lock().unwrap().clone()
    }

    pub(crate) fn closed(&self) -> Option<Vec<Key>> {
        self.closed.lock().unwrap().clone()
    }

    pub(crate) fn credit(&self) -> u32 {
        self.credit.load(Ordering::SeqCst)
    }
}

impl StreamControl for Stream {
    fn add_credit(&self, count: u32) {
        self.credit.fetch_add(count, Ordering::SeqCst);
    }

    fn close(&self, undelivered: Vec<ActivatedJob>) {
        let keys = undelivered.iter().map(|it| it.key).collect();
        *self.closed.lock().unwrap() = Some(keys);
    }

    fn give_back(&self, job: &ActivatedJob) {
        self.given_back.lock().unwrap().push(job.key);
    }
}

/// A job with so many bytes of variables.
pub(crate) fn job(counter: u64, text_bytes: usize) -> ActivatedJob {
    let json = format!("{{\"text\":\"{}\"}}", "x".repeat(text_bytes));
    ActivatedJob {
        key: Key::new(1, counter),
        job_type: "pay".into(),
        worker: "w".into(),
        retries: 3,
        deadline: 1_000,
        variables: Doc::from_json(&json).unwrap(),
        activation: 1,
        ..ActivatedJob::default()
    }
}

/// Waits for a condition; fails when it does not come.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), met).await.expect(what);
}
