//! Compensation: undoing activities that have completed.
//!
//! ```text
//! activity completes ─▶ Created ─▶ Triggered (its handler begins) ─▶ Completed ─▶ thrower completes
//!                          └─────▶ Deleted, when its scope ends otherwise
//! ```
//!
//! A subprocess in which something can be undone can be undone itself: that links what is inside
//! with the scope around it. All handlers of a compensation run at the same time, in the scope of
//! the event that threw it; they begin in the order in which the activities completed, those inside
//! a subprocess therefore before the handler of the subprocess. What completes after the
//! compensation was thrown is not undone by it.
//!
//! If the handler is an event subprocess inside the subprocess, it decides what of the inside is
//! undone: nothing of it is, but by events that throw a compensation in the handler. It begins with
//! the local variables that the subprocess had when it completed.

use super::at::At;
use super::lifecycle;
use super::step::{Activate, At as StepAt, Step};
use super::{flow, scope};
use crate::ctx::Ctx;
use crate::state::instance::{Compensation, ElementState, Instance, Role};
use bpmn::{ElementIx, Kind, Process, Throw, Undoing};
use record::{
    Cause, CauseKind, CompensationEvent, CompensationIntent, Event, Key, LOGIC_REFINED,
    ProcessInstanceEvent, ProcessInstanceIntent,
};
use std::collections::BTreeMap;
use value::Doc;

/// How many handlers one step begins.
const HANDLERS_PER_STEP: usize = 64;

/// Notes that the completing activity at `at` can be undone, or drops what could be in a scope that
/// ends with it.
pub(crate) fn remember(ctx: &mut Ctx<'_>, at: &At) {
    let process = at.process.clone();
    let model = at.model();
    let is_body = matches!(at.role, Role::Body | Role::AdHocInner);
    let is_sub_process = matches!(model.kind, Kind::SubProcess { .. } | Kind::AdHocSubProcess(_));
    let ends_inside = matches!(model.kind, Kind::Process | Kind::EventSubProcess { .. });
    let is_scope = is_body || is_sub_process || ends_inside;
    let found = ctx.state.instance(at.instance).filter(|_| is_scope);
    let has_inner = found
        .is_some_and(|it| it.compensations.iter().any(|inner| inner.scope == at.element_instance));
    // Each inner instance of a multi-instance activity is undone; the body only links them, and
    // so do the inner instances of an ad-hoc subprocess.
    let undoing = process.undoing(model).filter(|_| !is_body);
    let links = has_inner && (is_body || is_sub_process);
    if !model.for_compensation && (undoing.is_some() || links) {
        note(ctx, at, undoing);
    } else if has_inner {
        drop_inside(ctx, at, at.element_instance, |_| true);
    }
}

/// Notes that the element instance at `at` can be undone: by a handler of its own, or only what is
/// inside it.
pub(crate) fn note(ctx: &mut Ctx<'_>, at: &At, undoing: Option<Undoing>) {
    let found = ctx.state.element(at.instance, at.element_instance);
    let local = found.map(|it| it.variables.doc.clone());
    let keeps = undoing.is_some_and(|it| it.boundary.is_none());
    let key = ctx.next_key();
    let subscription = Compensation {
        key,
        activity: at.element.0,
        activity_instance: at.element_instance,
        scope: at.scope,
        handler: undoing.map_or(0, |it| it.handler.0),
        variables: local.filter(|_| keeps).unwrap_or_default(),
        ..Compensation::default()
    };
    emit(ctx, at, &subscription, CompensationIntent::Created);
}

/// The element instance at `at` is being ended: what could be undone in it cannot any more, and
/// what it was undoing stays as it is.
pub(crate) fn abort(ctx: &mut Ctx<'_>, at: &At) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let thrown: Vec<_> = found
        .compensations
        .iter()
        .filter(|it| it.thrower == at.element_instance)
        .cloned()
        .collect();
    let is_kept = found.compensations.iter().any(|it| it.activity_instance == at.element_instance);
    for it in thrown {
        emit(ctx, at, &it, CompensationIntent::Deleted);
        drop_left(ctx, at, &it);
    }
    if !is_kept {
        drop_inside(ctx, at, at.element_instance, |_| true);
    }
}

/// Drops what an event subprocess has left inside the subprocess that it undid.
fn drop_left(ctx: &mut Ctx<'_>, at: &At, undone: &Compensation) {
    if decides(&at.process, undone) {
        drop_inside(ctx, at, undone.activity_instance, |it| it.thrower.is_none());
    }
}

