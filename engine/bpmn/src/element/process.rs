//! The process itself: the outermost scope.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::start;

/// It is not in the table of element types, because it stands inside no other element.
pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "process",
    noun: "a process",
    activity: false,
    scope: true,
    decides: false,
    mappings: Mappings::None,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    let before = ctx.problems.count();
    start::check_process(ctx, part);
    (ctx.problems.count() == before).then_some(Kind::Process)
}
