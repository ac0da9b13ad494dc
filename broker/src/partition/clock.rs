//! Log time, as the leader stamps it: it never goes back, and stands still only while pinned.

use crate::platform::Platform;
use engine::ClockState;
use record::Millis;
use tokio::time::Instant;

/// The leader's clock.
#[derive(Debug)]
pub(crate) struct Clock<P> {
    platform: P,
    /// The last stamp, and when it was given.
    last: Millis,
    at: Instant,
}

impl<P: Platform> Clock<P> {
    /// A clock that goes on from log time.
    pub(crate) fn from(platform: P, now: Millis) -> Self {
        Self { platform, last: now, at: Instant::now() }
    }

    /// The next stamp: wall time, but at least as much later than the last stamp as nine tenths of
    /// the time that really passed, so that a wall clock that was set back does not stop timers.
    pub(crate) fn stamp(&mut self, clock: ClockState, applied: Millis) -> Millis {
        let instant = Instant::now();
        let passed = Millis::try_from(instant.duration_since(self.at).as_millis() * 9 / 10);
        let floor = self.last.saturating_add(passed.unwrap_or(0)).max(applied);
        let stamp = match clock.pinned_at {
            Some(pinned) => pinned,
            None => floor.max(self.platform.wall().saturating_add(clock.offset_ms)),
        };
        // Whole milliseconds are kept back, or many stamps in one would never add up.
        if stamp != self.last {
            self.last = stamp;
            self.at = instant;
        }
        stamp
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;
    use crate::platform::{Platform as _, Real};
    use engine::ClockState;

    #[test]
    fn time_does_not_go_back_when_the_wall_clock_is_behind_log_time() {
        let ahead = Real::default().wall() + 3_600_000;
        let mut clock = Clock::from(Real::default(), ahead);
        let first = clock.stamp(ClockState::default(), ahead);
        assert!(first >= ahead);
        assert!(clock.stamp(ClockState::default(), ahead) >= first);
    }

    #[test]
    fn a_pinned_clock_stands_still_and_an_offset_is_added() {
        let mut clock = Clock::from(Real::default(), 0);
        let pinned = ClockState { offset_ms: 0, pinned_at: Some(5) };
        assert_eq!(clock.stamp(pinned, 5), 5);
        let moved = ClockState { offset_ms: 1_000_000, pinned_at: None };
        assert!(clock.stamp(moved, 5) >= Real::default().wall() + 999_000);
    }
}
