//! The boundary event: waits while the activity it is attached to is active.
//!
//! One that catches an escalation may stand on every activity (BPMN 2.0.2 table 10.93), also on a
//! task, which throws none: Zeebe refuses that, though such an event only never happens.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::{BoundaryEvent, Kind};
use crate::outline::Part;
use crate::part::event::{self, Place};
use crate::part::{cancel, compensation};

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "boundaryEvent",
    noun: "a boundary event",
    activity: false,
    scope: false,
    decides: false,
    mappings: Mappings::Outputs,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    if part.incoming > 0 {
        let message = format!(
            "The boundary event '{}' has an incoming sequence flow. Only its activity can lead \
             to it.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    let interrupting = part.node.flag("cancelActivity", true);
    let trigger = if compensation::definition(part).is_some() {
        compensation::caught(ctx, part)?
    } else if cancel::definition(part).is_some() {
        cancel::caught(ctx, part, interrupting)?
    } else {
        event::trigger(ctx, part, "boundary event", Place::Attached { interrupting })?
    };
    let attached_to = ctx.outline.part(part.attached_to?).element_ix();
    Some(Kind::BoundaryEvent(BoundaryEvent { attached_to, interrupting, trigger }))
}
