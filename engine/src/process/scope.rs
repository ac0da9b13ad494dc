//! Guards: whether a scope still lets its elements begin, complete or be triggered.

use super::at::At;
use super::complex::{self, Taking};
use super::{join, termination};
use crate::ctx::Ctx;
use crate::state::instance::{ElementInstance, ElementState, Instance};
use bpmn::{Element, ElementIx, Process};
use record::{Cause, Key};

/// True if an element, by its ordinal, may be active inside a scope: the scope is, and has not been
/// interrupted by another one.
pub(crate) fn lets_activate(instance: &Instance, scope: Key, element: u32) -> bool {
    if instance.is_over() {
        return false;
    }
    instance.element(scope).is_some_and(|it| {
        let makes_way = it.interrupted_by != 0 && it.interrupted_by != element;
        let is_active = it.state == ElementState::Activated;
        is_active && (!makes_way || undoes_for(instance, it, element))
    })
}

/// True if an element undoes something for the event that everything else in the scope made way
/// for: a cancel end event.
fn undoes_for(instance: &Instance, scope: &ElementInstance, element: u32) -> bool {
    let mut undone = instance.compensations.iter().filter(|it| it.handler == element);
    undone.any(|it| {
        let thrower = instance.element(it.thrower);
        thrower.is_some_and(|it| it.scope == scope.key && it.element == scope.interrupted_by)
    })
}

/// True if an element instance gives way to something that goes on when it has ended: a boundary
/// event of its own, or what interrupted the scope around it. It may wait for that, being asked by a
/// listener or having something inside that is.
pub(crate) fn gives_way(instance: &Instance, process: &Process, element: &ElementInstance) -> bool {
    is_interrupted_by_its_own(process, element) || makes_way(instance, element)
}

/// True if a boundary event of its own has interrupted an element instance.
pub(crate) fn is_interrupted_by_its_own(process: &Process, element: &ElementInstance) -> bool {
    let model = process.element(ElementIx(element.element));
    model.is_some_and(|model| termination::interrupter(model, element).is_some())
}

/// True if something else in the scope around an element instance has interrupted that: it is alike
/// for all instances of the element there.
pub(crate) fn makes_way(instance: &Instance, element: &ElementInstance) -> bool {
    instance.element(element.scope).is_some_and(|scope| {
        scope.interrupted_by != 0
            && scope.interrupted_by != element.element
            && !undoes_for(instance, scope, element.element)
    })
}

/// True if something in a scope has made everything else there give way: no token is on its way in
/// it any more, not even to that element.
pub(crate) fn is_interrupted(instance: &Instance, scope: Key) -> bool {
    instance.element(scope).is_some_and(|it| it.interrupted_by != 0)
}

/// True if the scope around an element instance is active, and has not been interrupted by another
/// one.
pub(crate) fn lets_go_on(instance: &Instance, element: &ElementInstance) -> bool {
    element.scope.is_none() || lets_activate(instance, element.scope, element.element)
}

/// Finds out what the element at `at` takes of the tokens that have come to it; `None` if it joins
/// flows and waits for more. Tokens that wait are kept: the last one activates the gateway, which
/// takes one of each flow.
pub(crate) fn taking(ctx: &mut Ctx<'_>, at: &At, cause: &Cause) -> Option<Taking> {
    if at.model().kind.activation().is_some() {
        return complex::turn(ctx, at, cause);
    }
    has_all_tokens(ctx, at).then(Taking::default)
}

/// True unless the element at `at` joins flows and one of them has no token yet, or one can still
/// arrive.
fn has_all_tokens(ctx: &Ctx<'_>, at: &At) -> bool {
    let model = at.model();
    let arrived = || {
        let instance = ctx.state.instance(at.instance);
        instance.map_or(0, |it| it.flows_arrived(at.scope, model.ix.0))
    };
    !model.joins() || arrived() == model.incoming as usize || join::is_next(ctx, at)
}

/// True if an element instance may complete: it is active, or was stopped while completing, and
/// its scope is active.
pub(crate) fn lets_complete(instance: &Instance, element: &ElementInstance) -> bool {
    let is_ready = matches!(element.state, ElementState::Activated | ElementState::Completing);
    is_ready && lets_go_on(instance, element)
}

/// True if `target` may be triggered at the element instance at `at`: that and its scope are
/// active, and no interrupting event was triggered before. An interrupting event subprocess stops
/// the others of its scope, but not the boundary events around it.
pub(crate) fn accepts_events(ctx: &Ctx<'_>, at: &At, target: ElementIx) -> bool {
    let Some(instance) = ctx.state.instance(at.instance) else { return false };
    let Some(element) = instance.element(at.element_instance) else { return false };
    let model = at.model();
    let target = at.process.event(target).map_or(target, |event| event.ix);
    let is_active = element.state == ElementState::Activated && lets_go_on(instance, element);
    let is_taken = element.triggers.iter().any(|it| !is_inside(model, ElementIx(it.element)));
    let makes_way = is_inside(model, target) && element.interrupted_by != 0;
    is_active && !is_taken && !makes_way
}

/// True if an event is the start event of an event subprocess directly inside an element.
pub(crate) fn is_inside(model: &Element, event: ElementIx) -> bool {
    model.event_starts.contains(&event)
}
