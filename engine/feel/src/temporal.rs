//! Dates, times, durations: their texts, their parts, their arithmetic.
//!
//! Calendars and zones are jiff's, with its bundled time-zone database; years reach from -9999 to
//! 9999. What has no word in jiff is here: a time of day with an offset, moments up to the ends of
//! the calendar, and durations with two fields.

mod arithmetic;
mod calendar;
mod date_time;
mod duration;
mod java;
mod moment;
mod properties;
mod scan;
mod text;
mod zone;

pub use self::calendar::{BEYOND_CALENDAR, is_beyond_calendar};
pub use self::date_time::{DateTimeValue, ZonedTime, parse_date_time};
pub use self::duration::{DayTime, DurationValue, parse_duration};
pub use self::moment::Moment;

pub(crate) use self::arithmetic::{add, in_utc, subtract, zoned};
pub(crate) use self::calendar::is_moved_by;
pub(crate) use self::date_time::{date, date_and_time, time};
pub(crate) use self::duration::duration;
pub(crate) use self::java::{iso_text, java_text};
pub(crate) use self::properties::{property, property_names};
pub(crate) use self::text::feel_text;
pub(crate) use self::zone::{named_zone, with_name, zone_name};

use crate::edition::Edition;
use crate::values::Value;

/// The value of `@"..."`: whichever temporal text it is.
pub fn literal(text: &str, edition: Edition) -> Option<Value> {
    date(text)
        .map(Value::Date)
        .or_else(|| date_and_time(text, edition))
        .or_else(|| time(text, edition))
        .or_else(|| duration(text))
}
