//! Dates, times and moments, and their texts.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use ::value::Str;

use super::moment::Moment;
use super::scan::Scan;
use super::zone::{OFFSET_SECONDS_MAX, named_zone};
use crate::edition::Edition;
use crate::values::Value;

/// A time of day with an offset from UTC, and the zone it was written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonedTime {
    /// The time of day.
    pub time: Time,
    /// Seconds east of UTC.
    pub offset_seconds: i32,
    /// The zone's name, if the time was written with one.
    pub zone: Option<Str>,
}

impl ZonedTime {
    /// Nanoseconds after midnight in UTC; below zero or above a day when the offset leads there.
    pub(crate) fn utc_nanos(&self) -> i64 {
        let time = self.time;
        let seconds = i64::from(time.hour()) * 3600
            + i64::from(time.minute()) * 60
            + i64::from(time.second());
        (seconds - i64::from(self.offset_seconds)) * 1_000_000_000
            + i64::from(time.subsec_nanosecond())
    }
}

/// What the text of a date and time names.
#[derive(Debug, Clone)]
pub enum DateTimeValue {
    /// A day and time without offset.
    Local(DateTime),
    /// A moment.
    Zoned(Moment),
}

impl DateTimeValue {
    /// The moment; a text without offset is read in `zone`. `None` for one that the edition does
    /// not know.
    pub fn moment(self, zone: &TimeZone, edition: Edition) -> Option<Moment> {
        let moment = match self {
            Self::Zoned(it) => it,
            Self::Local(it) => Moment::of_local(it, zone.clone())?,
        };
        Some(moment).filter(|it| it.is_known(edition))
    }

    /// Milliseconds since 1970 in UTC; as [`DateTimeValue::moment`].
    pub fn epoch_ms(self, zone: &TimeZone, edition: Edition) -> Option<i64> {
        self.moment(zone, edition).map(|it| it.epoch_ms())
    }
}

/// Reads an ISO 8601 date and time, or a date as its midnight; with an offset, a zone as `@Name`
/// or `[Name]`, or neither.
pub fn parse_date_time(text: &str, edition: Edition) -> Option<DateTimeValue> {
    match date_and_time(text, edition)? {
        Value::LocalDateTime(it) => Some(DateTimeValue::Local(it)),
        Value::DateTime(it) => Some(DateTimeValue::Zoned(*it)),
        _ => None,
    }
}

/// The date a text names.
pub(crate) fn date(text: &str) -> Option<Date> {
    let mut scan = Scan::new(text);
    let date = scan_date(&mut scan)?;
    scan.is_end().then_some(date)
}

/// The time a text names, with or without offset.
pub(crate) fn time(text: &str, edition: Edition) -> Option<Value> {
    let mut scan = Scan::new(text);
    scan.accept('T');
    let time = scan_time(&mut scan)?;
    match scan_place(&mut scan, edition)? {
        Place::None => Some(Value::LocalTime(time)),
        Place::Offset(offset) => {
            let offset_seconds = offset.seconds();
            Some(Value::Time(Box::new(ZonedTime { time, offset_seconds, zone: None })))
        }
        Place::Zone { name, zone, .. } => {
            let offset_seconds = standard_offset(&zone)?.seconds();
            let zone = match edition {
                Edition::First => Some(name.into()),
                Edition::Refined => zone.iana_name().map(Into::into),
            };
            Some(Value::Time(Box::new(ZonedTime { time, offset_seconds, zone })))
        }
    }
}

/// The date and time a text names; a date alone is its midnight.
pub(crate) fn date_and_time(text: &str, edition: Edition) -> Option<Value> {
    let mut scan = Scan::new(text);
    let date = scan_date(&mut scan)?;
    if scan.is_end() {
        return Some(Value::LocalDateTime(date.to_datetime(Time::midnight())));
    }
    scan.expect('T')?;
    // The end of a day is the start of the next.
    let local = if scan.rest().starts_with("24:00:00") {
        let mut ahead = Scan::new(&scan.rest()["24:00:00".len()..]);
        if ahead.accept('.') {
            return None;
        }
        scan = ahead;
        date.tomorrow().ok()?.to_datetime(Time::midnight())
    } else {
        date.to_datetime(scan_time(&mut scan)?)
    };
    let moment = match scan_place(&mut scan, edition)? {
        Place::None => return Some(Value::LocalDateTime(local)),
        Place::Offset(offset) => Moment::of_local(local, TimeZone::fixed(offset)),
        Place::Zone { zone, offset: None, .. } => Moment::of_local(local, zone),
        Place::Zone { zone, offset: Some(offset), .. } => Moment::of_offset(local, offset, zone),
    };
    Some(Value::DateTime(Box::new(moment.filter(|it| it.is_known(edition))?)))
}

