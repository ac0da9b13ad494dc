//! Backups of a running node.

use std::path::PathBuf;

use record::PartitionId;
use tokio::sync::mpsc;

use crate::Refusal;

/// A backup that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRequest {
    /// Where backups are kept, as the node sees it: an absolute path.
    pub folder: PathBuf,
    /// Names the backup there.
    pub id: u64,
}

/// How far a backup is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupStep {
    /// The backup.
    pub id: u64,
    /// Bytes written.
    pub done_bytes: u64,
    /// Bytes to be written, as estimated; 0 until that is known.
    pub total_bytes: u64,
    /// What was backed up, in the last step.
    pub finished: Option<Vec<BackedUp>>,
}

/// A partition in a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// The partition.
    pub partition: PartitionId,
    /// The last log index whose entry is part of the state.
    pub index: u64,
    /// The position of the last record.
    pub last_position: u64,
    /// The hash of all rows of the state at that index.
    pub state_hash: u64,
    /// Process instances that have not ended.
    pub instances: u64,
    /// The bytes of the files.
    pub bytes: u64,
}

/// The steps of a backup. Dropping it stops the backup.
pub type BackupSteps = mpsc::Receiver<Result<BackupStep, Refusal>>;
