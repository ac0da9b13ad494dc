//! What can go wrong with the log of a partition.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::io::Trouble;
use crate::sentence::RESTORE;

/// Why the log could not be opened, read or written.
///
/// Each variant is our bug, a broken disk or an operator's mistake: the partition stops, loudly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// An operating-system call failed.
    #[error("{action} '{}'", path.display())]
    Io {
        /// What was attempted, as "write", "sync", …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The answer of the operating system.
        source: io::Error,
    },
    /// Bytes that were once acknowledged are gone or changed.
    #[error(
        "the log is damaged: '{}' at offset {offset}: expected {expected}, found {found}. \
         Entries there were acknowledged",
        file.display()
    )]
    Damaged {
        /// The damaged file.
        file: PathBuf,
        /// Byte offset in that file.
        offset: u64,
        /// What stood there when it was written.
        expected: String,
        /// What stands there now.
        found: String,
    },
    /// The folder has a format that this version does not know.
    #[error(
        "the log in {} was written by a newer Baton (format {found}, this one reads up to {known}). \
         Start that version",
        folder.display()
    )]
    Newer {
        /// The log's folder.
        folder: PathBuf,
        /// The format found.
        found: u32,
        /// The newest format that this version knows.
        known: u32,
    },
    /// Another process has the log open.
    #[error("the log in {} is open in another process. Stop that one first", folder.display())]
    Locked {
        /// The log's folder.
        folder: PathBuf,
    },
    /// A write was asked for after an earlier one failed.
    ///
    /// After a failed sync the content of the page cache is unknown, so nothing is tried again.
    #[error("the log stopped after a failed write: {0}")]
    Stopped(String),
    /// The log crate refused an operation.
    #[error("{action} in the log '{}'", folder.display())]
    Refused {
        /// The log's folder.
        folder: PathBuf,
        /// What was attempted.
        action: &'static str,
        /// Its answer.
        source: io::Error,
    },
}

impl LogError {
    /// What to do: a sentence, or nothing when the message says it.
    pub fn way_out(&self) -> &'static str {
        match self {
            Self::Io { source, .. } => Trouble::of(source).way_out(),
            Self::Refused { source, .. } => match Trouble::of(source) {
                Trouble::Contents => RESTORE,
                trouble => trouble.way_out(),
            },
            Self::Damaged { .. } => RESTORE,
            // Those say it.
            Self::Stopped(_) | Self::Newer { .. } | Self::Locked { .. } => "",
        }
    }
}

impl From<LogError> for io::Error {
    fn from(error: LogError) -> Self {
        io::Error::other(error)
    }
}

/// Called once, from the flush thread, with a sentence that says why the log can no longer write.
///
/// The process must stop: a failed sync leaves the page cache in an unknown state, and only a
/// restart, which reads the disk again, makes it known.
pub type OnFailure = Arc<dyn Fn(&str) + Send + Sync>;

/// Remembers the first failure of a log and tells the owner of the process.
pub(super) struct Failure {
    first: OnceLock<String>,
    hook: OnFailure,
}

impl Failure {
    pub(super) fn new(hook: OnFailure) -> Self {
        Self { first: OnceLock::new(), hook }
    }

    /// Records that `error` at the file or folder ended this log; only the first call reaches the
    /// hook.
    pub(super) fn raise(&self, path: &Path, error: &io::Error) {
        let sentence = format!(
            "The log could not be made durable: '{}': {error}. After a failed write nobody knows \
             what the disk holds, so this process must stop; every acknowledged command is safe. \
             {}",
            path.display(),
            Trouble::of(error).way_out()
        );
        if self.first.set(sentence.clone()).is_ok() {
            (self.hook)(&sentence);
        }
    }

    /// Refuses everything after the first failure.
    pub(super) fn check(&self) -> Result<(), LogError> {
        match self.first.get() {
            Some(sentence) => Err(LogError::Stopped(sentence.clone())),
            None => Ok(()),
        }
    }
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Failure").field("first", &self.first).finish_non_exhaustive()
    }
}
