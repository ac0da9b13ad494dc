//! Durations and their ISO 8601 texts.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use super::scan::Scan;
use crate::values::Value;

/// Nanoseconds in a second.
const NANOS: i128 = 1_000_000_000;

/// A days and time duration: seconds and nanoseconds, like Java's `Duration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct DayTime {
    seconds: i64,
    /// Between 0 and 999 999 999; added to `seconds`, also when those are negative.
    nanos: i32,
}

impl DayTime {
    /// A whole number of seconds.
    pub fn from_seconds(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }

    /// The duration of this many nanoseconds, if its seconds fit.
    pub(crate) fn from_total_nanos(total: i128) -> Option<Self> {
        let seconds = i64::try_from(total.div_euclid(NANOS)).ok()?;
        let nanos = i32::try_from(total.rem_euclid(NANOS)).ok()?;
        Some(Self { seconds, nanos })
    }

    pub(crate) fn total_nanos(self) -> i128 {
        i128::from(self.seconds) * NANOS + i128::from(self.nanos)
    }

    /// The whole seconds, rounded towards negative infinity.
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// The nanoseconds above [`DayTime::seconds`].
    pub fn nanos(self) -> i32 {
        self.nanos
    }

    /// The whole milliseconds, towards zero as Java's `toMillis` for positive durations.
    pub(crate) fn total_millis(self) -> i128 {
        self.total_nanos().div_euclid(1_000_000)
    }

    pub(crate) fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_total_nanos(self.total_nanos() + other.total_nanos())
    }

    pub(crate) fn checked_neg(self) -> Option<Self> {
        Self::from_total_nanos(-self.total_nanos())
    }

    pub(crate) fn is_zero(self) -> bool {
        self.seconds == 0 && self.nanos == 0
    }

    pub(crate) fn to_signed(self) -> SignedDuration {
        // Both fields of jiff's duration have the same sign.
        let (mut seconds, mut nanos) = (self.seconds, self.nanos);
        if seconds < 0 && nanos > 0 {
            seconds += 1;
            nanos -= 1_000_000_000;
        }
        SignedDuration::new(seconds, nanos)
    }
}

/// A duration in the parts that timers add one after the other: months and days by the calendar,
/// then seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DurationValue {
    /// Calendar months; years are twelve of them.
    pub months: i64,
    /// Calendar days; weeks are seven of them. FEEL's own durations have none.
    pub days: i64,
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, between 0 and 999 999 999, added to the seconds.
    pub nanos: i32,
}

impl DurationValue {
    /// True when every part is zero.
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }

    /// The moment this much after `epoch_ms`; months and days are counted in `zone`. `None` beyond
    /// the years the calendar knows.
    pub fn after(self, epoch_ms: i64, zone: &TimeZone) -> Option<i64> {
        let start = Timestamp::from_millisecond(epoch_ms).ok()?;
        let calendar = Span::new().try_months(self.months).ok()?.try_days(self.days).ok()?;
        let zoned = start.to_zoned_datetime(zone.clone()).checked_add(calendar).ok()?;
        let exact = DayTime { seconds: self.seconds, nanos: self.nanos };
        let end = zoned.timestamp().checked_add(exact.to_signed()).ok()?;
        Some(end.as_millisecond())
    }
}

/// Months as the calendar counts them. The library's limit of months alone ends eleven months before
/// its calendar does.
pub(super) fn months_span(months: i64) -> Option<Span> {
    Span::new().try_years(months / 12).ok()?.try_months(months % 12).ok()
}

/// Reads an ISO 8601 duration as Java's `Period` and `Duration` together do: `P1Y2M3W4DT5H6M7.8S`,
/// with a sign before it or before any number.
pub fn parse_duration(text: &str) -> Option<DurationValue> {
    let parts = parts(text)?;
    let DayTime { seconds, nanos } = DayTime::from_total_nanos(parts.time_nanos)?;
    let months = i64::try_from(parts.months).ok()?;
    let days = i64::try_from(parts.days).ok()?;
    Some(DurationValue { months, days, seconds, nanos })
}

