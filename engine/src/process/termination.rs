//! Ending element instances from outside: children first, in slices.

use super::at::At;
use super::element::event_sub_process;
use super::step::{Step, Terminate, TerminateChildren};
use super::{
    call, compensation, execution_listener, flow, incident, job, scope, subscribe, suspension,
    transaction, trigger, user_task,
};
use crate::ctx::Ctx;
use crate::state::instance::{ElementInstance, ElementState, Role, Trigger};
use bpmn::{Element, ElementIx, Kind, Throw};
use record::{Cause, CauseKind, Key, LOGIC_REFINED, ProcessInstanceIntent};

/// How many children one step tells to terminate.
const CHILDREN_PER_STEP: usize = 64;

/// Terminates an element instance, after its children.
pub(crate) fn terminate(ctx: &mut Ctx<'_>, step: &Terminate) {
    let Some(element) = ctx.state.element(step.instance, step.element_instance) else { return };
    if element.state == ElementState::Terminating {
        return;
    }
    let has_children = element.children > 0;
    let called = element.called;
    let is_entered = element.state != ElementState::Activating;
    let Some(at) = At::find(ctx, step.instance, step.element_instance) else { return };
    let cause = Some(step.cause.clone());
    let kept = suspension::endings(ctx, &at);
    flow::explain(ctx, &at, ProcessInstanceIntent::ElementTerminating, cause, Vec::new());
    ctx.steps.push_stored(&kept);
    subscribe::close_all(ctx, &at);
    job::cancel_of(ctx, &at);
    incident::resolve_of(ctx, &at);
    compensation::abort(ctx, &at);
    if !is_entered {
        event_sub_process::withdraw(ctx, &at);
    }
    let listeners_are_asked = user_task::cancel_of(ctx, &at);
    if !called.is_none() {
        // It ends when what it called has ended.
        call::terminate(ctx, &at, called);
    } else if has_children {
        ctx.then(Step::TerminateChildren(TerminateChildren {
            instance: at.instance,
            scope: at.element_instance,
            after: Key::NONE,
            before: Key::NONE,
            except: Key::NONE,
            cause: Cause { kind: CauseKind::Scope, key: at.element_instance, ..Cause::default() },
        }));
    } else if !listeners_are_asked {
        finish(ctx, at);
    }
}

/// Tells the next children of a terminating scope to terminate.
pub(crate) fn terminate_children(ctx: &mut Ctx<'_>, step: &TerminateChildren) {
    let children =
        ctx.state.children_after(step.instance, step.scope, step.after, CHILDREN_PER_STEP);
    let Some(&last) = children.last() else { return };
    let is_before = |it: Key| step.before.is_none() || it < step.before;
    for element_instance in children.iter().filter(|it| is_before(**it) && **it != step.except) {
        ctx.then(Step::Terminate(Terminate {
            instance: step.instance,
            element_instance: *element_instance,
            cause: step.cause.clone(),
        }));
    }
    if children.len() == CHILDREN_PER_STEP && is_before(last) {
        ctx.then(Step::TerminateChildren(TerminateChildren { after: last, ..step.clone() }));
    }
}

/// What interrupts an element instance: its place is that of a boundary event when it has ended.
pub(crate) fn interrupter<'a>(
    model: &Element,
    element: &'a ElementInstance,
) -> Option<&'a Trigger> {
    element.triggers.iter().find(|it| model.boundary_events.contains(&ElementIx(it.element)))
}

/// Ends a terminating element instance that has no children, then every enclosing scope that
/// waited for it.
pub(crate) fn finish(ctx: &mut Ctx<'_>, at: At) {
    let mut at = at;
    loop {
        let element = ctx.state.element(at.instance, at.element_instance);
        let interrupted_by = element.and_then(|it| interrupter(at.model(), it)).cloned();
        if at.scope.is_none() {
            execution_listener::end_terminated(ctx, &at);
            return;
        }
        flow::transition(ctx, &at, ProcessInstanceIntent::ElementTerminated);
        if at.model().for_compensation && at.role != Role::Inner {
            compensation::given_up(ctx, &at);
        }
        if matches!(at.model().kind, Kind::EndEvent(Throw::Cancel)) {
            transaction::given_up(ctx, &at);
        }
        let Some(found) = ctx.state.instance(at.instance) else { return };
        if let Some(trigger) = interrupted_by
            && scope::lets_activate(found, at.scope, trigger.element)
        {
            trigger::begin_event(ctx, &at, &trigger);
            return;
        }
        let Some(parent) = found.element(at.scope) else { return };
        let waits = parent.state == ElementState::Terminating && parent.children == 0;
        if !waits {
            flow::end_path(ctx, at.instance, at.scope);
            return;
        }
        let Some(parent) = At::find(ctx, at.instance, at.scope) else { return };
        at = parent;
    }
}

/// Completes a terminate end event: everything else in its scope ends, then the scope completes.
pub(crate) fn end_scope(ctx: &mut Ctx<'_>, at: &At) {
    flow::interrupting_end(ctx, at);
    let children = ctx.state.element(at.instance, at.scope).map_or(0, |it| it.children);
    if children == 0 {
        flow::end_path(ctx, at.instance, at.scope);
        return;
    }
    // The scope begins no event subprocess any more, however long its elements take to end.
    if ctx.state.meta.logic() >= LOGIC_REFINED
        && let Some(scope) = At::find(ctx, at.instance, at.scope)
    {
        subscribe::close_inside(ctx, &scope);
    }
    ctx.then(Step::TerminateChildren(TerminateChildren {
        instance: at.instance,
        scope: at.scope,
        after: Key::NONE,
        before: Key::NONE,
        except: Key::NONE,
        cause: Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() },
    }));
}
