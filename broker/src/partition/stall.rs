//! Watches that the log moves: a disk that does not answer must show in health, not only in silence.

use super::status::Pauses;
use crate::raft::under_way::UnderWay;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The part under which commands are paused.
pub(crate) const PART: &str = "stall";
/// Writes that stand longer wait for a disk that does not answer. A slow one makes some progress.
const STALL_MIN: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(500);

/// Pauses commands while writes of the log wait and none becomes durable.
pub(crate) async fn watch(
    under_way: UnderWay,
    folder: PathBuf,
    pauses: Arc<Pauses>,
    stop: CancellationToken,
) {
    let mut look = tokio::time::interval(LOOK);
    while stop.run_until_cancelled(look.tick()).await.is_some() {
        match under_way.standing().filter(|it| *it >= STALL_MIN) {
            Some(standing) => pauses.set(
                PART,
                format!(
                    "The disk of '{}' has not made the log durable for {} s. Commands go on by \
                     themselves when it answers.",
                    folder.display(),
                    standing.as_secs()
                ),
            ),
            None => pauses.clear(PART),
        }
    }
}
