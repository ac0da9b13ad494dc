//! The log's twin for simulation: the records of the log crate, on a [`Disk`].
//!
//! The crate does its own file access and flushes on a thread of its own, which no seed decides.
//! The twin writes the same records in files that follow each other, from a task: changes can be
//! read at once, are written when the task comes to them, and are told durable after its sync.
//! It has no mark (see `head`), and stands for neither the crate's cache nor its threads: those
//! belong to `tests/chaos`.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use raft_log::codeq::{Decode, Encode};
use raft_log::{RaftLogAction, WALRecord};
use tokio::sync::mpsc;

use super::codec::{StoredLogId, StoredPayload, StoredVote, decode_entry, encode_entry};
use super::store::{Record, Records};
use crate::io::{Disk, File, read_optional};
use crate::raft::error::{Failure, LogError, OnFailure};
use crate::raft::journal::{Journal, OnDurable, State};
use crate::raft::types::{Entry, LogId, Vote};

/// A file that reached this size is followed by the next.
const FILE_BYTES: u64 = 16 << 10;

type Action = RaftLogAction<Records>;

/// How long the next sync takes.
pub type Pace = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The log's twin.
pub struct Twin {
    shared: Arc<Mutex<Contents>>,
    failure: Arc<Failure>,
    flushes: mpsc::UnboundedSender<OnDurable>,
    folder: PathBuf,
}

/// The log as it is read.
#[derive(Debug, Default)]
struct Contents {
    entries: BTreeMap<u64, (StoredLogId, StoredPayload)>,
    vote: Option<StoredVote>,
    last: Option<StoredLogId>,
    committed: Option<StoredLogId>,
    purged: Option<StoredLogId>,
    /// Records that are not written yet.
    unwritten: Vec<u8>,
}

/// The files, as the flush task has them.
struct Files<D: Disk> {
    disk: D,
    folder: PathBuf,
    /// Number of each file, with the last index it holds an entry of.
    closed: BTreeMap<u64, u64>,
    number: u64,
    file: D::File,
    length: u64,
}

impl fmt::Debug for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Twin").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Contents {
    fn change(&mut self, action: Action) -> io::Result<()> {
        let record: Record = WALRecord::Action(action);
        record.encode(&mut self.unwritten)?;
        self.note(record);
        Ok(())
    }

    fn note(&mut self, record: Record) {
        let WALRecord::Action(action) = record else { return };
        match action {
            RaftLogAction::SaveVote(vote) => self.vote = Some(vote),
            RaftLogAction::Append(id, payload) => {
                self.entries.insert(id.index, (id, payload));
                self.last = Some(id);
            }
            RaftLogAction::TruncateAfter(after) => {
                let kept = after.map_or(0, |it| it.index.saturating_add(1));
                self.entries.retain(|index, _| *index < kept);
                self.last = after.max(self.purged);
            }
            RaftLogAction::PurgeUpto(upto) => {
                self.entries.retain(|index, _| *index > upto.index);
                self.purged = self.purged.max(Some(upto));
                self.last = self.last.max(Some(upto));
            }
            RaftLogAction::Commit(committed) => self.committed = Some(committed),
        }
    }

    /// The records that a new file begins with, so that older ones can go.
    fn heading(&self) -> io::Result<Vec<u8>> {
        let actions = [
            self.vote.map(RaftLogAction::SaveVote),
            self.purged.map(RaftLogAction::PurgeUpto),
            self.committed.map(RaftLogAction::Commit),
        ];
        let mut bytes = Vec::new();
        for action in actions.into_iter().flatten() {
            let record: Record = WALRecord::Action(action);
            record.encode(&mut bytes)?;
        }
        Ok(bytes)
    }
}

fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:020}.log"))
}

impl Twin {
    /// Opens the log in `folder`, and creates it where missing. A torn tail is cut off.
    ///
    /// Must be called on the runtime that is to run the flush task.
    ///
    /// # Errors
    /// [`LogError::Damaged`] when records before the tail do not decode, [`LogError::Io`].
    pub fn open<D: Disk>(
        disk: D,
        folder: &Path,
        pace: Pace,
        on_failure: OnFailure,
    ) -> Result<Self, LogError> {
        let mut contents = Contents::default();
        let files = Files::open(disk, folder, &mut contents)?;
        let shared = Arc::new(Mutex::new(contents));
        let failure = Arc::new(Failure::new(on_failure));
        let (flushes, waiting) = mpsc::unbounded_channel();
        tokio::spawn(flush(files, shared.clone(), failure.clone(), pace, waiting));
        Ok(Self { shared, failure, flushes, folder: folder.to_owned() })
    }

