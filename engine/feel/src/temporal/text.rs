//! Temporal values as FEEL writes them.

use std::fmt::{self, Write};

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::duration::DayTime;
use super::zone::zone_name;
use crate::values::Value;

/// The text of a temporal value; `None` for any other.
pub(crate) fn feel_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Date(it) => date_text(*it),
        Value::LocalTime(it) => time_text(*it),
        Value::Time(it) => {
            let place = match &it.zone {
                Some(zone) => format!("@{zone}"),
                None => offset_text(it.offset_seconds),
            };
            format!("{}{place}", time_text(it.time))
        }
        Value::LocalDateTime(it) => format!("{}T{}", date_text(it.date()), time_text(it.time())),
        Value::DateTime(it) => {
            let place = match zone_name(it) {
                Some(zone) => format!("@{zone}"),
                None => offset_text(it.offset().seconds()),
            };
            format!("{}T{}{place}", date_text(it.date()), time_text(it.time()))
        }
        Value::Months(it) => months_text(*it),
        Value::Duration(it) => day_time_text(*it),
        _ => return None,
    })
}

pub(super) fn date_text(date: Date) -> String {
    let sign = if date.year() < 0 { "-" } else { "" };
    format!("{sign}{:04}-{:02}-{:02}", date.year().unsigned_abs(), date.month(), date.day())
}

/// Hours, minutes, seconds, and as many digits of a fraction as there are.
pub(super) fn time_text(time: Time) -> String {
    let whole = format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    if time.subsec_nanosecond() == 0 {
        return whole;
    }
    let fraction = format!("{:09}", time.subsec_nanosecond());
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

pub(super) fn offset_text(seconds: i32) -> String {
    if seconds == Offset::UTC.seconds() {
        return "Z".to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let total = seconds.unsigned_abs();
    let text = format!("{sign}{:02}:{:02}", total / 3600, total / 60 % 60);
    if total.is_multiple_of(60) { text } else { format!("{text}:{:02}", total % 60) }
}

/// Appends formatted text.
pub(super) fn push(text: &mut String, arguments: fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}

fn months_text(months: i64) -> String {
    if months == 0 {
        return "P0Y".to_owned();
    }
    let sign = if months < 0 { "-" } else { "" };
    let total = months.unsigned_abs();
    let mut text = format!("{sign}P");
    if total >= 12 {
        push(&mut text, format_args!("{}Y", total / 12));
    }
    if !total.is_multiple_of(12) {
        push(&mut text, format_args!("{}M", total % 12));
    }
    text
}

fn day_time_text(duration: DayTime) -> String {
    if duration.is_zero() {
        return "P0D".to_owned();
    }
    let nanos = duration.total_nanos();
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let (seconds, fraction) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let mut text = format!("{sign}P");
    push_part(&mut text, seconds / 86_400, 'D');
    if seconds % 86_400 > 0 || fraction > 0 {
        text.push('T');
        push_part(&mut text, seconds / 3600 % 24, 'H');
        push_part(&mut text, seconds / 60 % 60, 'M');
        if fraction > 0 {
            let digits = format!("{fraction:09}");
            push(&mut text, format_args!("{}.{}S", seconds % 60, digits.trim_end_matches('0')));
        } else {
            push_part(&mut text, seconds % 60, 'S');
        }
    }
    text
}

fn push_part(text: &mut String, count: u128, unit: char) {
    if count > 0 {
        push(text, format_args!("{count}{unit}"));
    }
}
