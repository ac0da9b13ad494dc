//! The file `head` of a log folder: format stamp, lock, and the "synced up to" mark.
//!
//! The log crate drops whatever does not decode at the end of its last file. That is right for
//! bytes nobody was promised, and wrong for acknowledged ones that rotted. The mark tells them
//! apart: it is moved after every sync, before the acknowledgement, so damage below it is rot and
//! damage above it is a torn write.
//!
//! Layout, in sectors of 512 bytes, each with its own checksum:
//!
//! ```text
//! 0  "BATONLOG" · format u32 · crc32
//! 1  sequence u64 · position u64 · crc32      the mark lives in the newer of two slots,
//! 2  sequence u64 · position u64 · crc32      so that a torn one leaves its predecessor
//! ```
//!
//! Writing the mark costs one `pwrite` per sync. It is itself synced shortly after (see
//! [`MARK_SYNC_INTERVAL`]): until then a power cut can leave an older mark, which only means that
//! rot in the bytes of that last moment would pass for a torn write.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::error::{Failure, LogError};

/// The newest log format that this version reads, and the one it writes.
pub const LOG_FORMAT: u32 = 1;
/// How long a moved mark may wait for its own sync.
pub const MARK_SYNC_INTERVAL: Duration = Duration::from_millis(200);

const FILE_NAME: &str = "head";
const MAGIC: &[u8; 8] = b"BATONLOG";
const SECTOR: usize = 512;
const SLOTS: [u64; 2] = [SECTOR as u64, 2 * SECTOR as u64];

/// The open and locked `head` file.
#[derive(Debug)]
pub(super) struct Head {
    file: File,
    path: PathBuf,
    mark: Mutex<Mark>,
}

/// Log bytes before `position`, counted over all files, are durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    sequence: u64,
    position: u64,
}

impl Head {
    /// Opens and locks the head of `folder`; creates both where missing.
    ///
    /// `has_entries` says whether the folder holds log files already: they cannot be there without
    /// a head, which is made durable first.
    pub(super) fn open(folder: &Path, has_entries: bool) -> Result<Self, LogError> {
        let path = folder.join(FILE_NAME);
        if !path.exists() {
            if has_entries {
                return Err(LogError::Damaged {
                    file: path,
                    offset: 0,
                    expected: "the head of the log".into(),
                    found: "no such file".into(),
                });
            }
            create_file(folder, &path)?;
        }
        let io = |action| {
            let path = path.clone();
            move |source| LogError::Io { action, path, source }
        };
        let file = OpenOptions::new().read(true).write(true).open(&path).map_err(io("open"))?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => LogError::Locked { folder: folder.to_path_buf() },
            TryLockError::Error(source) => io("lock")(source),
        })?;
        let mut sectors = Vec::with_capacity(3 * SECTOR);
        io::Read::read_to_end(&mut &file, &mut sectors).map_err(io("read"))?;
        sectors.resize(3 * SECTOR, 0);
        check_format(folder, &path, &sectors[..SECTOR])?;
        let newest = [read_slot(&sectors[SECTOR..]), read_slot(&sectors[2 * SECTOR..])]
            .into_iter()
            .flatten()
            .max_by_key(|mark| mark.sequence);
        let Some(mark) = newest else {
            return Err(LogError::Damaged {
                file: path,
                offset: SLOTS[0],
                expected: "a mark with a right checksum in one of two slots".into(),
                found: "none".into(),
            });
        };
        Ok(Self { file, path, mark: Mutex::new(mark) })
    }

    /// The position up to which the log was synced.
    pub(super) fn position(&self) -> u64 {
        self.mark.lock().position
    }

    /// Moves the mark forward, without syncing it.
    pub(super) fn advance(&self, position: u64) -> io::Result<()> {
        let mut mark = self.mark.lock();
        if position <= mark.position {
            return Ok(());
        }
        self.write(&mut mark, position)
    }

    /// Moves the mark forward to where the log ended when it was opened, and syncs it.
    fn settle(&self, position: u64) -> Result<(), LogError> {
        self.advance(position).and_then(|()| self.file.sync_data()).map_err(|source| LogError::Io {
            action: "write",
            path: self.path.clone(),
            source,
        })
    }

    fn write(&self, mark: &mut Mark, position: u64) -> io::Result<()> {
        let next = Mark { sequence: mark.sequence + 1, position };
        let slot = SLOTS[usize::from(next.sequence % 2 == 1)];
        self.file.write_all_at(&slot_bytes(next), slot)?;
        *mark = next;
        Ok(())
    }
}

