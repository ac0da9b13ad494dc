//! How much work the leader lets an entry do, so that it takes a few milliseconds on this machine.
//!
//! Why it stands in the entry: `docs/0015-how-much-an-entry-does.md`.

use std::time::Duration;

/// What an entry is to take. Others wait for so long, and a noisy machine may double it.
const AIM: Duration = Duration::from_millis(2);
/// What a unit of work is taken to cost before one was measured.
const UNIT_NS_FIRST: u64 = 10_000;
/// However slow the machine is, so many units are done, because work has to end. Of an entry with
/// fewer units nothing is learned: what it costs anyway counts more than they do.
const UNITS_MIN: u64 = 32;

/// What units of work have cost lately: quick to become careful, slow to become bold.
#[derive(Debug, Clone)]
pub struct Pace {
    unit_ns: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { unit_ns: UNIT_NS_FIRST }
    }
}

impl Pace {
    /// Takes note of what applying an entry took that did so many units of work.
    pub fn note(&mut self, units: u64, took: Duration) {
        if units < UNITS_MIN {
            return;
        }
        let unit_ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX) / units;
        self.unit_ns = unit_ns.max(self.unit_ns - self.unit_ns / 8);
    }

    /// Units of work that the next entry may do: for [`record::EntryBody::units_max`].
    pub fn units_max(&self) -> u64 {
        let aim = u64::try_from(AIM.as_nanos()).unwrap_or(u64::MAX);
        (aim / self.unit_ns.max(1)).max(UNITS_MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::{Pace, UNITS_MIN};
    use std::time::Duration;

    #[test]
    fn a_slow_entry_makes_the_next_ones_shorter_at_once() {
        let mut pace = Pace::default();
        assert_eq!(pace.units_max(), 200);
        pace.note(200, Duration::from_millis(8));
        assert_eq!(pace.units_max(), 50, "forty microseconds for each");
    }

    #[test]
    fn quick_entries_make_the_next_ones_longer_step_by_step() {
        let mut pace = Pace::default();
        pace.note(200, Duration::from_micros(400));
        assert_eq!(pace.units_max(), 228);
        for _ in 0..100 {
            pace.note(200, Duration::from_micros(400));
        }
        assert_eq!(pace.units_max(), 1_000, "two microseconds for each");
    }

    #[test]
    fn an_entry_of_few_units_says_nothing() {
        let mut pace = Pace::default();
        pace.note(2, Duration::from_secs(1));
        pace.note(0, Duration::from_secs(1));
        assert_eq!(pace.units_max(), 200);
    }

    #[test]
    fn work_goes_on_however_slow_it_is() {
        let mut pace = Pace::default();
        pace.note(UNITS_MIN, Duration::MAX);
        assert_eq!(pace.units_max(), UNITS_MIN);
        for _ in 0..500 {
            pace.note(UNITS_MIN, Duration::from_micros(320));
        }
        assert_eq!(pace.units_max(), 200, "it recovers");
    }

    #[test]
    fn a_clock_that_stands_still_is_no_reason_to_divide_by_zero() {
        let mut pace = Pace::default();
        for _ in 0..1_000 {
            pace.note(1_000, Duration::ZERO);
        }
        assert!(pace.units_max() > 100_000);
    }
}
