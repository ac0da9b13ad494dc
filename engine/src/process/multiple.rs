//! Events that wait for all of several things: what has happened is kept until the last of it has.
//!
//! ```text
//! definition happens ─▶ Triggering, of so many (kept) … ─▶ the last ─▶ each Triggered (let go of)
//!    ─▶ the event is triggered, with the variables of all in the order in which they came
//! ```

use super::at::At;
use super::subscribe;
use crate::ctx::Ctx;
use crate::state::instance::Trigger;
use bpmn::{Element, ElementIx, Multiple};
use record::{Cause, Event, ProcessEventEvent, ProcessEventIntent};
use value::Doc;

/// One of the definitions happened of an event of the element instance at `at`, or of that itself.
/// Gives what all of them brought when it was the last.
pub(crate) fn arrive(
    ctx: &mut Ctx<'_>,
    at: &At,
    (event, multiple): (&Element, &Multiple),
    definition: ElementIx,
    (variables, cause): (Doc, Cause),
) -> Option<Doc> {
    let key = ctx.next_key();
    let part = Trigger { key, element: definition.0, variables, cause };
    keep(ctx, at, (event, multiple), &part);
    subscribe::close_one(ctx, at, definition);
    let all = kept(ctx, at, multiple);
    if all.len() < multiple.definitions.len() {
        return None;
    }
    for it in &all {
        let_go(ctx, at, (event, multiple), it);
    }
    Some(all.iter().fold(Doc::empty(), |all, it| all.merge(&it.variables)))
}

/// What has happened of an event of the element instance at `at`, oldest first.
fn kept(ctx: &Ctx<'_>, at: &At, multiple: &Multiple) -> Vec<Trigger> {
    let element = ctx.state.element(at.instance, at.element_instance);
    let parts = element.map(|it| &*it.parts).unwrap_or_default();
    let is_meant = |it: &&Trigger| multiple.position(ElementIx(it.element)).is_some();
    parts.iter().filter(is_meant).cloned().collect()
}

/// Puts out that a definition has happened, and how many are still waited for.
pub(crate) fn keep(
    ctx: &mut Ctx<'_>,
    at: &At,
    (event, multiple): (&Element, &Multiple),
    part: &Trigger,
) {
    let before = kept(ctx, at, multiple).len();
    let left = multiple.definitions.len().saturating_sub(before + 1);
    let it = ProcessEventEvent {
        variables: part.variables.clone(),
        parts_left: u32::try_from(left).unwrap_or(u32::MAX),
        ..change(at, (event, multiple), part, ProcessEventIntent::Triggering)
    };
    ctx.emit(part.key, Event::ProcessEvent(it));
}

/// Puts out that what has happened is kept no longer: all has, or the event waits elsewhere now.
pub(crate) fn let_go(
    ctx: &mut Ctx<'_>,
    at: &At,
    (event, multiple): (&Element, &Multiple),
    part: &Trigger,
) {
    let it = change(at, (event, multiple), part, ProcessEventIntent::Triggered);
    ctx.emit(part.key, Event::ProcessEvent(it));
}

fn change(
    at: &At,
    (event, multiple): (&Element, &Multiple),
    part: &Trigger,
    intent: ProcessEventIntent,
) -> ProcessEventEvent {
    ProcessEventEvent {
        intent,
        origin: at.origin_of(part.element, event.id.clone(), at.element_instance),
        scope: at.element_instance,
        cause: part.cause.clone(),
        part_of: u32::try_from(multiple.definitions.len()).unwrap_or(u32::MAX),
        ..ProcessEventEvent::default()
    }
}
