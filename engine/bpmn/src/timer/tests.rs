//! Durations, cycles and dates around the corners of the calendar.

use feel::Edition;
use feel::temporal::{DateTimeValue, parse_date_time};
use jiff::tz::TimeZone;
use proptest::proptest;

use super::{Cron, Cycle, Interval, Malformed, Repetition, Starts, parse_date};

const HOUR_MS: i64 = 3_600_000;

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").expect("the zone is bundled")
}

fn ms(text: &str) -> i64 {
    parse_date(text, &berlin(), Edition::Refined).expect("the date is valid")
}

fn interval(text: &str) -> Interval {
    text.parse().expect("the interval is valid")
}

fn cycle(text: &str) -> Cycle {
    Cycle::parse(text, &berlin(), Starts::All).expect("the cycle is valid")
}

#[test]
fn intervals_are_read_in_all_their_parts() {
    let all = Interval { months: 14, days: 25, time_ms: 5 * HOUR_MS + 6 * 60_000 + 7_500 };
    assert_eq!(interval("P1Y2M3W4DT5H6M7.5S"), all);
    assert_eq!(interval("PT36H"), Interval { time_ms: 36 * HOUR_MS, ..Interval::default() });
    let negative = Interval { months: -1, days: 0, time_ms: -HOUR_MS };
    assert_eq!(interval("-P1MT1H"), negative);
    assert_eq!(interval("P-1MT-1H"), negative);
}

#[test]
fn what_is_no_interval_is_refused() {
    for text in ["", "P", "PT", "P1DT", "1D", "P1", "PT1D", "P1H", "P1D2M", "P1.5D", "PXD", "P1D "]
    {
        let result = text.parse::<Interval>();
        assert_eq!(result, Err(Malformed::Interval(text.to_owned())), "{text}");
    }
    assert!("P99999999999999999999D".parse::<Interval>().is_err());
    assert!("PT9223372036854775807H".parse::<Interval>().is_err());
}

#[test]
fn days_and_months_follow_the_calendar_and_hours_do_not() {
    let before_summer = ms("2030-03-30T12:00:00");
    let after = |text: &str| interval(text).after(before_summer, &berlin());
    assert_eq!(after("P1D"), Some(ms("2030-03-31T12:00:00")));
    assert_eq!(after("PT24H"), Some(ms("2030-03-31T13:00:00")));
    assert_eq!(after("P1DT2H"), Some(ms("2030-03-31T14:00:00")));
    let end_of_month = ms("2030-01-31T08:00:00");
    assert_eq!(interval("P1M").after(end_of_month, &berlin()), Some(ms("2030-02-28T08:00:00")));
    assert_eq!(interval("P1M1D").after(end_of_month, &berlin()), Some(ms("2030-03-01T08:00:00")));
    assert_eq!(interval("P1M-1D").after(end_of_month, &berlin()), Some(ms("2030-02-27T08:00:00")));
}

#[test]
fn an_interval_beyond_the_calendar_has_no_end() {
    assert_eq!(interval("P99999Y").after(0, &berlin()), None);
    assert_eq!(interval("P9999999D").after(i64::MAX, &berlin()), None);
    assert_eq!(interval("PT1H").after(i64::MAX, &berlin()), None);
}

#[test]
fn days_and_months_end_26_hours_before_the_calendar_and_hours_do_not() {
    let last = 253_402_300_799_999 - 26 * HOUR_MS + 1;
    for (text, before_ms) in [("P1D", 24 * HOUR_MS), ("P1M", 30 * 24 * HOUR_MS)] {
        let after = |from_ms| interval(text).after(from_ms, &TimeZone::UTC);
        assert_eq!(after(last - before_ms), Some(last), "{text}");
        assert_eq!(after(last - before_ms + 1_000), None, "{text}");
    }
    assert_eq!(interval("PT48H").after(last, &TimeZone::UTC), Some(last + 48 * HOUR_MS));
}

#[test]
fn dates_are_read_with_and_without_zone() {
    let noon = 1_893_495_600_000;
    for text in [
        "2030-01-01T12:00:00+01:00",
        "2030-01-01T11:00:00Z",
        "2030-01-01T12:00:00+01:00[Europe/Berlin]",
        "2030-01-01T12:00:00@Europe/Berlin",
        "2030-01-01T12:00:00",
        "2030-01-01T12:00",
    ] {
        assert_eq!(parse_date(text, &berlin(), Edition::Refined), Ok(noon), "{text}");
    }
    assert_eq!(parse_date("2030-01-01", &berlin(), Edition::Refined), Ok(noon - 12 * HOUR_MS));
    for text in
        ["", "tomorrow", "2030-02-30T00:00:00Z", "2030-01-01T25:00:00Z", "12:00:00", "R/PT1H"]
    {
        assert!(parse_date(text, &berlin(), Edition::Refined).is_err(), "{text}");
    }
}

