//! Which start events a process or subprocess must have.

use crate::context::Context;
use crate::element;
use crate::outline::{Outline, Part, PartIx};
use crate::part::event;

/// The start events directly inside a scope.
fn starts<'a, 't>(outline: &'a Outline<'t>, scope: PartIx) -> Vec<&'a Part<'t>> {
    outline.inside(scope).filter(|part| &*part.node.name == "startEvent").collect()
}

/// A process needs a start event, or a receive task that begins it, and at most one start event
/// without definition.
pub(crate) fn check_process<'t>(ctx: &mut Context<'t, '_>, process: &Part<'t>) {
    let starts = starts(ctx.outline, process.ix);
    let begins = |part: &Part<'_>| element::is_instantiating(part);
    if starts.is_empty() && !ctx.outline.inside(process.ix).any(begins) {
        let message = format!("The process '{}' has no start event. Add one.", process.label());
        ctx.problem(process, process.node, message);
    }
    let none_starts: Vec<_> = starts.into_iter().filter(|it| event::is_none(it.node)).collect();
    if none_starts.len() > 1 {
        let ids: Vec<_> = none_starts.iter().map(|it| format!("'{}'", it.label())).collect();
        let message = format!(
            "The process '{}' has more than one none start event: {}. At most one is allowed.",
            process.label(),
            ids.join(", ")
        );
        ctx.problem(process, process.node, message);
    }
}

/// The start event of an embedded subprocess: exactly one, without definition.
pub(crate) fn of_sub_process<'t>(
    ctx: &mut Context<'t, '_>,
    sub_process: &Part<'t>,
) -> Option<PartIx> {
    let starts = starts(ctx.outline, sub_process.ix);
    let mut all_none = true;
    for start in starts.iter().filter(|start| !event::is_none(start.node)) {
        all_none = false;
        let message = format!(
            "The start event '{}' is in the embedded subprocess '{}' and has an event definition. \
             Only a none start event is allowed there.",
            start.label(),
            sub_process.label()
        );
        ctx.problem(start, start.node, message);
    }
    let [start] = starts.as_slice() else {
        let message = format!(
            "The subprocess '{}' has {} start event. It needs exactly one.",
            sub_process.label(),
            if starts.is_empty() { "no" } else { "more than one" }
        );
        ctx.problem(sub_process, sub_process.node, message);
        return None;
    };
    all_none.then_some(start.ix)
}

/// The start event of an event subprocess: exactly one, with a definition.
pub(crate) fn of_event_sub_process<'t>(
    ctx: &mut Context<'t, '_>,
    sub_process: &Part<'t>,
) -> Option<PartIx> {
    let starts = starts(ctx.outline, sub_process.ix);
    let [start] = starts.as_slice() else {
        let message = format!(
            "The event subprocess '{}' has {} start event. It needs exactly one.",
            sub_process.label(),
            if starts.is_empty() { "no" } else { "more than one" }
        );
        ctx.problem(sub_process, sub_process.node, message);
        return None;
    };
    Some(start.ix)
}
