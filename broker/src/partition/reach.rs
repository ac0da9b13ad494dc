//! Whether log, checkpoint and records of a partition are of the same time.
//!
//! Each of them is sound in itself when an older copy of it is put back. Together they tell: a
//! checkpoint covers only entries that were durable in the log, and records come only from entries
//! that were. So neither may be ahead of the log, and the log may not begin after the checkpoint.

use super::open_error::OpenError;
use super::state_machine::Durable;
use crate::checkpoint::{self, Cut};
use crate::io::{Attempt, Disk, Failure};
use crate::raft::journal::Journal;
use crate::raft::log_store::LogStore;
use crate::raft::types::{Entry, LogId, Membership};
use crate::sentence::RESTORE;
use openraft::EntryPayload;
use openraft::storage::{RaftLogReader as _, RaftLogStorage as _};
use std::path::{Path, PathBuf};

/// Raft's own entries before the first command: each start of a node may add one.
const OWN_ENTRIES_MAX: u64 = 64;

/// Whether no command was ever proposed here: there is no checkpoint, and the log has at most Raft's
/// own entries.
///
/// # Errors
/// The log cannot be read.
pub(crate) async fn is_unwritten<J: Journal>(
    log: &mut LogStore<J>,
    at: &Durable,
) -> Result<bool, OpenError> {
    if at.applied.is_some() {
        return Ok(false);
    }
    let first = log.try_get_log_entries(0..OWN_ENTRIES_MAX).await?;
    let is_command = |it: &Entry| matches!(it.payload, EntryPayload::Normal(_));
    Ok((first.len() as u64) < OWN_ENTRIES_MAX && !first.iter().any(is_command))
}

/// Checks that a partition that was begun here has a log, before opening it makes an empty one.
///
/// # Errors
/// [`OpenError::LogLost`], or the folder cannot be read.
pub(crate) fn check_there<D: Disk>(disk: &D, folder: &Path) -> Result<(), OpenError> {
    let log = folder.join("log");
    let names = disk.list(&log).map_err(Failure::of(Attempt::Read, &log));
    // The lock says nothing: it is there as soon as anybody looked.
    if names.map_err(checkpoint::Error::from)?.iter().all(|it| it == "LOCK") {
        return Err(OpenError::LogLost { log });
    }
    Ok(())
}

/// Checks that this node is one of those that the partition is of: as the checkpoint says, or the
/// first entries of the log if there is none. In a partition of others it would wait for a leader
/// for ever.
///
/// # Errors
/// [`OpenError::OtherMember`], or the log cannot be read.
pub(crate) async fn check_member<J: Journal>(
    folder: &Path,
    log: &mut LogStore<J>,
    at: &Durable,
    node: u64,
) -> Result<(), OpenError> {
    let of =
        |membership: &Membership| -> Vec<u64> { membership.nodes().map(|(id, _)| *id).collect() };
    let (what, members) = if at.applied.is_some() {
        ("checkpoints", of(at.members.membership()))
    } else {
        let first = log.try_get_log_entries(0..OWN_ENTRIES_MAX).await?;
        let newest = first.iter().rev().find_map(|it| match &it.payload {
            EntryPayload::Membership(membership) => Some(of(membership)),
            EntryPayload::Normal(_) | EntryPayload::Blank => None,
        });
        ("log", newest.unwrap_or_default())
    };
    if members.is_empty() || members.contains(&node) {
        return Ok(());
    }
    let what = folder.join(what);
    Err(OpenError::OtherMember { folder: folder.to_owned(), what, members, node })
}

/// What the entries that were in the log at the start must lead to.
#[derive(Debug)]
pub(crate) struct Reach {
    /// The last entry.
    last_index: u64,
    /// The position after the last record in the segments.
    records_end: u64,
    folder: PathBuf,
}

/// What the rest of the folder says of the log.
#[derive(Debug)]
pub(crate) struct Claims {
    /// The partition was begun here.
    pub(crate) is_begun: bool,
    /// The newest checkpoint is a snapshot of another replica.
    pub(crate) is_snapshot: bool,
    /// The file of a newer checkpoint, which ends too early.
    pub(crate) cut: Option<Cut>,
}

