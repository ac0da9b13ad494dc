//! Adding and subtracting temporal values.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::date_time::ZonedTime;
use super::duration::{DayTime, months_span};
use super::moment::Moment;
use crate::edition::Edition;
use crate::values::Value;

/// Nanoseconds of a day.
const DAY_NANOS: i128 = 86_400_000_000_000;

/// `left + right`, if at least one is temporal and their sum is defined, and in the range that the
/// edition knows.
pub(crate) fn add(left: &Value, right: &Value, edition: Edition) -> Option<Value> {
    match (left, right) {
        (Value::Months(left), Value::Months(right)) => left.checked_add(*right).map(Value::Months),
        (Value::Duration(left), Value::Duration(right)) => {
            left.checked_add(*right).map(Value::Duration)
        }
        (Value::Months(_) | Value::Duration(_), _) => add_duration(right, left, edition),
        (_, Value::Months(_) | Value::Duration(_)) => add_duration(left, right, edition),
        _ => None,
    }
}

/// `left - right`, if it is defined, and in the range that the edition knows.
pub(crate) fn subtract(left: &Value, right: &Value, edition: Edition) -> Option<Value> {
    let difference = match (left, right) {
        (Value::Months(left), Value::Months(right)) => {
            return left.checked_sub(*right).map(Value::Months);
        }
        (_, Value::Months(months)) => {
            return add_duration(left, &Value::Months(months.checked_neg()?), edition);
        }
        (Value::Duration(left), Value::Duration(right)) => {
            return left.checked_add(right.checked_neg()?).map(Value::Duration);
        }
        (_, Value::Duration(duration)) => {
            return add_duration(left, &Value::Duration(duration.checked_neg()?), edition);
        }
        (Value::LocalTime(left), Value::LocalTime(right)) => time_nanos(*left) - time_nanos(*right),
        (Value::Time(left), Value::Time(right)) => {
            i128::from(left.utc_nanos()) - i128::from(right.utc_nanos())
        }
        (Value::DateTime(left), Value::DateTime(right)) => left.epoch_nanos() - right.epoch_nanos(),
        (Value::Date(_), Value::Date(_)) | (Value::LocalDateTime(_), Value::LocalDateTime(_)) => {
            local(left)?.duration_since(local(right)?).as_nanos()
        }
        // DMN 1.5 §10.3.2.3.6: beside a moment, a date is its midnight in UTC.
        (Value::Date(left), Value::DateTime(right)) => {
            in_utc(*left, edition)?.epoch_nanos() - right.epoch_nanos()
        }
        (Value::DateTime(left), Value::Date(right)) => {
            left.epoch_nanos() - in_utc(*right, edition)?.epoch_nanos()
        }
        _ => return None,
    };
    DayTime::from_total_nanos(difference).map(Value::Duration)
}

/// A date or time moved by a duration.
fn add_duration(value: &Value, duration: &Value, edition: Edition) -> Option<Value> {
    let moment = |it: Option<Moment>| {
        it.filter(|it| it.is_known(edition)).map(|it| Value::DateTime(Box::new(it)))
    };
    match (value, duration) {
        (Value::Date(it), Value::Months(months)) => {
            it.checked_add(span(*months, edition)?).ok().map(Value::Date)
        }
        (Value::LocalDateTime(it), Value::Months(months)) => {
            it.checked_add(span(*months, edition)?).ok().map(Value::LocalDateTime)
        }
        (Value::DateTime(it), Value::Months(months)) => {
            span(*months, edition)?;
            moment(it.checked_add_months(*months))
        }
        (Value::Date(it), Value::Duration(by)) => {
            let moved = it.to_datetime(Time::midnight()).checked_add(by.to_signed()).ok()?;
            Some(Value::Date(moved.date()))
        }
        (Value::LocalDateTime(it), Value::Duration(by)) => {
            it.checked_add(by.to_signed()).ok().map(Value::LocalDateTime)
        }
        (Value::DateTime(it), Value::Duration(by)) => moment(it.checked_add(*by)),
        (Value::LocalTime(it), Value::Duration(by)) => Some(Value::LocalTime(wrap(*it, *by)?)),
        (Value::Time(it), Value::Duration(by)) => {
            let time = wrap(it.time, *by)?;
            Some(Value::Time(Box::new(ZonedTime { time, ..(**it).clone() })))
        }
        _ => None,
    }
}

/// A moment in another zone; what has no offset is read in that zone. `None` for a moment that the
/// edition does not know.
pub(crate) fn zoned(value: &Value, zone: TimeZone, edition: Edition) -> Option<Moment> {
    let moment = match value {
        Value::DateTime(it) => it.in_zone(zone),
        _ => Moment::of_local(local(value)?, zone),
    };
    moment.filter(|it| it.is_known(edition))
}

/// A date as the moment that it is beside moments: its midnight in UTC.
pub(crate) fn in_utc(date: Date, edition: Edition) -> Option<Moment> {
    zoned(&Value::Date(date), TimeZone::UTC, edition)
}

fn local(value: &Value) -> Option<DateTime> {
    match value {
        Value::Date(it) => Some(midnight(*it)),
        Value::LocalDateTime(it) => Some(*it),
        _ => None,
    }
}

fn midnight(date: Date) -> DateTime {
    date.to_datetime(Time::midnight())
}

/// Months as an edition adds them: the first one has no more than the library's limit.
fn span(months: i64, edition: Edition) -> Option<Span> {
    match edition {
        Edition::First => Span::new().try_months(months).ok(),
        Edition::Refined => months_span(months),
    }
}

fn time_nanos(time: Time) -> i128 {
    time.duration_since(Time::midnight()).as_nanos()
}

/// A time of day moved around the clock.
fn wrap(time: Time, by: DayTime) -> Option<Time> {
    let nanos = (time_nanos(time) + by.total_nanos()).rem_euclid(DAY_NANOS);
    let seconds = i32::try_from(nanos / 1_000_000_000).ok()?;
    let part = |it: i32| i8::try_from(it).ok();
    let nanos = i32::try_from(nanos % 1_000_000_000).ok()?;
    Time::new(part(seconds / 3600)?, part(seconds / 60 % 60)?, part(seconds % 60)?, nanos).ok()
}
