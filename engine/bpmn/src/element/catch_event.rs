//! The intermediate catch event: waits for a message or a timer.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::event::{self, Cycles};

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "intermediateCatchEvent",
    noun: "an intermediate catch event",
    activity: false,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    let trigger = event::trigger(ctx, part, "intermediate catch event", Cycles::Refused)?;
    Some(Kind::CatchEvent(trigger))
}
