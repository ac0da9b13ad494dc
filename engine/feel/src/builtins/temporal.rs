//! The clock, the calendar, and Zeebe's cycles.

use jiff::civil::Date;

use super::{Builtin, Invocation, Outcome, Reject, fixed, index};
use crate::temporal::{Moment, java_text, with_name};
use crate::values::Value;

pub(super) const TABLE: &[Builtin] = &[
    fixed("now", &[], now),
    fixed("today", &[], today),
    fixed("day of week", &["date"], day_of_week),
    fixed("day of year", &["date"], day_of_year),
    fixed("week of year", &["date"], week_of_year),
    fixed("month of year", &["date"], month_of_year),
    fixed("last day of month", &["date"], last_day_of_month),
    fixed("cycle", &["interval"], cycle),
    fixed("cycle", &["repetitions", "interval"], cycle),
];

fn current(call: &Invocation<'_, '_, '_, '_>) -> Result<Moment, Reject> {
    let env = &call.machine.env;
    Moment::of_epoch_ms(env.now_ms, with_name(env.zone.clone(), env.edition))
        .filter(|it| it.is_known(env.edition))
        .ok_or_else(|| Reject::Because("the clock is out of range".to_owned()))
}

fn now(call: &mut Invocation<'_, '_, '_, '_>, _: &[Value]) -> Outcome {
    Ok(Value::DateTime(Box::new(current(call)?)))
}

fn today(call: &mut Invocation<'_, '_, '_, '_>, _: &[Value]) -> Outcome {
    Ok(Value::Date(current(call)?.date()))
}

fn date(arguments: &[Value]) -> Result<Date, Reject> {
    match &arguments[0] {
        Value::Date(it) => Ok(*it),
        Value::LocalDateTime(it) => Ok(it.date()),
        Value::DateTime(it) => Ok(it.date()),
        _ => Err(Reject::Arguments),
    }
}

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn numbered(names: &[&str], number: i8) -> Outcome {
    let at = usize::try_from(number).map_err(|_| Reject::Arguments)?;
    names.get(at).map(|it| Value::from(*it)).ok_or(Reject::Arguments)
}

fn day_of_week(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    numbered(&DAYS, date(arguments)?.weekday().to_monday_zero_offset())
}

fn month_of_year(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    numbered(&MONTHS, date(arguments)?.month() - 1)
}

fn day_of_year(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    Ok(Value::Int(i64::from(date(arguments)?.day_of_year())))
}

/// The week by ISO 8601.
fn week_of_year(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    Ok(Value::Int(i64::from(date(arguments)?.iso_week_date().week())))
}

fn last_day_of_month(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    Ok(Value::Date(date(arguments)?.last_of_month()))
}

/// The text of a repeating interval, as timers read it: `R3/PT1H`, `R/P1M`.
fn cycle(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (repetitions, interval) = match arguments {
        [interval] => (&Value::Null, interval),
        [repetitions, interval] => (repetitions, interval),
        _ => return Err(Reject::Arguments),
    };
    if !matches!(interval, Value::Months(_) | Value::Duration(_)) {
        return Err(Reject::Arguments);
    }
    let interval = java_text(interval).ok_or(Reject::Arguments)?;
    let text = match repetitions {
        Value::Null => format!("R/{interval}"),
        count => format!("R{}/{interval}", index(count)?),
    };
    call.new_text(&text)
}
