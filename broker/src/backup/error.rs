//! Why a backup was not made, read or restored. Each message says what to do.

use std::path::PathBuf;

use record::PartitionId;

use crate::checkpoint;
use crate::folder;
use crate::io::Failure;
use crate::io::preamble::Refusal;
use crate::raft::error::LogError;
use crate::segment;
use crate::sentence::{self, causes};

/// Why a backup was not made, read or restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another backup is being made.
    #[error("Another backup is being made. Wait until it is done")]
    Busy,
    /// The folder's name does not say where it is.
    #[error("The folder '{}' is no absolute path. Name it from '/' on", folder.display())]
    NotAbsolute {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder lies where it would be lost together with what it keeps.
    #[error(
        "The folder '{}' lies inside the data folder '{}'. Choose one outside of it, best on \
         another disk", folder.display(), data.display()
    )]
    InsideData {
        /// The folder.
        folder: PathBuf,
        /// The data folder.
        data: PathBuf,
    },
    /// There is something under this id.
    #[error("There is a backup {id} in '{}' already. Choose another id", folder.display())]
    Exists {
        /// The id.
        id: u64,
        /// The folder.
        folder: PathBuf,
    },
    /// The disk is too small.
    #[error(
        "The disk of '{}' has {free} bytes free, but {needed} are needed and {kept} more must stay \
         free. Free some space, or choose another disk", folder.display()
    )]
    NoSpace {
        /// The folder.
        folder: PathBuf,
        /// The free bytes.
        free: u64,
        /// The bytes needed.
        needed: u64,
        /// The bytes that must stay free.
        kept: u64,
    },
    /// There is no such backup.
    #[error("There is no backup {id} in '{}'. List them with: baton backup list", folder.display())]
    Missing {
        /// The id.
        id: u64,
        /// The folder.
        folder: PathBuf,
    },
    /// It is still being made.
    #[error("Backup {id} is still being made. Wait until it is done")]
    Unfinished {
        /// The id.
        id: u64,
    },
    /// It was never finished.
    #[error("Backup {id} was never finished: {reason}. Use another one")]
    Failed {
        /// The id.
        id: u64,
        /// Why.
        reason: String,
    },
    /// The manifest or another small file is damaged.
    #[error("The file '{}' is damaged: {refusal}. Use another backup", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        refusal: Refusal,
    },
    /// Its manifest is that of another backup.
    #[error(
        "The file '{}' is the manifest of backup {found}, not of backup {id}. Use another backup, \
         or give the folder its name back", path.display()
    )]
    OtherManifest {
        /// The id.
        id: u64,
        /// The manifest.
        path: PathBuf,
        /// Whose manifest it is.
        found: u64,
    },
    /// A newer Baton made it.
    #[error(
        "Backup {id} has logic version {found}, which a newer Baton made; this one knows {known}. \
         Use the newer version"
    )]
    NewerLogic {
        /// The id.
        id: u64,
        /// Its logic version.
        found: u32,
        /// The newest one known.
        known: u32,
    },
    /// A file is not there.
    #[error("The file '{}' of the backup is missing. Use another backup", path.display())]
    FileMissing {
        /// The file.
        path: PathBuf,
    },
    /// A file is not what was written.
    #[error(
        "The file '{}' is damaged at offset {offset}: expected {expected}, found {found}. Use \
         another backup", path.display()
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Where.
        offset: u64,
        /// What was written.
        expected: String,
        /// What is there.
        found: String,
    },
    /// The rows of the state are not those that were backed up.
    #[error(
        "The state of partition {partition} in the backup has {what} {found:016x}, but it was \
         {expected:016x} when the backup was made. Use another backup"
    )]
    State {
        /// The partition.
        partition: PartitionId,
        /// What was compared.
        what: &'static str,
        /// What it was.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// The rows of the state cannot be read.
    #[error("The state of partition {partition} in the backup cannot be read: {reason}")]
    Rows {
        /// The partition.
        partition: PartitionId,
        /// Why.
        reason: String,
    },
    /// A checkpoint cannot be written or read.
    #[error(transparent)]
    Checkpoint(#[from] checkpoint::Error),
    /// Records cannot be written or read.
    #[error(transparent)]
    Segment(#[from] segment::Error),
    /// The log of a restored partition cannot be begun.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The data folder is refused.
    #[error(transparent)]
    Data(#[from] folder::Error),
    /// The disk refused.
    #[error("Could not {0}")]
    Disk(#[from] Failure),
    /// It begins with a checkpoint, and there is no space for one.
    #[error(
        "A backup begins with a checkpoint, which partition {partition} cannot take now. {reason}"
    )]
    NoCheckpoint {
        /// The partition.
        partition: PartitionId,
        /// Why it cannot, in sentences.
        reason: String,
    },
    /// It was stopped.
    #[error("The backup was stopped before it was done")]
    Stopped,
    /// The partition has stopped.
    #[error("Partition {partition} has stopped. Start the server again")]
    PartitionStopped {
        /// The partition.
        partition: PartitionId,
    },
}

impl Error {
    /// Whether a sync failed or may have, so that nobody knows what the disk holds. The log writes
    /// nothing that it does not sync.
    pub(super) fn leaves_disk_in_doubt(&self) -> bool {
        match self {
            Self::Disk(failure)
            | Self::Checkpoint(checkpoint::Error::Disk(failure))
            | Self::Segment(segment::Error::Disk(failure))
            | Self::Data(folder::Error::Disk(failure)) => failure.may_be_failed_sync(),
            Self::Log(_) => true,
            _ => false,
        }
    }

    /// What ends a running node: a sync that failed in its data folder, with what to do.
    pub(crate) fn failed_sync_outside(&self, backup: &std::path::Path) -> Option<String> {
        let of = |failure: &Failure| failure.is_failed_sync() && !failure.path.starts_with(backup);
        match self {
            Self::Checkpoint(error @ checkpoint::Error::Disk(failure)) if of(failure) => {
                Some(sentence::sentence(error, error.way_out()))
            }
            Self::Segment(error @ segment::Error::Disk(failure)) if of(failure) => {
                Some(sentence::sentence(error, error.way_out()))
            }
            _ => None,
        }
    }
}

/// An error with all its causes, as one sentence.
pub fn sentence(error: &dyn std::error::Error) -> String {
    let text = causes(error);
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(std::iter::once('.')).collect()
}
