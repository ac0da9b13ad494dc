//! Opening a partition: newest checkpoint, then the log after it, then the first entry of a term.

use super::checkpointer::{Checkpointer, Surroundings};
use super::handle::Partition;
use super::marker::Marker;
use super::open_error::OpenError;
use super::polls::Polls;
use super::proposer::{Proposals, Proposer};
use super::reach::{self, Claims, Reach};
use super::recorder::Recorder;
use super::seeds::Seeds;
use super::space::Space;
use super::state_machine::{Durable, PartitionRaft, StateMachine};
use super::status::{Fatal, Pauses, Telling};
use super::streams::Streams;
use super::waiting::Waiting;
use super::warm;
use super::worker::{Outlets, Task, Worker};
use crate::checkpoint::Store;
use crate::config::Config;
use crate::io::Disk;
use crate::platform::{Platform, Running};
use crate::raft::log_store::LogStore;
use crate::raft::network::NoPeers;
use crate::segment::{self, Options, Start, Writer};
use crate::sentence;
use broker_api::metrics::Metrics;
use engine::{Engine, StateRow};
use futures_util::FutureExt as _;
use openraft::impls::BasicNode;
use parking_lot::Mutex;
use record::PartitionId;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use value::wire::Message as _;

/// The version of the records' encoding.
const RECORD_VERSION: u16 = 1;
const TASKS_MAX: usize = 1_024;

/// The state of a checkpoint.
struct Restored {
    engine: Engine,
    at: Durable,
}

fn restore<D: Disk>(
    store: &Store<D>,
    partition: PartitionId,
    logic: u32,
) -> Result<Restored, OpenError> {
    let Some(last) = store.last() else {
        return Ok(Restored { engine: Engine::new(partition), at: Durable::default() });
    };
    let marker = Marker::from_bytes(&last.meta).map_err(OpenError::Marker)?;
    let mut rows = Vec::new();
    store.scan(|key, version, value| {
        rows.push(StateRow { key: key.to_vec(), version, value: value.to_vec() });
        Ok(())
    })?;
    let engine = Engine::restore(partition, rows)?;
    if engine.logic() > logic {
        let (index, found) = (engine.applied_index(), engine.logic());
        return Err(OpenError::NewerLogic { index, found, known: logic });
    }
    let members = marker.members().map_err(OpenError::Members)?;
    Ok(Restored { engine, at: Durable { applied: marker.applied(), members } })
}

/// What a partition keeps on disk, open.
struct Files<P: Platform> {
    store: Arc<Store<P::Disk>>,
    restored: Restored,
    writer: Writer<P::Disk>,
    log: LogStore<P::Journal>,
    reach: Reach,
    is_unwritten: bool,
}

async fn open_files<P: Platform>(
    platform: &P,
    folder: &Path,
    (id, is_begun): (PartitionId, bool),
    config: &Config,
    fatal: &Arc<Fatal>,
) -> Result<Files<P>, OpenError> {
    let disk = platform.disk();
    if is_begun {
        reach::check_there(disk, folder)?;
    }
    let (store, _) =
        Store::open(disk.clone(), platform.backend(), &folder.join("checkpoints"), id)?;
    let store = Arc::new(store);
    let restored = restore(&store, id, config.logic)?;
    let log_failed = fatal.clone();
    let journal = platform
        .open_journal(&folder.join("log"), Arc::new(move |reason| log_failed.raise(reason)))?;
    let mut log = LogStore::over(journal);
    let is_unwritten = reach::is_unwritten(&mut log, &restored.at).await?;
    let node = u64::from(config.node_id);
    reach::check_member(folder, &mut log, &restored.at, node).await?;
    let claims = Claims { is_begun, is_snapshot: store.is_last_a_snapshot(), cut: store.cut() };
    let reach = Reach::check(folder, &mut log, &restored.at, claims).await?;
    // A checkpoint that is not of this log would ask for other records.
    let writer = Writer::open(
        disk.clone(),
        &folder.join("records"),
        Options { segment_bytes: config.files.record_bytes, ..Options::new(id, RECORD_VERSION) },
        Start::At(restored.engine.last_position() + 1),
    )?;
    // Until here the start may be refused, and leaves the log as it was.
    log.settle()?;
    let reach = reach.with_records_end(writer.next_position());
    Ok(Files { store, restored, writer, log, reach, is_unwritten })
}