/// The offset of a zone outside of its summer time. It may not depend on the clock, because texts
/// are also read when an expression is compiled; so this is the one of the year 2024.
fn standard_offset(zone: &TimeZone) -> Option<Offset> {
    let winter = Timestamp::from_second(1_705_276_800).ok()?;
    let summer = Timestamp::from_second(1_721_001_600).ok()?;
    let info = zone.to_offset_info(winter);
    if info.dst().is_std() { Some(info.offset()) } else { Some(zone.to_offset(summer)) }
}

fn scan_date(scan: &mut Scan<'_>) -> Option<Date> {
    let negative = scan.accept('-');
    let digits = scan.digits();
    // Years above 9999 are beyond the calendar.
    if digits.len() != 4 {
        return None;
    }
    let year: i16 = digits.parse().ok()?;
    scan.expect('-')?;
    let month = scan.number(2)?;
    scan.expect('-')?;
    let day = scan.number(2)?;
    let year = if negative { -year } else { year };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn scan_time(scan: &mut Scan<'_>) -> Option<Time> {
    let hour = scan.number(2)?;
    scan.expect(':')?;
    let minute = scan.number(2)?;
    let mut second = 0;
    let mut nanos = 0;
    if scan.accept(':') {
        second = scan.number(2)?;
        if second > 59 {
            return None;
        }
        if scan.accept('.') {
            nanos = scan.billionths()?;
        }
    }
    let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
    Time::new(hour, minute, i8::try_from(second).ok()?, nanos).ok()
}

enum Place<'t> {
    None,
    Offset(Offset),
    Zone { name: &'t str, zone: TimeZone, offset: Option<Offset> },
}

/// The offset or zone at the end of a text; `None` if there is something else.
fn scan_place<'t>(scan: &mut Scan<'t>, edition: Edition) -> Option<Place<'t>> {
    let mut offset = None;
    match scan.peek() {
        None => return Some(Place::None),
        Some(b'Z' | b'z') => {
            let _ = scan.accept('Z') || scan.accept('z');
            offset = Some(Offset::UTC);
        }
        Some(b'+' | b'-') => offset = Some(scan_offset(scan)?),
        Some(_) => {}
    }
    if scan.is_end() {
        return offset.map(Place::Offset);
    }
    let name = match scan.rest().strip_prefix('@') {
        // FEEL has an offset or a zone; Java's text has both, with the zone in brackets.
        Some(_) if offset.is_some() => return None,
        Some(name) => name,
        None => scan.rest().strip_prefix('[')?.strip_suffix(']')?,
    };
    let zone = named_zone(name, edition)?;
    Some(Place::Zone { name, zone, offset })
}

fn scan_offset(scan: &mut Scan<'_>) -> Option<Offset> {
    let sign = if scan.accept('-') { -1 } else { 1 };
    scan.accept('+');
    let hours = scan.number(2)?;
    scan.expect(':')?;
    let minutes = scan.number(2)?;
    let seconds = if scan.accept(':') { scan.number(2)? } else { 0 };
    let total = hours * 3600 + minutes * 60 + seconds;
    if minutes > 59 || seconds > 59 || total > OFFSET_SECONDS_MAX {
        return None;
    }
    Offset::from_seconds(sign * total).ok()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{DateTimeValue, date, parse_date_time, time};
    use crate::edition::Edition;

    #[test]
    fn what_is_no_date_or_time_is_refused() {
        for wrong in ["2024-02-30", "9999999999-01-01", "2024-1-1", "24-01-01", "2024-13-01", ""] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
        for wrong in
            ["25:00:00", "24:00:00", "10:60:00", "23:59:60", "10", "10:00+19:00", "10:00@X"]
        {
            assert!(time(wrong, Edition::Refined).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_local_time_in_a_gap_moves_forward() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let text = parse_date_time("2024-03-31T02:30:00", Edition::Refined).unwrap();
        let moved = parse_date_time("2024-03-31T03:30:00+02:00", Edition::Refined).unwrap();
        let ms = |it: DateTimeValue| it.epoch_ms(&zone, Edition::Refined);
        assert_eq!(ms(text), ms(moved));
    }

    #[test]
    fn javas_text_with_offset_and_zone_is_read_back() {
        let zoned =
            parse_date_time("2024-07-01T10:00+02:00[Europe/Berlin]", Edition::Refined).unwrap();
        let DateTimeValue::Zoned(zoned) = zoned else { panic!("has a zone") };
        assert_eq!(zoned.zone().iana_name(), Some("Europe/Berlin"));
        assert_eq!(zoned.epoch_ms(), 1_719_820_800_000);
    }
}
