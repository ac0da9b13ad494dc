//! Points in time from text.

use feel::Edition;
use feel::temporal::{DateTimeValue, is_beyond_calendar, parse_date_time};
use jiff::tz::TimeZone;

use super::Malformed;

/// Reads an ISO 8601 date with time: with offset, with zone as in `[Europe/Berlin]` or
/// `@Europe/Berlin`, with both (the offset then decides), or with neither, which means `zone`. A
/// date without time is its first moment in `zone`. Which zones and moments are known, the edition
/// says. The result is in milliseconds since 1970.
///
/// # Errors
/// [`Malformed::Date`] when the text is something else; [`Malformed::BeyondCalendar`] when it is out
/// of the years -9999 to 9999, which the first edition does not tell.
pub fn parse_date(text: &str, zone: &TimeZone, edition: Edition) -> Result<i64, Malformed> {
    parse_date_time(text, edition)
        .and_then(|date_time| date_time.epoch_ms(zone, edition))
        .ok_or_else(|| match edition {
            Edition::Refined if is_beyond_calendar(text) => {
                Malformed::BeyondCalendar(text.to_owned())
            }
            Edition::First | Edition::Refined => Malformed::Date(text.to_owned()),
        })
}

/// True if a text says which moment it means: it has an offset or a zone.
pub(crate) fn says_moment(text: &str, edition: Edition) -> bool {
    matches!(parse_date_time(text, edition), Some(DateTimeValue::Zoned(_)))
}