#[test]
fn dates_reach_to_the_ends_of_the_calendar() {
    let last = 253_402_300_799_000;
    let first = -377_705_116_800_000;
    let hours = |it: i64| it * HOUR_MS;
    for (text, due_ms) in [
        ("9999-12-31T23:59:59Z", last),
        ("9999-12-31T23:59:59-18:00", last + hours(18)),
        ("9999-12-31T23:59:59@Europe/Berlin", last - hours(1)),
        ("9999-12-31T23:59:59-05:00[America/New_York]", last + hours(5)),
        ("9999-12-31T23:59:59", last - hours(1)),
        ("9999-12-31", last + 1_000 - hours(25)),
        ("-9999-01-01T00:00:00Z", first),
        ("-9999-01-01T00:00:00+18:00", first - hours(18)),
    ] {
        assert_eq!(parse_date(text, &berlin(), Edition::Refined), Ok(due_ms), "{text}");
        let value = match parse_date_time(text, Edition::Refined).expect("it is a date") {
            DateTimeValue::Local(it) => feel::Value::LocalDateTime(it),
            DateTimeValue::Zoned(it) => feel::Value::DateTime(Box::new(it)),
        };
        assert_eq!(value.as_epoch_ms(&berlin(), Edition::Refined), Some(due_ms), "{text}");
    }
    let before = |text: &str| parse_date(text, &berlin(), Edition::First);
    for text in ["9999-12-31T23:59:59Z", "9999-12-31", "10000-01-01T00:00:00Z"] {
        assert_eq!(before(text), Err(Malformed::Date(text.to_owned())));
    }
    assert_eq!(before("9999-12-30T22:00:00Z"), Ok(last + 1_000 - hours(26)));
    let fault = parse_date("10000-01-01T00:00:00Z", &berlin(), Edition::Refined);
    assert_eq!(
        fault.expect_err("it is too late").to_string(),
        "'10000-01-01T00:00:00Z' is beyond the calendar, whose years are -9999 to 9999"
    );
}

#[test]
fn a_cycle_that_begins_at_the_end_of_the_calendar_is_due_as_long_as_there_is_one() {
    let hourly = cycle("R/9999-12-31T21:30:00Z/PT1H");
    let start_ms = ms("9999-12-31T21:30:00Z");
    let daily = cycle("R/9999-12-30T21:30:00Z/P1D");
    let zone = berlin();
    assert_eq!(hourly.first_due(0, &zone), Some(start_ms));
    assert_eq!(hourly.next_due(start_ms, start_ms, &zone), Some(start_ms + HOUR_MS));
    assert_eq!(daily.first_due(0, &zone), Some(start_ms - 24 * HOUR_MS));
    assert_eq!(daily.next_due(start_ms - 24 * HOUR_MS, start_ms, &zone), None);
}

#[test]
fn cycles_have_repetitions_and_perhaps_a_start() {
    let hourly = interval("PT1H");
    let expected = |repetitions, start_ms| Cycle { repetitions, start_ms, interval: hourly };
    assert_eq!(cycle("R/PT1H"), expected(-1, None));
    assert_eq!(cycle("R-1/PT1H"), expected(-1, None));
    assert_eq!(cycle("R0/PT1H"), expected(0, None));
    assert_eq!(cycle("R3/1970-01-01T00:00:00Z/PT1H"), expected(3, Some(0)));
    for zoned in
        ["01:00:00+01:00[Europe/Berlin]", "01:00:00[Europe/Berlin]", "01:00:00@Europe/Berlin"]
    {
        let text = format!("R3/1970-01-01T{zoned}/PT1H");
        assert_eq!(cycle(&text), expected(3, Some(0)), "{text}");
        let once = Cycle::parse(&text, &berlin(), Starts::Plain).expect_err("a zone has a slash");
        assert!(matches!(once, Malformed::Date(_)), "{once:?}");
        let kept = text.split_once('/').expect("a cycle").1;
        let kept = Repetition::kept(kept, &berlin()).expect("what is kept is read again");
        assert_eq!(kept, Repetition::Every(expected(-1, Some(0))));
    }
}

