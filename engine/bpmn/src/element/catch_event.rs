//! The intermediate catch event: waits for something, or is the end of a link.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::event::{self, Place};
use crate::part::link;

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
    if let Some(link) = link::definition(part) {
        link::check_alone(ctx, part, link);
        return link::check_catch(ctx, part, link).map(|()| Kind::LinkCatchEvent);
    }
    let trigger = event::trigger(ctx, part, "intermediate catch event", Place::InFlow)?;
    Some(Kind::CatchEvent(trigger))
}
