//! Opens, reads and writes the log of one partition.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use parking_lot::RwLock;
use raft_log::api::raft_log_writer::RaftLogWriter;
use raft_log::codeq::Span;
use raft_log::types::Segment;
use raft_log::{Callback, Config, RaftLog, RaftLogRecord, Types};

use super::codec::{StoredLogId, StoredPayload, StoredVote, decode_entry, encode_entry};
use super::repair;
use crate::io::Trouble;
use crate::raft::error::{Failure, LogError, OnFailure};
use crate::raft::head::{Head, Tracker, Tracking, create_folder};
use crate::raft::journal::{Journal, OnDurable, State};
use crate::raft::log_store::LogOptions;
use crate::raft::types::{Entry, LogId, Vote};

/// The open log. Writes are ordered by the lock and made durable by the crate's flush thread.
///
/// The fields are dropped in order: the flush thread ends first, then the mark's.
#[derive(Debug)]
pub struct Wal {
    log: Arc<RwLock<Log>>,
    tracking: Tracking,
    /// Where the log ended when it was opened.
    found: u64,
    folder: PathBuf,
}

#[derive(Debug)]
struct Log {
    records: RaftLog<Records>,
    /// The position after the last record, whether it is written yet or not.
    end: u64,
}

impl Wal {
    /// Opens the log in `folder`, which is created where missing.
    ///
    /// A torn tail is cut off, and what is left is made durable before anybody reads it.
    pub(crate) fn open(
        folder: &Path,
        options: &LogOptions,
        on_failure: OnFailure,
    ) -> Result<Self, LogError> {
        let has_files = folder.is_dir() && repair::has_files(folder)?;
        if !has_files {
            create_folder(folder)?;
        }
        let head = Arc::new(Head::open(folder, has_files)?);
        let found = repair::repair(folder, &head)?;
        let tracking = Tracker::start(head, Arc::new(Failure::new(on_failure)))?;
        let records = RaftLog::open(Arc::new(config(folder, options)?))
            .map_err(|source| explain(folder, "replay the entries", source))?;
        let end = records.stat().open_chunk.global_end;
        let log = Arc::new(RwLock::new(Log { records, end }));
        let wal = Self { log, tracking, found, folder: folder.to_path_buf() };
        wal.check_complete()?;
        Ok(wal)
    }

    /// Changes the log and hands the change to the flush thread.
    ///
    /// Any error is final: what was half done is in the buffer of the log crate.
    fn write(
        &self,
        action: &'static str,
        on_durable: OnDurable,
        change: impl FnOnce(&mut RaftLog<Records>) -> io::Result<Option<Segment>>,
    ) -> Result<(), LogError> {
        self.tracking.tracker.check()?;
        let mut log = self.log.write();
        let tracker = self.tracking.tracker.clone();
        let written = change(&mut log.records).and_then(|segment| {
            if let Some(segment) = segment {
                log.end = segment.end().0;
            }
            let flushed = Flushed {
                position: log.end,
                tracker: tracker.clone(),
                log: Arc::downgrade(&self.log),
                then: Some(on_durable),
            };
            log.records.flush(true, Some(flushed))
        });
        written.map_err(|source| self.refused(action, &log, source))
    }

    /// Tells the owner of the process that the log crate refused a change.
    fn refused(&self, action: &'static str, log: &Log, source: io::Error) -> LogError {
        // A full file is synced without a callback: this is where its failure shows, and the flush
        // thread knows the cause.
        let source = log.records.wait_worker_idle().err().unwrap_or(source);
        self.tracking.tracker.failed(&source);
        LogError::Refused { folder: self.folder.clone(), action, source }
    }

