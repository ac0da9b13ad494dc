//! Temporal values as Java's `toString` writes them, which is what variables and records hold, as in
//! Zeebe, and as its formatters of ISO 8601 do, for `to json`.

use jiff::civil::Time;

use super::duration::DayTime;
use super::moment::Moment;
use super::text::{self, date_text, feel_text, offset_text, push};
use super::zone::zone_name;
use crate::values::Value;

/// The text of a temporal value; `None` for any other.
pub(crate) fn java_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::LocalTime(it) => time_text(*it),
        Value::LocalDateTime(it) => format!("{}T{}", date_text(it.date()), time_text(it.time())),
        Value::DateTime(it) => {
            let zone = bracketed_zone(it);
            let offset = offset_text(it.offset().seconds());
            format!("{}T{}{offset}{zone}", date_text(it.date()), time_text(it.time()))
        }
        Value::Months(it) => period_text(*it),
        Value::Duration(it) => duration_text(*it),
        _ => return feel_text(value),
    })
}

/// The text of a temporal value by ISO 8601, with seconds and with the zone of a moment in brackets;
/// `None` for what is not temporal.
pub(crate) fn iso_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Time(it) => {
            format!("{}{}", text::time_text(it.time), offset_text(it.offset_seconds))
        }
        Value::DateTime(it) => {
            let zone = bracketed_zone(it);
            let (date, time) = (date_text(it.date()), text::time_text(it.time()));
            format!("{date}T{time}{}{zone}", offset_text(it.offset().seconds()))
        }
        Value::Date(_) | Value::LocalTime(_) | Value::LocalDateTime(_) => return feel_text(value),
        _ => return java_text(value),
    })
}

/// The zone as it follows the offset. UTC is left out, unlike in Java: what variables hold would
/// change, and those who read RFC 3339 can read the text.
fn bracketed_zone(moment: &Moment) -> String {
    let name = zone_name(moment).filter(|it| *it != "UTC");
    name.map(|it| format!("[{it}]")).unwrap_or_default()
}

/// Java leaves out seconds that are zero, and writes fractions in groups of three digits.
fn time_text(time: Time) -> String {
    let mut text = format!("{:02}:{:02}", time.hour(), time.minute());
    let nanos = time.subsec_nanosecond();
    if time.second() > 0 || nanos > 0 {
        push(&mut text, format_args!(":{:02}", time.second()));
    }
    if nanos > 0 {
        match (nanos % 1_000_000, nanos % 1000) {
            (0, _) => push(&mut text, format_args!(".{:03}", nanos / 1_000_000)),
            (_, 0) => push(&mut text, format_args!(".{:06}", nanos / 1000)),
            _ => push(&mut text, format_args!(".{nanos:09}")),
        }
    }
    text
}

fn period_text(months: i64) -> String {
    let (years, months) = (months / 12, months % 12);
    match (years, months) {
        (0, 0) => "P0D".to_owned(),
        (years, 0) => format!("P{years}Y"),
        (0, months) => format!("P{months}M"),
        (years, months) => format!("P{years}Y{months}M"),
    }
}

/// Hours are the largest unit, and every part carries the sign.
fn duration_text(duration: DayTime) -> String {
    let total = duration.total_nanos();
    if total == 0 {
        return "PT0S".to_owned();
    }
    // Towards zero, so that all parts have the same sign.
    let (seconds, nanos) = (total / 1_000_000_000, (total % 1_000_000_000).unsigned_abs());
    let mut text = "PT".to_owned();
    if seconds / 3600 != 0 {
        push(&mut text, format_args!("{}H", seconds / 3600));
    }
    if seconds / 60 % 60 != 0 {
        push(&mut text, format_args!("{}M", seconds / 60 % 60));
    }
    let rest = seconds % 60;
    if rest == 0 && nanos == 0 {
        return text;
    }
    if total < 0 && rest == 0 {
        text.push_str("-0");
    } else {
        text.push_str(&rest.to_string());
    }
    if nanos > 0 {
        let digits = format!("{nanos:09}");
        push(&mut text, format_args!(".{}", digits.trim_end_matches('0')));
    }
    text.push('S');
    text
}

#[cfg(test)]
mod tests {
    use super::{iso_text, java_text};
    use crate::edition::Edition;
    use crate::temporal::literal;

    #[test]
    fn values_leave_in_javas_texts() {
        for (feel, java) in [
            ("P14D", "PT336H"),
            ("PT0S", "PT0S"),
            ("-PT1H30M", "PT-1H-30M"),
            ("-PT0.5S", "PT-0.5S"),
            ("PT1M1.25S", "PT1M1.25S"),
            ("P1Y2M", "P1Y2M"),
            ("P24M", "P2Y"),
            ("P0Y", "P0D"),
            ("2024-01-02", "2024-01-02"),
            ("10:00:00", "10:00"),
            ("2024-01-02T10:00:00", "2024-01-02T10:00"),
            ("2024-01-02T10:00:01.5", "2024-01-02T10:00:01.500"),
            ("2024-01-02T10:00:00Z", "2024-01-02T10:00Z"),
            ("2024-01-02T10:00:00@Europe/Berlin", "2024-01-02T10:00+01:00[Europe/Berlin]"),
        ] {
            assert_eq!(
                java_text(&literal(feel, Edition::Refined).unwrap()).as_deref(),
                Some(java),
                "{feel}"
            );
        }
    }

    #[test]
    fn texts_of_iso_8601_have_seconds() {
        for (feel, iso) in [
            ("2024-01-02", "2024-01-02"),
            ("10:00:00", "10:00:00"),
            ("10:00:00.5", "10:00:00.5"),
            ("10:00:00+01:30", "10:00:00+01:30"),
            ("10:00:00@Europe/Berlin", "10:00:00+01:00"),
            ("2024-01-02T10:00:00", "2024-01-02T10:00:00"),
            ("2024-01-02T10:00:00Z", "2024-01-02T10:00:00Z"),
            ("2024-01-02T10:00:00@Europe/Berlin", "2024-01-02T10:00:00+01:00[Europe/Berlin]"),
            ("P14D", "PT336H"),
            ("P24M", "P2Y"),
        ] {
            assert_eq!(
                iso_text(&literal(feel, Edition::Refined).unwrap()).as_deref(),
                Some(iso),
                "{feel}"
            );
        }
    }
}
