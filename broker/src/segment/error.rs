//! What can go wrong with record segments.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::io::Failure;
use crate::io::preamble::Refusal;
use crate::sentence::RESTORE;

/// Why a record was not written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The disk refused.
    #[error("record segment: {0}")]
    Disk(#[from] Failure),
    /// A file's bytes are not what was written.
    #[error("record segment '{}' is damaged at offset {offset}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong there.
        reason: String,
    },
    /// A newer Baton wrote it.
    #[error(
        "record segment '{}' has format version {found}, which a newer Baton wrote; this one \
         knows {known}", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: u32,
        /// The newest version known.
        known: u32,
    },
    /// Records were removed by retention, or never arrived here, before they were read.
    #[error(
        "records {from} to {} are no longer in '{}'; the next one is {to}", to - 1, path.display()
    )]
    Gap {
        /// The segment that ends before them, or the folder when there is none.
        path: PathBuf,
        /// The position that was to be read.
        from: u64,
        /// The next position that is there.
        to: u64,
    },
    /// Records that the state has passed are not here, and the log alone cannot bring them back.
    #[error(
        "in '{}' the records {from} to {} are missing{}", path.display(), to - 1, Ending(*offset)
    )]
    Missing {
        /// The segment that ends before them, or the folder when there is none.
        path: PathBuf,
        /// Where that segment ends, in bytes.
        offset: Option<u64>,
        /// The first record that is missing.
        from: u64,
        /// The record after the last one that is missing.
        to: u64,
    },
    /// A record would leave a hole before it.
    #[error("record {offered} cannot follow: the next one must be {expected}")]
    Hole {
        /// The position that must come next.
        expected: u64,
        /// The position offered.
        offered: u64,
    },
    /// A record that is already here was offered again with other bytes.
    #[error("record {position} was written before with other bytes")]
    Differs {
        /// Its position.
        position: u64,
    },
    /// Who watched a long work ended it.
    #[error("it was stopped before it was done")]
    Stopped,
    /// A record is larger than the format allows.
    #[error("record {position} has {bytes} bytes and exceeds the limit of {limit} bytes")]
    TooLarge {
        /// Its position.
        position: u64,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
}

/// Where a segment ends that should go on.
struct Ending(Option<u64>);

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(offset) => write!(f, ": it ends at offset {offset}"),
            None => Ok(()),
        }
    }
}

impl Error {
    /// True when there was no space: nothing is lost, the same call may be made again.
    pub fn is_out_of_space(&self) -> bool {
        matches!(self, Self::Disk(failure) if failure.is_out_of_space())
    }

    /// What to do, in a sentence.
    pub fn way_out(&self) -> &'static str {
        match self {
            Self::Disk(failure) => failure.way_out(),
            Self::Newer { .. } => "Start the newer version.",
            Self::Damaged { .. } | Self::Missing { .. } | Self::Gap { .. } => RESTORE,
            Self::Hole { .. } | Self::Differs { .. } | Self::Stopped | Self::TooLarge { .. } => {
                "Report this defect."
            }
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
        match refusal {
            Refusal::Short { found } => {
                Self::damaged(path, found as u64, "the file ends inside its header")
            }
            Refusal::Newer { found, known } => Self::Newer { path: path.to_owned(), found, known },
            Refusal::Damaged { offset, reason } => Self::damaged(path, offset, reason),
        }
    }
}
