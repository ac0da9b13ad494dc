//! The durable log of one partition, as openraft uses it.

use std::fmt::Debug;
use std::io;
use std::ops::{Bound, Range, RangeBounds};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::{Stream, stream};
use openraft::storage::{IOFlushed, LogState, RaftLogStorage};
use openraft::{OptionalSend, RaftLogReader};
use tokio::sync::oneshot;

use super::error::{LogError, OnFailure};
use super::journal::{Journal, OnDurable};
use super::types::{Entry, LogId, TypeConfig, Vote};
use super::under_way::UnderWay;
use super::wal::store::Wal;

/// How much of the log is read at once for applying or replicating it.
const READ_SIZE_BYTES: usize = 1 << 20;

/// Sizes and times of a log.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogOptions {
    /// A file is closed when it reaches this size. Disk space is freed file by file, and the
    /// entries of the open file stay in memory.
    pub file_size_bytes: usize,
    /// How many bytes of recent entries are kept in memory besides those of the open file.
    pub cache_size_bytes: usize,
    /// How long the flush thread waits for company before it syncs. Zero turns batching off.
    pub flush_wait: Duration,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self {
            file_size_bytes: 16 << 20,
            cache_size_bytes: 8 << 20,
            flush_wait: Duration::from_micros(20),
        }
    }
}

/// The log: votes, entries and the committed index. Cloning shares it.
#[derive(Debug)]
pub struct LogStore<J = Wal> {
    journal: Arc<J>,
    under_way: UnderWay,
}

impl<J> Clone for LogStore<J> {
    fn clone(&self) -> Self {
        Self { journal: self.journal.clone(), under_way: self.under_way.clone() }
    }
}

impl LogStore {
    /// Opens the log in `folder`, and creates it where missing.
    ///
    /// Reads the whole log once. `on_failure` is called at most once, when the log can no longer
    /// be made durable; the process must then stop.
    ///
    /// # Errors
    ///
    /// [`LogError::Damaged`] names file and offset when acknowledged bytes are gone or changed;
    /// [`LogError::Newer`] and [`LogError::Locked`] mean that another version or process owns the
    /// folder; [`LogError::Io`] and [`LogError::Refused`] carry the cause.
    pub fn open(
        folder: &Path,
        options: &LogOptions,
        on_failure: OnFailure,
    ) -> Result<Self, LogError> {
        let journal = Wal::open(folder, options, on_failure)?;
        journal.settle()?;
        Ok(Self::over(journal))
    }
}

impl<J: Journal> LogStore<J> {
    /// The log over an open journal.
    pub fn over(journal: J) -> Self {
        Self { journal: Arc::new(journal), under_way: UnderWay::default() }
    }

    /// As [`Journal::settle`].
    ///
    /// # Errors
    /// As there.
    pub(crate) fn settle(&self) -> Result<(), LogError> {
        self.journal.settle()
    }

    /// The writes that are not durable yet.
    pub(crate) fn under_way(&self) -> UnderWay {
        self.under_way.clone()
    }

    /// Runs one write and waits until it is durable.
    async fn durable(
        &self,
        write: impl FnOnce(&J, OnDurable) -> Result<(), LogError>,
    ) -> io::Result<()> {
        let (done, wait) = oneshot::channel();
        let _under_way = self.under_way.begin();
        // Nobody waits any more when the caller was cancelled.
        write(&self.journal, Box::new(move |result| drop(done.send(result))))?;
        wait.await.map_err(io::Error::other)?
    }
}

/// Begins the log of a partition whose state comes from elsewhere: everything up to `purged` is
/// in that state, and `first` is the first entry after it. The leader of its term was `first`'s.
///
/// # Errors
/// [`LogError`]; the folder has to be thrown away then.
pub(crate) fn begin_after(folder: &Path, purged: LogId, first: Entry) -> Result<(), LogError> {
    let failure = Arc::new(OnceLock::new());
    let noted = failure.clone();
    let on_failure: OnFailure = Arc::new(move |why| drop(noted.set(why.to_owned())));
    let journal = Wal::open(folder, &LogOptions::default(), on_failure)?;
    let leader = *first.log_id.committed_leader_id();
    let vote = Vote::new_committed(leader.term, leader.node_id);
    durably(folder, |done| journal.save_vote(vote, done))?;
    durably(folder, |done| journal.purge(purged, done))?;
    durably(folder, |done| journal.append([first], done))?;
    // The mark is synced behind the entries, at the latest now.
    drop(journal);
    match failure.get() {
        Some(why) => Err(LogError::Stopped(why.clone())),
        None => Ok(()),
    }
}