#[test]
fn what_is_no_cycle_is_refused_in_its_own_words() {
    let fault =
        |text: &str| Cycle::parse(text, &berlin(), Starts::All).expect_err("it is no cycle");
    assert_eq!(fault("PT1H"), Malformed::Cycle("PT1H".to_owned()));
    assert_eq!(fault("R3"), Malformed::Cycle("R3".to_owned()));
    assert_eq!(fault("Rx/PT1H"), Malformed::Cycle("Rx/PT1H".to_owned()));
    assert_eq!(fault("R3000000000/PT1H"), Malformed::TooLarge("3000000000".to_owned()));
    assert_eq!(fault("R/PT0S"), Malformed::NotPositive("PT0S".to_owned()));
    assert_eq!(fault("R/P1MT-1H"), Malformed::NotPositive("P1MT-1H".to_owned()));
    assert_eq!(fault("R/soon/PT1H"), Malformed::Date("soon".to_owned()));
    assert_eq!(fault("R/PT1H/2030-01-01T00:00:00Z"), Malformed::Date("PT1H".to_owned()));
    assert_eq!(fault("R/a/b/PT1H"), Malformed::Date("a/b".to_owned()));
}

#[test]
fn a_cycle_without_start_counts_from_its_last_due_date_unless_it_is_late() {
    let zone = berlin();
    let hourly = cycle("R/PT1H");
    assert_eq!(hourly.first_due(1_000, &zone), Some(HOUR_MS + 1_000));
    assert_eq!(hourly.next_due(HOUR_MS, HOUR_MS + 100, &zone), Some(2 * HOUR_MS));
    assert_eq!(hourly.next_due(HOUR_MS, 5 * HOUR_MS + 7, &zone), Some(6 * HOUR_MS + 7));
}

#[test]
fn a_cycle_with_start_keeps_to_its_grid_and_makes_up_for_nothing() {
    let zone = berlin();
    let hourly = cycle("R3/1970-01-01T10:00:00Z/PT1H");
    assert_eq!(hourly.first_due(0, &zone), Some(10 * HOUR_MS));
    assert_eq!(hourly.first_due(10 * HOUR_MS, &zone), Some(10 * HOUR_MS));
    assert_eq!(hourly.first_due(100 * HOUR_MS + 1, &zone), Some(101 * HOUR_MS));
    assert_eq!(hourly.next_due(10 * HOUR_MS, 10 * HOUR_MS, &zone), Some(11 * HOUR_MS));
    assert_eq!(hourly.next_due(10 * HOUR_MS, 20 * HOUR_MS, &zone), Some(21 * HOUR_MS));
}

#[test]
fn a_monthly_cycle_stays_at_the_end_of_the_month() {
    let zone = berlin();
    let monthly = cycle("R/2030-01-31T08:00:00/P1M");
    let february = monthly.next_due(ms("2030-01-31T08:00:00"), ms("2030-01-31T08:00:01"), &zone);
    assert_eq!(february, Some(ms("2030-02-28T08:00:00")));
    let march = monthly.next_due(ms("2030-02-28T08:00:00"), ms("2030-02-28T08:00:01"), &zone);
    assert_eq!(march, Some(ms("2030-03-31T08:00:00")));
}

#[test]
fn a_cycle_ends_at_the_end_of_the_calendar() {
    let zone = berlin();
    assert_eq!(cycle("R/P9000Y").next_due(0, i64::MAX, &zone), None);
    assert_eq!(cycle("R/1970-01-01T00:00:00Z/PT0.001S").next_due(0, i64::MAX, &zone), None);
    assert_eq!(cycle("R/1970-01-01T00:00:00Z/P5000Y").first_due(ms("9000-01-01"), &zone), None);
}

#[test]
fn only_endless_cycles_and_those_with_more_than_one_repetition_go_on() {
    let remaining: Vec<_> = [-1, 0, 1, 2, i32::MAX, i32::MIN].map(Cycle::remaining).to_vec();
    assert_eq!(remaining, [Some(-1), None, None, Some(1), Some(i32::MAX - 1), None]);
}

/// The next five matches after a moment in Berlin.
fn matches(text: &str, after: &str) -> Vec<String> {
    let (zone, cron) = (berlin(), Cron::parse(text).expect("the expression is valid"));
    let mut now_ms = ms(after);
    let mut found = Vec::new();
    for _ in 0..5 {
        let Some(next_ms) = cron.next(now_ms, &zone) else { break };
        assert!(next_ms > now_ms, "{text}");
        now_ms = next_ms;
        let next = jiff::Timestamp::from_millisecond(next_ms).expect("it is on the calendar");
        found.push(next.to_zoned_datetime(zone.clone()).strftime("%y-%m-%d %a %T %:z").to_string());
    }
    found
}

