//! Watches that the log moves: a disk that does not answer must show in health, not only in silence.

use super::state_machine::PartitionRaft;
use super::status::Pauses;
use crate::io::Disk;
use openraft::async_runtime::WatchReceiver as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The part under which commands are paused.
pub(crate) const PART: &str = "stall";
/// Entries that wait longer wait for a disk that does not answer.
const STALL_MIN: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(500);

/// How far the log is, and since when it is no further.
#[derive(Debug)]
struct Progress {
    applied: Option<u64>,
    since: Instant,
}

impl Progress {
    /// How long the entry after the last applied one has been waiting; nothing if there is none.
    fn waited(
        &mut self,
        last: Option<u64>,
        applied: Option<u64>,
        now: Instant,
    ) -> Option<Duration> {
        if last <= applied || self.applied != applied {
            *self = Self { applied, since: now };
            return None;
        }
        Some(now - self.since)
    }
}

/// Pauses commands while entries of the log wait and none becomes durable.
pub(crate) async fn watch<D: Disk>(
    raft: PartitionRaft<D>,
    folder: PathBuf,
    pauses: Arc<Pauses>,
    stop: CancellationToken,
) {
    let mut look = tokio::time::interval(LOOK);
    let mut progress = Progress { applied: None, since: Instant::now() };
    let metrics = raft.metrics();
    while stop.run_until_cancelled(look.tick()).await.is_some() {
        let (last, applied) = {
            let now = metrics.borrow_watched();
            (now.last_log_index, now.last_applied.map(|it| it.index))
        };
        match progress.waited(last, applied, Instant::now()) {
            Some(waited) if waited >= STALL_MIN => pauses.set(
                PART,
                format!(
                    "The disk of '{}' has not made the log durable for {} s. Commands go on by \
                     themselves when it answers.",
                    folder.display(),
                    waited.as_secs()
                ),
            ),
            Some(_) => {}
            None => pauses.clear(PART),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_entries_that_wait_without_any_progress_are_a_stall() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut progress = Progress { applied: None, since: begin };
        assert_eq!(progress.waited(Some(5), Some(5), at(1)), None);
        assert_eq!(progress.waited(Some(6), Some(5), at(2)), Some(Duration::from_secs(1)));
        assert_eq!(progress.waited(Some(7), Some(5), at(9)), Some(Duration::from_secs(8)));
        assert_eq!(progress.waited(Some(7), Some(6), at(10)), None);
        assert_eq!(progress.waited(Some(7), Some(6), at(11)), Some(Duration::from_secs(1)));
        assert_eq!(progress.waited(Some(7), Some(7), at(12)), None);
    }
}
