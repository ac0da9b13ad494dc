//! Points in time from text.

use jiff::civil::{DateTime, Time};
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

use super::Malformed;

const PARSER: DateTimeParser = DateTimeParser::new();

/// Reads an ISO 8601 date with time: with offset, with zone as in `[Europe/Berlin]` or
/// `@Europe/Berlin`, with both (the offset then decides), or with neither, which means `zone`. A
/// date without time is its first moment in `zone`.
///
/// # Errors
/// [`Malformed::Date`] when the text is something else, or out of the years -9999 to 9999.
pub fn parse_date(text: &str, zone: &TimeZone) -> Result<i64, Malformed> {
    instant(text, zone).ok_or_else(|| Malformed::Date(text.to_owned()))
}

fn instant(text: &str, zone: &TimeZone) -> Option<i64> {
    if let Some((local, name)) = text.split_once('@') {
        let local = PARSER.parse_datetime(local).ok()?;
        return in_zone(local, &TimeZone::get(name).ok()?);
    }
    let pieces = PARSER.parse_pieces(text).ok()?;
    let local = DateTime::from_parts(pieces.date(), pieces.time().unwrap_or(Time::midnight()));
    if let Some(offset) = pieces.to_numeric_offset() {
        return offset.to_timestamp(local).ok().map(milliseconds);
    }
    match pieces.to_time_zone().ok()? {
        Some(named) => in_zone(local, &named),
        None => in_zone(local, zone),
    }
}

/// A local time that a change of the clock skips or repeats is taken as clocks go: shifted forward
/// by the gap, or the first of two.
fn in_zone(local: DateTime, zone: &TimeZone) -> Option<i64> {
    zone.clone()
        .to_ambiguous_zoned_datetime(local)
        .compatible()
        .ok()
        .map(|moment| milliseconds(moment.timestamp()))
}

/// Rounded down, so that nothing is due after its time has passed.
fn milliseconds(moment: jiff::Timestamp) -> i64 {
    let milliseconds = moment.as_nanosecond().div_euclid(1_000_000);
    i64::try_from(milliseconds).unwrap_or(i64::MAX)
}
