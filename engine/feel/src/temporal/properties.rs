//! The parts of temporal values and ranges that a path can name.

use jiff::civil::{Date, Time};

use super::duration::DayTime;
use super::zone::zone_name;
use crate::values::Value;

const DATE: &[&str] = &["year", "month", "day", "weekday"];
const TIME: &[&str] = &["hour", "minute", "second", "time offset", "timezone"];
const DATE_TIME: &[&str] =
    &["year", "month", "day", "weekday", "hour", "minute", "second", "time offset", "timezone"];
const MONTHS: &[&str] = &["years", "months"];
const DURATION: &[&str] = &["days", "hours", "minutes", "seconds"];
const RANGE: &[&str] = &["start", "end", "start included", "end included"];

/// The names of a value's properties.
pub(crate) fn property_names(value: &Value) -> &'static [&'static str] {
    match value {
        Value::Date(_) => DATE,
        Value::LocalTime(_) | Value::Time(_) => TIME,
        Value::LocalDateTime(_) | Value::DateTime(_) => DATE_TIME,
        Value::Months(_) => MONTHS,
        Value::Duration(_) => DURATION,
        Value::Range(_) => RANGE,
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Dec(_)
        | Value::Str(_)
        | Value::List(_)
        | Value::Context(_)
        | Value::Raw(_)
        | Value::Function(_) => &[],
    }
}

/// A property of a value; `None` if it has none of this name.
pub(crate) fn property(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Date(it) => date_part(*it, name),
        Value::LocalTime(it) => time_part(*it, name).or_else(|| no_place(name)),
        Value::Time(it) => time_part(it.time, name).or_else(|| {
            let zone = it.zone.clone().map_or(Value::Null, Value::Str);
            place(i64::from(it.offset_seconds), zone, name)
        }),
        Value::LocalDateTime(it) => date_part(it.date(), name)
            .or_else(|| time_part(it.time(), name))
            .or_else(|| no_place(name)),
        Value::DateTime(it) => {
            date_part(it.date(), name).or_else(|| time_part(it.time(), name)).or_else(|| {
                let zone = zone_name(it).map_or(Value::Null, Value::from);
                place(i64::from(it.offset().seconds()), zone, name)
            })
        }
        Value::Months(it) => match name {
            "years" => Some(Value::Int(it / 12)),
            "months" => Some(Value::Int(it % 12)),
            _ => None,
        },
        Value::Duration(it) => duration_part(*it, name),
        Value::Range(it) => match name {
            "start" => Some(it.low.clone()),
            "end" => Some(it.high.clone()),
            "start included" => Some(Value::Bool(it.low_closed)),
            "end included" => Some(Value::Bool(it.high_closed)),
            _ => None,
        },
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Dec(_)
        | Value::Str(_)
        | Value::List(_)
        | Value::Context(_)
        | Value::Raw(_)
        | Value::Function(_) => None,
    }
}

fn date_part(date: Date, name: &str) -> Option<Value> {
    Some(Value::Int(match name {
        "year" => i64::from(date.year()),
        "month" => i64::from(date.month()),
        "day" => i64::from(date.day()),
        "weekday" => i64::from(date.weekday().to_monday_one_offset()),
        _ => return None,
    }))
}

fn time_part(time: Time, name: &str) -> Option<Value> {
    Some(Value::Int(match name {
        "hour" => i64::from(time.hour()),
        "minute" => i64::from(time.minute()),
        "second" => i64::from(time.second()),
        _ => return None,
    }))
}

fn no_place(name: &str) -> Option<Value> {
    matches!(name, "time offset" | "timezone").then_some(Value::Null)
}

fn place(offset_seconds: i64, zone: Value, name: &str) -> Option<Value> {
    match name {
        "time offset" => Some(Value::Duration(DayTime::from_seconds(offset_seconds))),
        "timezone" => Some(zone),
        _ => None,
    }
}

fn duration_part(duration: DayTime, name: &str) -> Option<Value> {
    // Towards zero, so that the parts of a negative duration are negative.
    let seconds = i64::try_from(duration.total_nanos() / 1_000_000_000).ok()?;
    Some(Value::Int(match name {
        "days" => seconds / 86_400,
        "hours" => seconds / 3600 % 24,
        "minutes" => seconds / 60 % 60,
        "seconds" => seconds % 60,
        _ => return None,
    }))
}
