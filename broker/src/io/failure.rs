//! What went wrong on the disk, with the file and what was tried.

use std::io;
use std::path::{Path, PathBuf};

use super::Trouble;

/// What was tried when the disk refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Making a file or folder.
    Create,
    /// Opening a file.
    Open,
    /// Reading, or asking for names and lengths.
    Read,
    /// Writing, cutting or extending.
    Write,
    /// Making durable.
    Sync,
    /// Giving the final name.
    Rename,
    /// Removing.
    Remove,
}

impl Attempt {
    const fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Open => "open",
            Self::Read => "read",
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Rename => "rename to",
            Self::Remove => "remove",
        }
    }
}

/// A refused disk operation.
#[derive(Debug, thiserror::Error)]
#[error("{} '{}'", attempt.verb(), path.display())]
pub struct Failure {
    /// What was tried.
    pub attempt: Attempt,
    /// On which file or folder.
    pub path: PathBuf,
    /// What the operating system said.
    pub source: io::Error,
}

impl Failure {
    /// Adds what was tried to an error of the operating system.
    pub fn of(attempt: Attempt, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { attempt, path: path.to_owned(), source }
    }

    /// True when there is no space (or quota) left: nothing is half visible, the caller may try
    /// again later. A failed sync is never one of these.
    pub fn is_out_of_space(&self) -> bool {
        self.attempt != Attempt::Sync
            && matches!(
                self.source.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            )
    }

    /// What to do, in a sentence.
    pub fn way_out(&self) -> &'static str {
        Trouble::of(&self.source).way_out()
    }

    /// True when a sync failed: what the disk holds is unknown, so the process must end.
    pub fn is_failed_sync(&self) -> bool {
        self.attempt == Attempt::Sync
    }

    /// True when a sync failed, or may have: who makes a folder makes its name durable, too.
    pub(crate) fn may_be_failed_sync(&self) -> bool {
        self.is_failed_sync() || (self.attempt == Attempt::Create && !self.is_out_of_space())
    }
}
