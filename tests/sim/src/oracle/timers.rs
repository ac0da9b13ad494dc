//! A timer fires once, not before it is due, and not much later while the node is well.

use std::collections::BTreeMap;

use record::{Event, Key, Millis, Record, TimerIntent};

/// How late what is due may be on a node that is well.
const LATE_MAX_MS: Millis = 5_000;
/// And so many syncs more: of what is being written, of what waits for that, and of its own.
const LATE_SYNCS: Millis = 3;

/// All timers, by the records alone, and what log time may be.
#[derive(Debug, Default)]
pub struct Timers {
    /// Timers that run, and when they are due.
    pub live: BTreeMap<Key, Millis>,
    /// Log time is at most this.
    ceiling: Millis,
    /// Log time would be at least this if something were proposed now, by what it was and what has
    /// passed since.
    floor: Millis,
    /// What the wall clock shows: log time is not behind it either. A moment that it showed while
    /// nothing was proposed, and does not show any more, is nothing that a node knows of.
    wall: Millis,
    /// What was due first when somebody looked, and [`Self::least`] at the first look.
    noticed: BTreeMap<Millis, Millis>,
}

impl Timers {
    /// Looks at a record.
    ///
    /// # Errors
    /// A timer fires early, or twice.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        let Event::Timer(event) = &record.event else { return Ok(()) };
        let (key, now) = (record.key, record.timestamp);
        match event.intent {
            TimerIntent::Created => {
                self.live.insert(key, event.due);
            }
            TimerIntent::Triggered => {
                let Some(due) = self.live.remove(&key) else {
                    return Err(format!("timer {key} fired, but it is gone"));
                };
                if now < due {
                    return Err(format!("timer {key} fired {} ms early", due - now));
                }
            }
            TimerIntent::Canceled => {
                if self.live.remove(&key).is_none() {
                    return Err(format!("timer {key} was canceled, but it is gone"));
                }
            }
            TimerIntent::Migrated => {
                if self.live.get(&key) != Some(&event.due) {
                    return Err(format!("timer {key} was migrated with another due date"));
                }
            }
        }
        Ok(())
    }

    /// Time passed, and the wall clock shows this.
    pub fn pass(&mut self, ms: u64, wall: Millis) {
        let ms = Millis::try_from(ms).unwrap_or(Millis::MAX);
        self.ceiling = self.ceiling.saturating_add(ms).max(wall);
        self.floor = self.floor.saturating_add(ms * 9 / 10);
        self.wall = wall;
    }

    /// The log came to this time.
    ///
    /// # Errors
    /// It runs ahead of every clock.
    pub fn reached(&mut self, now: Millis) -> Result<(), String> {
        self.floor = self.floor.max(now);
        if now > self.ceiling {
            return Err(format!("log time runs {} ms ahead of the clock", now - self.ceiling));
        }
        Ok(())
    }

    /// A new life of the node knows log time and the wall clock only.
    pub fn restart(&mut self, now: Millis, wall: Millis) {
        (self.floor, self.wall) = (now, wall);
    }

    /// Log time would be at least this if something were proposed now.
    fn least(&self) -> Millis {
        self.floor.max(self.wall)
    }

    /// Notes what is due first, after each step.
    pub fn notice(&mut self, next_due: Option<Millis>) {
        // What was due before that is done.
        self.noticed = next_due.map_or_else(BTreeMap::new, |due| self.noticed.split_off(&due));
        let now = self.least();
        self.noticed.values_mut().for_each(|it| *it = now.min(*it));
        if let Some(due) = next_due {
            self.noticed.entry(due).or_insert(now);
        }
    }

    /// Looks at what is due first on a node that has been well for a while, on a disk whose syncs
    /// take so long at most.
    ///
    /// # Errors
    /// It is too late.
    pub fn check_late(&self, next_due: Option<Millis>, sync_ms: Millis) -> Result<(), String> {
        let Some(due) = next_due else { return Ok(()) };
        // A date may have passed before somebody waits for it, or while the instance was suspended.
        let since = self.noticed.get(&due).map_or(due, |noticed| due.max(*noticed));
        let now = self.least();
        if since + LATE_MAX_MS + LATE_SYNCS * sync_ms < now {
            return Err(format!(
                "something is due since {} ms, on a disk whose syncs take up to {sync_ms} ms",
                now - since
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_late(timers: &mut Timers, due: Millis) -> bool {
        timers.notice(Some(due));
        timers.check_late(Some(due), 0).is_err()
    }

    fn at(floor: Millis) -> Timers {
        Timers { floor, ..Timers::default() }
    }

    #[test]
    fn what_was_set_ahead_is_late_by_its_date() {
        let mut timers = at(1_000);
        assert!(!is_late(&mut timers, 2_000));
        timers.floor = 2_000 + LATE_MAX_MS;
        assert!(!is_late(&mut timers, 2_000));
        timers.floor += 1;
        assert!(is_late(&mut timers, 2_000));
    }

    #[test]
    fn on_a_slow_disk_some_syncs_may_come_before() {
        let timers = at(2_000 + LATE_MAX_MS + 6_000);
        timers.check_late(Some(2_000), 2_000).unwrap();
        assert!(timers.check_late(Some(2_000), 1_999).is_err());
    }

    #[test]
    fn a_date_that_had_passed_is_late_by_when_it_was_set() {
        let mut timers = at(90_000);
        assert!(!is_late(&mut timers, 2_000));
        timers.floor += LATE_MAX_MS + 1;
        assert!(is_late(&mut timers, 2_000));
        // Another one with the same date, after that was done.
        assert!(!is_late(&mut timers, 500_000));
        assert!(!is_late(&mut timers, 2_000));
    }

    #[test]
    fn what_stays_undone_is_late_whatever_comes_before_it() {
        let mut timers = at(90_000);
        assert!(!is_late(&mut timers, 2_000));
        timers.floor += LATE_MAX_MS + 1;
        assert!(!is_late(&mut timers, 1_000));
        assert!(is_late(&mut timers, 2_000));
    }

    #[test]
    fn a_life_whose_clock_was_set_back_does_not_excuse_what_is_late() {
        let mut timers = at(90_000);
        assert!(!is_late(&mut timers, 2_000));
        timers.restart(10_000, 20_000);
        assert!(!is_late(&mut timers, 2_000));
        timers.wall += LATE_MAX_MS + 1;
        assert!(is_late(&mut timers, 2_000));
    }

    #[test]
    fn a_moment_that_the_clock_showed_for_a_while_is_past_only_if_the_log_came_to_it() {
        for is_reached in [false, true] {
            let mut timers = at(10_000);
            timers.pass(10, 900_000);
            if is_reached {
                timers.reached(900_000).unwrap();
            }
            timers.pass(10, 10_000);
            assert!(!is_late(&mut timers, 500_000));
            timers.pass(2 * LATE_MAX_MS.unsigned_abs(), 20_000);
            assert_eq!(is_late(&mut timers, 500_000), is_reached);
        }
    }
}
