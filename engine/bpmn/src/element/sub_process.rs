//! The embedded subprocess: a scope inside a scope.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::start;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "subProcess",
    noun: "an embedded subprocess",
    activity: true,
    scope: true,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    let start = start::of_sub_process(ctx, part)?;
    Some(Kind::SubProcess { start: ctx.outline.part(start).element_ix(), is_transaction: false })
}
