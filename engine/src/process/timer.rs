//! Timers: when they are due, and what happens then.

use super::at::At;
use super::expression::{self, Failure, Place};
use super::{scope, trigger};
use crate::ctx::Ctx;
use crate::state::instance::Timer;
use bpmn::timer::{Cycle, Plan, Repetition, Starts, unmatched_cron};
use bpmn::{ElementIx, Expression};
use record::{Cause, CauseKind, Event, IncidentType, Key, LOGIC_REFINED, TimerEvent, TimerIntent};
use value::Doc;

/// Evaluates when a timer is due.
pub(crate) fn arm(ctx: &mut Ctx<'_>, place: Place, timer: &bpmn::Timer) -> Result<Plan, Failure> {
    let kind = IncidentType::ExtractValueError;
    let result = expression::evaluate(ctx, place, None, timer.expression(), kind)?;
    // What the model says itself was refused at deployment while it was not understood.
    let is_first = ctx.state.meta.logic() < LOGIC_REFINED;
    let starts = match timer.expression() {
        Expression::Feel(_) if is_first => Starts::Plain,
        Expression::Feel(_) | Expression::Static(_) => Starts::All,
    };
    timer.plan(&result.value, ctx.now, ctx.zone, starts).map_err(|clause| {
        let text = timer.expression().text();
        let cron = matches!(timer, bpmn::Timer::Cycle(_))
            .then(|| unmatched_cron(&result.value, ctx.now, ctx.zone))
            .flatten();
        let mut message = match cron {
            Some(cron) if !is_first => format!(
                "The timer '{text}' can never be due: no date matches the cron expression '{cron}'. \
                 Set the variables it reads so that another one comes out, then resolve the \
                 incident; or deploy a version with another one and migrate the instance to it."
            ),
            _ => format!(
                "The timer '{text}' cannot be set: {clause}. Set the variables it reads, then \
                 resolve the incident."
            ),
        };
        expression::append_warnings(&mut message, &result.warnings);
        Failure::new(kind, message)
    })
}

/// Puts out that a timer is gone without having fired.
pub(crate) fn cancel(ctx: &mut Ctx<'_>, at: &At, timer: &Timer) {
    emit(ctx, at, timer, TimerIntent::Canceled);
}

fn emit(ctx: &mut Ctx<'_>, at: &At, timer: &Timer, intent: TimerIntent) {
    let element_id =
        at.process.event(ElementIx(timer.element)).map(|it| it.id.clone()).unwrap_or_default();
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
    let Ok(repetition) = Repetition::kept(&timer.interval, ctx.zone) else { return };
    let Some(due) = repetition.next_due(timer.due, ctx.now, ctx.zone) else { return };
    let key = ctx.next_key();
    let next = Timer { key, due, repetitions, ..timer.clone() };
    emit(ctx, at, &next, TimerIntent::Created);
}
