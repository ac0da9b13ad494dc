//! A disk in memory that can lose power, run full and fail at any operation.
//!
//! Contents and names are kept twice: as programs see them, and as they would be found after a
//! power cut. Between the two lies what was not synced, and [`MemoryDisk::crash`] decides its
//! fate: all kept (a killed process), all gone, or any mixture of 512-byte sectors and of the
//! first so many changes of names in each folder, as a seed says.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;

use super::{Disk, File};

const SECTOR_BYTES: usize = 512;

/// What happens to unsynced bytes and names at a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The process was killed: the operating system still writes everything.
    Nothing,
    /// Power was lost and nothing unsynced had reached the disk.
    Everything,
    /// Power was lost and some of it had, as this seed says.
    Some(u64),
}

/// A disk in memory. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk(Arc<Mutex<State>>);

/// A file of a [`MemoryDisk`].
#[derive(Debug)]
pub struct MemoryFile {
    disk: MemoryDisk,
    inode: usize,
    incarnation: u64,
    is_writable: bool,
}

#[derive(Debug, Default)]
struct State {
    inodes: Vec<Inode>,
    names: Names,
    synced_names: Names,
    /// Changes of names since the last sync of their folder.
    changes: Vec<Change>,
    /// Handles of an earlier incarnation are dead.
    incarnation: u64,
    /// Operations that change or sync, counted since the start.
    operations: u64,
    fail_at: Option<u64>,
    is_down: bool,
    capacity_bytes: Option<u64>,
    now: Duration,
    locked: BTreeSet<PathBuf>,
}

type Names = BTreeMap<PathBuf, usize>;

#[derive(Debug, Default, Clone)]
struct Inode {
    bytes: Vec<u8>,
    synced: Vec<u8>,
    modified: Duration,
}

#[derive(Debug, Clone)]
enum Change {
    Link(PathBuf, usize),
    Unlink(PathBuf),
    Rename(PathBuf, PathBuf),
}

impl Change {
    fn dir(&self) -> Option<&Path> {
        match self {
            Self::Link(path, _) | Self::Unlink(path) | Self::Rename(path, _) => path.parent(),
        }
    }

    fn apply(&self, names: &mut Names) {
        match self {
            Self::Link(path, inode) => {
                names.insert(path.clone(), *inode);
            }
            Self::Unlink(path) => {
                names.remove(path);
            }
            Self::Rename(from, to) => {
                if let Some(inode) = names.remove(from) {
                    names.insert(to.clone(), inode);
                }
            }
        }
    }
}

impl MemoryDisk {
    /// An empty disk without limit.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many changing operations there were so far.
    pub fn operations(&self) -> u64 {
        self.0.lock().operations
    }

    /// From the operation of this number on (the first is 0), everything fails until a crash.
    pub fn fail_at(&self, operation: u64) {
        self.0.lock().fail_at = Some(operation);
    }

    /// The bytes of all files together.
    pub fn used_bytes(&self) -> u64 {
        self.0.lock().used()
    }

    /// Limits the bytes of all files together; `None` lifts the limit.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.0.lock().capacity_bytes = bytes;
    }

    /// Sets the time that files written from now on carry, since the epoch.
    pub fn set_now(&self, now: Duration) {
        self.0.lock().now = now;
    }

    /// Crashes and starts again: open files are dead, unsynced bytes and names meet their fate.
    pub fn crash(&self, loss: Loss) {
        let mut state = self.0.lock();
        state.incarnation += 1;
        state.is_down = false;
        state.fail_at = None;
        state.locked.clear();
        match loss {
            Loss::Nothing => {}
            Loss::Everything => {
                state.names = state.synced_names.clone();
                for inode in &mut state.inodes {
                    inode.bytes.clone_from(&inode.synced);
                }
            }
            Loss::Some(seed) => state.lose_some(&mut Dice(seed)),
        }
        state.changes.clear();
        state.synced_names = state.names.clone();
        let named: BTreeSet<usize> = state.names.values().copied().collect();
        for (number, inode) in state.inodes.iter_mut().enumerate() {
            if !named.contains(&number) {
                // Nothing can open it any more.
                *inode = Inode::default();
            }
            inode.synced.clone_from(&inode.bytes);
        }
    }

    /// Changes the bytes of a file at rest: bit rot.
    ///
    /// # Errors
    /// Not found.
    pub fn edit(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let mut state = self.0.lock();
        let inode = *state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        let inode = &mut state.inodes[inode];
        change(&mut inode.bytes);
        inode.synced.clone_from(&inode.bytes);
        Ok(())
    }

    fn handle(&self, state: &State, inode: usize, is_writable: bool) -> MemoryFile {
        MemoryFile { disk: self.clone(), inode, incarnation: state.incarnation, is_writable }
    }
}

/// A small generator (splitmix64), enough to choose fates.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }
}

impl State {
    fn lose_some(&mut self, dice: &mut Dice) {
        // Journaling file systems keep the order of name changes within a folder: a prefix stays.
        let mut names = self.synced_names.clone();
        let mut lost_dirs: Vec<PathBuf> = Vec::new();
        for change in &self.changes {
            let dir = change.dir().unwrap_or(Path::new("")).to_owned();
            if lost_dirs.contains(&dir) {
                continue;
            }
            if dice.coin() {
                change.apply(&mut names);
            } else {
                lost_dirs.push(dir);
            }
        }
        self.names = names;
        for inode in &mut self.inodes {
            if inode.bytes != inode.synced {
                inode.bytes = torn(&inode.synced, &inode.bytes, dice);
            }
        }
    }

