//! Calendar arithmetic against the calendar library itself: what an expression gives is what the
//! library computes from the same values, through texts on both sides.

#![expect(clippy::unwrap_used, reason = "a broken case must fail loudly")]

use feel::{Budget, Edition, Env, NoVariables, Program};
use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, ToSpan, Unit, ZonedDateTime};
use proptest::prelude::{Strategy, prop_assert, proptest};
use proptest::sample::select;

/// The value of an expression as FEEL writes it.
fn evaluate(text: &str) -> String {
    let program = Program::compile(text).unwrap_or_else(|it| panic!("{text}: {it}"));
    let zone = TimeZone::UTC;
    let mut budget = Budget::default();
    let mut env = Env::new(0, &zone, 0, &mut budget);
    program.evaluate(&NoVariables, &mut env).unwrap().feel_text()
}

/// The warnings of an expression by one edition.
fn warnings(text: &str, edition: Edition) -> Vec<String> {
    let program = Program::compile(text).unwrap_or_else(|it| panic!("{text}: {it}"));
    let zone = TimeZone::UTC;
    let mut budget = Budget::default();
    let mut env = Env::new(0, &zone, 0, &mut budget);
    env.edition = edition;
    program.evaluate(&NoVariables, &mut env).unwrap();
    env.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_beyond_the_calendar_is_told_as_that() {
    let beyond = "beyond the calendar, whose years are -9999 to 9999";
    let refused = |function: &str| {
        format!("[FUNCTION_INVOCATION_FAILURE] Failed to invoke function '{function}'")
    };
    for (text, first, refined) in [
        (
            "@\"10000-01-01T00:00:00Z\"",
            "[UNKNOWN] The literal '@\"10000-01-01T00:00:00Z\"' is no date, time or duration"
                .to_owned(),
            format!("[UNKNOWN] The literal '@\"10000-01-01T00:00:00Z\"' is {beyond}"),
        ),
        (
            "date(\"10000-01-01\")",
            format!("{}: Failed to parse date from '10000-01-01'", refused("date")),
            format!("{}: '10000-01-01' is {beyond}", refused("date")),
        ),
        (
            "date and time(\"-10000-12-31T00:00:00@Europe/Berlin\")",
            format!(
                "{}: Failed to parse date-time from '-10000-12-31T00:00:00@Europe/Berlin'",
                refused("date and time")
            ),
            format!(
                "{}: '-10000-12-31T00:00:00@Europe/Berlin' is {beyond}",
                refused("date and time")
            ),
        ),
        (
            "date(10000, 1, 1)",
            format!("{}: Failed to parse date from: year=10000, month=1, day=1", refused("date")),
            format!("{}: the date of year=10000, month=1, day=1 is {beyond}", refused("date")),
        ),
        (
            "@\"9999-12-31\" + @\"P1D\"",
            "[INVALID_TYPE] Can't add 'P1D' to '9999-12-31'".to_owned(),
            format!("[INVALID_TYPE] Can't add 'P1D' to '9999-12-31': the result is {beyond}"),
        ),
        (
            "@\"-9999-01-05T00:00:00Z\" - @\"P1M\"",
            "[INVALID_TYPE] Can't subtract 'P1M' from '-9999-01-05T00:00:00Z'".to_owned(),
            format!(
                "[INVALID_TYPE] Can't subtract 'P1M' from '-9999-01-05T00:00:00Z': the result is {beyond}"
            ),
        ),
    ] {
        assert_eq!(warnings(text, Edition::First), [first], "{text}");
        assert_eq!(warnings(text, Edition::Refined), [refined], "{text}");
    }
    let shifted =
        warnings("date and time(@\"9999-12-31T23:30:00Z\", \"Europe/Berlin\")", Edition::Refined);
    assert_eq!(shifted, [format!("{}: the result is {beyond}", refused("date and time"))]);
    // What is no date in any year stays none, and what has no result of another kind stays that.
    for text in ["@\"10000-02-30\"", "date(10000, 2, 30)", "@\"9999-12-31\" + 1"] {
        assert_eq!(warnings(text, Edition::First), warnings(text, Edition::Refined), "{text}");
    }
}

/// What two expressions give, if it is not the same; equal values are written the same.
fn differ(text: &str, expected: &str) -> Option<String> {
    let (found, wanted) = (evaluate(text), evaluate(expected));
    (found != wanted || found == "null").then(|| format!("{text} gives {found}, not {wanted}"))
}

fn dates() -> impl Strategy<Value = Date> {
    // Leap years, centuries and month ends come often, and nothing leaves the calendar.
    (1_000..3_000_i16, 1..=12_i8, 1..=31_i8).prop_map(|(year, month, day)| {
        date(year, month, 1)
            .with()
            .day(day.min(date(year, month, 1).days_in_month()))
            .build()
            .unwrap()
    })
}

fn times() -> impl Strategy<Value = Time> {
    (0..24_i8, 0..60_i8, 0..60_i8).prop_map(|(h, m, s)| Time::new(h, m, s, 0).unwrap())
}

fn moments() -> impl Strategy<Value = DateTime> {
    (dates(), times()).prop_map(|(date, time)| date.to_datetime(time))
}

/// Moments in zones with daylight saving, half hours, and a day that was left out.
fn zoned() -> impl Strategy<Value = ZonedDateTime> {
    let zones = vec!["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC"];
    let years = (1_975..2_035_i16, 1..=12_i8, 1..=28_i8, times());
    (years, select(zones)).prop_map(|((year, month, day, time), zone)| {
        date(year, month, day).to_datetime(time).in_tz(zone).unwrap()
    })
}

/// The literal of a moment in a zone. Where a wall clock shows it twice the text means the first.
fn literal(it: &ZonedDateTime) -> String {
    format!("@\"{}@{}\"", it.datetime(), it.time_zone().iana_name().unwrap())
}

/// Whether the wall clock shows the moment once: only then does its text name it.
fn is_plain(it: &ZonedDateTime) -> bool {
    !it.time_zone().to_ambiguous_timestamp(it.datetime()).is_ambiguous()
}

fn months(count: i64) -> Span {
    count.months()
}

proptest! {
    #[test]
    fn months_are_added_to_dates_as_the_calendar_does(day in dates(), count in -2_000..2_000_i64) {
        let expected = day.checked_add(months(count)).unwrap();
        let text = format!("@\"{day}\" + duration(\"P1M\") * {count}");
        let found = differ(&text, &format!("@\"{expected}\""));
        prop_assert!(found.is_none(), "{found:?}");
        let back = day.checked_sub(months(count)).unwrap();
        let found = differ(&format!("@\"{day}\" - @\"P1M\" * {count}"), &format!("@\"{back}\""));
        prop_assert!(found.is_none(), "{found:?}");
    }

    #[test]
    fn days_are_added_to_dates_as_the_calendar_does(day in dates(), count in 0..200_000_i64) {
        let later = day.checked_add(count.days()).unwrap();
        let found = differ(&format!("@\"{day}\" + @\"P{count}D\""), &format!("@\"{later}\""));
        prop_assert!(found.is_none(), "{found:?}");
    }

    #[test]
    fn the_distance_of_two_days_is_counted_in_days(a in dates(), b in dates()) {
        let days = b.until((Unit::Day, a)).unwrap().get_days();
        let sign = if days < 0 { "-" } else { "" };
        let expected = format!("@\"{sign}P{}D\"", days.unsigned_abs());
        let found = differ(&format!("@\"{a}\" - @\"{b}\""), &expected);
        prop_assert!(found.is_none(), "{found:?}");
    }

    #[test]
    fn the_months_between_two_days_are_whole(a in dates(), b in dates()) {
        let between = a.until((Unit::Month, b)).unwrap().get_months();
        // The library takes the last of a month for a whole one, where the rule compares days.
        let exact = a.checked_add(months(i64::from(between))).unwrap();
        if exact.day() == a.day() {
            let sign = if between < 0 { "-" } else { "" };
            let expected = format!("@\"{sign}P{}M\"", between.unsigned_abs());
            let text = format!("years and months duration(@\"{a}\", @\"{b}\")");
            let found = differ(&text, &expected);
            prop_assert!(found.is_none(), "{found:?}");
        }
    }

    #[test]
    fn local_moments_move_as_the_calendar_does(at in moments(), seconds in -9_999_999_999..9_999_999_999_i64) {
        let expected = at.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        let text = format!("@\"{at}\" + @\"PT1S\" * {seconds}");
        let found = differ(&text, &format!("@\"{expected}\""));
        prop_assert!(found.is_none(), "{found:?}");
        let found = differ(
            &format!("@\"{expected}\" - @\"{at}\""),
            &format!("@\"PT1S\" * {seconds}"),
        );
        prop_assert!(found.is_none(), "{found:?}");
    }

    #[test]
    fn moments_in_zones_move_by_elapsed_time(at in zoned(), seconds in -99_999_999..99_999_999_i64) {
        let expected = at.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        if is_plain(&at) && is_plain(&expected) {
            let text = format!("{} + @\"PT1S\" * {seconds}", literal(&at));
            let found = differ(&text, &literal(&expected));
            prop_assert!(found.is_none(), "{found:?}");
        }
    }

    #[test]
    fn moments_in_zones_keep_their_wall_clock_over_months(at in zoned(), count in -60..60_i64) {
        let expected = at.checked_add(months(count)).unwrap();
        if is_plain(&at) && is_plain(&expected) {
            let text = format!("{} + @\"P1M\" * {count}", literal(&at));
            let found = differ(&text, &literal(&expected));
            prop_assert!(found.is_none(), "{found:?}");
        }
    }

    #[test]
    fn the_parts_of_a_day_are_those_of_the_calendar(day in dates()) {
        let weekday = format!("{:?}", day.weekday());
        let week = day.iso_week_date().week();
        let (year, number, last) = (day.year(), day.day_of_year(), day.last_of_month());
        let found = differ(
            &format!(
                "for d in [@\"{day}\"] return [day of week(d), week of year(d), day of year(d), \
                 last day of month(d), d.year, d.month, d.day]"
            ),
            &format!(
                "[[\"{weekday}\", {week}, {number}, @\"{last}\", {year}, {}, {}]]",
                day.month(),
                day.day()
            ),
        );
        prop_assert!(found.is_none(), "{found:?}");
    }
}
