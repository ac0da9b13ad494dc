//! Timers: when they are due, and what happens then.

use super::at::At;
use super::expression::{self, Evaluated, Failure, Place};
use super::{scope, trigger};
use crate::ctx::Ctx;
use crate::state::instance::Timer;
use bpmn::ElementIx;
use bpmn::timer::{Cycle, Interval, parse_date};
use record::{Cause, CauseKind, Event, IncidentType, Key, Millis, TimerEvent, TimerIntent};
use value::{Doc, Str};

/// A timer that was evaluated.
pub(crate) struct Armed {
    pub(crate) due: Millis,
    /// How often it fires; -1 for ever.
    pub(crate) repetitions: i32,
    /// What a cycle has after its `R[n]/`, as ISO 8601 text; empty for one that fires once.
    pub(crate) interval: Str,
}

/// Evaluates when a timer is due.
pub(crate) fn arm(ctx: &mut Ctx<'_>, place: Place, timer: &bpmn::Timer) -> Result<Armed, Failure> {
    let expression = match timer {
        bpmn::Timer::Date(it) | bpmn::Timer::Duration(it) | bpmn::Timer::Cycle(it) => it,
    };
    let kind = IncidentType::ExtractValueError;
    let result = expression::evaluate(ctx, place, None, expression, kind)?;
    let failed = |clause: String| {
        let text = expression.text();
        let mut message = format!(
            "The timer '{text}' cannot be set: {clause}. Set the variables it reads, then resolve \
             the incident."
        );
        expression::append_warnings(&mut message, &result.warnings);
        Failure::new(kind, message)
    };
    let too_far = || failed("it would be due beyond the calendar".to_owned());
    match timer {
        bpmn::Timer::Date(_) => {
            let due = date(ctx, &result).map_err(failed)?;
            Ok(Armed { due, repetitions: 1, interval: Str::default() })
        }
        bpmn::Timer::Duration(_) => {
            let interval = interval(&result).map_err(failed)?;
            let due = interval.after(ctx.now, ctx.zone).ok_or_else(too_far)?;
            Ok(Armed { due, repetitions: 1, interval: Str::default() })
        }
        bpmn::Timer::Cycle(_) => {
            let (cycle, interval) = cycle(ctx, &result).map_err(failed)?;
            let due = cycle.first_due(ctx.now, ctx.zone).ok_or_else(too_far)?;
            Ok(Armed { due, repetitions: cycle.repetitions, interval })
        }
    }
}

fn date(ctx: &Ctx<'_>, found: &Evaluated) -> Result<Millis, String> {
    if let Some(due) = found.value.as_epoch_ms(ctx.zone) {
        return Ok(due);
    }
    match found.value.as_str() {
        Some(text) => parse_date(text, ctx.zone).map_err(|it| it.to_string()),
        None => Err(format!("it must be a date and time, but it is '{}'", found.value.type_name())),
    }
}

fn interval(found: &Evaluated) -> Result<Interval, String> {
    if let Some(duration) = found.value.as_duration() {
        let time_ms = duration.seconds.checked_mul(1_000);
        let time_ms = time_ms.and_then(|it| it.checked_add(i64::from(duration.nanos) / 1_000_000));
        let time_ms = time_ms.ok_or("the duration is too long")?;
        return Ok(Interval { months: duration.months, days: duration.days, time_ms });
    }
    match found.value.as_str() {
        Some(text) => text.parse().map_err(|it: bpmn::timer::Malformed| it.to_string()),
        None => Err(format!("it must be a duration, but it is '{}'", found.value.type_name())),
    }
}

fn cycle(ctx: &Ctx<'_>, found: &Evaluated) -> Result<(Cycle, Str), String> {
    let Some(text) = found.value.as_str() else {
        return Err(format!("it must be a cycle, but it is '{}'", found.value.type_name()));
    };
    let cycle = Cycle::parse(text, ctx.zone).map_err(|it| it.to_string())?;
    let interval = text.split_once('/').map_or("", |(_, rest)| rest);
    Ok((cycle, interval.into()))
}

/// Puts out that a timer is gone without having fired.
pub(crate) fn cancel(ctx: &mut Ctx<'_>, at: &At, timer: &Timer) {
    emit(ctx, at, timer, TimerIntent::Canceled);
}

fn emit(ctx: &mut Ctx<'_>, at: &At, timer: &Timer, intent: TimerIntent) {
    let element_id =
        at.process.element(ElementIx(timer.element)).map(|it| it.id.clone()).unwrap_or_default();
    let event = TimerEvent {
        intent,
        origin: at.origin_of(timer.element, element_id, at.element_instance),
        due: timer.due,
        repetitions: timer.repetitions,
        interval: timer.interval.clone(),
    };
    ctx.emit(timer.key, Event::Timer(event));
}

/// Fires a timer that is due.
pub(crate) fn fire(ctx: &mut Ctx<'_>, instance: Key, key: Key) {
    let Some(timer) = ctx.state.instance(instance).and_then(|it| it.timers.get(key)).cloned()
    else {
        return;
    };
    let Some(at) = At::find(ctx, instance, timer.element_instance) else { return };
    let accepts = scope::accepts_events(ctx, &at, ElementIx(timer.element));
    if !accepts {
        cancel(ctx, &at, &timer);
        return;
    }
    emit(ctx, &at, &timer, TimerIntent::Triggered);
    let cause = Cause { kind: CauseKind::Timer, key, ..Cause::default() };
    trigger::trigger(ctx, &at, ElementIx(timer.element), Doc::empty(), cause);
    repeat(ctx, &at, &timer);
}

/// Sets a cycle again: on its grid, or from now if that is past. Missed firings are not made up.
fn repeat(ctx: &mut Ctx<'_>, at: &At, timer: &Timer) {
    let Some(repetitions) = Cycle::remaining(timer.repetitions) else { return };
    if timer.interval.is_empty() {
        return;
    }
    let Ok(cycle) = Cycle::parse(&format!("R/{}", timer.interval), ctx.zone) else { return };
    let Some(due) = cycle.next_due(timer.due, ctx.now, ctx.zone) else { return };
    let key = ctx.next_key();
    let next = Timer { key, due, repetitions, ..timer.clone() };
    emit(ctx, at, &next, TimerIntent::Created);
}
