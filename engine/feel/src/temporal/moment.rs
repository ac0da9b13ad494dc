//! Moments: what a clock shows somewhere, and how far that is from UTC.
//!
//! Every moment that a clock shows within the calendar's years is one, also where UTC is in a year
//! beyond them. jiff's instants end 26 hours before its calendar does, so instants are counted here,
//! and jiff is asked for zones and for the calendar only.

use std::cmp::Ordering;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::duration::{DayTime, months_span};
use crate::edition::Edition;

const SECOND_NANOS: i32 = 1_000_000_000;

/// A moment, seen from an offset or zone.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Whole seconds since 1970 in UTC; the fraction is that of `local`, for offsets have none.
    epoch_seconds: i64,
    /// What the clock shows: `offset` after `epoch_seconds`.
    local: DateTime,
    offset: Offset,
    zone: TimeZone,
}

impl Moment {
    /// When a clock in a zone shows this. Of two moments it is the earlier one; what the zone leaves
    /// out is as much later as it leaves out. `None` where that ends the calendar.
    pub fn of_local(local: DateTime, zone: TimeZone) -> Option<Self> {
        match zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                Some(Self { epoch_seconds: seconds_at(local, offset), local, offset, zone })
            }
            AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => {
                Self::of_offset(local, before, zone)
            }
        }
    }

    /// When a clock with this offset shows this, seen from a zone; `None` if the zone's clock is
    /// beyond the calendar then.
    pub(crate) fn of_offset(local: DateTime, offset: Offset, zone: TimeZone) -> Option<Self> {
        Self::at(seconds_at(local, offset), local.subsec_nanosecond(), zone)
    }

    /// The moment this many milliseconds after 1970, seen from a zone; `None` if its clock is beyond
    /// the calendar then.
    pub fn of_epoch_ms(epoch_ms: i64, zone: TimeZone) -> Option<Self> {
        let nanos = i32::try_from(epoch_ms.rem_euclid(1_000)).ok()? * 1_000_000;
        Self::at(epoch_ms.div_euclid(1_000), nanos, zone)
    }

    fn at(epoch_seconds: i64, nanos: i32, zone: TimeZone) -> Option<Self> {
        let offset = zone.to_offset(nearest_timestamp(epoch_seconds, nanos));
        let local_seconds = epoch_seconds.checked_add(i64::from(offset.seconds()))?;
        let local = EPOCH.checked_add(SignedDuration::new(local_seconds, nanos)).ok()?;
        Some(Self { epoch_seconds, local, offset, zone })
    }

    /// What the clock shows.
    pub fn local(&self) -> DateTime {
        self.local
    }

    /// The day that the clock shows.
    pub fn date(&self) -> Date {
        self.local.date()
    }

    /// The time of day that the clock shows.
    pub fn time(&self) -> Time {
        self.local.time()
    }

    /// How far the clock is ahead of UTC.
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// The zone or the offset that it is seen from.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The whole seconds since 1970 in UTC, towards negative infinity.
    pub(crate) fn epoch_seconds(&self) -> i64 {
        self.epoch_seconds
    }

    /// Nanoseconds since 1970 in UTC.
    pub(crate) fn epoch_nanos(&self) -> i128 {
        i128::from(self.epoch_seconds) * i128::from(SECOND_NANOS)
            + i128::from(self.local.subsec_nanosecond())
    }

    /// Milliseconds since 1970 in UTC; a finer fraction is dropped, towards 1970.
    pub fn epoch_ms(&self) -> i64 {
        // The calendar's years have fewer milliseconds than the type has room for.
        i64::try_from(self.epoch_nanos() / 1_000_000).unwrap_or(i64::MAX)
    }

    /// Which of two moments is earlier, wherever they are seen from.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let parts = |it: &Self| (it.epoch_seconds, it.local.subsec_nanosecond());
        parts(self).cmp(&parts(other))
    }

    /// The same moment seen from another zone; `None` if its clock is beyond the calendar then.
    pub(crate) fn in_zone(&self, zone: TimeZone) -> Option<Self> {
        Self::at(self.epoch_seconds, self.local.subsec_nanosecond(), zone)
    }

    /// The moment this many months later by its clock, which shows the last of a month for days that
    /// the month does not have; `None` beyond the calendar.
    pub(crate) fn checked_add_months(&self, months: i64) -> Option<Self> {
        // Of two moments that the clock shows alike, this one stays what it is.
        if months == 0 {
            return Some(self.clone());
        }
        let local = self.local.checked_add(months_span(months)?).ok()?;
        Self::of_local(local, self.zone.clone())
    }

    /// The moment this much later; `None` beyond the calendar.
    pub(crate) fn checked_add(&self, by: DayTime) -> Option<Self> {
        // Both are below a second.
        let nanos = self.local.subsec_nanosecond() + by.nanos();
        let seconds = self.epoch_seconds.checked_add(by.seconds())?;
        let seconds = seconds.checked_add(i64::from(nanos / SECOND_NANOS))?;
        Self::at(seconds, nanos % SECOND_NANOS, self.zone.clone())
    }

    /// Whether an edition knows the moment: the first one ends where jiff's instants do.
    pub(crate) fn is_known(&self, edition: Edition) -> bool {
        edition > Edition::First
            || Timestamp::new(self.epoch_seconds, self.local.subsec_nanosecond()).is_ok()
    }
}

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The whole seconds since 1970 in UTC when a clock with this offset shows this.
fn seconds_at(local: DateTime, offset: Offset) -> i64 {
    let days_in_seconds = local.date().duration_since(EPOCH.date()).as_secs();
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    days_in_seconds + of_day - i64::from(offset.seconds())
}