    fn write(
        &self,
        action: &'static str,
        on_durable: OnDurable,
        change: impl FnOnce(&mut Contents) -> io::Result<()>,
    ) -> Result<(), LogError> {
        self.failure.check()?;
        change(&mut self.shared.lock()).map_err(|source| self.refused(action, source))?;
        // The task ends with the runtime: then nobody hears of anything any more.
        drop(self.flushes.send(on_durable));
        Ok(())
    }

    fn refused(&self, action: &'static str, source: io::Error) -> LogError {
        LogError::Refused { folder: self.folder.clone(), action, source }
    }
}

impl Journal for Twin {
    /// It has no mark: each of its records is written with its length and checksum, and none is
    /// ever damaged on a simulated disk.
    fn settle(&self) -> Result<(), LogError> {
        Ok(())
    }

    fn state(&self) -> State {
        let contents = self.shared.lock();
        State {
            vote: contents.vote.map(Into::into),
            last: contents.last.map(Into::into),
            committed: contents.committed.map(Into::into),
            purged: contents.purged.map(Into::into),
        }
    }

    fn read(&self, range: Range<u64>, size_max: usize) -> Result<Vec<Entry>, LogError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let contents = self.shared.lock();
        let mut entries = Vec::new();
        let mut size = 0;
        for (id, payload) in contents.entries.range(range).map(|(_, it)| it.clone()) {
            size += payload.bytes.len();
            let entry =
                decode_entry(id, payload).map_err(|source| self.refused("read entries", source))?;
            entries.push(entry);
            if size >= size_max {
                break;
            }
        }
        Ok(entries)
    }

    fn save_vote(&self, vote: Vote, on_durable: OnDurable) -> Result<(), LogError> {
        self.write("save a vote", on_durable, |it| it.change(Action::SaveVote(vote.into())))
    }

    fn append(
        &self,
        entries: impl IntoIterator<Item = Entry>,
        on_durable: OnDurable,
    ) -> Result<(), LogError> {
        self.write("append entries", on_durable, |contents| {
            for entry in entries {
                let (id, payload) = encode_entry(entry)?;
                contents.change(Action::Append(id, payload))?;
            }
            Ok(())
        })
    }

    fn truncate(&self, index: u64, on_durable: OnDurable) -> Result<(), LogError> {
        self.write("truncate", on_durable, |contents| {
            let before = contents.entries.range(..index).next_back().map(|(_, (id, _))| *id);
            let after = before.or(contents.purged);
            contents.change(Action::TruncateAfter(after))
        })
    }

    fn purge(&self, upto: LogId, on_durable: OnDurable) -> Result<(), LogError> {
        self.write("purge", on_durable, |it| it.change(Action::PurgeUpto(upto.into())))
    }

    fn save_committed(&self, committed: LogId) -> Result<(), LogError> {
        self.failure.check()?;
        let mut contents = self.shared.lock();
        if contents.last < Some(committed.into()) {
            return Ok(());
        }
        contents
            .change(Action::Commit(committed.into()))
            .map_err(|source| self.refused("save the committed index", source))
    }
}

/// Writes and syncs whatever waits, until the log is closed or fails.
async fn flush<D: Disk>(
    mut files: Files<D>,
    shared: Arc<Mutex<Contents>>,
    failure: Arc<Failure>,
    pace: Pace,
    mut waiting: mpsc::UnboundedReceiver<OnDurable>,
) {
    while let Some(first) = waiting.recv().await {
        let mut told = vec![first];
        let written = failure.check().map_err(io::Error::from).and_then(|()| {
            while let Ok(next) = waiting.try_recv() {
                told.push(next);
            }
            let mut contents = shared.lock();
            // What is purged from here on is not durable after this sync.
            let purged = contents.purged;
            files.write(&mut contents).map(|()| purged)
        });
        let sync = pace();
        // Even the shortest sleep takes a millisecond.
        if !sync.is_zero() {
            tokio::time::sleep(sync).await;
        }
        let result = written.and_then(|purged| files.file.sync().map(|()| purged));
        if let Err(error) = &result {
            failure.raise(&files.folder, error);
        }
        for on_durable in told {
            let result = result.as_ref().map_err(|it| io::Error::new(it.kind(), it.to_string()));
            on_durable(result.map(|_| ()));
        }
        if let Ok(purged) = result {
            files.drop_purged(purged);
        }
    }
}

