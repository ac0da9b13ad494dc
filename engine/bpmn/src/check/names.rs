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
        let found = match &read.kind {
            Some(
                Kind::StartEvent(StartEvent::Message { name })
                | Kind::InstantiatingReceiveTask { name },
            ) => Some((part.scope, false, message(name))),
            Some(Kind::StartEvent(StartEvent::Signal { name })) => {
                Some((part.scope, false, signal(name)))
            }
            Some(Kind::StartEvent(StartEvent::OfSubProcess { trigger, .. })) => {
                let around = outline.part(part.scope).scope;
                what(trigger).map(|it| (around, true, it))
            }
            Some(Kind::BoundaryEvent(BoundaryEvent { trigger, .. })) => {
                part.attached_to.zip(what(trigger)).map(|(activity, it)| (activity, false, it))
            }
            Some(Kind::CatchEvent(trigger)) => {
                gateway(outline, part).zip(what(trigger)).map(|(owner, it)| (owner, false, it))
            }
            Some(Kind::ReceiveTask(it)) => Some((part.ix, false, message(it.name.text()))),
            Some(_) | None => None,
        };
        let Some((owner, is_inside, what)) = found else { continue };
        let first = *seen.entry((owner, is_inside, what.clone())).or_insert(part);
        if first.ix != part.ix {
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
        Trigger::Timer(_) | Trigger::Condition(_) => None,
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
