//! A disk in memory that also fails now and then, as a seed says.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use broker::io::{Disk, File, Loss, MemoryDisk, MemoryFile, MemoryLock};
use parking_lot::Mutex;

use draw::Random;

/// What may go wrong, in ten-thousandths of all operations of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// A write fails, and any part of it may be there.
    pub write: u64,
    /// A sync fails, and what the disk holds is unknown.
    pub sync: u64,
}

/// The disk. Clones share it.
#[derive(Debug, Clone)]
pub struct SimDisk {
    memory: MemoryDisk,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    random: Random,
    faults: Faults,
    /// Faults that happened since the last crash.
    happened: Faults,
    /// All faults that ever happened.
    struck: Faults,
    capacity_bytes: Option<u64>,
}

/// A file of a [`SimDisk`].
#[derive(Debug)]
pub struct SimFile {
    file: MemoryFile,
    disk: SimDisk,
}

impl SimDisk {
    /// An empty disk.
    pub fn new(random: Random) -> Self {
        let shared = Shared {
            random,
            faults: Faults::default(),
            happened: Faults::default(),
            struck: Faults::default(),
            capacity_bytes: None,
        };
        Self { memory: MemoryDisk::new(), shared: Arc::new(Mutex::new(shared)) }
    }

    /// What may go wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.lock().faults = faults;
    }

    /// True if operations may fail or have failed since the last crash, or space is limited.
    pub fn is_broken(&self) -> bool {
        let shared = self.shared.lock();
        let well = Faults::default();
        (shared.faults, shared.happened) != (well, well) || shared.capacity_bytes.is_some()
    }

    /// How many writes and syncs have failed so far.
    pub fn struck(&self) -> Faults {
        self.shared.lock().struck
    }

    /// Limits the bytes of all files together to so many more than there are; `None` lifts it.
    pub fn limit_space(&self, free_bytes: Option<u64>) {
        let capacity = free_bytes.map(|it| self.memory.used_bytes() + it);
        self.memory.set_capacity(capacity);
        self.shared.lock().capacity_bytes = capacity;
    }

    /// How much is free.
    pub fn free_bytes(&self) -> u64 {
        let capacity = self.shared.lock().capacity_bytes;
        capacity.map_or(u64::MAX / 2, |it| it.saturating_sub(self.memory.used_bytes()))
    }

    /// The power goes at the operation after so many more.
    pub fn cut_power_after(&self, operations: u64) {
        self.memory.fail_at(self.memory.operations() + operations);
    }

    /// How many changing operations there were.
    pub fn operations(&self) -> u64 {
        self.memory.operations()
    }

    /// Everything that is open dies, and what was not synced meets its fate.
    pub fn crash(&self, loss: Loss) {
        self.memory.crash(loss);
        self.shared.lock().happened = Faults::default();
    }

    fn wrap(&self, file: MemoryFile) -> SimFile {
        SimFile { file, disk: self.clone() }
    }

    /// Whether a sync fails now.
    fn fails_sync(&self) -> bool {
        let mut shared = self.shared.lock();
        let points = shared.faults.sync;
        let fails = points > 0 && shared.random.basis_points(points);
        shared.happened.sync += u64::from(fails);
        shared.struck.sync += u64::from(fails);
        fails
    }

    /// How much of a write arrives if it fails now.
    fn fails_write(&self, length: usize) -> Option<usize> {
        let mut shared = self.shared.lock();
        let points = shared.faults.write;
        if points == 0 || !shared.random.basis_points(points) {
            return None;
        }
        shared.happened.write += 1;
        shared.struck.write += 1;
        let arrives = shared.random.below(length as u64 + 1);
        Some(usize::try_from(arrives).unwrap_or(0))
    }
}

fn refused(what: &str) -> io::Error {
    io::Error::other(format!("the simulated disk refused a {what}"))
}

impl Disk for SimDisk {
    type File = SimFile;
    type Lock = MemoryLock;

    fn lock(&self, path: &Path) -> io::Result<Option<MemoryLock>> {
        self.memory.lock(path)
    }

    fn create(&self, path: &Path) -> io::Result<SimFile> {
        self.memory.create(path).map(|it| self.wrap(it))
    }

    fn open(&self, path: &Path) -> io::Result<SimFile> {
        self.memory.open(path).map(|it| self.wrap(it))
    }

    fn open_read(&self, path: &Path) -> io::Result<SimFile> {
        self.memory.open_read(path).map(|it| self.wrap(it))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.memory.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.memory.remove(path)
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.memory.create_dir_all(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.memory.list(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        if self.fails_sync() {
            return Err(refused("sync"));
        }
        self.memory.sync_dir(dir)
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        self.memory.modified(path)
    }
}

impl File for SimFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        match self.disk.fails_write(bytes.len()) {
            Some(arrives) => {
                self.file.write_at(bytes.get(..arrives).unwrap_or_default(), offset)?;
                Err(refused("write"))
            }
            None => self.file.write_at(bytes, offset),
        }
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn sync(&self) -> io::Result<()> {
        if self.disk.fails_sync() {
            return Err(refused("sync"));
        }
        self.file.sync()
    }
}
