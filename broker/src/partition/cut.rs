//! One log index of a running partition, kept until its rows are copied.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use engine::Engine;
use record::Millis;
use tokio::sync::oneshot;

use super::handle::Partition;
use super::worker::Task;
use super::{checkpointer, recorder};
use crate::platform::Platform;

/// How often it is looked whether a checkpoint that is under way is done.
const CHECKPOINT_LOOK: Duration = Duration::from_millis(20);

/// A log index with a durable checkpoint, and what the engine had there. No newer checkpoint is
/// taken while this lives; the log grows meanwhile.
#[derive(Debug)]
pub(crate) struct Cut {
    pub(crate) index: u64,
    pub(crate) last_position: u64,
    pub(crate) now: Millis,
    pub(crate) logic: u32,
    pub(crate) state_hash: u64,
    pub(crate) output_hash: u64,
    pub(crate) rows: u64,
    /// Keys and values of the rows.
    pub(crate) bytes: u64,
    pub(crate) instances: u64,
    _hold: Arc<()>,
}

impl Cut {
    /// Visits every row: about a microsecond each.
    pub(super) fn of(engine: &Engine, hold: Arc<()>) -> Self {
        let measure = engine.measure();
        Self {
            index: engine.applied_index(),
            last_position: engine.last_position(),
            now: engine.now(),
            logic: engine.logic(),
            state_hash: measure.hash,
            output_hash: engine.output_hash(),
            rows: measure.rows,
            bytes: measure.bytes,
            instances: engine.instances_active(),
            _hold: hold,
        }
    }
}

/// Why there is no cut.
#[derive(Debug)]
pub(crate) enum NoCut {
    /// The partition has stopped.
    Stopped,
    /// There is no space for its checkpoint, or for one that is under way; in sentences.
    NoSpace(String),
}

impl<P: Platform> Partition<P> {
    /// Waits until a checkpoint covers all that is applied now. False if the partition has stopped,
    /// or stops without space.
    pub(super) async fn checkpoint(&self) -> bool {
        let Ok(index) = self.ask(Engine::applied_index).await else { return false };
        while self.metrics.checkpoint_index.load(Ordering::Relaxed) < index {
            let (done, wait) = oneshot::channel();
            if self.tasks.send(Task::Checkpoint(done)).await.is_err()
                || self.fatal.reason().is_some()
            {
                return false;
            }
            // Not taken while one is under way: then the sender is dropped.
            if wait.await.is_err() {
                if self.pauses.is_stopping() && self.pauses.first().is_some() {
                    return false;
                }
                tokio::time::sleep(CHECKPOINT_LOOK).await;
            }
        }
        true
    }

    /// Takes a checkpoint of what is applied now, and keeps it the newest one while the cut lives.
    ///
    /// # Errors
    /// [`NoCut`].
    pub(crate) async fn cut(&self) -> Result<Cut, NoCut> {
        loop {
            let (durable, mut is_durable) = oneshot::channel();
            let (answer, cut) = oneshot::channel();
            let asked = self.tasks.send(Task::Cut(durable, answer)).await;
            asked.map_err(|_| NoCut::Stopped)?;
            let Some(cut) = cut.await.map_err(|_| NoCut::Stopped)? else {
                self.check_space()?;
                tokio::time::sleep(CHECKPOINT_LOOK).await;
                continue;
            };
            loop {
                match tokio::time::timeout(CHECKPOINT_LOOK, &mut is_durable).await {
                    Ok(Ok(())) => return Ok(cut),
                    Ok(Err(_)) => return Err(NoCut::Stopped),
                    Err(_) => self.check_space()?,
                }
            }
        }
    }

    /// A checkpoint that waits for space may wait for ever, and so would whoever waits for it.
    fn check_space(&self) -> Result<(), NoCut> {
        let waits = [checkpointer::PART, recorder::PART];
        match waits.into_iter().find_map(|part| self.pauses.reason(part)) {
            Some(reason) => Err(NoCut::NoSpace(reason)),
            None => Ok(()),
        }
    }
}