/// Opens a partition and starts all of it but [`Partition::lead`].
#[expect(clippy::too_many_lines, reason = "the parts of a partition are put together once")]
pub(crate) async fn open<P: Platform>(
    platform: P,
    folder: &Path,
    (id, is_begun): (PartitionId, bool),
    config: &Config,
    metrics: Arc<Metrics>,
    fatal: Arc<Fatal>,
    (pauses, space): (Arc<Pauses>, Space<P>),
) -> Result<Partition<P>, OpenError> {
    let Files { store, restored: Restored { engine, at }, writer, log, reach, is_unwritten } =
        open_files(&platform, folder, (id, is_begun), config, &fatal).await?;

    let (node, stop) = (u64::from(config.node_id), CancellationToken::new());
    let seeds = Seeds::of(&platform);
    let (proposals, commands) = Proposals::channel(config.limits.commands_in_flight_max);
    let waiting = Waiting::new(node, seeds.incarnation(), proposals.clone());
    let (streams, polls) = (Streams::new(node, waiting.incarnation()), Arc::new(Polls::default()));
    let (tasks, worker_tasks) = mpsc::channel(TASKS_MAX);
    let (progress, watched, logic_in_force) = Telling::of(&engine);
    let survey = start_survey(&platform, folder, id, &writer, (metrics.clone(), stop.clone()))?;
    let (recorder, records) = Recorder::start(&platform, writer, pauses.clone(), fatal.clone())?;
    let (durable, raft_slot) = (Arc::new(Mutex::new(at.clone())), Arc::new(OnceLock::new()));
    let around = Surroundings {
        store: store.clone(),
        recorder: recorder.clone(),
        durable: durable.clone(),
        pauses: pauses.clone(),
        fatal: fatal.clone(),
        metrics: metrics.clone(),
        base_bytes: config.checkpoints.base_bytes,
        free_bytes: free_bytes(&platform, folder),
        free_bytes_min: config.limits.disk_free_min_bytes,
        raft: raft_slot.clone(),
    };
    let (checkpointer, checkpoints) = Checkpointer::start(&platform, around)?;
    let (uncompiled, more) = mpsc::channel(1);
    let outlets = Outlets {
        waiting: waiting.clone(),
        streams: streams.clone(),
        polls: polls.clone(),
        proposals: proposals.clone(),
        recorder,
        progress,
        metrics: metrics.clone(),
        fatal: fatal.clone(),
        uncompiled,
    };
    let compiler =
        warm::start(&platform, tasks.downgrade(), more, (metrics.clone(), stop.clone()))?;
    let worker = Worker::new(engine, outlets, checkpointer, config, &at, reach);
    let engine = start_worker(&platform, worker, worker_tasks, fatal.clone())?;
    let machine =
        StateMachine { tasks: tasks.clone(), store: store.clone(), durable, restored: at };
    let under_way = log.under_way();
    let raft = start_raft::<P>(node, log, machine, &raft_slot, &fatal).await?;

    let proposer = Proposer {
        platform: platform.clone(),
        raft: raft.clone(),
        commands,
        progress: watched.clone(),
        tasks: tasks.clone(),
        fatal: fatal.clone(),
        metrics: metrics.clone(),
        space,
        stop: stop.clone(),
        seeds,
    };
    Ok(Partition {
        platform,
        id,
        raft,
        tasks,
        proposals,
        waiting,
        streams,
        polls,
        progress: watched,
        under_way,
        store,
        pauses,
        fatal,
        metrics,
        config: config.clone(),
        logic_in_force,
        is_unwritten,
        stop,
        tasks_running: Mutex::new(vec![tokio::spawn(proposer.run())]),
        threads: Mutex::new(vec![engine, compiler, checkpoints, records, survey]),
    })
}

/// Where it cannot be told how much is free, nothing is done that needs it.
fn free_bytes<P: Platform>(platform: &P, folder: &Path) -> Box<dyn Fn() -> u64 + Send + Sync> {
    let (platform, folder) = (platform.clone(), folder.to_owned());
    Box::new(move || platform.free_bytes(&folder).unwrap_or(0))
}

/// Looks through the records below a position, and says what is damaged.
fn start_survey<P: Platform>(
    platform: &P,
    folder: &Path,
    partition: PartitionId,
    writer: &Writer<P::Disk>,
    (metrics, stop): (Arc<Metrics>, CancellationToken),
) -> std::io::Result<Running> {
    let (disk, dir, end) =
        (platform.disk().clone(), folder.join("records"), writer.synced_position());
    platform.run("records-check", async move {
        let is_stopped = || stop.is_cancelled();
        segment::survey(disk, &dir, partition, end, is_stopped, |found| {
            tell_of(partition, &found, &metrics);
        });
    })
}

