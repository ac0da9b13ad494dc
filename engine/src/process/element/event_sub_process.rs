//! Event subprocess: a scope that begins with the trigger of its start event.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::lifecycle;
use crate::state::instance::Trigger;
use bpmn::{ElementIx, Kind};

pub(super) fn activate(ctx: &Ctx<'_>, at: &At, start: ElementIx) -> Next {
    match trigger(ctx, at, start) {
        Some(trigger) => Next::EnterBy(trigger),
        // Nothing begins it but a trigger or a person who asks for it.
        None => Next::Enter(start),
    }
}

/// What began the event subprocess at `at`, as long as it has not entered it. Several may wait for
/// their listeners: each began right after its own trigger.
fn trigger(ctx: &Ctx<'_>, at: &At, start: ElementIx) -> Option<Trigger> {
    let scope = ctx.state.element(at.instance, at.scope)?;
    let before = |it: &&Trigger| it.element == start.0 && it.key < at.element_instance;
    scope.triggers.iter().rfind(before).cloned()
}

/// What began the event subprocess at `at` is used up, although it ends before it could enter it.
pub(crate) fn withdraw(ctx: &mut Ctx<'_>, at: &At) {
    let Kind::EventSubProcess { start } = at.model().kind else { return };
    let Some(trigger) = trigger(ctx, at, start) else { return };
    if let Some(scope) = At::find(ctx, at.instance, at.scope) {
        lifecycle::consume(ctx, &scope, &trigger);
    }
}
