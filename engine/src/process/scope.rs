//! Guards: whether a scope still lets its elements begin, complete or be triggered.

use crate::state::instance::{ElementInstance, ElementState, Instance};
use record::Key;

/// True if an element may be activated inside a scope.
pub(crate) fn lets_activate(instance: &Instance, scope: Key) -> bool {
    instance.element(scope).is_some_and(|it| it.state == ElementState::Activated)
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