/// Waits until a write is durable.
fn durably(
    folder: &Path,
    write: impl FnOnce(OnDurable) -> Result<(), LogError>,
) -> Result<(), LogError> {
    let (done, wait) = std::sync::mpsc::sync_channel(1);
    write(Box::new(move |result| drop(done.send(result))))?;
    let failed = |source| LogError::Io { action: "write", path: folder.to_owned(), source };
    wait.recv().map_err(|_| failed(io::ErrorKind::BrokenPipe.into()))?.map_err(failed)
}

impl<J: Journal> RaftLogReader<TypeConfig> for LogStore<J> {
    async fn try_get_log_entries<R: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: R,
    ) -> io::Result<Vec<Entry>> {
        Ok(self.journal.read(half_open(&range), usize::MAX)?)
    }

    async fn limited_get_log_entries(&mut self, start: u64, end: u64) -> io::Result<Vec<Entry>> {
        Ok(self.journal.read(start..end, READ_SIZE_BYTES)?)
    }

    // The entries to apply after a restart are many; they must not all be in memory at once.
    async fn entries_stream<R: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: R,
    ) -> impl Stream<Item = io::Result<Entry>> + OptionalSend {
        let batches = stream::unfold((self.journal.clone(), half_open(&range)), read_batch);
        Box::pin(futures_util::StreamExt::flatten(batches))
    }

    async fn read_vote(&mut self) -> io::Result<Option<Vote>> {
        Ok(self.journal.state().vote)
    }
}

type Batch = stream::Iter<std::vec::IntoIter<io::Result<Entry>>>;

async fn read_batch<J: Journal>(
    (journal, range): (Arc<J>, Range<u64>),
) -> Option<(Batch, (Arc<J>, Range<u64>))> {
    if range.is_empty() {
        return None;
    }
    let (items, next) = match journal.read(range.clone(), READ_SIZE_BYTES) {
        Ok(entries) => {
            let last = entries.last()?.log_id.index;
            (entries.into_iter().map(Ok).collect(), last + 1..range.end)
        }
        Err(error) => (vec![Err(io::Error::from(error))], range.end..range.end),
    };
    Some((stream::iter(items), (journal, next)))
}

impl<J: Journal> RaftLogStorage<TypeConfig> for LogStore<J> {
    type LogReader = Self;

    async fn get_log_state(&mut self) -> io::Result<LogState<TypeConfig>> {
        let state = self.journal.state();
        Ok(LogState { last_purged_log_id: state.purged, last_log_id: state.last })
    }

    async fn get_log_reader(&mut self) -> Self {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote) -> io::Result<()> {
        let vote = *vote;
        self.durable(|journal, done| journal.save_vote(vote, done)).await
    }

    async fn save_committed(&mut self, committed: Option<LogId>) -> io::Result<()> {
        match committed {
            Some(committed) => {
                let _under_way = self.under_way.begin();
                Ok(self.journal.save_committed(committed)?)
            }
            None => Ok(()),
        }
    }

    async fn read_committed(&mut self) -> io::Result<Option<LogId>> {
        Ok(self.journal.state().committed)
    }

    async fn append<I>(&mut self, entries: I, callback: IOFlushed<TypeConfig>) -> io::Result<()>
    where
        I: IntoIterator<Item = Entry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let under_way = self.under_way.begin();
        let completed = move |result| {
            drop(under_way);
            callback.io_completed(result);
        };
        self.journal.append(entries, Box::new(completed))?;
        Ok(())
    }

    async fn truncate_after(&mut self, last: Option<LogId>) -> io::Result<()> {
        let next = last.map_or(0, |it| it.index + 1);
        self.durable(|journal, done| journal.truncate(next, done)).await
    }

    async fn purge(&mut self, upto: LogId) -> io::Result<()> {
        self.durable(|journal, done| journal.purge(upto, done)).await
    }
}

fn half_open(range: &impl RangeBounds<u64>) -> Range<u64> {
    let start = match range.start_bound() {
        Bound::Included(start) => *start,
        Bound::Excluded(start) => start.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(end) => end.saturating_add(1),
        Bound::Excluded(end) => *end,
        Bound::Unbounded => u64::MAX,
    };
    start..end
}