fn drop_inside(ctx: &mut Ctx<'_>, at: &At, scope: Key, is_meant: fn(&Compensation) -> bool) {
    let mut scopes = vec![scope];
    while let Some(scope) = scopes.pop() {
        let Some(found) = ctx.state.instance(at.instance) else { return };
        let inside: Vec<_> =
            found.compensations.iter().filter(|it| it.scope == scope).cloned().collect();
        for it in inside {
            scopes.push(it.activity_instance);
            if is_meant(&it) {
                emit(ctx, at, &it, CompensationIntent::Deleted);
            }
        }
    }
}

/// True if the handler is an event subprocess, which decides what is undone of what is inside.
fn decides(process: &Process, it: &Compensation) -> bool {
    let handler = process.element(ElementIx(it.handler));
    handler.is_some_and(|it| matches!(it.kind, Kind::EventSubProcess { .. }))
}

/// True if the event at `at` has something to undo.
pub(crate) fn has_any(ctx: &Ctx<'_>, at: &At) -> bool {
    !next(ctx, at, 1).is_empty()
}

/// What the event at `at` has still to undo, oldest first, at most so many.
fn next(ctx: &Ctx<'_>, at: &At, at_most: usize) -> Vec<Compensation> {
    let Some(instance) = ctx.state.instance(at.instance) else { return Vec::new() };
    // Once a transaction is canceled, nothing completes in it any more.
    let is_canceling = matches!(at.model().kind, Kind::EndEvent(Throw::Cancel));
    let is_early = |it: &Compensation| is_canceling || it.key < at.element_instance;
    // The first version took what is inside a subprocess that completed too late.
    let takes_inside = ctx.state.meta.logic() < LOGIC_REFINED;
    let all = &instance.compensations;
    let by_instance: BTreeMap<Key, &Compensation> =
        all.iter().map(|it| (it.activity_instance, it)).collect();
    let around = around(instance, at);
    let is_meant = |it: &&Compensation| {
        let mut top = *it;
        while top.scope != at.scope && Some(top.scope) != around {
            match by_instance.get(&top.scope) {
                Some(outer)
                    if !decides(&at.process, outer) && (takes_inside || is_early(outer)) =>
                {
                    top = outer;
                }
                _ => return false,
            }
        }
        at.model().kind.undoes(ElementIx(top.activity))
    };
    let waiting = all.iter().filter(|it| it.thrower.is_none() && is_early(it));
    waiting.filter(is_meant).take(at_most).cloned().collect()
}

/// What the event at `at` undoes besides what completed in its own scope: in an event subprocess,
/// what completed in the scope around it or, if it undoes a subprocess, in that.
fn around(instance: &Instance, at: &At) -> Option<Key> {
    let scope = instance.element(at.scope)?;
    let model = at.process.element(ElementIx(scope.element))?;
    if !matches!(model.kind, Kind::EventSubProcess { .. }) {
        return None;
    }
    let mut undone = instance.compensations.iter();
    let undone = undone.find(|it| it.handler_instance == scope.key).map(|it| it.activity_instance);
    let is_placed = |it: &Key| instance.element(*it).is_some_and(|it| it.element == model.scope.0);
    undone.or_else(|| Some(scope.scope).filter(is_placed))
}

/// Begins the next handlers, then the step again.
pub(crate) fn go_on(ctx: &mut Ctx<'_>, step: &StepAt) {
    let Some(found) = ctx.state.instance(step.instance) else { return };
    let Some(element) = found.element(step.element_instance) else { return };
    if element.state != ElementState::Activated || !scope::lets_complete(found, element) {
        return;
    }
    let Some(at) = At::find(ctx, step.instance, step.element_instance) else { return };
    let subscriptions = next(ctx, &at, HANDLERS_PER_STEP);
    let is_last = subscriptions.len() < HANDLERS_PER_STEP;
    for subscription in subscriptions {
        begin(ctx, &at, &subscription);
    }
    if is_last {
        settle(ctx, &at);
    } else {
        ctx.then(Step::Compensate(at.step()));
    }
}

/// Begins the handler of what the event at `at` undoes, in the scope of the event.
fn begin(ctx: &mut Ctx<'_>, at: &At, subscription: &Compensation) {
    let thrower = at.element_instance;
    if subscription.handler == 0 {
        let triggered = Compensation { thrower, ..subscription.clone() };
        emit(ctx, at, &triggered, CompensationIntent::Triggered);
        return;
    }
    let cause = Cause { kind: CauseKind::Compensation, key: thrower, ..Cause::default() };
    pass_boundary(ctx, at, subscription, &cause);
    let handler_instance = ctx.next_key();
    let handler = subscription.handler;
    let triggered = Compensation { handler_instance, thrower, ..subscription.clone() };
    emit(ctx, at, &triggered, CompensationIntent::Triggered);
    let activate = Activate {
        instance: at.instance,
        scope: at.scope,
        element: handler,
        from_flow: false,
        cause,
        variables: if decides(&at.process, subscription) {
            subscription.variables.clone()
        } else {
            Doc::empty()
        },
        passed: 0,
    };
    lifecycle::activate_as(ctx, activate, Some(handler_instance));
}

