//! The ends of the calendar: what lies beyond them is told apart from what is no date at all.

use super::date_time::{date, date_and_time};
use crate::edition::Edition;
use crate::values::Value;

/// What messages say of a date or moment that is no value.
pub const BEYOND_CALENDAR: &str = "beyond the calendar, whose years are -9999 to 9999";

/// The last year; the first one is as far on the other side.
const YEAR_MAX: i64 = 9999;

/// Longer texts are no dates, with whatever zone.
const TEXT_BYTES_MAX: usize = 100;

/// Whether a text would name a date, or a date and time, if the calendar had its year.
pub fn is_beyond_calendar(text: &str) -> bool {
    if text.len() > TEXT_BYTES_MAX {
        return false;
    }
    let (sign, unsigned) = match text.strip_prefix(['-', '+']) {
        Some(unsigned) => (text.get(..1).unwrap_or_default(), unsigned),
        None => ("", text),
    };
    let length = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = unsigned.split_at(length);
    let Ok(year) = digits.parse::<i64>() else { return false };
    // ISO 8601 writes the sign of later years, and XML Schema does not.
    let is_year = !digits.starts_with('0') && (sign != "+" || year > YEAR_MAX);
    if !is_year || year < YEAR_MAX {
        return false;
    }
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let like = format!("{}{rest}", if is_leap { 2000 } else { 2001 });
    is_readable(&like) && !is_readable(text)
}

fn is_readable(text: &str) -> bool {
    date(text).is_some() || date_and_time(text, Edition::Refined).is_some()
}

/// Whether a value is a date or moment, and the other one what moves it; where nothing comes of it,
/// it would be beyond the calendar.
pub(crate) fn is_moved_by(value: &Value, by: &Value) -> bool {
    matches!(value, Value::Date(_) | Value::LocalDateTime(_) | Value::DateTime(_))
        && matches!(by, Value::Months(_) | Value::Duration(_))
}

#[cfg(test)]
mod tests {
    use super::is_beyond_calendar;

    #[test]
    fn dates_of_other_years_are_beyond_the_calendar() {
        for text in [
            "10000-01-01",
            "+10000-01-01",
            "-10000-12-31",
            "999999999-12-31T23:59:59.999999999Z",
            "12000-02-29T00:00",
            "10000-01-01T00:00:00@Europe/Berlin",
            "9999-12-31T24:00:00",
            "9999-12-31T24:00:00Z",
            "9999-12-31T23:30:00Z[Europe/Berlin]",
            "-9999-01-01T00:30:00Z[America/New_York]",
        ] {
            assert!(is_beyond_calendar(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_in_any_year_is_not_beyond_it() {
        let long = format!("10000-01-01T00:00:00@{}", "x".repeat(200));
        for text in [
            "",
            "-",
            "+",
            "soon",
            "10000",
            "10000-01",
            "10000-02-30",
            "10001-02-29",
            "010000-01-01",
            "10000-01-01T25:00",
            "10000-01-01T00:00:00@Nowhere",
            "9999-12-31",
            "-9999-01-01T00:00:00+18:00",
            "9999-12-31T23:59:59-18:00",
            "+9999-12-31T24:00:00",
            "2023-02-29",
            "99999999999999999999-01-01",
            "10000-01-01 ",
            &long,
        ] {
            assert!(!is_beyond_calendar(text), "{text}");
        }
    }
}