/// The instant by which a zone is asked for its offset: at the ends of the calendar the last one that
/// jiff has. No zone changes its clocks within a day of these.
fn nearest_timestamp(epoch_seconds: i64, nanos: i32) -> Timestamp {
    let end = if epoch_seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::new(epoch_seconds, nanos).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{DateTime, date};
    use jiff::tz::{Offset, TimeZone};
    use jiff::{SignedDuration, Span, Timestamp, ZonedDateTime};
    use proptest::prelude::{Strategy, prop_assert_eq, proptest};
    use proptest::sample::select;

    use super::Moment;
    use crate::edition::Edition;
    use crate::temporal::DayTime;

    const ENDS: [DateTime; 2] = [DateTime::MIN, DateTime::MAX];

    fn zones() -> Vec<TimeZone> {
        let names = ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"];
        let in_places = names.iter().map(|it| TimeZone::get(it).unwrap());
        let offsets = [-64_800, -1, 0, 3_600, 64_800];
        let fixed = offsets.iter().map(|it| TimeZone::fixed(Offset::from_seconds(*it).unwrap()));
        in_places.chain(fixed).collect()
    }

    #[test]
    fn the_ends_of_the_calendar_are_moments_in_every_zone() {
        for (end, zone) in ENDS.iter().flat_map(|end| zones().into_iter().map(move |it| (end, it)))
        {
            let moment = Moment::of_local(*end, zone.clone()).expect("it is in the calendar");
            assert_eq!(moment.local(), *end);
            let back = moment.in_zone(zone).expect("it was there before");
            assert_eq!((back.local(), back.offset()), (*end, moment.offset()));
            let utc = end.duration_since(date(1970, 1, 1).at(0, 0, 0, 0)).as_nanos()
                - i128::from(moment.offset().seconds()) * 1_000_000_000;
            assert_eq!(moment.epoch_nanos(), utc);
            assert!(moment.is_known(Edition::Refined));
        }
    }

    #[test]
    fn no_zone_changes_its_clocks_where_instants_cannot_be_asked_for() {
        for zone in zones() {
            let near = |it: Timestamp, hours| it.checked_add(SignedDuration::from_hours(hours));
            for (end, hours) in [(Timestamp::MIN, 48), (Timestamp::MAX, -48)] {
                let inside = near(end, hours).unwrap();
                assert_eq!(zone.to_offset(end), zone.to_offset(inside), "{zone:?}");
            }
        }
    }

    #[test]
    fn one_step_beyond_the_calendar_there_is_none() {
        let step = |nanos| DayTime::from_total_nanos(nanos).unwrap();
        for zone in zones() {
            let [first, last] = ENDS.map(|it| Moment::of_local(it, zone.clone()).unwrap());
            assert!(first.checked_add(step(-1)).is_none());
            assert!(last.checked_add(step(1)).is_none());
            assert!(first.checked_add_months(-1).is_none());
            assert!(last.checked_add_months(1).is_none());
            let all = last.epoch_nanos() - first.epoch_nanos();
            let there = first.checked_add(step(all)).expect("it is the last one");
            assert_eq!(there.local(), DateTime::MAX);
            assert!(last.checked_add(step(i128::from(i64::MAX) * 1_000_000_000)).is_none());
        }
    }

    #[test]
    fn the_first_edition_ends_where_the_librarys_instants_do() {
        for (text, is_known) in [
            ("9999-12-30T22:00:00.999999999", true),
            ("9999-12-30T22:00:01", false),
            ("-009999-01-02T01:59:59", true),
            ("-009999-01-02T01:59:58.999999999", false),
        ] {
            let moment = Moment::of_local(text.parse().unwrap(), TimeZone::UTC).unwrap();
            assert_eq!(moment.is_known(Edition::First), is_known, "{text}");
            assert!(moment.is_known(Edition::Refined), "{text}");
        }
    }

    /// Zones with summer time and without, with seconds, with a day that was left out, and fixed.
    fn zone() -> impl Strategy<Value = TimeZone> {
        select(zones()).prop_flat_map(|it| {
            let more = ["Pacific/Apia", "Asia/Kolkata", "Africa/Monrovia", "Europe/Dublin"];
            let more = more.map(|it| TimeZone::get(it).unwrap());
            select([vec![it], more.to_vec()].concat())
        })
    }

    /// Instants of the library, often of the years in which zones changed.
    fn instant() -> impl Strategy<Value = Timestamp> {
        let whole = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
        let recent = -4_000_000_000..4_000_000_000_i64;
        let seconds = proptest::prop_oneof![whole, recent];
        let nanos = proptest::prop_oneof![select(vec![0, 1, 999_999_999]), 0..1_000_000_000_i32];
        (seconds, nanos).prop_filter_map("beyond the library", |(seconds, nanos)| {
            Timestamp::new(seconds, nanos).ok()
        })
    }

    /// All that a moment has, of either kind.
    type Parts = (i128, DateTime, Offset, TimeZone);

    fn ours(it: &Moment) -> Parts {
        (it.epoch_nanos(), it.local(), it.offset(), it.zone().clone())
    }

    fn theirs(it: &ZonedDateTime) -> Parts {
        let nanos = it.timestamp().as_nanosecond();
        (nanos, it.datetime(), it.offset(), it.time_zone().clone())
    }

    fn moment(it: &ZonedDateTime) -> Moment {
        let offset = it.offset();
        Moment::of_offset(it.datetime(), offset, it.time_zone().clone()).unwrap()
    }

    proptest! {
        #[test]
        fn an_instant_is_seen_from_a_zone_as_the_library_sees_it(
            at in instant(), zone in zone(), other in zone(),
        ) {
            let expected = at.to_zoned_datetime(zone);
            let found = moment(&expected);
            prop_assert_eq!(ours(&found), theirs(&expected));
            prop_assert_eq!(found.epoch_ms(), at.as_millisecond());
            let moved = found.in_zone(other.clone()).unwrap();
            prop_assert_eq!(ours(&moved), theirs(&expected.with_time_zone(other)));
            let of_ms = Moment::of_epoch_ms(at.as_millisecond(), expected.time_zone().clone());
            let cut = Timestamp::from_millisecond(at.as_millisecond()).unwrap();
            let cut = cut.to_zoned_datetime(expected.time_zone().clone());
            prop_assert_eq!(ours(&of_ms.unwrap()), theirs(&cut));
        }

        #[test]
        fn a_local_time_is_the_moment_that_the_library_takes(at in instant(), zone in zone()) {
            // As UTC shows it, so that also what the zone leaves out or shows twice comes up.
            let local = TimeZone::UTC.to_datetime(at);
            let found = Moment::of_local(local, zone.clone()).unwrap();
            match local.to_zoned_datetime(zone) {
                Ok(expected) => {
                    prop_assert_eq!(ours(&found), theirs(&expected));
                    assert!(found.is_known(Edition::First));
                }
                Err(_) => assert!(!found.is_known(Edition::First)),
            }
        }

        #[test]
        fn moments_are_moved_and_compared_as_the_library_does(
            at in instant(), zone in zone(), other in instant(), months in -239_976..=239_976_i64,
        ) {
            let at = at.to_zoned_datetime(zone);
            let by = other.duration_since(at.timestamp());
            let by_ours = DayTime::from_total_nanos(by.as_nanos()).unwrap();
            let found = moment(&at).checked_add(by_ours).unwrap();
            prop_assert_eq!(ours(&found), theirs(&at.checked_add(by).unwrap()));
            prop_assert_eq!(moment(&at).order(&found), at.timestamp().cmp(&other));
            let later = at.checked_add(Span::new().try_months(months).unwrap());
            let found = moment(&at).checked_add_months(months);
            let found = found.filter(|it| it.is_known(Edition::First));
            prop_assert_eq!(found.as_ref().map(ours), later.ok().as_ref().map(theirs));
        }

        #[test]
        fn changes_of_zones_are_seen_as_the_library_sees_them(
            near in instant(), zone in zone(), by in -7_300..7_300_i64, nanos in 0..1_000_000_000_i32,
        ) {
            let change = zone.following(near).next().map(|it| it.timestamp());
            let change = change.unwrap_or(near);
            let Ok(at) = change.checked_add(SignedDuration::new(by, nanos)) else { return Ok(()) };
            let expected = at.to_zoned_datetime(zone.clone());
            prop_assert_eq!(ours(&moment(&expected)), theirs(&expected));
            let found = Moment::of_local(expected.datetime(), zone.clone()).unwrap();
            let again = expected.datetime().to_zoned_datetime(zone).unwrap();
            prop_assert_eq!(ours(&found), theirs(&again));
        }
    }
}
