//! Dates of user tasks: ISO 8601 text with an offset.

use feel::temporal::{DateTimeValue, Moment, parse_date_time};
use feel::{Edition, Value};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use value::Str;

/// The text of a date and time that an expression gave; one without offset is read in `zone`.
pub(crate) fn of_value(value: &Value, zone: &TimeZone, edition: Edition) -> Option<Str> {
    let date = if let Value::DateTime(it) = value {
        DateTimeValue::Zoned((**it).clone())
    } else if let Value::LocalDateTime(it) = value {
        DateTimeValue::Local(*it)
    } else {
        parse_date_time(value.as_str()?, edition)?
    };
    text(&date.moment(zone, edition)?)
}

/// The date and time that a client sent, which must have an offset; an empty one stays empty.
pub(crate) fn of_client(sent: &Str, edition: Edition) -> Option<Str> {
    if sent.is_empty() {
        return Some(Str::default());
    }
    match parse_date_time(sent, edition)? {
        DateTimeValue::Zoned(it) => text(&it),
        DateTimeValue::Local(_) => None,
    }
}

/// The text of a moment with its offset, seconds always there.
fn text(moment: &Moment) -> Option<Str> {
    let mut parts = BrokenDownTime::from(moment.local());
    parts.set_offset(Some(moment.offset()));
    let text = parts.to_string("%Y-%m-%dT%H:%M:%S%.f%:z").ok()?;
    Some(text.strip_suffix("+00:00").map_or(text.as_str().into(), |it| format!("{it}Z").into()))
}

#[cfg(test)]
mod tests {
    use super::of_client;
    use feel::Edition;

    #[test]
    fn a_date_of_a_client_has_an_offset_and_is_kept_in_one_form() {
        let kept = |text: &str| of_client(&text.into(), Edition::Refined).map(|it| it.to_string());
        assert_eq!(kept("").as_deref(), Some(""));
        assert_eq!(kept("2026-01-02T10:00:00.500Z").as_deref(), Some("2026-01-02T10:00:00.5Z"));
        assert_eq!(kept("2026-01-02T10:00+01:00").as_deref(), Some("2026-01-02T10:00:00+01:00"));
        let berlin = "2026-07-02T10:00:00@Europe/Berlin";
        assert_eq!(kept(berlin).as_deref(), Some("2026-07-02T10:00:00+02:00"));
        let offset = "2026-07-02T10:00:00@GMT+1";
        assert_eq!(kept(offset).as_deref(), Some("2026-07-02T10:00:00+01:00"));
        assert_eq!(of_client(&offset.into(), Edition::First), None);
        for ends in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999999-18:00"] {
            assert_eq!(kept(ends).as_deref(), Some(ends));
            assert_eq!(of_client(&ends.into(), Edition::First), None);
        }
        for wrong in ["2026-01-02T10:00:00", "2026-01-02", "2026-02-30T10:00:00Z", "soon"] {
            assert_eq!(kept(wrong), None, "{wrong}");
        }
    }
}