/// The same without the offset.
fn days(text: &str, after: &str) -> String {
    let found = matches(text, after);
    found.iter().map(|it| it.rsplit_once(' ').expect("OFFSET").0).collect::<Vec<_>>().join(", ")
}

#[test]
fn cron_fields_are_numbers_ranges_lists_and_steps() {
    let all = [
        ("*/20 * * * * *", "30-01-01 Tue 00:00:20, 30-01-01 Tue 00:00:40, 30-01-01 Tue 00:01:00"),
        (
            "0 5/15 9-10 * * *",
            "30-01-01 Tue 09:05:00, 30-01-01 Tue 09:20:00, 30-01-01 Tue 09:35:00",
        ),
        ("0 0 9,18 * * *", "30-01-01 Tue 09:00:00, 30-01-01 Tue 18:00:00, 30-01-02 Wed 09:00:00"),
        (
            "0 0 9 ? * MON-FRI",
            "30-01-01 Tue 09:00:00, 30-01-02 Wed 09:00:00, 30-01-03 Thu 09:00:00",
        ),
        (
            "0 0 0 1 jan,jul *",
            "30-07-01 Mon 00:00:00, 31-01-01 Wed 00:00:00, 31-07-01 Tue 00:00:00",
        ),
        ("0 0 0 * * 7", "30-01-06 Sun 00:00:00, 30-01-13 Sun 00:00:00, 30-01-20 Sun 00:00:00"),
        ("0 0 0 13 * FRI", "30-09-13 Fri 00:00:00, 30-12-13 Fri 00:00:00, 31-06-13 Fri 00:00:00"),
        ("@hourly", "30-01-01 Tue 01:00:00, 30-01-01 Tue 02:00:00, 30-01-01 Tue 03:00:00"),
        ("@weekly", "30-01-06 Sun 00:00:00, 30-01-13 Sun 00:00:00, 30-01-20 Sun 00:00:00"),
    ];
    for (text, expected) in all {
        let found = days(text, "2030-01-01T00:00:00");
        assert!(found.starts_with(expected), "{text}: {found}");
    }
}

#[test]
fn cron_chooses_last_nearest_and_numbered_days() {
    let all = [
        ("0 0 0 L * *", "30-01-31 Thu 00:00:00, 30-02-28 Thu 00:00:00, 30-03-31 Sun 00:00:00"),
        ("0 0 0 L-3 * *", "30-01-28 Mon 00:00:00, 30-02-25 Mon 00:00:00, 30-03-28 Thu 00:00:00"),
        ("0 0 0 LW * *", "30-01-31 Thu 00:00:00, 30-02-28 Thu 00:00:00, 30-03-29 Fri 00:00:00"),
        (
            "0 0 0 1W * *",
            "30-02-01 Fri 00:00:00, 30-03-01 Fri 00:00:00, 30-04-01 Mon 00:00:00, 30-05-01 Wed 00:00:00, 30-06-03 Mon",
        ),
        (
            "0 0 0 15W * *",
            "30-01-15 Tue 00:00:00, 30-02-15 Fri 00:00:00, 30-03-15 Fri 00:00:00, 30-04-15 Mon 00:00:00, 30-05-15",
        ),
        ("0 0 0 * * 5L", "30-01-25 Fri 00:00:00, 30-02-22 Fri 00:00:00, 30-03-29 Fri 00:00:00"),
        ("0 0 0 * * MON#1", "30-01-07 Mon 00:00:00, 30-02-04 Mon 00:00:00, 30-03-04 Mon 00:00:00"),
        ("0 0 0 29 2 *", "32-02-29 Sun 00:00:00, 36-02-29 Fri 00:00:00"),
    ];
    for (text, expected) in all {
        let found = days(text, "2030-01-01T00:00:00");
        assert!(found.starts_with(expected), "{text}: {found}");
    }
    assert_eq!(matches("0 0 0 30 2 *", "2030-01-01"), Vec::<String>::new(), "there is no such day");
}

