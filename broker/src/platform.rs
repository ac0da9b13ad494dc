//! What a node stands on: disk, log, wall clock, randomness and threads, behind one type.
//!
//! [`Real`] is the operating system. The simulator (`tests/sim`) puts a disk in memory, a clock of
//! its own and a single thread in its place, so that one seed decides everything that happens.
//! Time that passes is not here: it is always `tokio::time`, which a paused runtime controls.
//! Why: `broker/docs/0003-deterministic-simulation.md`.

use std::fmt::Debug;
use std::future::Future;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use record::Millis;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::checkpoint::{Backend, SledBackend};
use crate::io::{Disk, RealDisk};
use crate::raft::error::{LogError, OnFailure};
use crate::raft::journal::Journal;
use crate::raft::log_store::LogOptions;
use crate::raft::wal::store::Wal;

/// What a node stands on.
pub trait Platform: Clone + Debug + Send + Sync + 'static {
    /// Where checkpoints, record segments and the identity are.
    type Disk: Disk;
    /// What the log is written with.
    type Journal: Journal;

    /// The disk.
    fn disk(&self) -> &Self::Disk;

    /// Opens the stores that checkpoints are folded into.
    fn backend(&self) -> Box<dyn Backend>;

    /// Opens the log in `folder`, and creates it where missing. `on_failure` is called at most
    /// once, when the log can no longer be made durable.
    ///
    /// # Errors
    /// As [`crate::raft::log_store::LogStore::open`].
    fn open_journal(&self, folder: &Path, on_failure: OnFailure)
    -> Result<Self::Journal, LogError>;

    /// Wall time in milliseconds since the epoch. It may jump.
    fn wall(&self) -> Millis;

    /// A number that nobody can foresee.
    fn random(&self) -> u64;

    /// How many bytes are free on the disk of `dir`; `None` if that cannot be told.
    fn free_bytes(&self, dir: &Path) -> Option<u64>;

    /// Runs work that blocks on a disk or keeps a core busy, apart from everything else, until it
    /// ends.
    ///
    /// # Errors
    /// The operating system refuses another thread.
    fn run(
        &self,
        name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<Running>;

    /// Computes something that takes long, apart from everything else. `None` if it panicked.
    fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> impl Future<Output = Option<T>> + Send;
}

/// Work that was begun with [`Platform::run`].
#[derive(Debug)]
pub struct Running(oneshot::Receiver<()>);

/// Held by the work: dropping it tells that the work has ended, in whatever way.
#[derive(Debug)]
pub struct Ending(#[expect(dead_code, reason = "dropping it is the message")] oneshot::Sender<()>);

impl Running {
    /// A work that will be begun, and what it must hold.
    pub fn new() -> (Self, Ending) {
        let (ending, ended) = oneshot::channel();
        (Self(ended), Ending(ending))
    }

    /// Waits until the work has ended.
    pub async fn ended(self) {
        // Nothing is ever sent.
        drop(self.0.await);
    }
}

/// The operating system.
#[derive(Debug, Clone, Default)]
pub struct Real {
    log: LogOptions,
}

impl Real {
    /// With log files of this size.
    pub fn with_log_files(size_bytes: usize) -> Self {
        Self { log: LogOptions { file_size_bytes: size_bytes, ..LogOptions::default() } }
    }
}

impl Platform for Real {
    type Disk = RealDisk;
    type Journal = Wal;

    fn disk(&self) -> &RealDisk {
        &RealDisk
    }

    fn backend(&self) -> Box<dyn Backend> {
        Box::new(SledBackend::default())
    }

    fn open_journal(&self, folder: &Path, on_failure: OnFailure) -> Result<Wal, LogError> {
        Wal::open(folder, &self.log, on_failure)
    }

    fn wall(&self) -> Millis {
        let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis::try_from(passed.as_millis()).unwrap_or(Millis::MAX)
    }

    fn random(&self) -> u64 {
        // The standard library seeds its hashers from the operating system.
        std::hash::RandomState::new().build_hasher().finish()
    }

    fn free_bytes(&self, dir: &Path) -> Option<u64> {
        let found = rustix::fs::statvfs(dir).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }

    fn run(
        &self,
        name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<Running> {
        let (running, ending) = Running::new();
        let runtime = Handle::current();
        // One of them is the engine, whose expressions may nest deep.
        let thread = std::thread::Builder::new().stack_size(feel::STACK_BYTES);
        thread.name(name.to_owned()).spawn(move || {
            let _ending = ending;
            runtime.block_on(work);
        })?;
        Ok(running)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        tokio::task::spawn_blocking(work).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Platform as _, Real, oneshot};

    #[tokio::test(flavor = "multi_thread")]
    async fn work_that_panics_has_ended_too() {
        let running = Real::default().run("panics", async { panic!("planted") }).expect("a thread");
        running.ended().await;
        assert_eq!(Real::default().compute(|| panic!("planted")).await, None::<()>);
        assert_eq!(Real::default().compute(|| 5).await, Some(5));
    }

    /// Uses a bit more than a KiB of stack for each level.
    fn descend(levels: u32) -> u32 {
        let room = [levels; 256];
        let seen = std::hint::black_box(&room);
        if levels == 0 { seen[0] } else { descend(levels - 1) + seen[255].min(1) }
    }

    /// With the stack that other threads have this ends the process.
    #[tokio::test(flavor = "multi_thread")]
    async fn its_threads_have_the_stack_of_the_deepest_evaluation() {
        let levels = 20 * 1024;
        assert!(levels as usize * 1024 < feel::STACK_BYTES);
        let (answer, answered) = oneshot::channel();
        let work = async move { answer.send(descend(levels)).expect("somebody waits") };
        let running = Real::default().run("descends", work).expect("a thread");
        assert_eq!(answered.await, Ok(levels));
        running.ended().await;
    }
}
