//! The event subprocess: begins when its start event is triggered while the scope around it is
//! active.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::start;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "subProcess",
    noun: "an event subprocess",
    activity: false,
    scope: true,
    decides: false,
    mappings: Mappings::None,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    if part.incoming > 0 || !part.outgoing.is_empty() {
        let message = format!(
            "The event subprocess '{}' has sequence flows. Only its start event leads into it, and \
             nothing follows it.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    let start = start::of_event_sub_process(ctx, part)?;
    Some(Kind::EventSubProcess { start: ctx.outline.part(start).element_ix() })
}
