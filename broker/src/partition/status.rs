//! What the parts of a partition tell each other: progress, pauses, and the end.

use engine::{ClockState, Engine, Pace};
use parking_lot::Mutex;
use record::Millis;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How far the engine is, told after each batch of entries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// The last applied index.
    pub(crate) index: u64,
    /// The running hash of all outputs up to it.
    pub(crate) output_hash: u64,
    /// Log time.
    pub(crate) now: Millis,
    /// When something is due.
    pub(crate) next_due: Option<Millis>,
    /// Work waits that did not fit its entry.
    pub(crate) has_pending: bool,
    /// The logic version in force.
    pub(crate) logic: u32,
    /// The test clock.
    pub(crate) clock: ClockState,
    /// The term whose `StartTerm` was applied last.
    pub(crate) term: u64,
    /// Units of work that the next entry may do.
    pub(crate) units_max: u64,
}

impl Progress {
    /// Of an engine in a term, at a pace.
    pub(crate) fn of(engine: &Engine, term: u64, pace: &Pace) -> Self {
        Self {
            index: engine.applied_index(),
            output_hash: engine.output_hash(),
            now: engine.now(),
            next_due: engine.next_due(),
            has_pending: engine.has_pending(),
            logic: engine.logic(),
            clock: engine.clock(),
            term,
            units_max: pace.units_max(),
        }
    }
}

/// Tells how far the engine is.
#[derive(Debug)]
pub(crate) struct Telling {
    progress: watch::Sender<Progress>,
    logic: watch::Sender<u32>,
}

impl Telling {
    /// The way to tell, and those to hear: all progress, or only a change of the logic version.
    pub(crate) fn of(engine: &Engine) -> (Self, watch::Receiver<Progress>, watch::Receiver<u32>) {
        let (progress, watched) = watch::channel(Progress::of(engine, 0, &Pace::default()));
        let (logic, logic_in_force) = watch::channel(engine.logic());
        (Self { progress, logic }, watched, logic_in_force)
    }

    pub(crate) fn tell(&self, engine: &Engine, term: u64, pace: &Pace) {
        self.progress.send_replace(Progress::of(engine, term, pace));
        self.tell_logic(engine);
    }

    /// Before anybody is answered: who raised the logic version may rely on it.
    pub(crate) fn tell_logic(&self, engine: &Engine) {
        let logic = engine.logic();
        self.logic.send_if_modified(|it| std::mem::replace(it, logic) != logic);
    }
}

/// Why commands are not taken for the moment; each part names its own reason. All of them wait for
/// the disk.
#[derive(Debug, Default)]
pub(crate) struct Pauses {
    reasons: Mutex<BTreeMap<&'static str, String>>,
    is_stopping: AtomicBool,
}

impl Pauses {
    pub(crate) fn set(&self, part: &'static str, reason: String) {
        self.reasons.lock().insert(part, reason);
    }

    pub(crate) fn clear(&self, part: &'static str) {
        self.reasons.lock().remove(part);
    }

    /// From now on nobody waits for space any more: what is not written, the log has.
    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    pub(crate) fn reasons(&self) -> Vec<String> {
        self.reasons.lock().values().cloned().collect()
    }

    /// Why a part pauses commands, if it does.
    pub(crate) fn reason(&self, part: &str) -> Option<String> {
        self.reasons.lock().get(part).cloned()
    }

    pub(crate) fn first(&self) -> Option<(&'static str, String)> {
        self.reasons.lock().iter().next().map(|(part, reason)| (*part, reason.clone()))
    }
}

/// The end of a node that cannot go on: the first reason counts, and the process must stop.
#[derive(Debug, Default)]
pub(crate) struct Fatal {
    reason: Mutex<Option<String>>,
    token: CancellationToken,
}

impl Fatal {
    pub(crate) fn raise(&self, reason: impl Into<String>) {
        let reason = reason.into();
        let mut slot = self.reason.lock();
        if slot.is_none() {
            tracing::error!(error = %reason, "the partition stops");
            *slot = Some(reason);
        }
        drop(slot);
        self.token.cancel();
    }

    pub(crate) fn reason(&self) -> Option<String> {
        self.reason.lock().clone()
    }

    /// Waits until something cannot go on, and says why.
    pub(crate) async fn wait(&self) -> String {
        self.token.cancelled().await;
        self.reason().unwrap_or_default()
    }
}
