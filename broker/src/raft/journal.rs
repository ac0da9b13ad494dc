//! What the log is written with, as an interface: the crate `raft-log`, or a twin on a simulated
//! disk.

use std::fmt::Debug;
use std::io;
use std::ops::Range;

use super::error::LogError;
use super::types::{Entry, LogId, Vote};

/// Told how a write ended.
pub type OnDurable = Box<dyn FnOnce(io::Result<()>) + Send>;

/// What a log knows besides its entries.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The vote saved last.
    pub vote: Option<Vote>,
    /// The last entry.
    pub last: Option<LogId>,
    /// How far the log is committed.
    pub committed: Option<LogId>,
    /// The last entry that was dropped at the beginning.
    pub purged: Option<LogId>,
}

/// An open log. Writes are ordered, can be read at once, and are durable when `on_durable` is
/// called; after a failure every later write is refused.
pub trait Journal: Debug + Send + Sync + 'static {
    /// Notes that all that was in the log when it was opened belongs to it, so that bytes that are
    /// missing there later are damage. To be called before anybody is promised anything, once the
    /// log is known to be the one that the state goes with.
    ///
    /// # Errors
    /// [`LogError::Io`], [`LogError::Stopped`].
    fn settle(&self) -> Result<(), LogError>;

    /// What the log knows besides its entries.
    fn state(&self) -> State;

    /// Reads the entries of `range` that the log holds, up to the one that fills `size_max`.
    ///
    /// # Errors
    /// [`LogError::Damaged`], [`LogError::Refused`].
    fn read(&self, range: Range<u64>, size_max: usize) -> Result<Vec<Entry>, LogError>;

    /// Saves a vote.
    ///
    /// # Errors
    /// [`LogError::Stopped`], [`LogError::Refused`].
    fn save_vote(&self, vote: Vote, on_durable: OnDurable) -> Result<(), LogError>;

    /// Appends entries; they can be read when this returns.
    ///
    /// # Errors
    /// [`LogError::Stopped`], [`LogError::Refused`].
    fn append(
        &self,
        entries: impl IntoIterator<Item = Entry>,
        on_durable: OnDurable,
    ) -> Result<(), LogError>;

    /// Drops the entries from `index` on.
    ///
    /// # Errors
    /// [`LogError::Stopped`], [`LogError::Refused`].
    fn truncate(&self, index: u64, on_durable: OnDurable) -> Result<(), LogError>;

    /// Drops the entries up to `upto`; space is freed once that is durable.
    ///
    /// # Errors
    /// [`LogError::Stopped`], [`LogError::Refused`].
    fn purge(&self, upto: LogId, on_durable: OnDurable) -> Result<(), LogError>;

    /// Notes how far the log is committed; it becomes durable with the next write.
    ///
    /// # Errors
    /// [`LogError::Stopped`], [`LogError::Refused`].
    fn save_committed(&self, committed: LogId) -> Result<(), LogError>;
}
