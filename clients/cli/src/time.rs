//! Points in time as people read them.

use feel::Value;
use feel::temporal::Moment;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A point in time in UTC, such as `2026-11-25T23:44:36.120Z`.
pub(crate) fn iso(millis: i64) -> String {
    match Moment::of_epoch_ms(millis, TimeZone::UTC) {
        Some(moment) => Value::DateTime(Box::new(moment)).feel_text(),
        None => format!("{millis} ms"),
    }
}

/// A point in time in UTC as a number of its digits, such as 20261125234436.
pub(crate) fn digits(time: Timestamp) -> u64 {
    let text = time.strftime("%Y%m%d%H%M%S").to_string();
    text.parse().unwrap_or_default()
}

/// How long something took or takes, in its two largest units.
pub(crate) fn length(millis: i64) -> String {
    const UNITS: [(&str, i64); 4] =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let millis = millis.max(0);
    let Some(at) = UNITS.iter().position(|(_, unit)| millis >= *unit) else {
        return format!("{millis}ms");
    };
    let mut rest = millis;
    let mut text = String::new();
    for (name, unit) in UNITS.iter().skip(at).take(2) {
        if rest / unit > 0 {
            text.push_str(&(rest / unit).to_string());
            text.push_str(name);
        }
        rest %= unit;
    }
    text
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{digits, iso, length};

    #[test]
    fn digits_are_a_number_that_grows_with_time() {
        let time = |millis| Timestamp::from_millisecond(millis).expect("in range");
        assert_eq!(digits(time(1_700_000_000_120)), 20_231_114_221_320);
        assert!(digits(time(1_700_000_001_000)) > digits(time(1_700_000_000_000)));
    }

    #[test]
    fn points_in_time_are_utc() {
        assert_eq!(iso(1_700_000_000_120), "2023-11-14T22:13:20.12Z");
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(253_402_300_799_999), "9999-12-31T23:59:59.999Z");
        assert_eq!(iso(253_402_300_800_000), "253402300800000 ms");
        assert_eq!(iso(i64::MAX), "9223372036854775807 ms");
    }

    #[test]
    fn lengths_have_at_most_two_units() {
        for (millis, text) in [
            (-5, "0ms"),
            (999, "999ms"),
            (61_000, "1m1s"),
            (3_600_000, "1h"),
            (86_400_000 + 3_600_000 * 2 + 59, "1d2h"),
            (1_209_600_000, "14d"),
        ] {
            assert_eq!(length(millis), text);
        }
    }
}
