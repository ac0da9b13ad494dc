//! The end event: a path ends here, and may throw something.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::throw;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "endEvent",
    noun: "an end event",
    activity: false,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    if !part.outgoing.is_empty() {
        let message = format!(
            "The end event '{}' has an outgoing sequence flow. Nothing may follow an end event.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    throw::read(ctx, part, "end event", true).map(Kind::EndEvent)
}
