//! Repeating intervals of ISO 8601.

use feel::Edition;
use jiff::tz::TimeZone;

use super::{Interval, Malformed, parse_date};

/// Which starts of a cycle, and which zones of dates, are understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Starts {
    /// Up to the first `/`: dates without a time zone that has one in its name. This is how cycles
    /// were read at first.
    Plain,
    /// All dates, also `2030-01-01T10:00:00[Europe/Berlin]`.
    All,
}

impl Starts {
    /// The edition of FEEL whose zones are understood.
    pub(super) fn edition(self) -> Edition {
        match self {
            Self::Plain => Edition::First,
            Self::All => Edition::Refined,
        }
    }
}

/// A timer that is due again and again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cycle {
    /// How often it fires: -1 without end; 0 fires once, like 1.
    pub repetitions: i32,
    /// The first point of the grid of due dates, in milliseconds since 1970. Without it the grid
    /// begins when the timer is armed.
    pub start_ms: Option<i64>,
    /// Longer than zero.
    pub interval: Interval,
}

/// The start that the text of a cycle names, if there is one.
pub(crate) fn start(text: &str) -> Option<&str> {
    let (_, rest) = text.strip_prefix(['R', 'r'])?.split_once('/')?;
    // A duration has no slash.
    rest.rsplit_once('/').map(|it| it.0)
}

impl Cycle {
    /// Reads `R[n]/<duration>` or `R[n]/<start>/<duration>`; `zone` is for a start without one.
    ///
    /// # Errors
    /// [`Malformed`] says which part of the text is wrong.
    pub fn parse(text: &str, zone: &TimeZone, starts: Starts) -> Result<Self, Malformed> {
        let malformed = || Malformed::Cycle(text.to_owned());
        let Some(rest) = text.strip_prefix(['R', 'r']) else {
            return Err(malformed());
        };
        let (count, rest) = rest.split_once('/').ok_or_else(malformed)?;
        let parts = match starts {
            Starts::Plain => rest.split_once('/'),
            // A duration has none.
            Starts::All => rest.rsplit_once('/'),
        };
        let (start, interval) = match parts {
            Some((start, interval)) => (Some(start), interval),
            None => (None, rest),
        };
        let repetitions = match count {
            "" | "-1" => -1,
            digits if digits.bytes().all(|it| it.is_ascii_digit()) => {
                digits.parse().map_err(|_| Malformed::TooLarge(digits.to_owned()))?
            }
            _ => return Err(malformed()),
        };
        let start_ms = start.map(|start| parse_date(start, zone, starts.edition())).transpose()?;
        let parsed: Interval = interval.parse()?;
        if !parsed.is_positive() {
            return Err(Malformed::NotPositive(interval.to_owned()));
        }
        Ok(Cycle { repetitions, start_ms, interval: parsed })
    }

    /// When a timer that is armed now is due first: one interval from now, or the first point of
    /// the start's grid that has not passed. `None` beyond the calendar.
    pub fn first_due(&self, now_ms: i64, zone: &TimeZone) -> Option<i64> {
        match self.start_ms {
            None => self.interval.after(now_ms, zone),
            Some(start_ms) => self.grid(start_ms, now_ms, zone),
        }
    }

    /// When a timer that has just fired is due again. What was missed is not made up for: the due
    /// date is always in the future. `None` beyond the calendar.
    pub fn next_due(&self, previous_due_ms: i64, now_ms: i64, zone: &TimeZone) -> Option<i64> {
        match self.start_ms {
            None => self
                .interval
                .after(previous_due_ms, zone)
                .filter(|due_ms| *due_ms > now_ms)
                .or_else(|| self.interval.after(now_ms, zone)),
            Some(start_ms) => {
                let after_ms = now_ms.max(previous_due_ms);
                self.grid(start_ms, after_ms.checked_add(1)?, zone)
            }
        }
    }

    /// How often a timer with this many repetitions fires after it has fired once more; `None` when
    /// that was the last time.
    pub fn remaining(repetitions: i32) -> Option<i32> {
        match repetitions {
            -1 => Some(-1),
            2.. => Some(repetitions - 1),
            _ => None,
        }
    }

    /// The first point `start + n × interval` that is not before `from_ms`.
    ///
    /// Points are counted from the start and not from each other, so that a cycle that begins on
    /// the 31st stays at the end of the month. The points never fall back as n grows, so they can
    /// be searched by halving.
    fn grid(&self, start_ms: i64, from_ms: i64, zone: &TimeZone) -> Option<i64> {
        // A point beyond the calendar is later than everything.
        let point = |count| self.interval.times(count)?.after(start_ms, zone);
        let is_reached = |count| point(count).is_none_or(|point_ms| point_ms >= from_ms);
        if is_reached(0) {
            return point(0);
        }
        let (mut below, mut above) = (0_i64, 1_i64);
        while !is_reached(above) {
            below = above;
            above = above.checked_mul(2)?;
        }
        while above - below > 1 {
            let middle = below + (above - below) / 2;
            if is_reached(middle) {
                above = middle;
            } else {
                below = middle;
            }
        }
        point(above)
    }
}