impl<D: Disk> Files<D> {
    fn open(disk: D, folder: &Path, contents: &mut Contents) -> Result<Self, LogError> {
        let io = |source| LogError::Io { action: "open", path: folder.to_owned(), source };
        disk.create_dir_all(folder).map_err(io)?;
        let names = disk.list(folder).map_err(io)?;
        let numbers: Vec<u64> =
            names.iter().filter_map(|it| it.strip_suffix(".log")?.parse().ok()).collect();
        let mut closed = BTreeMap::new();
        let mut tail = None;
        for (at, &number) in numbers.iter().enumerate() {
            let path = path(folder, number);
            let bytes = read_optional(&disk, &path).map_err(|failure| io(failure.source))?;
            let bytes = bytes.unwrap_or_default();
            let (valid, error) = replay(&bytes, contents);
            let is_last = at + 1 == numbers.len();
            if let Some(found) = error.filter(|_| !is_last) {
                let expected = "a whole record, since a file follows".to_owned();
                return Err(LogError::Damaged { file: path, offset: valid, expected, found });
            }
            closed.insert(number, contents.last.map_or(0, |it| it.index));
            tail = Some((number, valid));
        }
        let (number, length) = tail.unwrap_or((1, 0));
        closed.remove(&number);
        let path = path(folder, number);
        let file = if tail.is_some() { disk.open(&path) } else { disk.create(&path) };
        let file = file.map_err(io)?;
        file.set_len(length).map_err(io)?;
        let mut files = Self { disk, folder: folder.to_owned(), closed, number, file, length };
        if length == 0 {
            files.begin(contents).map_err(io)?;
        }
        // What was read counts as written from here on.
        files.file.sync().and_then(|()| files.disk.sync_dir(folder)).map_err(io)?;
        Ok(files)
    }

    fn write(&mut self, contents: &mut Contents) -> io::Result<()> {
        let bytes = std::mem::take(&mut contents.unwritten);
        self.file.write_at(&bytes, self.length)?;
        self.length += bytes.len() as u64;
        // Now everything is written that the heading of the next file speaks of.
        if self.length >= FILE_BYTES { self.next_file(contents) } else { Ok(()) }
    }

    /// The file before is synced to its end first, so that only the last file can be torn.
    fn next_file(&mut self, contents: &Contents) -> io::Result<()> {
        self.file.sync()?;
        self.closed.insert(self.number, contents.last.map_or(0, |it| it.index));
        self.number += 1;
        self.file = self.disk.create(&path(&self.folder, self.number))?;
        self.begin(contents)?;
        self.file.sync()?;
        self.disk.sync_dir(&self.folder)
    }

    fn begin(&mut self, contents: &Contents) -> io::Result<()> {
        let heading = contents.heading()?;
        self.file.write_at(&heading, 0)?;
        self.length = heading.len() as u64;
        Ok(())
    }

    /// Files whose entries are all purged go, oldest first. One that stays for now goes later.
    fn drop_purged(&mut self, purged: Option<StoredLogId>) {
        let Some(purged) = purged else { return };
        while let Some((&number, &last)) = self.closed.first_key_value()
            && last <= purged.index
        {
            let removed = self.disk.remove(&path(&self.folder, number));
            if removed.and_then(|()| self.disk.sync_dir(&self.folder)).is_err() {
                return;
            }
            self.closed.remove(&number);
        }
    }
}

/// Takes over the records of a file; says up to where they are whole, and what follows.
fn replay(bytes: &[u8], contents: &mut Contents) -> (u64, Option<String>) {
    let mut rest = bytes;
    let mut valid = 0;
    while !rest.is_empty() {
        let before = rest.len();
        match Record::decode(&mut rest) {
            Ok(record) => contents.note(record),
            Err(error) => return (valid, Some(error.to_string())),
        }
        valid += (before - rest.len()) as u64;
    }
    (valid, None)
}
