//! Canceling a transaction.
//!
//! ```text
//! cancel end event ─▶ everything else in its transaction ends ─▶ what has completed is undone
//!    ─▶ the event completes ─▶ the transaction ends ─▶ its cancel boundary event
//! ```
//!
//! What is undone includes what has completed in subprocesses that had not completed themselves when
//! they were ended. Errors and other events that end a transaction undo nothing.

use super::at::At;
use super::step::{Step, TerminateChildren};
use super::{compensation, flow, scope, subscribe, trigger};
use crate::ctx::Ctx;
use crate::state::instance::{ElementInstance, ElementState, Instance};
use bpmn::{ElementIx, Kind, Process, Throw};
use record::{Cause, CauseKind, Event, Key, ProcessInstanceEvent, ProcessInstanceIntent};
use std::collections::BTreeSet;
use value::Doc;

/// Activates the cancel end event at `at`: everything else in its transaction ends first.
pub(crate) fn begin(ctx: &mut Ctx<'_>, at: &At) {
    let Some(transaction) = At::find(ctx, at.instance, at.scope) else { return };
    // Another token came to a cancel end event before, and ends this one.
    let found = ctx.state.instance(at.instance);
    if found.is_some_and(|it| scope::is_interrupted(it, at.scope)) {
        return;
    }
    let activated = ProcessInstanceEvent {
        interrupts: true,
        ..at.event(ProcessInstanceIntent::ElementActivated)
    };
    ctx.emit(at.element_instance, Event::ProcessInstance(activated));
    subscribe::close_inside(ctx, &transaction);
    keep_inside(ctx, &transaction);
    let children = ctx.state.element(at.instance, at.scope).map_or(0, |it| it.children);
    if children > 1 {
        end_children(ctx, at, at.element_instance);
    } else {
        ctx.then(Step::Compensate(at.step()));
    }
}

fn end_children(ctx: &mut Ctx<'_>, at: &At, except: Key) {
    ctx.then(Step::TerminateChildren(TerminateChildren {
        instance: at.instance,
        scope: at.scope,
        after: Key::NONE,
        before: Key::NONE,
        except,
        cause: cause(at),
    }));
}

fn cause(at: &At) -> Cause {
    Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() }
}

/// Links what has completed in the active scopes inside the transaction at `at` with it, as if these
/// scopes had completed: they end now.
fn keep_inside(ctx: &mut Ctx<'_>, at: &At) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let mut scopes = BTreeSet::new();
    for it in found.compensations.iter().filter(|it| it.thrower.is_none()) {
        scopes.extend(scopes_between(found, &at.process, it.scope, at.element_instance));
    }
    for scope in scopes {
        if let Some(scope) = At::find(ctx, at.instance, scope) {
            compensation::note(ctx, &scope, None);
        }
    }
}

/// The active scopes from one outwards to a transaction; none if it is not in that, or belongs to
/// what undoes something.
fn scopes_between(
    instance: &Instance,
    process: &Process,
    scope: Key,
    transaction: Key,
) -> Vec<Key> {
    let mut scopes = Vec::new();
    let mut current = scope;
    while current != transaction {
        let Some(element) = instance.element(current) else { return Vec::new() };
        let model = process.element(ElementIx(element.element));
        if model.is_none_or(|it| it.for_compensation) {
            return Vec::new();
        }
        scopes.push(current);
        current = element.scope;
    }
    scopes
}

/// Something ended in a scope: if it is a transaction that is being canceled and nothing else is
/// left in it, what has completed is undone.
pub(crate) fn go_on(ctx: &mut Ctx<'_>, instance: Key, scope: Key) {
    let Some(element) = ctx.state.element(instance, scope) else { return };
    if element.interrupted_by == 0 || element.children != 1 || element.tokens > 0 {
        return;
    }
    let last = ctx.state.children_after(instance, scope, Key::NONE, 1);
    let Some(at) = last.first().and_then(|it| At::find(ctx, instance, *it)) else { return };
    let found = ctx.state.element(instance, at.element_instance);
    if found.is_some_and(|it| is_canceling(&at.process, it)) {
        ctx.then(Step::Compensate(at.step()));
    }
}

fn is_canceling(process: &Process, element: &ElementInstance) -> bool {
    let model = process.element(ElementIx(element.element));
    let is_event = model.is_some_and(|it| matches!(it.kind, Kind::EndEvent(Throw::Cancel)));
    is_event && matches!(element.state, ElementState::Activated | ElementState::Completing)
}

/// Completes the cancel end event at `at`: its transaction ends, and goes on at its boundary event.
pub(crate) fn end(ctx: &mut Ctx<'_>, at: &At) {
    flow::transition(ctx, at, ProcessInstanceIntent::ElementCompleted);
    let Some(transaction) = At::find(ctx, at.instance, at.scope) else { return };
    let Some(event) = transaction.process.cancel_event(transaction.model()) else { return };
    if scope::accepts_events(ctx, &transaction, event) {
        trigger::trigger(ctx, &transaction, event, Doc::empty(), cause(at));
    }
}

/// The cancel end event at `at` was terminated alone: nobody asks any more for what is left to be
/// undone, and what undoes it ends as well.
pub(crate) fn given_up(ctx: &mut Ctx<'_>, at: &At) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let Some(scope) = found.element(at.scope) else { return };
    let cancels = |it: &ElementInstance| it.scope == scope.key && is_canceling(&at.process, it);
    let is_left = scope.children > 0 && !found.elements.iter().any(cancels);
    let is_open = scope.state == ElementState::Activated;
    let was_canceled = scope.interrupted_by == at.element.0;
    if is_open && was_canceled && is_left {
        end_children(ctx, at, Key::NONE);
    }
}