/// Tells what the look through older records found. What cannot be read now may be sound.
fn tell_of(partition: PartitionId, found: &segment::Error, metrics: &Metrics) {
    if matches!(found, segment::Error::Disk(_) | segment::Error::Newer { .. }) {
        let why = sentence::causes(found);
        let way_out = found.way_out();
        tracing::warn!(
            partition,
            "older records were not checked to their end: {why}. Nothing is known to be damaged. \
             {way_out}"
        );
        return;
    }
    metrics.records_damaged.fetch_add(1, Ordering::Relaxed);
    tracing::error!(
        partition, error = %found,
        "records are damaged or missing; instances are not harmed, but who reads their history \
         is: restore the file from a backup"
    );
}

fn start_worker<P: Platform>(
    platform: &P,
    worker: Worker,
    tasks: mpsc::Receiver<Task>,
    fatal: Arc<Fatal>,
) -> std::io::Result<Running> {
    let run = std::panic::AssertUnwindSafe(worker.run(tasks)).catch_unwind();
    platform.run("engine", async move {
        if run.await.is_err() {
            fatal.raise(
                "The engine stopped because of a defect that could not be undone. Restart the \
                 server, and report the lines above.",
            );
        }
    })
}

async fn start_raft<P: Platform>(
    node: u64,
    log: LogStore<P::Journal>,
    machine: StateMachine<P::Disk>,
    slot: &OnceLock<PartitionRaft<P::Disk>>,
    fatal: &Fatal,
) -> Result<PartitionRaft<P::Disk>, OpenError> {
    let failed = |error: &dyn std::fmt::Display| OpenError::Raft(error.to_string());
    let config = openraft::Config {
        cluster_name: "baton".to_owned(),
        heartbeat_interval: 250,
        election_timeout_min: 1_000,
        election_timeout_max: 2_000,
        // Checkpoints are taken by their own rules, and the log is shortened after them.
        snapshot_policy: openraft::SnapshotPolicy::Never,
        max_in_snapshot_log_to_keep: u64::MAX,
        enable_pre_vote: Some(true),
        // Nobody is elected before `begin`: a node alone would elect itself at its first tick.
        enable_elect: false,
        // Each start is a new term: streams and promises of the old process must end.
        enable_leader_restore: Some(false),
        ..openraft::Config::default()
    };
    let config = Arc::new(config.validate().map_err(|error| failed(&error))?);
    let raft = openraft::Raft::new(node, config, NoPeers::default(), log, machine)
        .await
        // Committed entries are applied at once; what stops that says more than Raft does.
        .map_err(|error| fatal.reason().map_or(failed(&error), OpenError::Stopped))?;
    // Set once, here.
    drop(slot.set(raft.clone()));
    Ok(raft)
}

/// Lets the log go on with a new term: at once, or behind the start when there is no space for it,
/// so that everything else can be asked.
pub(super) async fn begin<P: Platform>(
    node: u64,
    raft: PartitionRaft<P::Disk>,
    space: Space<P>,
    fatal: Arc<Fatal>,
) -> Result<(), OpenError> {
    if space.has_room(0) {
        return elect(node, &raft).await;
    }
    tokio::spawn(async move {
        space.room(0).await;
        if let Err(error) = elect(node, &raft).await {
            fatal.raise(format!("{error}."));
        }
    });
    Ok(())
}

async fn elect<D: Disk>(node: u64, raft: &PartitionRaft<D>) -> Result<(), OpenError> {
    let failed = |error: &dyn std::fmt::Display| OpenError::Raft(error.to_string());
    if raft.is_initialized().await.map_err(|error| failed(&error))? {
        // Alone, there is nobody to wait for.
        raft.trigger().elect(false).await.map_err(|error| failed(&error))?;
    } else {
        let members = BTreeMap::from([(node, BasicNode::default())]);
        raft.initialize(members).await.map_err(|error| failed(&error))?;
    }
    raft.runtime_config().elect(true);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{Attempt, Failure};
    use std::io;

    #[test]
    fn records_that_cannot_be_read_now_do_not_count_as_damaged() {
        let (metrics, path) = (Metrics::default(), Path::new("records/1.seg"));
        let refused = Failure::of(Attempt::Read, path)(io::Error::from_raw_os_error(5));
        tell_of(1, &segment::Error::Disk(refused), &metrics);
        assert_eq!(metrics.records_damaged.load(Ordering::Relaxed), 0);
        let gap = segment::Error::Gap { path: path.to_owned(), from: 1, to: 2 };
        tell_of(1, &gap, &metrics);
        assert_eq!(metrics.records_damaged.load(Ordering::Relaxed), 1);
    }
}
