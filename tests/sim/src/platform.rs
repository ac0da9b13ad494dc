//! What a simulated node stands on: everything follows from the seed and from simulated time.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use broker::checkpoint::{Backend, MemoryBackend};
use broker::platform::{Platform, Running};
use broker::raft::error::{LogError, OnFailure};
use broker::raft::wal::twin::Twin;
use parking_lot::Mutex;
use record::Millis;
use tokio::time::Instant;

use crate::archive::{Archive, Archived};
use crate::disk::SimDisk;
use draw::Random;

/// When the simulation begins, in milliseconds since the epoch.
const BEGINNING: Millis = 1_800_000_000_000;

/// A sync that takes so many milliseconds is called slow.
const SLOW_MS: u64 = 20;

/// The clock of a machine. It goes on while the node is down, and can be set.
#[derive(Debug, Default)]
pub struct Clock {
    /// Simulated time that had passed when the runtime was left last.
    rest_ms: AtomicU64,
    /// That moment on the clock of the running life.
    rest: Mutex<Option<Instant>>,
    moved_ms: AtomicI64,
}

impl Clock {
    /// A life of the node begins, on its runtime.
    pub fn begin(&self) {
        *self.rest.lock() = Some(Instant::now());
    }

    /// The runtime is left for now; must be called on it.
    pub fn rest(&self) {
        let now = Instant::now();
        let before = self.rest.lock().replace(now);
        let passed = before.map_or(Duration::ZERO, |it| now.duration_since(it));
        self.pass(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX));
    }

    /// Time passes while the node is down.
    pub fn pass(&self, ms: u64) {
        self.rest_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Somebody sets the wall clock forward or back.
    pub fn jump(&self, ms: i64) {
        self.moved_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Time that really passed since the simulation began, in milliseconds.
    pub fn passed_ms(&self) -> u64 {
        self.rest_ms.load(Ordering::Relaxed)
    }

    /// What the wall clock shows, outside of the runtime.
    pub fn wall_at_rest(&self) -> Millis {
        let passed = Millis::try_from(self.passed_ms()).unwrap_or(Millis::MAX);
        BEGINNING + passed + self.moved_ms.load(Ordering::Relaxed)
    }

    /// What the wall clock shows, on the runtime.
    fn wall(&self) -> Millis {
        let rest = *self.rest.lock();
        let passed = rest.map_or(Duration::ZERO, |it| Instant::now().duration_since(it));
        self.wall_at_rest() + Millis::try_from(passed.as_millis()).unwrap_or(Millis::MAX)
    }
}

/// The simulated machine. Clones share it.
#[derive(Clone)]
pub struct Simulated {
    /// The disk.
    pub disk: SimDisk,
    /// The stores that checkpoints are folded into.
    pub bases: MemoryBackend,
    /// The clock.
    pub clock: Arc<Clock>,
    /// All entries that were ever handed to the log.
    pub archive: Archive,
    random: Arc<Mutex<Random>>,
    /// The longest sync of the log, in milliseconds.
    sync_ms_max: Arc<AtomicU64>,
    /// Syncs of the log that took long.
    slow_syncs: Arc<AtomicU64>,
}

impl fmt::Debug for Simulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulated").finish_non_exhaustive()
    }
}

impl Simulated {
    /// A machine with an empty disk.
    pub fn new(mut random: Random) -> Self {
        Self {
            disk: SimDisk::new(random.fork()),
            bases: MemoryBackend::default(),
            clock: Arc::default(),
            archive: Archive::default(),
            random: Arc::new(Mutex::new(random)),
            sync_ms_max: Arc::default(),
            slow_syncs: Arc::default(),
        }
    }

    /// How long a sync of the log takes at most from now on.
    pub fn set_sync_ms_max(&self, ms: u64) {
        self.sync_ms_max.store(ms, Ordering::Relaxed);
    }

    /// What failed or was slow so far, by name.
    pub fn struck(&self) -> [(&'static str, u64); 4] {
        let disk = self.disk.struck();
        [
            ("write that failed", disk.write),
            ("sync that failed", disk.sync),
            ("fold that failed", self.bases.failures()),
            ("slow sync", self.slow_syncs.load(Ordering::Relaxed)),
        ]
    }

    /// How long a sync of the log takes at most.
    pub fn sync_ms_max(&self) -> u64 {
        self.sync_ms_max.load(Ordering::Relaxed)
    }
}

impl Platform for Simulated {
    type Disk = SimDisk;
    type Journal = Archived;

    fn disk(&self) -> &SimDisk {
        &self.disk
    }

    fn backend(&self) -> Box<dyn Backend> {
        Box::new(self.bases.clone())
    }

    fn open_journal(&self, folder: &Path, on_failure: OnFailure) -> Result<Archived, LogError> {
        let (random, max) = (self.random.clone(), self.sync_ms_max.clone());
        let slow = self.slow_syncs.clone();
        let pace = Arc::new(move || {
            let ms = random.lock().below(max.load(Ordering::Relaxed) + 1);
            slow.fetch_add(u64::from(ms >= SLOW_MS), Ordering::Relaxed);
            Duration::from_millis(ms)
        });
        let journal = Twin::open(self.disk.clone(), folder, pace, on_failure)?;
        Ok(Archived { journal, archive: self.archive.clone() })
    }

    fn wall(&self) -> Millis {
        self.clock.wall()
    }

    fn random(&self) -> u64 {
        self.random.lock().number()
    }

    fn free_bytes(&self, _dir: &Path) -> Option<u64> {
        Some(self.disk.free_bytes())
    }

    fn run(
        &self,
        _name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<Running> {
        let (running, ending) = Running::new();
        tokio::spawn(async move {
            let _ending = ending;
            work.await;
        });
        Ok(running)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        Some(work())
    }
}
