//! A timer fires once, not before it is due, and not much later while the node is well.

use std::collections::BTreeMap;

use record::{Event, Key, Millis, Record, TimerIntent};

/// How late what is due may be on a node that is well.
const LATE_MAX_MS: Millis = 5_000;

/// All timers, by the records alone, and what log time may be.
#[derive(Debug, Default)]
pub struct Timers {
    /// Timers that run, and when they are due.
    pub live: BTreeMap<Key, Millis>,
    /// Log time is at most this.
    ceiling: Millis,
    /// Log time would be at least this if something were proposed now.
    floor: Millis,
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
        self.floor = self.floor.saturating_add(ms * 9 / 10).max(wall);
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
        self.floor = now.max(wall);
    }

    /// Looks at what is due first on a node that has been well for a while.
    ///
    /// # Errors
    /// It is too late.
    pub fn check_late(&self, next_due: Option<Millis>) -> Result<(), String> {
        match next_due {
            Some(due) if due + LATE_MAX_MS < self.floor => {
                Err(format!("something is due since {} ms", self.floor - due))
            }
            Some(_) | None => Ok(()),
        }
    }
}
