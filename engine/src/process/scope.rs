//! Guards: whether a scope still lets its elements begin, complete or be triggered.

use super::at::At;
use crate::ctx::Ctx;
use crate::state::instance::{ElementInstance, ElementState, Instance};
use record::Key;

/// True if an element may be activated inside a scope.
pub(crate) fn lets_activate(instance: &Instance, scope: Key) -> bool {
    instance.element(scope).is_some_and(|it| it.state == ElementState::Activated)
}

/// True unless the element at `at` joins flows and one of them has no token yet. Tokens that wait
/// are kept: the last one activates the gateway, which takes one of each flow.
pub(crate) fn has_all_tokens(ctx: &Ctx<'_>, at: &At) -> bool {
    let model = at.model();
    let arrived = || {
        let instance = ctx.state.instance(at.instance);
        instance.map_or(0, |it| it.flows_arrived(at.scope, model.ix.0))
    };
    !model.joins() || arrived() == model.incoming as usize
}

/// True if an element instance may complete: it is active, or was stopped while completing, and
/// its scope is active.
pub(crate) fn lets_complete(instance: &Instance, element: &ElementInstance) -> bool {
    let is_ready = matches!(element.state, ElementState::Activated | ElementState::Completing);
    let scope_is_active = element.scope.is_none() || lets_activate(instance, element.scope);
    is_ready && scope_is_active
}

/// True if an event of an element instance may still be triggered: it and its scope are active,
/// and no interrupting event was triggered before.
pub(crate) fn accepts_events(instance: &Instance, element_instance: Key) -> bool {
    instance.element(element_instance).is_some_and(|it| {
        let scope_is_active = it.scope.is_none() || lets_activate(instance, it.scope);
        it.state == ElementState::Activated && it.triggers.is_empty() && scope_is_active
    })
}