/// The boundary event of an activity that is undone begins and ends in one go.
fn pass_boundary(ctx: &mut Ctx<'_>, at: &At, subscription: &Compensation, cause: &Cause) {
    let process = at.process.clone();
    let activity = process.element(ElementIx(subscription.activity));
    let undoing = activity.and_then(|it| process.undoing(it));
    let Some(boundary) = undoing.and_then(|it| it.boundary) else { return };
    let key = ctx.next_key();
    let event_at = at.moved(boundary, key, at.scope);
    let activating = ProcessInstanceEvent {
        cause: Some(Box::new(cause.clone())),
        ..event_at.event(ProcessInstanceIntent::ElementActivating)
    };
    ctx.emit(key, Event::ProcessInstance(activating));
    flow::transition(ctx, &event_at, ProcessInstanceIntent::ElementActivated);
    flow::transition(ctx, &event_at, ProcessInstanceIntent::ElementCompleting);
    flow::transition(ctx, &event_at, ProcessInstanceIntent::ElementCompleted);
}

/// The handler at `at` has completed: so does the event that threw the compensation, if it was the
/// last.
pub(crate) fn handled(ctx: &mut Ctx<'_>, at: &At) {
    if let Some(subscription) = handled_by(ctx, at) {
        end(ctx, at, &subscription, CompensationIntent::Completed);
    }
}

/// The handler at `at` was terminated alone: what it was undoing stays as it is, and the event that
/// threw the compensation waits for the others only. In a scope that ends, it ends by itself.
pub(crate) fn given_up(ctx: &mut Ctx<'_>, at: &At) {
    let Some(subscription) = handled_by(ctx, at) else { return };
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let thrower = found.element(subscription.thrower);
    if thrower.is_some_and(|it| scope::lets_complete(found, it)) {
        end(ctx, at, &subscription, CompensationIntent::Deleted);
    }
}

/// What the handler at `at` undoes.
fn handled_by(ctx: &Ctx<'_>, at: &At) -> Option<Compensation> {
    let all = &ctx.state.instance(at.instance)?.compensations;
    all.iter().find(|it| it.handler_instance == at.element_instance).cloned()
}

/// Ends what was to be undone, and with the last of it the event that threw the compensation.
fn end(ctx: &mut Ctx<'_>, at: &At, subscription: &Compensation, how: CompensationIntent) {
    emit(ctx, at, subscription, how);
    drop_left(ctx, at, subscription);
    if let Some(thrower) = At::find(ctx, at.instance, subscription.thrower)
        && !has_any(ctx, &thrower)
    {
        settle(ctx, &thrower);
    }
}

/// Ends what has no handler of its own and nothing left inside, then the event at `at`, if nothing
/// is left that it undoes.
fn settle(ctx: &mut Ctx<'_>, at: &At) {
    while let Some(done) = next_done(ctx, at) {
        emit(ctx, at, &done, CompensationIntent::Completed);
    }
    let found = ctx.state.instance(at.instance);
    let is_left = |it: &Instance| {
        it.compensations.iter().any(|subscription| subscription.thrower == at.element_instance)
    };
    if found.is_some_and(|it| !is_left(it)) {
        ctx.then(Step::Complete(at.step()));
    }
}

/// What the event at `at` undoes, has no handler of its own, and nothing left inside.
fn next_done(ctx: &Ctx<'_>, at: &At) -> Option<Compensation> {
    let all = &ctx.state.instance(at.instance)?.compensations;
    let mut thrown = all.iter().filter(|it| it.thrower == at.element_instance);
    let is_empty = |scope: Key| !all.iter().any(|inner| inner.scope == scope);
    thrown.find(|it| it.handler == 0 && is_empty(it.activity_instance)).cloned()
}

/// Puts out a change of what can be undone. `at` is any place in its instance.
pub(crate) fn emit(ctx: &mut Ctx<'_>, at: &At, it: &Compensation, intent: CompensationIntent) {
    let id =
        |ix: u32| at.process.element(ElementIx(ix)).map(|it| it.id.clone()).unwrap_or_default();
    let thrower = ctx.state.element(at.instance, it.thrower).map_or(0, |it| it.element);
    let event = CompensationEvent {
        intent,
        origin: at.origin_of(it.activity, id(it.activity), it.activity_instance),
        scope: it.scope,
        handler: it.handler,
        handler_id: id(it.handler),
        handler_instance: it.handler_instance,
        thrower: it.thrower,
        thrower_id: id(thrower),
        variables: if intent == CompensationIntent::Created {
            it.variables.clone()
        } else {
            Doc::empty()
        },
    };
    ctx.emit(it.key, Event::CompensationSubscription(event));
}
