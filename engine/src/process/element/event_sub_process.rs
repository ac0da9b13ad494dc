//! Event subprocess: a scope that begins with the trigger of its start event.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use bpmn::ElementIx;

pub(super) fn activate(ctx: &Ctx<'_>, at: &At, start: ElementIx) -> Next {
    let scope = ctx.state.element(at.instance, at.scope);
    let mut triggers = scope.into_iter().flat_map(|it| it.triggers.iter());
    match triggers.find(|it| it.element == start.0) {
        Some(trigger) => Next::EnterBy(trigger.clone()),
        // Nothing begins it but a trigger or a person who asks for it.
        None => Next::Enter(start),
    }
}