/// The FEEL duration of a text: of years and months, or of days and time, never both.
pub(crate) fn duration(text: &str) -> Option<Value> {
    let parts = parts(text)?;
    let months = parts.has(&['Y', 'M']);
    if parts.has(&['W']) || (months && parts.has(&['D', 'T'])) {
        return None;
    }
    if months {
        return i64::try_from(parts.months).ok().map(Value::Months);
    }
    let total = parts.days.checked_mul(86_400 * NANOS)?.checked_add(parts.time_nanos)?;
    DayTime::from_total_nanos(total).map(Value::Duration)
}

#[derive(Default)]
struct Parts {
    months: i128,
    days: i128,
    time_nanos: i128,
    /// The units that were written: `Y`, `M`, `W`, `D` before the `T`, `T` for any after it.
    units: Vec<char>,
}

impl Parts {
    fn has(&self, units: &[char]) -> bool {
        self.units.iter().any(|it| units.contains(it))
    }
}

fn parts(text: &str) -> Option<Parts> {
    let mut scan = Scan::new(text);
    let negative = scan.accept('-');
    if !negative {
        scan.accept('+');
    }
    scan.expect('P')?;
    let mut parts = Parts::default();
    let sign = if negative { -1 } else { 1 };
    for (unit, months, days) in [('Y', 12, 0), ('M', 1, 0), ('W', 0, 7), ('D', 0, 1)] {
        let mut ahead = scan;
        let Some(number) = amount(&mut ahead) else { break };
        if !ahead.accept(unit) {
            continue;
        }
        scan = ahead;
        parts.units.push(unit);
        parts.months = parts.months.checked_add(number.checked_mul(sign * months)?)?;
        parts.days = parts.days.checked_add(number.checked_mul(sign * days)?)?;
    }
    let mut complete = !parts.units.is_empty();
    if scan.accept('T') {
        complete = false;
        for (unit, seconds) in [('H', 3600), ('M', 60), ('S', 1)] {
            let mut ahead = scan;
            let start = ahead.rest();
            let Some(number) = amount(&mut ahead) else { break };
            let mut nanos = number.checked_mul(seconds * NANOS)?;
            if unit == 'S' && ahead.accept('.') {
                // Java lets the point stand without digits behind it.
                let bare = ahead.peek() == Some(b'S');
                let fraction = if bare { 0 } else { i128::from(ahead.billionths()?) };
                nanos += if start.starts_with('-') { -fraction } else { fraction };
            }
            if !ahead.accept(unit) {
                continue;
            }
            scan = ahead;
            complete = true;
            parts.units.push('T');
            parts.time_nanos = parts.time_nanos.checked_add(nanos.checked_mul(sign)?)?;
        }
    }
    (complete && scan.is_end()).then_some(parts)
}

fn amount(scan: &mut Scan<'_>) -> Option<i128> {
    let negative = scan.accept('-');
    if !negative {
        scan.accept('+');
    }
    // Longer numbers than these name no duration that fits.
    let digits = scan.digits();
    let number: i128 = if digits.len() <= 20 { digits.parse().ok()? } else { return None };
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{DurationValue, duration, parse_duration};

    #[test]
    fn texts_of_timers_mix_calendar_and_time() {
        let expected = DurationValue { months: 14, days: 3, seconds: 4 * 3600, nanos: 500_000_000 };
        assert_eq!(parse_duration("P1Y2M3DT4H0.5S"), Some(expected));
        assert_eq!(parse_duration("-P2W").map(|it| it.days), Some(-14));
        assert_eq!(
            parse_duration("PT-1.5S").map(|it| (it.seconds, it.nanos)),
            Some((-2, 500_000_000))
        );
        for wrong in ["", "P", "PT", "P1", "1D", "P1DT", "P1H", "PT1D", "P1M1Y", "P1D ", "P1.5D"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_too_large_are_no_duration() {
        for wrong in
            ["P10000000000000000000Y", "PT99999999999999999999H", "P999999999999999999999D"]
        {
            assert!(duration(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_month_after_the_last_of_january_is_the_last_of_february() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let start: jiff::Timestamp = "2023-01-31T12:00:00+01:00".parse().unwrap();
        let end = parse_duration("P1M").unwrap().after(start.as_millisecond(), &zone);
        let expected: jiff::Timestamp = "2023-02-28T12:00:00+01:00".parse().unwrap();
        assert_eq!(end, Some(expected.as_millisecond()));
    }
}
