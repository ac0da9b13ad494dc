//! Backups of a running node. Only Baton makes them.

use proto::admin as wire;

use crate::error::of_status;
use crate::{Client, Error};

/// How far a backup is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupProgress {
    /// The backup.
    pub backup: u64,
    /// Bytes written.
    pub done_bytes: u64,
    /// Bytes to be written, as estimated; 0 until that is known.
    pub total_bytes: u64,
    /// What was backed up; empty until it is complete.
    pub partitions: Vec<PartitionBackup>,
}

/// A partition in a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionBackup {
    /// The partition.
    pub partition: u32,
    /// The last log index whose entry is part of the state.
    pub index: u64,
    /// The position of the last record.
    pub last_position: u64,
    /// The hash of all rows of the state at that index.
    pub state_hash: u64,
    /// Process instances that have not ended.
    pub active_instances: u64,
    /// The bytes of the files.
    pub bytes: u64,
}

/// The steps of a backup. Dropping it stops the backup.
#[derive(Debug)]
pub struct BackupSteps {
    steps: tonic::Streaming<wire::BackupProgress>,
}

impl BackupSteps {
    /// The next step; nothing after the last one, which names the partitions.
    ///
    /// # Errors
    /// `FAILED_PRECONDITION` with a sentence when the backup failed.
    pub async fn next(&mut self) -> Result<Option<BackupProgress>, Error> {
        match self.steps.message().await {
            Ok(step) => Ok(step.map(read)),
            Err(status) => Err(of_status(&status)),
        }
    }
}

impl Client {
    /// Makes a backup of the node under `id` in a folder of its machine, an absolute path.
    ///
    /// # Errors
    /// As [`Client::status`]; `FAILED_PRECONDITION` when it cannot be there.
    pub async fn create_backup(&self, folder: String, id: u64) -> Result<BackupSteps, Error> {
        let request = wire::CreateBackupRequest { folder, backup_id: id };
        let steps = self.answer(self.admin().create_backup(request)).await?;
        Ok(BackupSteps { steps })
    }
}

fn read(step: wire::BackupProgress) -> BackupProgress {
    let partition = |it: wire::PartitionBackup| PartitionBackup {
        partition: it.partition_id,
        index: it.index,
        last_position: it.last_position,
        state_hash: it.state_hash,
        active_instances: it.active_instances,
        bytes: it.bytes,
    };
    BackupProgress {
        backup: step.backup_id,
        done_bytes: step.done_bytes,
        total_bytes: step.total_bytes,
        partitions: step.partitions.into_iter().map(partition).collect(),
    }
}
