//! A backup that runs beside the node: one at a time, with progress, ended when nobody listens.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use broker_api::{BackedUp, BackupStep, BackupSteps, Refusal};
use tokio::sync::{Mutex, mpsc};

use super::create::{Done, Job};
use super::folder;
use super::{Error, Manifest, sentence};
use crate::partition::status::Fatal;
use crate::platform::Platform;

/// How often progress is told.
const STEP: Duration = Duration::from_millis(500);
const STEPS_MAX: usize = 4;

/// Lets one backup run at a time.
pub(crate) type Turn = Arc<Mutex<()>>;

/// Starts a backup, unless one runs already.
pub(crate) fn start<P: Platform>(turn: &Turn, job: Job<P>, fatal: Arc<Fatal>) -> BackupSteps {
    let (steps, receiver) = mpsc::channel(STEPS_MAX);
    match turn.clone().try_lock_owned() {
        Ok(turn) => {
            tokio::spawn(async move {
                let last = run(job, &fatal, &steps).await;
                // Who has heard of the end can begin the next one.
                drop(turn);
                // Who asked may have gone.
                drop(steps.send(last).await);
            });
        }
        // The channel is new, so there is room.
        Err(_) => drop(steps.try_send(Err(refused(&Error::Busy)))),
    }
    receiver
}

/// Runs a backup, and returns the last step.
async fn run<P: Platform>(
    job: Job<P>,
    fatal: &Fatal,
    steps: &mpsc::Sender<Result<BackupStep, Refusal>>,
) -> Result<BackupStep, Refusal> {
    let (id, stop, done) = (job.id, job.stop.clone(), job.done.clone());
    let dir: PathBuf = folder::dir(&job.folder, id);
    let mut work = tokio::spawn(job.make());
    let mut tick = tokio::time::interval(STEP);
    let ended = loop {
        tokio::select! {
            ended = &mut work => break ended,
            _ = tick.tick() => {
                // A slow listener misses a step, not the end.
                drop(steps.try_send(Ok(step(id, &done))));
            }
            () = steps.closed(), if !stop.is_cancelled() => stop.cancel(),
        }
    };
    let result = ended.unwrap_or(Err(Error::Stopped));
    match &result {
        Ok(manifest) => tracing::info!(backup = id, bytes = manifest.bytes(), "backup"),
        Err(error) => tracing::warn!(backup = id, error = %sentence(error), "the backup failed"),
    }
    if let Some(why) = result.as_ref().err().and_then(|error| error.failed_sync_outside(&dir)) {
        fatal.raise(format!("A checkpoint cannot be folded: {why}"));
    }
    match result {
        Ok(manifest) => Ok(BackupStep { finished: Some(finished(&manifest)), ..step(id, &done) }),
        Err(error) => Err(refused(&error)),
    }
}

fn step(id: u64, done: &Done) -> BackupStep {
    let total_bytes = done.total.load(Ordering::Relaxed);
    // The total was an estimate.
    let done_bytes = done.bytes.load(Ordering::Relaxed).min(total_bytes);
    BackupStep { id, done_bytes, total_bytes, finished: None }
}

fn finished(manifest: &Manifest) -> Vec<BackedUp> {
    let partition = |it: &super::PartitionPart| BackedUp {
        partition: it.partition,
        index: it.index,
        last_position: it.last_position,
        state_hash: it.state_hash,
        instances: it.instances,
        bytes: it.bytes(),
    };
    manifest.partitions.iter().map(partition).collect()
}

fn refused(error: &Error) -> Refusal {
    Refusal::InvalidState { reason: sentence(error) }
}
