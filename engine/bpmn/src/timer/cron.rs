//! Cron expressions in the six fields of Spring: second, minute, hour, day of month, month, day of
//! week.
//!
//! A time of day that a change of the clock leaves out does not happen that day. One that happens
//! twice counts once, unless the expression is for every hour.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::Malformed;
use super::cron_days::{MonthDays, WeekDays};
use super::cron_field::{Bounds, field};

/// How many years ahead a match is looked for: the 29th of February on a given day of the week
/// comes again within 40.
const YEARS_AHEAD: i16 = 60;

const SECONDS: Bounds = Bounds { first: 0, last: 59, names: &[] };
const HOURS: Bounds = Bounds { first: 0, last: 23, names: &[] };
const MONTHS: Bounds = Bounds {
    first: 1,
    last: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};

/// A cron expression: the times that match all of its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cron {
    /// Bit n stands for second n; the others likewise.
    seconds: u64,
    minutes: u64,
    hours: u64,
    months: u64,
    month_days: MonthDays,
    week_days: WeekDays,
}

impl Cron {
    /// Reads six fields, or a macro such as `@daily`.
    ///
    /// # Errors
    /// [`Malformed::Cron`] says which field is wrong.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = |why: String| Malformed::Cron { text: text.to_owned(), why };
        let spelled = spelled(text.trim())
            .ok_or_else(|| malformed(format!("'{}' is no macro such as @daily", text.trim())))?;
        let fields: Vec<_> = spelled.split_ascii_whitespace().collect();
        let [second, minute, hour, month_day, month, week_day] = fields.as_slice() else {
            let count = fields.len();
            return Err(malformed(format!(
                "it has {count} fields, but needs second, minute, hour, day of month, month and \
                 day of week"
            )));
        };
        let of = |what: &str, text: &str, bounds: &Bounds| {
            field(text, bounds).map_err(|it| malformed(format!("the {what} {it}")))
        };
        Ok(Cron {
            seconds: of("second", second, &SECONDS)?,
            minutes: of("minute", minute, &SECONDS)?,
            hours: of("hour", hour, &HOURS)?,
            month_days: MonthDays::parse(month_day)
                .map_err(|it| malformed(format!("the day of month {it}")))?,
            months: of("month", month, &MONTHS)?,
            week_days: WeekDays::parse(week_day)
                .map_err(|it| malformed(format!("the day of week {it}")))?,
        })
    }

    /// The first match after a moment, in milliseconds since 1970. `None` if there is none on the
    /// calendar or within sixty years.
    pub fn next(&self, now_ms: i64, zone: &TimeZone) -> Option<i64> {
        let now = Timestamp::from_millisecond(now_ms).ok()?;
        let mut found = self.next_in_zone(now, zone)?;
        // While clocks are set back, what is for every hour happens in the repeated hour, too.
        if self.is_every_hour()
            && let Some(change) = zone.following(now).next()
            && change.timestamp() < found
        {
            let local = change.offset().to_datetime(change.timestamp());
            let before = local.checked_sub(jiff::Span::new().seconds(1)).ok()?;
            let again = self.next_local(before)?;
            found = found.min(change.offset().to_timestamp(again).ok()?);
        }
        Some(found.as_millisecond())
    }

    /// The first match on the calendar after a moment that is also later on the clock of the world.
    fn next_in_zone(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut local = zone.to_datetime(now);
        loop {
            local = self.next_local(local)?;
            match zone.to_ambiguous_timestamp(local).offset() {
                AmbiguousOffset::Unambiguous { offset } => return offset.to_timestamp(local).ok(),
                AmbiguousOffset::Gap { .. } => {}
                AmbiguousOffset::Fold { before, after } => {
                    let first = before.to_timestamp(local).ok()?;
                    if first > now {
                        return Some(first);
                    }
                    let second = after.to_timestamp(local).ok()?;
                    if self.is_every_hour() && second > now {
                        return Some(second);
                    }
                }
            }
        }
    }

    fn is_every_hour(&self) -> bool {
        self.hours.count_ones() == 24
    }

    /// The first match after a time on a calendar without changes of the clock.
    fn next_local(&self, after: DateTime) -> Option<DateTime> {
        let from = after.with().subsec_nanosecond(0).build().ok()?;
        let from = from.checked_add(jiff::Span::new().seconds(1)).ok()?;
        let last_year = from.year().saturating_add(YEARS_AHEAD);
        let mut date = from.date();
        while date.year() <= last_year {
            if self.months & bit(date.month()) == 0 {
                date = date.last_of_month().tomorrow().ok()?;
                continue;
            }
            if self.matches_day(date) {
                let (hour, minute, second) = if date == from.date() {
                    (from.hour(), from.minute(), from.second())
                } else {
                    (0, 0, 0)
                };
                if let Some(found) = self.time_from(date, hour, minute, second) {
                    return Some(found);
                }
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    fn matches_day(&self, date: Date) -> bool {
        self.month_days.matches(date) && self.week_days.matches(date)
    }

    /// The first matching time of a day that is not before the given one.
    fn time_from(&self, date: Date, hour: i8, minute: i8, second: i8) -> Option<DateTime> {
        let same_minute = (self.hours & bit(hour) != 0 && self.minutes & bit(minute) != 0)
            .then(|| first(self.seconds, second))
            .flatten();
        if let Some(second) = same_minute {
            return Some(date.at(hour, minute, second, 0));
        }
        let second = first(self.seconds, 0)?;
        let same_hour =
            (self.hours & bit(hour) != 0).then(|| first(self.minutes, minute + 1)).flatten();
        if let Some(minute) = same_hour {
            return Some(date.at(hour, minute, second, 0));
        }
        let (hour, minute) = (first(self.hours, hour + 1)?, first(self.minutes, 0)?);
        Some(date.at(hour, minute, second, 0))
    }
}

/// The fields that a macro stands for; `None` if it is unknown. Other text stands for itself.
fn spelled(text: &str) -> Option<&str> {
    if !text.starts_with('@') {
        return Some(text);
    }
    Some(match text.to_ascii_lowercase().as_str() {
        "@yearly" | "@annually" => "0 0 0 1 1 *",
        "@monthly" => "0 0 0 1 * *",
        "@weekly" => "0 0 0 * * 0",
        "@daily" | "@midnight" => "0 0 0 * * *",
        "@hourly" => "0 0 * * * *",
        _ => return None,
    })
}

fn bit(number: i8) -> u64 {
    u32::try_from(number).ok().and_then(|it| 1_u64.checked_shl(it)).unwrap_or(0)
}

/// The lowest number of a set that is not below `from`.
fn first(set: u64, from: i8) -> Option<i8> {
    let from = u32::try_from(from).ok().filter(|it| *it < 64)?;
    let rest = set & (u64::MAX << from);
    (rest != 0).then(|| i8::try_from(rest.trailing_zeros()).unwrap_or(i8::MAX))
}
