//! No two events that wait side by side may wait for the same message: which of them a message
//! meant could not be told. A receive task and its boundary events wait side by side too.

use std::collections::BTreeMap;

use crate::assemble::ReadPart;
use crate::context::Context;
use crate::graph::{BoundaryEvent, Kind, StartEvent, Trigger};
use crate::outline::{Part, PartIx};

/// Reports start events of the process, and boundary events of one activity, with the same message
/// name.
pub(crate) fn check(ctx: &mut Context<'_, '_>, parts: &[ReadPart]) {
    let outline = ctx.outline;
    let mut seen: BTreeMap<(PartIx, &str), &Part<'_>> = BTreeMap::new();
    for (part, read) in outline.parts().iter().zip(parts) {
        let found = match &read.kind {
            Some(Kind::StartEvent(StartEvent::Message { name })) => Some((part.scope, name)),
            Some(Kind::BoundaryEvent(BoundaryEvent {
                trigger: Trigger::Message(message), ..
            })) => part.attached_to.map(|activity| (activity, message.name.text())),
            Some(Kind::ReceiveTask(message)) => Some((part.ix, message.name.text())),
            Some(_) | None => None,
        };
        let Some((owner, name)) = found else { continue };
        let first = *seen.entry((owner, name)).or_insert(part);
        if first.ix != part.ix {
            let message = format!(
                "The events '{}' and '{}' of '{}' wait for the same message '{name}'. Use \
                 different messages, or one event.",
                first.label(),
                part.label(),
                outline.part(owner).label()
            );
            ctx.problem(part, part.node, message);
        }
    }
}