/// Checks that the log has the entry that the checkpoint is of, if it has one of that index: terms
/// tell those of different nodes, and of different times, apart.
async fn check_same<J: Journal>(
    folder: &Path,
    log: &mut LogStore<J>,
    applied: LogId,
) -> Result<(), OpenError> {
    let index = applied.index;
    let purged = log.get_log_state().await?.last_purged_log_id.filter(|it| it.index == index);
    let entries = log.try_get_log_entries(index..=index).await?;
    let found = entries.first().map(|it| it.log_id).or(purged);
    if let Some(found) = found.filter(|it| *it != applied) {
        let [log, checkpoints] = ["log", "checkpoints"].map(|it| folder.join(it));
        let terms = [found, applied].map(|it| it.committed_leader_id().term);
        return Err(OpenError::OtherLog { log, checkpoints, index, terms });
    }
    Ok(())
}

impl Reach {
    /// Compares the log with the newest checkpoint, and with what the folder says: a partition that
    /// was begun (`is_begun`) has a log.
    ///
    /// A snapshot of another replica (`is_snapshot`) may be ahead of the log: it takes its place. A
    /// partition of one node has no other replica, and there it is a backup that was restored.
    ///
    /// # Errors
    /// [`OpenError::LogLost`], [`OpenError::LogTooShort`] when the log begins after the
    /// checkpoint, or [`OpenError::CheckpointCut`] if that is because a newer one is cut,
    /// [`OpenError::LogTooOld`] when it ends before it, [`OpenError::OtherLog`] when it has another
    /// entry where the checkpoint is.
    pub(crate) async fn check<J: Journal>(
        folder: &Path,
        log: &mut LogStore<J>,
        at: &Durable,
        Claims { is_begun, is_snapshot, cut }: Claims,
    ) -> Result<Self, OpenError> {
        let state = log.get_log_state().await?;
        if is_begun && state.last_log_id.is_none() {
            return Err(OpenError::LogLost { log: folder.join("log") });
        }
        let purged = state.last_purged_log_id.map_or(0, |it| it.index);
        let last_index = state.last_log_id.map_or(0, |it| it.index);
        let applied = at.applied.map_or(0, |it| it.index);
        if purged > applied {
            if let Some(Cut { path, offset }) = cut {
                return Err(OpenError::CheckpointCut { path, offset, applied, purged });
            }
            let checkpoints = folder.join("checkpoints");
            return Err(OpenError::LogTooShort { checkpoints, applied, purged });
        }
        let has_others = at.members.membership().nodes().count() > 1;
        if last_index < applied && !(is_snapshot && has_others) {
            let [log, checkpoints] = ["log", "checkpoints"].map(|it| folder.join(it));
            return Err(OpenError::LogTooOld { log, checkpoints, last_index, applied });
        }
        if let Some(applied) = at.applied {
            check_same(folder, log, applied).await?;
        }
        Ok(Self { last_index, records_end: 0, folder: folder.to_owned() })
    }

    /// With the position after the last record in the segments.
    pub(crate) fn with_records_end(self, records_end: u64) -> Self {
        Self { records_end, ..self }
    }

    /// Whether an entry is the first that was not in the log at the start.
    pub(crate) fn is_passed_by(&self, index: u64) -> bool {
        index > self.last_index
    }

    /// The other reason why an entry of before the start leads to something else, as a sentence.
    pub(crate) fn if_mixed(&self) -> String {
        let [log, checkpoints] = ["log", "checkpoints"].map(|it| self.folder.join(it));
        format!(
            " If files in '{}' or '{}' are those of another node: {RESTORE}",
            log.display(),
            checkpoints.display()
        )
    }

    /// Compares the records with what all those entries led to.
    ///
    /// # Errors
    /// A sentence that says that the log is older than the records.
    pub(crate) fn check_records(&self, last_position: u64) -> Result<(), String> {
        if self.records_end <= last_position + 1 {
            return Ok(());
        }
        Err(format!(
            "The records in '{}' go on to {}, but the log in '{}' ends with record \
             {last_position}: it is older than the records, and acknowledged commands are missing \
             from it. {RESTORE}",
            self.folder.join("records").display(),
            self.records_end - 1,
            self.folder.join("log").display(),
        ))
    }
}
