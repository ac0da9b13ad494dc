//! Why a partition could not be opened.

use std::io;
use std::path::PathBuf;

use crate::checkpoint;
use crate::io::Trouble;
use crate::raft::error::LogError;
use crate::segment;
use crate::sentence::{RESTORE, sentence};
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
         index {purged}: a newer checkpoint is missing. {restore}",
        checkpoints.display(), restore = RESTORE
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
         {restore}",
        path.display(), restore = RESTORE
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
         {applied}: the log is an older copy, and acknowledged commands are missing from it, or \
         what is in '{}' is of another node. {restore}", log.display(), checkpoints.display(), restore = RESTORE
    )]
    LogTooOld {
        /// The folder of the log.
        log: PathBuf,
        /// The folder of the checkpoints.
        checkpoints: PathBuf,
        /// Its last index.
        last_index: u64,
        /// The checkpoint's index.
        applied: u64,
    },
    /// The log has another entry where the checkpoint is.
    #[error(
        "The log in '{}' has entry {index} of term {}, but the newest checkpoint in '{}' is of that \
         entry in term {}: one of the two is of another node, or of another time. {restore}",
        log.display(), terms[0], checkpoints.display(), terms[1], restore = RESTORE
    )]
    OtherLog {
        /// The folder of the log.
        log: PathBuf,
        /// The folder of the checkpoints.
        checkpoints: PathBuf,
        /// The index of the checkpoint.
        index: u64,
        /// The terms of the log's entry and of the checkpoint.
        terms: [u64; 2],
    },
    /// The partition was begun, and its log is gone.
    #[error(
        "The log in '{}' is gone, and this partition was begun before. {restore} \
         Or put the log back.", log.display(), restore = RESTORE
    )]
    LogLost {
        /// The folder of the log.
        log: PathBuf,
    },
    /// The log, or the checkpoint, is another node's.
    #[error(
        "The partition in '{}' is of the nodes {members:?}, as '{}' says, and this is node \
         {node}, which could never lead it. {restore} Or start it as its node.",
        folder.display(), what.display(), restore = RESTORE
    )]
    OtherMember {
        /// The folder of the partition.
        folder: PathBuf,
        /// What says whose it is.
        what: PathBuf,
        /// Whose it is.
        members: Vec<u64>,
        /// Who starts.
        node: u64,
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
    #[error("{}", of_io(.0))]
    Io(#[from] io::Error),
}

/// What the operating system refuses, or what reading the log found.
fn of_io(error: &io::Error) -> String {
    match error.get_ref().and_then(|it| it.downcast_ref::<LogError>()) {
        Some(error) => sentence(error, error.way_out()),
        None => sentence(error, Trouble::of(error).way_out()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{Attempt, Failure};
    use std::path::Path;

    fn told(error: &OpenError) -> String {
        error.to_string()
    }

    #[test]
    fn what_the_operating_system_refuses_has_its_cause_and_no_backup() {
        let io = |code| io::Error::from_raw_os_error(code);
        for (code, cause, way_out) in [
            (5, "Input/output error", "Check the disk, then start again."),
            (13, "Permission denied", "Check the disk, then start again."),
            (24, "Too many open files", "Raise the limit of open files (ulimit -n), then start"),
            (28, "No space left on device", "Free some space, then start again."),
        ] {
            let path = Path::new("data/file");
            let failure = || Failure::of(Attempt::Sync, path)(io(code));
            let refused = || LogError::Refused {
                folder: path.to_owned(),
                action: "replay the entries",
                source: io::Error::other(io(code)),
            };
            let all = [
                told(&OpenError::Checkpoint(failure().into())),
                told(&OpenError::Segment(failure().into())),
                told(&OpenError::Log(refused())),
                told(&OpenError::Io(refused().into())),
            ];
            for sentence in all {
                assert!(sentence.contains("'data/file'"), "{sentence}");
                assert!(sentence.contains(&format!(": {cause} (os error {code}). ")), "{sentence}");
                assert!(sentence.contains(way_out), "{sentence}");
                assert!(!sentence.contains("backup"), "{sentence}");
            }
        }
    }

    #[test]
    fn what_the_log_holds_may_be_damage() {
        let error = LogError::Refused {
            folder: "data/log".into(),
            action: "replay the entries",
            source: io::Error::new(io::ErrorKind::InvalidData, "a record is no record"),
        };
        assert_eq!(
            told(&OpenError::Log(error)),
            "replay the entries in the log 'data/log': a record is no record. Restore a backup \
             with 'baton backup restore' into an empty folder."
        );
    }
}