/// Moves the mark after each sync, and hears of failures.
#[derive(Debug)]
pub(super) struct Tracker {
    head: Arc<Head>,
    failure: Arc<Failure>,
    moved: SyncSender<()>,
}

impl Tracker {
    /// Starts the thread that syncs a moved mark.
    pub(super) fn start(head: Arc<Head>, failure: Arc<Failure>) -> Result<Tracking, LogError> {
        let (moved, wake) = sync_channel(1);
        let path = head.path.clone();
        let tracker = Arc::new(Self { head: head.clone(), failure: failure.clone(), moved });
        let thread = std::thread::Builder::new()
            .name("log-mark".into())
            .spawn(move || keep_mark_synced(&head, &failure, &wake))
            .map_err(|source| LogError::Io { action: "start the mark thread of", path, source })?;
        Ok(Tracking { tracker, _thread: MarkThread(Some(thread)) })
    }

    /// Notes that the log goes with the state, up to where it ended when it was opened.
    ///
    /// # Errors
    /// [`LogError::Io`], [`LogError::Stopped`].
    pub(super) fn settle(&self, position: u64) -> Result<(), LogError> {
        self.check()?;
        self.head.settle(position)
    }

    /// Takes note of how a sync of everything before `position` ended.
    pub(super) fn synced(&self, position: u64, result: io::Result<()>) -> io::Result<()> {
        // After a failed sync of the mark nobody knows what the disk has of it, so it stays as it is.
        let result = result.and_then(|()| self.check().map_err(io::Error::other));
        result.inspect_err(|error| self.failed(error))?;
        let moved = self.head.advance(position);
        match &moved {
            // A full channel means that the thread is awake already.
            Ok(()) => drop(self.moved.try_send(())),
            Err(error) => self.failure.raise(&self.head.path, error),
        }
        moved
    }

    /// Takes note of a write or sync of the log that failed. The log crate does not say in which
    /// of its files.
    pub(super) fn failed(&self, error: &io::Error) {
        self.failure.raise(self.head.path.parent().unwrap_or(&self.head.path), error);
    }

    /// Refuses everything after the first failure.
    pub(super) fn check(&self) -> Result<(), LogError> {
        self.failure.check()
    }
}

/// A tracker and its thread, which ends when the last handle on the tracker is dropped.
///
/// The order of the fields matters: the tracker goes first.
#[derive(Debug)]
pub(super) struct Tracking {
    pub(super) tracker: Arc<Tracker>,
    _thread: MarkThread,
}

/// Waits for the thread that syncs the mark.
#[derive(Debug)]
struct MarkThread(Option<JoinHandle<()>>);

impl Drop for MarkThread {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // A panic there has already been printed; there is nobody left to tell.
            let _ = thread.join();
        }
    }
}

fn keep_mark_synced(head: &Head, failure: &Failure, wake: &Receiver<()>) {
    while wake.recv().is_ok() {
        let due = Instant::now() + MARK_SYNC_INTERVAL;
        // Moves during the wait are covered by the sync that follows it.
        while let Some(rest) = due.checked_duration_since(Instant::now()) {
            if wake.recv_timeout(rest) == Err(RecvTimeoutError::Disconnected) {
                break;
            }
        }
        if failure.check().is_err() {
            return;
        }
        if let Err(error) = head.file.sync_data() {
            failure.raise(&head.path, &error);
            return;
        }
    }
}

