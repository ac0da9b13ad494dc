//! Durations of ISO 8601: a calendar part and an exact part.

use std::fmt;
use std::str::FromStr;

use feel::temporal::{DurationValue, parse_duration};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::Malformed;

const SECOND_MS: i64 = 1_000;

/// A duration. Its parts may differ in sign, as in `P1DT-1H`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Interval {
    /// Calendar months, with years as twelve of them.
    pub months: i64,
    /// Calendar days, with weeks as seven of them.
    pub days: i64,
    /// Exact time in milliseconds; a finer fraction is dropped.
    pub time_ms: i64,
}

impl Interval {
    /// The moment this much after `from_ms` in milliseconds since 1970: months first, then days,
    /// both on the calendar of `zone`, then the exact time. `None` beyond the years -9999 to 9999.
    pub fn after(&self, from_ms: i64, zone: &TimeZone) -> Option<i64> {
        if self.months == 0 && self.days == 0 {
            return from_ms.checked_add(self.time_ms);
        }
        let from = Timestamp::from_millisecond(from_ms).ok()?.to_zoned_datetime(zone.clone());
        let months = Span::new().try_months(self.months).ok()?;
        let days = Span::new().try_days(self.days).ok()?;
        let moment = from.checked_add(months).ok()?.checked_add(days).ok()?;
        moment.timestamp().as_millisecond().checked_add(self.time_ms)
    }

    /// This interval `count` times; `None` when a part is too large.
    pub fn times(&self, count: i64) -> Option<Interval> {
        Some(Interval {
            months: self.months.checked_mul(count)?,
            days: self.days.checked_mul(count)?,
            time_ms: self.time_ms.checked_mul(count)?,
        })
    }

    /// Whether it surely leads forward: no part is negative, and not all are zero.
    pub fn is_positive(&self) -> bool {
        let parts = [self.months, self.days, self.time_ms];
        parts.iter().all(|part| *part >= 0) && parts.iter().any(|part| *part > 0)
    }

    /// The interval of a FEEL duration; `None` when its time is beyond every calendar.
    pub fn of(duration: DurationValue) -> Option<Interval> {
        let exact_ms = i64::from(duration.nanos) / 1_000_000;
        let time_ms = duration.seconds.checked_mul(SECOND_MS)?.checked_add(exact_ms)?;
        Some(Interval { months: duration.months, days: duration.days, time_ms })
    }
}

impl FromStr for Interval {
    type Err = Malformed;

    /// Reads `P1Y2M3W4DT5H6M7.5S` or a part of it; a sign may stand before the `P` and before each
    /// number.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        parse_duration(text)
            .and_then(Interval::of)
            .ok_or_else(|| Malformed::Interval(text.to_owned()))
    }
}

impl fmt::Display for Interval {
    /// Writes it so that reading gives the same interval again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.time_ms / SECOND_MS, self.time_ms % SECOND_MS);
        f.write_str("P")?;
        if self.months != 0 {
            write!(f, "{}M", self.months)?;
        }
        if self.days != 0 {
            write!(f, "{}D", self.days)?;
        }
        match (seconds, ms) {
            (0, 0) if self.months != 0 || self.days != 0 => Ok(()),
            (_, 0) => write!(f, "T{seconds}S"),
            (0, ..0) => write!(f, "T-0.{:03}S", -ms),
            _ => write!(f, "T{seconds}.{:03}S", ms.abs()),
        }
    }
}
