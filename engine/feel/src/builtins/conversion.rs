//! From texts and numbers to other types and back.

use ::value::Dec;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

use super::{Builtin, Invocation, Outcome, Reject, fixed, index};
use crate::edition::Edition;
use crate::temporal::{self, BEYOND_CALENDAR, Moment, ZonedTime};
use crate::values::{Digits, Value};

/// A constructor whose literal is made when the expression is compiled.
const fn literal(
    name: &'static str,
    folds: fn(&str, Edition) -> Option<Value>,
    run: fn(&mut Invocation<'_, '_, '_, '_>, &[Value]) -> Outcome,
) -> Builtin {
    let parameters = &["from"];
    let folds = Some(folds);
    Builtin { folds, ..fixed(name, parameters, run) }
}

pub(super) const TABLE: &[Builtin] = &[
    literal("date", date_literal, date),
    fixed("date", &["year", "month", "day"], date_of_parts),
    literal("date and time", temporal::date_and_time, date_and_time),
    fixed("date and time", &["date", "time"], date_with_time),
    fixed("date and time", &["date", "timezone"], date_with_time),
    literal("time", temporal::time, time),
    fixed("time", &["hour", "minute", "second"], time_of_parts),
    fixed("time", &["hour", "minute", "second", "offset"], time_of_parts),
    literal("duration", duration_literal, duration),
    fixed("years and months duration", &["from", "to"], months_between),
    fixed("number", &["from"], number),
    fixed("number", &["from", "grouping separator"], number),
    fixed("number", &["from", "grouping separator", "decimal separator"], number),
    fixed("string", &["from"], string),
];

fn date_literal(text: &str, _: Edition) -> Option<Value> {
    temporal::date(text).map(Value::Date)
}

fn duration_literal(text: &str, _: Edition) -> Option<Value> {
    temporal::duration(text)
}

fn unreadable(what: &str, text: &str) -> Reject {
    let shown: String = text.chars().take(100).collect();
    Reject::Because(format!("Failed to parse {what} from '{shown}'"))
}

/// Why a text names no date; the first edition does not tell that only the calendar lacks it.
fn no_date(what: &str, text: &str, edition: Edition) -> Reject {
    if edition > Edition::First && temporal::is_beyond_calendar(text) {
        return Reject::Because(format!("'{text}' is {BEYOND_CALENDAR}"));
    }
    unreadable(what, text)
}

/// Why there is no such moment.
fn no_moment(edition: Edition) -> Reject {
    match edition {
        Edition::First => Reject::Arguments,
        Edition::Refined => Reject::Because(format!("the result is {BEYOND_CALENDAR}")),
    }
}

fn date(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    match &arguments[0] {
        Value::Str(text) => {
            let edition = call.machine.env.edition;
            temporal::date(text).map(Value::Date).ok_or_else(|| no_date("date", text, edition))
        }
        it @ Value::Date(_) => Ok(it.clone()),
        Value::LocalDateTime(it) => Ok(Value::Date(it.date())),
        Value::DateTime(it) => Ok(Value::Date(it.date())),
        _ => Err(Reject::Arguments),
    }
}

fn date_of_parts(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let part = |at: usize| index(&arguments[at]);
    let (year, month, day) = (part(0)?, part(1)?, part(2)?);
    let date = || {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Date::new(i16::try_from(year).ok()?, month, day).ok()
    };
    date().map(Value::Date).ok_or_else(|| {
        let parts = format!("year={year}, month={month}, day={day}");
        let text = format!("{year}-{month:02}-{day:02}");
        if call.machine.env.edition > Edition::First && temporal::is_beyond_calendar(&text) {
            return Reject::Because(format!("the date of {parts} is {BEYOND_CALENDAR}"));
        }
        Reject::Because(format!("Failed to parse date from: {parts}"))
    })
}

fn date_and_time(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    match &arguments[0] {
        Value::Str(text) => {
            let edition = call.machine.env.edition;
            temporal::date_and_time(text, edition)
                .ok_or_else(|| no_date("date-time", text, edition))
        }
        it @ (Value::LocalDateTime(_) | Value::DateTime(_)) => Ok(it.clone()),
        Value::Date(it) => Ok(Value::LocalDateTime(it.to_datetime(Time::midnight()))),
        _ => Err(Reject::Arguments),
    }
}

/// The day of the first argument with the time of the second, or its moment in a zone.
fn date_with_time(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let date = match &arguments[0] {
        Value::Date(it) => *it,
        Value::LocalDateTime(it) => it.date(),
        Value::DateTime(it) => it.date(),
        _ => return Err(Reject::Arguments),
    };
    let edition = call.machine.env.edition;
    match &arguments[1] {
        Value::LocalTime(time) => Ok(Value::LocalDateTime(date.to_datetime(*time))),
        Value::Time(time) => {
            let zone = match &time.zone {
                Some(name) => temporal::named_zone(name, edition),
                None => Offset::from_seconds(time.offset_seconds).ok().map(TimeZone::fixed),
            };
            let zone = zone.ok_or(Reject::Arguments)?;
            let moment = Moment::of_local(date.to_datetime(time.time), zone);
            let moment = moment.filter(|it| it.is_known(edition));
            moment.map(|it| Value::DateTime(Box::new(it))).ok_or_else(|| no_moment(edition))
        }
        Value::Str(name) if !matches!(arguments[0], Value::Date(_)) => {
            let zone = temporal::named_zone(name, edition);
            let zone = zone.ok_or_else(|| unreadable("timezone", name))?;
            let moment = temporal::zoned(&arguments[0], zone, edition);
            moment.map(|it| Value::DateTime(Box::new(it))).ok_or_else(|| no_moment(edition))
        }
        _ => Err(Reject::Arguments),
    }
}