/// Creates `folder` and its missing parents, and makes all those names durable.
///
/// Also those that exist: a process that was killed may have created them without a sync.
pub(super) fn create_folder(folder: &Path) -> Result<(), LogError> {
    let io = |source| LogError::Io { action: "create", path: folder.to_path_buf(), source };
    std::fs::create_dir_all(folder).map_err(io)?;
    for ancestor in folder.ancestors().skip(1) {
        let here = if ancestor.as_os_str().is_empty() { Path::new(".") } else { ancestor };
        match File::open(here).and_then(|handle| handle.sync_all()) {
            Ok(()) => {}
            // A folder that may not be read, or that cannot be synced, is not one of ours.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::PermissionDenied
                        | io::ErrorKind::InvalidInput
                        | io::ErrorKind::Unsupported
                ) =>
            {
                break;
            }
            Err(source) => {
                return Err(LogError::Io { action: "sync", path: here.to_path_buf(), source });
            }
        }
    }
    Ok(())
}

/// Makes the names in `folder` durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), LogError> {
    File::open(folder).and_then(|handle| handle.sync_all()).map_err(|source| LogError::Io {
        action: "sync",
        path: folder.to_path_buf(),
        source,
    })
}

// Written beside and renamed, so that a power cut leaves no head or a whole one.
fn create_file(folder: &Path, path: &Path) -> Result<(), LogError> {
    let mut sectors = [0; 3 * SECTOR];
    sectors[..8].copy_from_slice(MAGIC);
    sectors[8..12].copy_from_slice(&LOG_FORMAT.to_be_bytes());
    let crc = crc32fast::hash(&sectors[..12]);
    sectors[12..16].copy_from_slice(&crc.to_be_bytes());
    sectors[SECTOR..SECTOR + 20].copy_from_slice(&slot_bytes(Mark { sequence: 0, position: 0 }));
    let beside = folder.join("head.new");
    let io = |action, path: &Path| {
        let path = path.to_path_buf();
        move |source| LogError::Io { action, path, source }
    };
    let file = File::create(&beside).map_err(io("create", &beside))?;
    file.write_all_at(&sectors, 0).map_err(io("write", &beside))?;
    file.sync_all().map_err(io("sync", &beside))?;
    std::fs::rename(&beside, path).map_err(io("rename to", path))?;
    sync_folder(folder)
}

fn check_format(folder: &Path, path: &Path, sector: &[u8]) -> Result<(), LogError> {
    let damaged = |expected: &str, found: String| LogError::Damaged {
        file: path.to_path_buf(),
        offset: 0,
        expected: expected.into(),
        found,
    };
    if &sector[..8] != MAGIC {
        return Err(damaged("the letters BATONLOG", format!("{:02x?}", &sector[..8])));
    }
    let word = |at: usize| sector[at..at + 4].try_into().map_or(0, u32::from_be_bytes);
    let crc = crc32fast::hash(&sector[..12]);
    if word(12) != crc {
        return Err(damaged(&format!("checksum {crc:08x}"), format!("{:08x}", word(12))));
    }
    let found = word(8);
    if found > LOG_FORMAT {
        return Err(LogError::Newer { folder: folder.to_path_buf(), found, known: LOG_FORMAT });
    }
    Ok(())
}

fn slot_bytes(mark: Mark) -> [u8; 20] {
    let mut bytes = [0; 20];
    bytes[..8].copy_from_slice(&mark.sequence.to_be_bytes());
    bytes[8..16].copy_from_slice(&mark.position.to_be_bytes());
    let crc = crc32fast::hash(&bytes[..16]);
    bytes[16..].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn read_slot(bytes: &[u8]) -> Option<Mark> {
    let (sequence, rest) = bytes.split_first_chunk()?;
    let (position, rest) = rest.split_first_chunk()?;
    let (crc, _) = rest.split_first_chunk()?;
    let right = crc32fast::hash(&bytes[..16]);
    (u32::from_be_bytes(*crc) == right).then(|| Mark {
        sequence: u64::from_be_bytes(*sequence),
        position: u64::from_be_bytes(*position),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_not_written_any_more_once_a_sync_has_failed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let head = Arc::new(Head::open(folder.path(), false).expect("a new head"));
        let failure = Arc::new(Failure::new(Arc::new(|_| ())));
        let tracking = Tracker::start(head.clone(), failure.clone()).expect("a thread");
        tracking.tracker.synced(7, Ok(())).expect("all is well");
        assert_eq!(head.position(), 7);
        failure.raise(folder.path(), &io::Error::other("planted"));
        assert!(tracking.tracker.synced(9, Ok(())).is_err());
        assert_eq!(head.position(), 7);
    }
}
