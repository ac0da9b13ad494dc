//! Durations of ISO 8601: a calendar part and an exact part.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::Malformed;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

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

    /// Adds `number` of a unit that is `factor` of one of the parts.
    fn add(part: &mut i64, number: i64, factor: i64) -> Option<()> {
        *part = part.checked_add(number.checked_mul(factor)?)?;
        Some(())
    }
}

impl FromStr for Interval {
    type Err = Malformed;

    /// Reads `P1Y2M3W4DT5H6M7.5S` or a part of it; a sign may stand before the `P` and before each
    /// number.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::Interval(text.to_owned());
        let (negative, unsigned) = sign(text);
        let rest = unsigned.strip_prefix(['P', 'p']).ok_or_else(malformed)?;
        let (date, time) = match rest.split_once(['T', 't']) {
            Some((_, "")) => return Err(malformed()),
            Some((date, time)) => (date, time),
            None => (rest, ""),
        };
        if date.is_empty() && time.is_empty() {
            return Err(malformed());
        }
        let mut interval = Interval::default();
        let mut too_large = false;
        // The units that may still follow, the largest first.
        let mut units: &[u8] = b"YMWD";
        for component in Components(date) {
            let (number, fraction_ms, unit) = component.ok_or_else(malformed)?;
            units =
                after_unit(units, unit).filter(|_| fraction_ms.is_none()).ok_or_else(malformed)?;
            let Interval { months, days, .. } = &mut interval;
            too_large |= match unit {
                b'Y' => Interval::add(months, number, 12),
                b'M' => Interval::add(months, number, 1),
                b'W' => Interval::add(days, number, 7),
                _ => Interval::add(days, number, 1),
            }
            .is_none();
        }
        units = b"HMS";
        for component in Components(time) {
            let (number, fraction_ms, unit) = component.ok_or_else(malformed)?;
            units = after_unit(units, unit)
                .filter(|_| fraction_ms.is_none() || unit == b'S')
                .ok_or_else(malformed)?;
            let part = &mut interval.time_ms;
            too_large |= match unit {
                b'H' => Interval::add(part, number, HOUR_MS),
                b'M' => Interval::add(part, number, MINUTE_MS),
                _ => Interval::add(part, number, SECOND_MS)
                    .and_then(|()| Interval::add(part, fraction_ms.unwrap_or(0), 1)),
            }
            .is_none();
        }
        let interval = if negative { interval.times(-1) } else { Some(interval) };
        interval.filter(|_| !too_large).ok_or_else(|| Malformed::TooLarge(text.to_owned()))
    }
}

/// Strips a sign; whether it was a minus.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// The units that may follow `unit`, when it may stand here.
fn after_unit(units: &[u8], unit: u8) -> Option<&[u8]> {
    let at = units.iter().position(|it| *it == unit)?;
    units.get(at + 1..)
}

/// The numbers with their units in one half of a duration. Gives the whole number, the fraction in
/// milliseconds if there is a decimal point, and the unit in upper case; `None` and the end where
/// the text is something else.
struct Components<'a>(&'a str);

impl Iterator for Components<'_> {
    type Item = Option<(i64, Option<i64>, u8)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let component = self.component();
        if component.is_none() {
            self.0 = "";
        }
        Some(component)
    }
}

impl Components<'_> {
    fn component(&mut self) -> Option<(i64, Option<i64>, u8)> {
        let end = self.0.find(|it: char| it.is_ascii_alphabetic())?;
        let (number, rest) = self.0.split_at_checked(end)?;
        let unit = rest.as_bytes().first()?.to_ascii_uppercase();
        self.0 = rest.get(1..)?;
        let (negative, number) = sign(number);
        let (whole, fraction) = match number.split_once(['.', ',']) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (number, None),
        };
        let factor = if negative { -1 } else { 1 };
        let fraction = match fraction {
            Some(fraction) => Some(milliseconds(fraction)? * factor),
            None => None,
        };
        // Digits only; what does not fit is still a number, just too large for any calendar.
        let whole = digits(whole)?.parse::<i64>().unwrap_or(i64::MAX);
        Some((whole * factor, fraction, unit))
    }
}

fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())).then_some(text)
}

/// The first three digits after a decimal point.
fn milliseconds(fraction: &str) -> Option<i64> {
    let digits = digits(fraction)?.bytes().chain([b'0', b'0']).take(3);
    Some(digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
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
