//! The boundary event: waits while the activity it is attached to is active.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::{BoundaryEvent, Kind, Trigger};
use crate::outline::Part;
use crate::part::compensation;
use crate::part::event::{self, Place};

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
    } else {
        event::trigger(ctx, part, "boundary event", Place::Attached { interrupting })?
    };
    if matches!(trigger, Trigger::Escalation { .. }) {
        check_escalation(ctx, part);
    }
    let attached_to = ctx.outline.part(part.attached_to?).element_ix();
    Some(Kind::BoundaryEvent(BoundaryEvent { attached_to, interrupting, trigger }))
}

/// Only what contains other elements can throw an escalation.
fn check_escalation<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    let outline = ctx.outline;
    let activity = part.attached_to.map(|ix| outline.part(ix));
    let throws = ["subProcess", "callActivity", "adHocSubProcess", "transaction"];
    if let Some(activity) = activity.filter(|it| !throws.contains(&&*it.node.name)) {
        let message = format!(
            "The boundary event '{}' catches an escalation of '{}', which is neither a subprocess \
             nor a call activity and throws none.",
            part.label(),
            activity.label()
        );
        ctx.problem(part, part.node, message);
    }
}