    /// Finds files missing at the start of the log, which the crate would not notice.
    fn check_complete(&self) -> Result<(), LogError> {
        let state = self.state();
        let first = state.purged.map_or(0, |it| it.index.saturating_add(1));
        let Some(last) = state.last.map(|it| it.index).filter(|last| *last >= first) else {
            return Ok(());
        };
        // The first entry of a log may have any index: a node that was restored from a snapshot
        // has purged up to it, so only a log that purged something can miss its start.
        let found = self.read(first..first + 1, 0)?;
        if found.is_empty() {
            return Err(LogError::Damaged {
                file: self.folder.clone(),
                offset: 0,
                expected: format!("entries {first} to {last}"),
                found: format!("no entry {first}"),
            });
        }
        Ok(())
    }
}

impl Journal for Wal {
    fn settle(&self) -> Result<(), LogError> {
        self.tracking.tracker.settle(self.found)
    }

    fn state(&self) -> State {
        let log = self.log.read();
        let state = log.records.log_state();
        State {
            vote: state.vote().map(|it| (*it).into()),
            last: state.last().map(|it| (*it).into()),
            committed: state.committed().map(|it| (*it).into()),
            purged: state.purged().map(|it| (*it).into()),
        }
    }

    fn read(&self, range: Range<u64>, size_max: usize) -> Result<Vec<Entry>, LogError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let log = self.log.read();
        let mut entries = Vec::new();
        let mut size = 0;
        for record in log.records.read(range.start, range.end) {
            let (id, payload) =
                record.map_err(|source| explain(&self.folder, "read entries", source))?;
            size += payload.bytes.len();
            entries.push(
                decode_entry(id, payload)
                    .map_err(|source| explain(&self.folder, "read entries", source))?,
            );
            if size >= size_max {
                break;
            }
        }
        Ok(entries)
    }

    fn save_vote(&self, vote: Vote, on_durable: OnDurable) -> Result<(), LogError> {
        self.write("save a vote", on_durable, |log| log.save_vote(vote.into()).map(Some))
    }

    fn append(
        &self,
        entries: impl IntoIterator<Item = Entry>,
        on_durable: OnDurable,
    ) -> Result<(), LogError> {
        self.write("append entries", on_durable, |log| {
            let mut segment = None;
            for entry in entries {
                segment = Some(log.append([encode_entry(entry)?])?);
            }
            Ok(segment)
        })
    }

    fn truncate(&self, index: u64, on_durable: OnDurable) -> Result<(), LogError> {
        self.write("truncate", on_durable, |log| {
            let next = log.log_state().last().map_or(0, |it| it.index.saturating_add(1));
            if index < next { log.truncate(index).map(Some) } else { Ok(None) }
        })
    }

    fn purge(&self, upto: LogId, on_durable: OnDurable) -> Result<(), LogError> {
        self.write("purge", on_durable, |log| log.purge(upto.into()).map(Some))
    }

    fn save_committed(&self, committed: LogId) -> Result<(), LogError> {
        self.tracking.tracker.check()?;
        let committed = StoredLogId::from(committed);
        let mut log = self.log.write();
        // Ahead of the log while a snapshot is being installed; then it says nothing new.
        if log.records.log_state().last() < Some(&committed) {
            return Ok(());
        }
        let segment = log.records.commit(committed);
        let segment =
            segment.map_err(|source| self.refused("save the committed index", &log, source))?;
        log.end = segment.end().0;
        Ok(())
    }
}

/// Names the damaged place where the log crate knows only that there is one. What the operating
/// system refuses is no damage.
fn explain(folder: &Path, action: &'static str, source: io::Error) -> LogError {
    let refused = |source| LogError::Refused { folder: folder.to_owned(), action, source };
    if Trouble::of(&source) != Trouble::Contents {
        return refused(source);
    }
    match repair::find_damage(folder) {
        Ok(Some(damage)) | Err(damage) => damage,
        Ok(None) => refused(source),
    }
}

/// Moves the mark and passes the result on, once a write is synced or has failed.
pub(super) struct Flushed {
    position: u64,
    tracker: Arc<Tracker>,
    /// Knows why the flush thread stopped.
    log: Weak<RwLock<Log>>,
    then: Option<OnDurable>,
}