fn time(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let offset = |time: Time, offset_seconds: i32, zone: Option<::value::Str>| {
        Value::Time(Box::new(ZonedTime { time, offset_seconds, zone }))
    };
    match &arguments[0] {
        Value::Str(text) => {
            let edition = call.machine.env.edition;
            temporal::time(text, edition).ok_or_else(|| unreadable("time", text))
        }
        it @ (Value::LocalTime(_) | Value::Time(_)) => Ok(it.clone()),
        Value::LocalDateTime(it) => Ok(Value::LocalTime(it.time())),
        Value::DateTime(it) => {
            let zone = temporal::zone_name(it).map(Into::into);
            Ok(offset(it.time(), it.offset().seconds(), zone))
        }
        Value::Date(_) => Ok(offset(Time::midnight(), 0, None)),
        _ => Err(Reject::Arguments),
    }
}

fn time_of_parts(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (hour, minute, second) =
        (index(&arguments[0])?, index(&arguments[1])?, index(&arguments[2])?);
    let wrong = || {
        let parts = format!("hour={hour}, minute={minute}, second={second}");
        Reject::Because(format!("Failed to parse time from: {parts}"))
    };
    let time = || {
        let fraction = arguments[2].as_dec()?.checked_rem(Dec::ONE)?;
        let nanos = fraction.checked_mul(Dec::from_i64(1_000_000_000))?;
        let nanos = nanos.round(0, ::value::Rounding::Down)?.to_i64()?;
        let part = |it: i64| i8::try_from(it).ok();
        Time::new(part(hour)?, part(minute)?, part(second)?, i32::try_from(nanos).ok()?).ok()
    };
    // jiff takes the leap second for the one before it.
    let time = time().filter(|_| second < 60).ok_or_else(wrong)?;
    match arguments.get(3) {
        None | Some(Value::Null) => Ok(Value::LocalTime(time)),
        Some(Value::Duration(offset)) => {
            let seconds = i32::try_from(offset.seconds()).ok().filter(|it| it.abs() <= 18 * 3600);
            let offset_seconds = seconds.ok_or_else(wrong)?;
            Ok(Value::Time(Box::new(ZonedTime { time, offset_seconds, zone: None })))
        }
        Some(_) => Err(Reject::Arguments),
    }
}

fn duration(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    match &arguments[0] {
        Value::Str(text) => temporal::duration(text).ok_or_else(|| unreadable("duration", text)),
        it @ (Value::Months(_) | Value::Duration(_)) => Ok(it.clone()),
        _ => Err(Reject::Arguments),
    }
}

/// The whole months from one day to another.
fn months_between(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let date = |at: usize| match &arguments[at] {
        Value::Date(it) => Ok(*it),
        Value::LocalDateTime(it) => Ok(it.date()),
        Value::DateTime(it) => Ok(it.date()),
        _ => Err(Reject::Arguments),
    };
    let (from, to) = (date(0)?, date(1)?);
    let count = |it: Date| i64::from(it.year()) * 12 + i64::from(it.month());
    let mut months = count(to) - count(from);
    if months > 0 && to.day() < from.day() {
        months -= 1;
    } else if months < 0 && to.day() > from.day() {
        months += 1;
    }
    Ok(Value::Months(months))
}

fn number(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    if let [it @ (Value::Int(_) | Value::Dec(_))] = arguments {
        return Ok(it.clone());
    }
    let text = call.read(&arguments[0])?;
    let separator = |at: usize, allowed: &[&str]| match arguments.get(at) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Str(it)) if allowed.contains(&&**it) => Ok(Some(it.clone())),
        Some(Value::Str(_)) => Err(Reject::Because(
            "illegal arguments for grouping or decimal. \
             Must be one of ' ' (grouping only), ',' or '.'"
                .to_owned(),
        )),
        Some(_) => Err(Reject::Arguments),
    };
    let grouping = separator(1, &[" ", ",", "."])?;
    let decimal = separator(2, &[",", "."])?;
    if grouping.is_some() && grouping == decimal {
        let message = "the grouping and the decimal separator are the same".to_owned();
        return Err(Reject::Because(message));
    }
    let mut digits = text.to_owned();
    if let Some(grouping) = grouping {
        digits = digits.replace(&*grouping, "");
    }
    if let Some(decimal) = decimal {
        digits = digits.replace(&*decimal, ".");
    }
    Dec::parse(&digits).map(Value::from_dec).ok_or_else(|| {
        let shown: String = text.chars().take(100).collect();
        Reject::Because(format!("Can't parse '{shown}' as a number"))
    })
}

fn string(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    match &arguments[0] {
        it @ (Value::Null | Value::Str(_)) => Ok(it.clone()),
        it => {
            // One byte more than is left shows that it is too much.
            let budget = &call.machine.env.budget;
            let left = budget.limits().bytes - budget.bytes_used();
            let machine = &call.machine;
            // The standard knows numbers, and not how they were written.
            let is_java = !machine.code.strict && machine.env.edition >= Edition::Refined;
            let digits = if is_java { Digits::Java } else { Digits::Plain };
            let text = it.text(usize::try_from(left).unwrap_or(usize::MAX - 8), digits);
            call.machine.charge_comparison(it)?;
            call.machine.charge_text(text.len())?;
            Ok(Value::from(text))
        }
    }
}
