//! Whether the files of the log follow each other.
//!
//! Each file begins with the state of the log at its beginning, which the log crate takes over
//! without looking at what came before. Two files of the same length that changed places, or one
//! that was replaced by another of its length, would pass: entries would be missing in silence.

use raft_log::chunked_wal::Config;
use raft_log::{ChunkId, RaftLogAction, WALRecord};

use super::codec::{StoredLogId, StoredVote};
use super::repair::{LogFile, read_records};
use super::store::Record;
use crate::raft::error::LogError;

/// What a file leaves to the next one, as far as it must not change in between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) vote: Option<StoredVote>,
    pub(super) last: Option<StoredLogId>,
    pub(super) purged: Option<StoredLogId>,
}

impl Place {
    /// Goes on over one record.
    pub(super) fn pass(&mut self, record: &Record) {
        match record {
            WALRecord::Checkpoint(state) => {
                *self = Self {
                    vote: state.vote().copied(),
                    last: state.last().copied(),
                    purged: state.purged().copied(),
                };
            }
            WALRecord::Action(RaftLogAction::SaveVote(vote)) => self.vote = Some(*vote),
            WALRecord::Action(RaftLogAction::Append(id, _)) => self.last = Some(*id),
            WALRecord::Action(RaftLogAction::TruncateAfter(id)) => self.last = self.last.min(*id),
            WALRecord::Action(RaftLogAction::PurgeUpto(id)) => {
                self.purged = self.purged.max(Some(*id));
                self.last = self.last.max(self.purged);
            }
            WALRecord::Action(RaftLogAction::Commit(_)) => {}
        }
    }
}

/// Checks that each file begins where and as the one before it ends.
///
/// # Errors
/// [`LogError::Damaged`] names the file that does not go on from the one before it.
pub(super) fn check(files: &[LogFile]) -> Result<(), LogError> {
    let mut before: Option<(&LogFile, Place)> = None;
    for file in files {
        if let Some((earlier, _)) = before.filter(|(earlier, _)| earlier.end() > file.start) {
            let expected = format!("a file that begins where '{}' ends", name(earlier.start));
            let found = format!("a file that begins {} bytes earlier", earlier.end() - file.start);
            return Err(file.damaged(file.start, &expected, found));
        }
        let scan = read_records(file)?;
        if let (Some((earlier, left)), Some(begins)) = (before, scan.begins)
            && left != begins
        {
            let expected = format!("the state that '{}' ends with", name(earlier.start));
            return Err(file.damaged(file.start, &expected, "another state".into()));
        }
        // What does not decode is judged elsewhere; nothing can be said of the file after it.
        before = scan.error.is_none().then_some((file, scan.ends));
    }
    Ok(())
}

/// The name of the file that begins at a position.
pub(super) fn name(start: u64) -> String {
    Config::chunk_file_name(ChunkId(start))
}
