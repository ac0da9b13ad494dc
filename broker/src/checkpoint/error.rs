//! What can go wrong with checkpoints.

use std::path::{Path, PathBuf};

use super::backend::{DamagedFile, Place};
use crate::io::preamble::Refusal;
use crate::io::{Failure, Trouble};
use crate::sentence::RESTORE;

/// Why a base refused an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseCause {
    /// The operating system refused, and nothing says that what the base holds is damaged. Never
    /// [`Trouble::Contents`].
    Refused(Trouble),
    /// Somebody else has it open.
    Locked,
    /// What it holds is not what it wrote.
    Damage,
    /// Anything else; its text says what.
    Other,
}

/// Why a checkpoint was not written, folded or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The disk refused.
    #[error("checkpoint: {0}")]
    Disk(#[from] Failure),
    /// A file's bytes are not what was written.
    #[error("checkpoint file '{}' is damaged at offset {offset}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong there.
        reason: String,
    },
    /// A file ends too early.
    #[error("checkpoint file '{}' is incomplete: it ends at offset {offset}", path.display())]
    Incomplete {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        offset: u64,
    },
    /// A newer Baton wrote it.
    #[error(
        "'{}' has format version {found}, which a newer Baton wrote; this one knows {known}",
        path.display()
    )]
    Newer {
        /// The file, or the folder of the base.
        path: PathBuf,
        /// The version found.
        found: u32,
        /// The newest version known.
        known: u32,
    },
    /// A checkpoint file between two others is missing, or the base is older than the files.
    #[error(
        "in '{}' the base and the files after it reach index {after}, but the next file, \
         '{}', builds on index {previous}: a file of index {previous} is missing, or the base is \
         older than the files, because {} or another one was put there{beside}",
        dir.display(), super::names::delta_name(*found), DamagedFile("base/db", *place)
    )]
    Missing {
        /// The folder.
        dir: PathBuf,
        /// The last index that is there.
        after: u64,
        /// The index of the file found next.
        found: u64,
        /// The index this file builds on.
        previous: u64,
        /// Where the base's file is not what was written, if that is known.
        place: Option<Place>,
        /// What else is wrong with the base's files, each after a semicolon.
        beside: String,
    },
    /// The base holds parts of a checkpoint whose file is missing.
    #[error(
        "in '{}' the base holds part of the checkpoint at index {index}, whose file '{}' is \
         missing, or {}{beside}",
        dir.display(), super::names::delta_name(*index), DamagedFile("base/db", *place)
    )]
    HalfFolded {
        /// The folder.
        dir: PathBuf,
        /// The checkpoint's index.
        index: u64,
        /// Where the base's file is not what was written, if that is known.
        place: Option<Place>,
        /// What else is wrong with the base's files, each after a semicolon.
        beside: String,
    },
    /// A row of the base is not what was written.
    #[error("in '{}', tree '{tree}', row {key}: {reason}", path.display())]
    DamagedRow {
        /// The base's folder.
        path: PathBuf,
        /// The tree.
        tree: &'static str,
        /// The row's key in hexadecimal digits.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The base as a whole is not what was written.
    #[error("in '{}', tree '{tree}': {reason}", path.display())]
    DamagedBase {
        /// The base's folder.
        path: PathBuf,
        /// The tree.
        tree: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The base refused an operation.
    #[error("{doing} in the base '{}': {reason}", path.display())]
    Base {
        /// The base's folder.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What it said.
        reason: String,
        /// What that means.
        cause: BaseCause,
    },
    /// A checkpoint must be newer than the last one.
    #[error("a checkpoint at index {index} cannot follow one at index {last}")]
    NotNewer {
        /// The last checkpoint's index.
        last: u64,
        /// The index offered.
        index: u64,
    },
    /// A row is larger than the format allows.
    #[error("a row with a {what} of {bytes} bytes exceeds the limit of {limit} bytes")]
    RowTooLarge {
        /// Key or value.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Who watched a long work ended it.
    #[error("it was stopped before it was done")]
    Stopped,
    /// The file is no full snapshot of this partition.
    #[error("'{}' cannot be installed: {reason}", path.display())]
    NotASnapshot {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

impl Error {
    /// True when there was no space: nothing is half visible, the same call may be made again.
    pub fn is_out_of_space(&self) -> bool {
        match self {
            Self::Disk(failure) => failure.is_out_of_space(),
            Self::Base { cause, .. } => *cause == BaseCause::Refused(Trouble::NoSpace),
            Self::Damaged { .. }
            | Self::Incomplete { .. }
            | Self::Newer { .. }
            | Self::Missing { .. }
            | Self::HalfFolded { .. }
            | Self::DamagedRow { .. }
            | Self::DamagedBase { .. }
            | Self::NotNewer { .. }
            | Self::RowTooLarge { .. }
            | Self::Stopped
            | Self::NotASnapshot { .. } => false,
        }
    }

    /// True when what the base holds is not what was written: an error of the disk is none.
    pub(super) fn is_damaged_base(&self) -> bool {
        match self {
            Self::Base { cause, .. } => {
                matches!(cause, BaseCause::Damage | BaseCause::Other)
            }
            Self::DamagedRow { .. } | Self::DamagedBase { .. } => true,
            Self::Disk(_)
            | Self::Damaged { .. }
            | Self::Incomplete { .. }
            | Self::Newer { .. }
            | Self::Missing { .. }
            | Self::HalfFolded { .. }
            | Self::NotNewer { .. }
            | Self::RowTooLarge { .. }
            | Self::Stopped
            | Self::NotASnapshot { .. } => false,
        }
    }

    /// Adds where the base's file is damaged, unless that was said.
    pub(super) fn in_file(mut self, place: Option<Place>) -> Self {
        if let (Self::Base { reason, .. } | Self::DamagedRow { reason, .. }, Some(place)) =
            (&mut self, place)
            && !reason.contains(" offset ")
        {
            let file = DamagedFile("db", Some(place));
            // An end is no damage when something else is.
            *reason = match place {
                Place::EndsAt(offset) => {
                    format!("{reason}; its file 'db' can be read up to offset {offset}")
                }
                Place::DamagedAt(_) | Place::Missing => format!("{reason}; {file}"),
            };
        }
        self
    }

    /// What to do, in a sentence.
    pub fn way_out(&self) -> &'static str {
        match self {
            Self::Disk(failure) => failure.way_out(),
            Self::Base { cause: BaseCause::Refused(trouble), .. } => trouble.way_out(),
            Self::Base { cause: BaseCause::Locked, .. } => {
                "Stop the process that uses it, then start again."
            }
            Self::Newer { .. } => "Start the newer version.",
            Self::Damaged { .. }
            | Self::Incomplete { .. }
            | Self::Missing { .. }
            | Self::HalfFolded { .. }
            | Self::DamagedRow { .. }
            | Self::DamagedBase { .. }
            | Self::Base { cause: BaseCause::Damage | BaseCause::Other, .. } => RESTORE,
            Self::NotNewer { .. }
            | Self::RowTooLarge { .. }
            | Self::Stopped
            | Self::NotASnapshot { .. } => "Report this defect.",
        }
    }

    /// True when a sync failed: what the disk holds is unknown, so the process must end.
    pub fn is_failed_sync(&self) -> bool {
        matches!(self, Self::Disk(failure) if failure.is_failed_sync())
    }

    pub(super) fn damaged(path: &Path, offset: u64, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), offset, reason: reason.into() }
    }

    pub(super) fn refused(path: &Path, refusal: Refusal) -> Self {
        let path = path.to_owned();
        match refusal {
            Refusal::Short { found } => Self::Incomplete { path, offset: found as u64 },
            Refusal::Newer { found, known } => Self::Newer { path, found, known },
            Refusal::Damaged { offset, reason } => {
                Self::Damaged { path, offset, reason: reason.to_owned() }
            }
        }
    }
}