    /// Counts a changing operation, and refuses it after the planned failure.
    fn operate(&mut self) -> io::Result<()> {
        let number = self.operations;
        self.operations += 1;
        if self.is_down || self.fail_at.is_some_and(|at| number >= at) {
            self.is_down = true;
            return Err(io::Error::other("the simulated disk lost power"));
        }
        Ok(())
    }

    fn used(&self) -> u64 {
        self.names.values().map(|&inode| self.inodes[inode].bytes.len() as u64).sum()
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.names);
        self.changes.push(change);
    }
}

fn torn(synced: &[u8], current: &[u8], dice: &mut Dice) -> Vec<u8> {
    let length = if dice.coin() { current.len() } else { synced.len() };
    let mut bytes = vec![0; length];
    for (number, sector) in bytes.chunks_mut(SECTOR_BYTES).enumerate() {
        let source = if dice.coin() { current } else { synced };
        let start = (number * SECTOR_BYTES).min(source.len());
        let end = (start + sector.len()).min(source.len());
        sector[..end - start].copy_from_slice(&source[start..end]);
    }
    bytes
}

/// A lock on a [`MemoryDisk`]. A crash releases it too.
#[derive(Debug)]
pub struct MemoryLock {
    disk: MemoryDisk,
    path: PathBuf,
    incarnation: u64,
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        let mut state = self.disk.0.lock();
        if state.incarnation == self.incarnation {
            state.locked.remove(&self.path);
        }
    }
}

impl Disk for MemoryDisk {
    type File = MemoryFile;
    type Lock = MemoryLock;

    fn lock(&self, path: &Path) -> io::Result<Option<MemoryLock>> {
        let mut state = self.0.lock();
        let incarnation = state.incarnation;
        let is_free = state.locked.insert(path.to_owned());
        let lock = || MemoryLock { disk: self.clone(), path: path.to_owned(), incarnation };
        Ok(is_free.then(lock))
    }

    fn create(&self, path: &Path) -> io::Result<MemoryFile> {
        let mut state = self.0.lock();
        state.operate()?;
        let inode = if let Some(&inode) = state.names.get(path) {
            state.inodes[inode].bytes.clear();
            inode
        } else {
            state.inodes.push(Inode::default());
            let inode = state.inodes.len() - 1;
            state.change(Change::Link(path.to_owned(), inode));
            inode
        };
        state.inodes[inode].modified = state.now;
        Ok(self.handle(&state, inode, true))
    }

    fn open(&self, path: &Path) -> io::Result<MemoryFile> {
        let state = self.0.lock();
        let inode = *state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(self.handle(&state, inode, true))
    }

    fn open_read(&self, path: &Path) -> io::Result<MemoryFile> {
        let state = self.0.lock();
        let inode = *state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(self.handle(&state, inode, false))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.0.lock();
        state.operate()?;
        if !state.names.contains_key(from) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.change(Change::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.0.lock();
        state.operate()?;
        if !state.names.contains_key(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.change(Change::Unlink(path.to_owned()));
        Ok(())
    }

    fn create_dir_all(&self, _dir: &Path) -> io::Result<()> {
        // Folders exist as soon as a file names them.
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.0.lock();
        let names = state.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(names.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.0.lock();
        state.operate()?;
        let changes = std::mem::take(&mut state.changes);
        let (synced, open): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|change| change.dir() == Some(dir));
        for change in synced {
            change.apply(&mut state.synced_names);
        }
        state.changes = open;
        Ok(())
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        let state = self.0.lock();
        let inode = *state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(SystemTime::UNIX_EPOCH + state.inodes[inode].modified)
    }
}

impl MemoryFile {
    fn check(&self, state: &State) -> io::Result<()> {
        if state.incarnation == self.incarnation {
            return Ok(());
        }
        Err(io::Error::other("the simulated machine was restarted since this file was opened"))
    }

    fn check_writable(&self, state: &mut State) -> io::Result<()> {
        self.check(state)?;
        if !self.is_writable {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        state.operate()
    }
}

fn to_usize(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge.into())
}

impl File for MemoryFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = self.disk.0.lock();
        self.check(&state)?;
        let bytes = &state.inodes[self.inode].bytes;
        let start = to_usize(offset)?.min(bytes.len());
        let count = buffer.len().min(bytes.len() - start);
        buffer[..count].copy_from_slice(&bytes[start..start + count]);
        Ok(count)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.disk.0.lock();
        self.check_writable(&mut state)?;
        let start = to_usize(offset)?;
        let length = state.inodes[self.inode].bytes.len();
        let grown = (start + bytes.len()).saturating_sub(length) as u64;
        let free = state.capacity_bytes.map_or(u64::MAX, |it| it.saturating_sub(state.used()));
        // A full disk takes what still fits and then refuses, as a real one does.
        let missing = to_usize(grown.saturating_sub(free))?;
        let fitting = &bytes[..bytes.len().saturating_sub(missing)];
        let now = state.now;
        let inode = &mut state.inodes[self.inode];
        inode.modified = now;
        if inode.bytes.len() < start + fitting.len() {
            inode.bytes.resize(start + fitting.len(), 0);
        }
        inode.bytes[start..start + fitting.len()].copy_from_slice(fitting);
        if missing > 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        let mut state = self.disk.0.lock();
        self.check_writable(&mut state)?;
        let length = to_usize(bytes)?;
        state.inodes[self.inode].bytes.resize(length, 0);
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        let state = self.disk.0.lock();
        self.check(&state)?;
        Ok(state.inodes[self.inode].bytes.len() as u64)
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.0.lock();
        self.check(&state)?;
        state.operate()?;
        let inode = &mut state.inodes[self.inode];
        inode.synced.clone_from(&inode.bytes);
        Ok(())
    }
}
