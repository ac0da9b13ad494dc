//! Why a partition could not be opened.

use std::path::PathBuf;

use crate::checkpoint;
use crate::raft::error::LogError;
use crate::segment;
use engine::RestoreError;
use value::wire::WireError;

/// Why a partition could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A checkpoint cannot be read.
    #[error("{}", sentence(.0, .0.way_out()))]
    Checkpoint(#[from] checkpoint::Error),
    /// A checkpoint's place in the log cannot be read.
    #[error("the place of the checkpoint in the log: {0}")]
    Marker(WireError),
    /// A checkpoint's membership is not one.
    #[error("the nodes in the checkpoint: {0}")]
    Members(String),
    /// A row of the state cannot be read.
    #[error(transparent)]
    State(#[from] RestoreError),
    /// The record segments cannot be read.
    #[error("{}", sentence(.0, .0.way_out()))]
    Segment(#[from] segment::Error),
    /// The log cannot be read.
    #[error("{}", sentence(.0, .0.way_out()))]
    Log(#[from] LogError),
    /// Entries between the checkpoint and the log are gone.
    #[error(
        "The newest checkpoint in '{}' is of log index {applied}, but the log was shortened up to \
         index {purged}: a newer checkpoint is missing. Restore this partition from a backup.",
        checkpoints.display()
    )]
    LogTooShort {
        /// The folder of the checkpoints.
        checkpoints: PathBuf,
        /// The checkpoint's index.
        applied: u64,
        /// The last index that is no longer in the log.
        purged: u64,
    },
    /// The checkpoint before which the log was shortened ends too early.
    #[error(
        "Checkpoint file '{}' is incomplete: it ends at offset {offset}. The log was shortened up \
         to index {purged} because of it, and the checkpoint before it is of index {applied}. \
         Restore this partition from a backup.",
        path.display()
    )]
    CheckpointCut {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        offset: u64,
        /// The index of the checkpoint before it.
        applied: u64,
        /// The last index that is no longer in the log.
        purged: u64,
    },
    /// The log is older than the checkpoint.
    #[error(
        "The log in '{}' ends with index {last_index}, but the newest checkpoint is of index \
         {applied}: the log is an older copy, and acknowledged commands are missing from it. \
         Restore this partition from a backup.", log.display()
    )]
    LogTooOld {
        /// The folder of the log.
        log: PathBuf,
        /// Its last index.
        last_index: u64,
        /// The checkpoint's index.
        applied: u64,
    },
    /// The partition was begun, and its log is gone.
    #[error(
        "The log in '{}' is gone, and this partition was begun before. Restore it from a backup, \
         or start with an empty data folder.", log.display()
    )]
    LogLost {
        /// The folder of the log.
        log: PathBuf,
    },
    /// A newer Baton wrote the checkpoint.
    #[error(
        "The checkpoint of log index {index} has logic version {found}, which a newer Baton wrote; \
         this one knows {known}. Start the newer version."
    )]
    NewerLogic {
        /// The checkpoint's index.
        index: u64,
        /// Its logic version.
        found: u32,
        /// The newest logic version known.
        known: u32,
    },
    /// An entry of the log cannot be applied.
    #[error("{0}")]
    Stopped(String),
    /// Raft does not start.
    #[error("start Raft: {0}")]
    Raft(String),
    /// The operating system refuses.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// One sentence: what is wrong with all its causes, and what to do.
fn sentence(error: &dyn std::error::Error, way_out: &str) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    format!("{text}. {way_out}").trim_end().to_owned()
}
