//! The operating system, but for one kind of call on one kind of file, which fails.

use broker::checkpoint::{Backend, SledBackend};
use broker::io::{Disk, File, RealDisk};
use broker::platform::{Platform, Real, Running};
use broker::raft::error::{LogError, OnFailure};
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

/// What is asked of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Open,
    Read,
    Write,
    Sync,
    SyncFolder,
    Rename,
}

/// Which calls fail: every one of this kind on a file with this in its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) op: Op,
    pub(crate) path: &'static str,
    /// What the operating system says then.
    pub(crate) code: i32,
}

/// The operating system, with a disk that fails as it is told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failing {
    real: Real,
    disk: FailingDisk,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct FailingDisk {
    rule: Arc<Mutex<Option<Rule>>>,
    failures: Arc<AtomicU64>,
}

#[derive(Debug)]
pub(crate) struct FailingFile {
    path: PathBuf,
    disk: FailingDisk,
    file: <RealDisk as Disk>::File,
}

impl Failing {
    /// From now on these calls fail, or none.
    pub(crate) fn fail(&self, rule: Option<Rule>) {
        *self.disk.rule.lock().unwrap() = rule;
    }

    /// How many calls have failed.
    pub(crate) fn failures(&self) -> u64 {
        self.disk.failures.load(Ordering::Relaxed)
    }
}

impl FailingDisk {
    fn check(&self, op: Op, path: &Path) -> io::Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match *self.rule.lock().unwrap() {
            Some(rule) if rule.op == op && name.contains(rule.path) => {
                self.failures.fetch_add(1, Ordering::Relaxed);
                Err(io::Error::from_raw_os_error(rule.code))
            }
            _ => Ok(()),
        }
    }

    fn file(&self, path: &Path, file: <RealDisk as Disk>::File) -> FailingFile {
        FailingFile { path: path.to_owned(), disk: self.clone(), file }
    }
}

impl Disk for FailingDisk {
    type File = FailingFile;
    type Lock = <RealDisk as Disk>::Lock;

    fn lock(&self, path: &Path) -> io::Result<Option<Self::Lock>> {
        RealDisk.lock(path)
    }

    fn create(&self, path: &Path) -> io::Result<FailingFile> {
        self.check(Op::Open, path)?;
        RealDisk.create(path).map(|file| self.file(path, file))
    }

    fn open(&self, path: &Path) -> io::Result<FailingFile> {
        self.check(Op::Open, path)?;
        RealDisk.open(path).map(|file| self.file(path, file))
    }

    fn open_read(&self, path: &Path) -> io::Result<FailingFile> {
        self.check(Op::Open, path)?;
        RealDisk.open_read(path).map(|file| self.file(path, file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check(Op::Rename, to)?;
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        RealDisk.create_dir_all(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.check(Op::SyncFolder, dir)?;
        RealDisk.sync_dir(dir)
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        RealDisk.modified(path)
    }
}

impl File for FailingFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.disk.check(Op::Read, &self.path)?;
        self.file.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.disk.check(Op::Write, &self.path)?;
        self.file.write_at(bytes, offset)
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.disk.check(Op::Write, &self.path)?;
        self.file.set_len(bytes)
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.check(Op::Sync, &self.path)?;
        self.file.sync()
    }
}

impl Platform for Failing {
    type Disk = FailingDisk;
    type Journal = <Real as Platform>::Journal;

    fn disk(&self) -> &FailingDisk {
        &self.disk
    }

    fn backend(&self) -> Box<dyn Backend> {
        Box::new(SledBackend::default())
    }

    fn open_journal(
        &self,
        folder: &Path,
        on_failure: OnFailure,
    ) -> Result<Self::Journal, LogError> {
        self.real.open_journal(folder, on_failure)
    }

    fn wall(&self) -> record::Millis {
        self.real.wall()
    }

    fn random(&self) -> u64 {
        self.real.random()
    }

    fn free_bytes(&self, dir: &Path) -> Option<u64> {
        self.real.free_bytes(dir)
    }

    fn run(
        &self,
        name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<Running> {
        self.real.run(name, work)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        self.real.compute(work).await
    }
}