impl Callback for Flushed {
    fn send(mut self, result: io::Result<()>) {
        let result = self.tracker.synced(self.position, result);
        if let Some(then) = self.then.take() {
            then(result);
        }
    }
}

// The flush thread drops what is queued when it stops after a failure: those writes failed too. Once
// somebody was told why, all others are told the same. Before that the log knows it, but does not
// say so to whoever changes it at this moment, which may be this thread.
impl Drop for Flushed {
    fn drop(&mut self) {
        let Some(then) = self.then.take() else { return };
        if let Err(stopped) = self.tracker.check() {
            return then(Err(stopped.into()));
        }
        let (position, tracker, log) = (self.position, self.tracker.clone(), self.log.clone());
        let tell = move || {
            let cause = log.upgrade().and_then(|log| log.read().records.wait_worker_idle().err());
            let error = cause.unwrap_or_else(|| io::Error::other("the log was closed before"));
            then(tracker.synced(position, Err(error)));
        };
        let told = std::thread::Builder::new().name("log-failure".into()).spawn(tell);
        if let Err(error) = told {
            self.tracker.failed(&error);
        }
    }
}

impl fmt::Debug for Flushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flushed").field("position", &self.position).finish_non_exhaustive()
    }
}

/// The types that the log crate is instantiated with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Records;

/// One record of a log file.
pub(super) type Record = RaftLogRecord<Records>;

impl Types for Records {
    type LogId = StoredLogId;
    type LogPayload = StoredPayload;
    type Vote = StoredVote;
    type Callback = Flushed;
    type UserData = String;

    fn log_index(log_id: &StoredLogId) -> u64 {
        log_id.index
    }

    fn payload_size(payload: &StoredPayload) -> u64 {
        payload.bytes.len() as u64
    }
}

fn config(folder: &Path, options: &LogOptions) -> Result<Config, LogError> {
    let name = folder.to_str().ok_or_else(|| LogError::Io {
        action: "use the name of",
        path: folder.to_path_buf(),
        source: io::Error::new(io::ErrorKind::InvalidInput, "it is not UTF-8"),
    })?;
    let mut config = Config::new(name);
    config.wal.chunk_max_size = Some(options.file_size_bytes);
    config.wal.read_buffer_size = Some(1 << 20);
    config.wal.flush_batch_wait = Some(options.flush_wait);
    // After `repair` nothing incomplete is left; if there is, it must not be dropped in silence.
    config.wal.truncate_incomplete_record = Some(false);
    config.log_cache_capacity = Some(options.cache_size_bytes);
    Ok(config)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::thread::ThreadId;

    use super::*;

    /// Drops a write of this log, and tells in which thread its caller hears of it, and what.
    fn dropped(tracker: &Arc<Tracker>) -> Receiver<(ThreadId, String)> {
        let (tell, told) = channel();
        let then: OnDurable = Box::new(move |result: io::Result<()>| {
            let error = result.expect_err("it was dropped").to_string();
            tell.send((std::thread::current().id(), error)).expect("somebody listens");
        });
        let tracker = tracker.clone();
        drop(Flushed { position: 1, tracker, log: Weak::new(), then: Some(then) });
        told
    }

    #[test]
    fn once_a_failure_is_known_a_dropped_write_is_told_it_at_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let head = Arc::new(Head::open(folder.path(), false).expect("a new head"));
        let failure = Arc::new(Failure::new(Arc::new(|_| ())));
        let Tracking { tracker, .. } = &Tracker::start(head, failure).expect("a thread");
        let here = std::thread::current().id();
        let (first, _) = dropped(tracker).recv().expect("the first is told");
        assert_ne!(first, here, "the log may be locked by this thread");
        let (second, error) = dropped(tracker).try_recv().expect("told at once");
        assert_eq!(second, here);
        assert!(error.contains("the log was closed before"), "{error}");
    }
}
