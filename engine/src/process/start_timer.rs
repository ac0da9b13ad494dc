//! Timers that start instances: set when the latest version of a process is deployed, without
//! variables, and gone when a newer one is.

use super::expression::Place;
use super::instance::{Beginning, begin};
use super::timer;
use crate::ctx::Ctx;
use crate::state::definition::StartTimer;
use crate::state::instance::Caller;
use bpmn::timer::{Cycle, Plan, Repetition};
use bpmn::{ElementIx, Expression};
use record::{
    Cause, CauseKind, Event, Key, Labels, Origin, TimerEvent, TimerIntent, TimerKind, TimerStart,
};
use value::{Doc, Str};

/// Evaluates when a timer start event is due.
///
/// # Errors
/// A sentence that says why it cannot be set.
pub(crate) fn arm(ctx: &mut Ctx<'_>, start: &TimerStart) -> Result<Plan, String> {
    let of = |fault: String| {
        format!(
            "The timer '{}' of the start event '{}' {fault}",
            start.expression, start.element_id
        )
    };
    let expression = Expression::of_timer(&start.expression).map_err(of)?;
    let timer = match start.kind {
        TimerKind::Date => bpmn::Timer::Date(expression),
        TimerKind::Duration => bpmn::Timer::Duration(expression),
        TimerKind::Cycle => bpmn::Timer::Cycle(expression),
    };
    let nowhere = Place { instance: Key::NONE, scope: Key::NONE };
    timer::arm(ctx, nowhere, &timer)
        .map_err(|it| of(format!("cannot be set without variables. {}", it.message)))
}

/// Sets a timer start event.
pub(crate) fn open(ctx: &mut Ctx<'_>, origin: Origin, plan: Plan) {
    let key = ctx.next_key();
    let event = TimerEvent {
        intent: TimerIntent::Created,
        origin,
        due: plan.due_ms,
        repetitions: plan.repetitions,
        interval: plan.interval,
    };
    ctx.emit(key, Event::Timer(event));
}

/// Cancels the timers of the start events of a definition.
pub(crate) fn close(ctx: &mut Ctx<'_>, definition: Key) {
    let timers = ctx.state.start_timers.iter().map(|(_, it)| it);
    let open: Vec<_> = timers.filter(|it| it.definition == definition).cloned().collect();
    for timer in open {
        emit(ctx, &timer, TimerIntent::Canceled, timer.origin());
    }
}

fn emit(ctx: &mut Ctx<'_>, timer: &StartTimer, intent: TimerIntent, origin: Origin) {
    let event = TimerEvent {
        intent,
        origin,
        due: timer.due,
        repetitions: timer.repetitions,
        interval: timer.interval.clone(),
    };
    ctx.emit(timer.key, Event::Timer(event));
}

/// Starts an instance with a timer that is due, and sets a cycle again.
pub(crate) fn fire(ctx: &mut Ctx<'_>, key: Key) {
    let Some(timer) = ctx.state.start_timers.get(&key).cloned() else { return };
    let Some(process) = ctx.graph(timer.definition) else {
        pass_over(ctx, key);
        return;
    };
    let instance = ctx.next_key();
    emit(ctx, &timer, TimerIntent::Triggered, Origin { instance, ..timer.origin() });
    let beginning = Beginning {
        definition: timer.definition,
        version: timer.version,
        process,
        instance,
        start: ElementIx(timer.element),
        cause: Cause { kind: CauseKind::Timer, key, ..Cause::default() },
        variables: Doc::empty(),
        start_lock: Str::default(),
        caller: Caller::default(),
        labels: Labels::default(),
    };
    begin(ctx, beginning);
    repeat(ctx, &timer);
}

/// Passes over a timer that is due and whose instance cannot be started, and sets a cycle again.
pub(crate) fn pass_over(ctx: &mut Ctx<'_>, key: Key) {
    let Some(timer) = ctx.state.start_timers.get(&key).cloned() else { return };
    emit(ctx, &timer, TimerIntent::Canceled, timer.origin());
    repeat(ctx, &timer);
}

/// Sets a cycle again: on its grid, or from now if that is past. Missed firings are not made up.
fn repeat(ctx: &mut Ctx<'_>, timer: &StartTimer) {
    let Some(repetitions) = Cycle::remaining(timer.repetitions) else { return };
    if timer.interval.is_empty() {
        return;
    }
    let Ok(repetition) = Repetition::kept(&timer.interval, ctx.zone) else { return };
    let Some(due) = repetition.next_due(timer.due, ctx.now, ctx.zone) else { return };
    let key = ctx.next_key();
    let next = StartTimer { key, due, repetitions, ..timer.clone() };
    emit(ctx, &next, TimerIntent::Created, timer.origin());
}
