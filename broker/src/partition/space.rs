//! Whether there is space for another entry of the log.
//!
//! ```text
//! free bytes          ▲ commands are taken
//! free-disk-min-bytes ├──────────────────────────────────────────────────────
//!                     │ commands are refused with the reason; timers and what is pending go on
//! hold                ├──────────────────────────────────────────────────────
//!                     │ nothing goes to the log at all: a write that fails would end the process,
//!                   0 ┘ because nobody knows what the disk holds after it
//! ```
//!
//! Others may fill the disk too, at any speed: so the disk is asked before each batch, and not only
//! now and then.

use super::status::Pauses;
use crate::config::Limits;
use crate::platform::Platform;
use broker_api::metrics::Metrics;
use parking_lot::Mutex;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// Below this part of `free-disk-min-bytes` nothing goes to the log.
const HOLD_PART: u64 = 2;
/// And never more than this.
const HOLD_BYTES_MAX: u64 = 32 << 20;
/// For so long an answer of the disk is believed.
const FRESH: Duration = Duration::from_millis(1);
/// How often is looked while nothing goes to the log.
const LOOK: Duration = Duration::from_millis(100);
/// The part under which commands are paused.
pub(super) const PART: &str = "disk";

/// The space on the disk of the data folder. Cloning shares it.
#[derive(Debug, Clone)]
pub(crate) struct Space<P> {
    platform: P,
    dir: PathBuf,
    min_bytes: u64,
    pauses: Arc<Pauses>,
    metrics: Arc<Metrics>,
    /// When the disk was asked, and what it said.
    last: Arc<Mutex<Option<(Instant, u64)>>>,
}

impl<P: Platform> Space<P> {
    pub(crate) fn new(
        platform: P,
        dir: PathBuf,
        limits: &Limits,
        pauses: Arc<Pauses>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let last = Arc::default();
        Self { platform, dir, min_bytes: limits.disk_free_min_bytes, pauses, metrics, last }
    }

    /// Asks the disk, and refuses commands or lets them go on. It cannot tell: nothing changes.
    pub(crate) fn look(&self) -> u64 {
        let Some(free) = self.platform.free_bytes(&self.dir) else { return u64::MAX };
        *self.last.lock() = Some((Instant::now(), free));
        self.metrics.disk_free_bytes.store(free, Ordering::Relaxed);
        let min = self.min_bytes;
        if free < min {
            let dir = self.dir.display();
            self.pauses.set(
                PART,
                format!(
                    "The disk of '{dir}' has {free} bytes free, less than 'free-disk-min-bytes' \
                     ({min} bytes). Free some space; commands go on by themselves."
                ),
            );
        } else {
            self.pauses.clear(PART);
        }
        free
    }

    /// Whether so many bytes may go to the log.
    pub(crate) fn has_room(&self, bytes: u64) -> bool {
        let last = *self.last.lock();
        let free = match last.filter(|(at, _)| at.elapsed() < FRESH) {
            Some((_, free)) => free,
            None => self.look(),
        };
        let hold = (self.min_bytes / HOLD_PART).min(HOLD_BYTES_MAX);
        // Where no reserve is wanted, the disk is not watched.
        self.min_bytes == 0 || free >= hold.saturating_add(bytes)
    }

    /// Waits until so many bytes may go to the log.
    pub(crate) async fn room(&self, bytes: u64) {
        if self.has_room(bytes) {
            return;
        }
        tracing::warn!(dir = %self.dir.display(), "nothing goes to the log until there is space");
        while !self.has_room(bytes) {
            tokio::time::sleep(LOOK).await;
        }
        tracing::info!("there is space again: the log goes on");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::platform::Real;

    fn space(min_bytes: u64) -> (Space<Real>, Arc<Pauses>) {
        let dir = std::env::temp_dir();
        let mut limits = Config::new(dir.clone()).limits;
        limits.disk_free_min_bytes = min_bytes;
        let pauses = Arc::new(Pauses::default());
        let space = Space::new(Real::default(), dir, &limits, pauses.clone(), Arc::default());
        (space, pauses)
    }

    #[tokio::test]
    async fn below_the_reserve_commands_are_refused_and_below_a_part_of_it_nothing_goes_on() {
        let free = space(1).0.look();
        let (reserved, pauses) = space(free.saturating_mul(2));
        assert!(reserved.has_room(1), "the log goes on");
        assert_eq!(pauses.first().map(|it| it.0), Some(PART));
        assert!(!reserved.has_room(u64::MAX));
        let (plenty, pauses) = space(1);
        assert!(plenty.has_room(1));
        assert_eq!(pauses.first(), None);
        assert!(space(0).0.has_room(u64::MAX), "it is not watched");
    }
}
