//! No two events that wait side by side may wait for the same thing: which of them was meant could
//! not be told.

use std::collections::BTreeMap;

use crate::assemble::ReadPart;
use crate::context::Context;
use crate::graph::{BoundaryEvent, Kind, StartEvent, Trigger};
use crate::outline::{Outline, Part, PartIx};

/// Reports events that wait side by side for the same message or signal name, or the same code:
/// start events of the process, boundary events of one activity, event subprocesses of one scope,
/// events behind one event-based gateway.
/// A receive task and its boundary events wait side by side too.
pub(crate) fn check(ctx: &mut Context<'_, '_>, parts: &[ReadPart]) {
    let outline = ctx.outline;
    let mut seen: BTreeMap<(PartIx, bool, String), &Part<'_>> = BTreeMap::new();
    for (part, read) in outline.parts().iter().zip(parts) {
        let Some((owner, is_inside, all)) =
            read.kind.as_ref().and_then(|kind| waits(outline, part, kind))
        else {
            continue;
        };
        for what in twice(&all) {
            let message = format!(
                "The event '{}' waits twice for {what}. Leave one of them out.",
                part.label()
            );
            ctx.problem(part, part.node, message);
        }
        for what in all {
            let first = *seen.entry((owner, is_inside, what.clone())).or_insert(part);
            if first.ix == part.ix {
                continue;
            }
            let message = format!(
                "The events '{}' and '{}' of '{}' wait for {what}. Use different ones, or one \
                 event.",
                first.label(),
                part.label(),
                outline.part(owner).label()
            );
            // What waits in a scope, or is itself what it waits beside, is the owner's problem.
            let at_owner = is_inside || first.ix == owner || part.ix == owner;
            let of = if at_owner { outline.part(owner) } else { part };
            ctx.problem(of, part.node, message);
        }
    }
}

/// What an element waits for that only one of those side by side may wait for, with whose it is, and
/// whether it waits inside that.
fn waits(
    outline: &Outline<'_>,
    part: &Part<'_>,
    kind: &Kind,
) -> Option<(PartIx, bool, Vec<String>)> {
    let all = |trigger: &Trigger| -> Vec<String> {
        trigger.each(part.element_ix()).filter_map(|(_, it)| what(it)).collect()
    };
    Some(match kind {
        Kind::StartEvent(StartEvent::OfSubProcess { trigger, .. }) => {
            (outline.part(part.scope).scope, true, all(trigger))
        }
        Kind::StartEvent(start) => {
            (part.scope, false, start.each().iter().filter_map(start_what).collect())
        }
        Kind::InstantiatingReceiveTask { name } => (part.scope, false, vec![message(name)]),
        Kind::BoundaryEvent(BoundaryEvent { trigger, .. }) => {
            (part.attached_to?, false, all(trigger))
        }
        // Without a gateway it waits beside nothing but itself.
        Kind::CatchEvent(trigger) => {
            (gateway(outline, part).unwrap_or(part.ix), false, all(trigger))
        }
        Kind::ReceiveTask(it) => (part.ix, false, vec![message(it.name.text())]),
        _ => return None,
    })
}

/// What stands more than once in a list, once each.
fn twice(all: &[String]) -> Vec<&String> {
    let is_second =
        |at: usize, it: &String| all[..at].iter().filter(|other| *other == it).count() == 1;
    all.iter().enumerate().filter(|(at, it)| is_second(*at, it)).map(|(_, it)| it).collect()
}

/// What only one start event of a process may wait for.
fn start_what(start: &StartEvent) -> Option<String> {
    match start {
        StartEvent::Message { name } => Some(message(name)),
        StartEvent::Signal { name } => Some(signal(name)),
        StartEvent::None
        | StartEvent::Timer(_)
        | StartEvent::Condition(_)
        | StartEvent::Multiple(_)
        | StartEvent::OfSubProcess { .. } => None,
    }
}

/// The event-based gateway that waits for an event.
fn gateway(outline: &Outline<'_>, event: &Part<'_>) -> Option<PartIx> {
    let mut ends = outline.flows().iter().filter_map(|flow| flow.ends);
    let is_gateway = |ix| &*outline.part(ix).node.name == "eventBasedGateway";
    ends.find(|(source, target)| *target == event.ix && is_gateway(*source)).map(|it| it.0)
}

fn message(name: &str) -> String {
    format!("the same message '{name}'")
}

fn signal(name: &str) -> String {
    format!("the same signal '{name}'")
}

/// What only one of several events may wait for.
fn what(trigger: &Trigger) -> Option<String> {
    match trigger {
        Trigger::Timer(_) | Trigger::Condition(_) | Trigger::Multiple(_) => None,
        Trigger::Message(it) => Some(message(it.name.text())),
        Trigger::Signal { name } => Some(signal(name.text())),
        Trigger::Compensation { .. } => Some("its compensation".to_owned()),
        Trigger::Cancel => Some("its cancellation".to_owned()),
        Trigger::Error { code: Some(code) } => Some(format!("the same error code '{code}'")),
        Trigger::Error { code: None } => Some("every error".to_owned()),
        Trigger::Escalation { code: Some(code) } => {
            Some(format!("the same escalation code '{code}'"))
        }
        Trigger::Escalation { code: None } => Some("every escalation".to_owned()),
    }
}