#[test]
fn cron_passes_over_an_hour_that_is_left_out_and_repeats_only_what_is_hourly() {
    let nightly = matches("0 30 2 * * *", "2030-03-30T12:00:00");
    assert_eq!(nightly[0], "30-04-01 Mon 02:30:00 +02:00", "there is no 02:30 on March 31st");
    let autumn = matches("0 30 2 * * *", "2030-10-26T12:00:00");
    assert_eq!(autumn[0], "30-10-27 Sun 02:30:00 +02:00");
    assert_eq!(autumn[1], "30-10-28 Mon 02:30:00 +01:00", "it happens once");
    let hourly = matches("0 0 * * * *", "2030-10-27T01:30:00");
    let expected = ["02:00:00 +02:00", "02:00:00 +01:00", "03:00:00 +01:00"];
    for (found, expected) in hourly.iter().zip(expected) {
        assert!(found.ends_with(expected), "{found}");
    }
}

#[test]
fn what_is_no_cron_expression_is_refused_with_the_field() {
    let fault =
        |text: &str| Repetition::parse(text, &berlin(), Starts::All).expect_err(text).to_string();
    let all = [
        ("0 0 * * *", "it has 5 fields"),
        ("60 0 * * * *", "the second has '60', which is not from 0 to 59"),
        ("0 0 24 * * *", "the hour has '24'"),
        ("0 0 0 0 * *", "the day of month has '0'"),
        ("0 0 0 * 13 *", "the month has '13'"),
        ("0 0 0 * * MOO", "the day of week has 'MOO'"),
        ("0 0 0 * * MON#6", "is not from #1 to #5"),
        ("0 5-2 * * * *", "the minute has the range '5-2', which is empty"),
        ("0 */0 * * * *", "the minute has the step '*/0'"),
        ("@often", "'@often' is no macro"),
    ];
    for (text, expected) in all {
        let found = fault(text);
        assert!(found.contains(expected), "{text}: {found}");
    }
}

proptest! {
    #[test]
    fn no_cron_text_panics(text in "[@*?LW#/,0-9A-Z -]{0,30}", now_ms in -1_i64 << 45..1_i64 << 45) {
        if let Ok(cron) = Cron::parse(&text) {
            assert!(cron.next(now_ms, &berlin()).is_none_or(|next_ms| next_ms > now_ms));
        }
    }

    #[test]
    fn a_cron_match_is_later_and_nothing_in_between_matches(
        minute in 0_u8..60, step in 1_u8..30, now_ms in 0_i64..4_000_000_000_000,
    ) {
        let (zone, cron) = (berlin(), Cron::parse(&format!("0 {minute}/{step} * * * *")).unwrap());
        let next_ms = cron.next(now_ms, &zone).expect("every hour has one");
        assert!(next_ms > now_ms && next_ms <= now_ms + HOUR_MS);
        let between_ms = now_ms + (next_ms - now_ms) / 2;
        assert_eq!(cron.next(between_ms, &zone), Some(next_ms));
    }

    #[test]
    fn a_written_interval_reads_as_itself(months: i32, days: i32, time_ms in -1_i64 << 50..1_i64 << 50) {
        let written = Interval { months: months.into(), days: days.into(), time_ms };
        assert_eq!(interval(&written.to_string()), written, "{written}");
    }

    #[test]
    fn a_cycle_is_due_in_the_future_within_one_interval(
        start_s in -1_000_000_i64..1_000_000,
        late_ms in 0_i64..10_000_000_000,
        step_ms in 1_i64..100_000_000,
    ) {
        let (zone, step) = (TimeZone::UTC, Interval { time_ms: step_ms, ..Interval::default() });
        let due_ms = start_s * 1_000;
        let now_ms = due_ms + late_ms;
        for start_ms in [None, Some(due_ms)] {
            let cycle = Cycle { repetitions: -1, start_ms, interval: step };
            let next_ms = cycle.next_due(due_ms, now_ms, &zone).expect("it is on the calendar");
            assert!(next_ms > now_ms && next_ms <= now_ms + step_ms);
            assert!(start_ms.is_none() || (next_ms - due_ms) % step_ms == 0);
        }
    }

    #[test]
    fn no_text_panics(text in "[-+RPT0-9.,YMWDHSZ:/@ \\[\\]]{0,30}") {
        let zone = TimeZone::UTC;
        let _ = text.parse::<Interval>();
        let _ = parse_date(&text, &zone, Edition::Refined);
        if let Ok(cycle) = Cycle::parse(&text, &zone, Starts::All) {
            assert!(cycle.first_due(0, &zone).is_none_or(|due_ms| due_ms >= 0));
        }
    }
}
