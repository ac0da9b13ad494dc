//! The marker that says that an activity runs more than once.

use crate::context::Context;
use crate::outline::{Part, Syntax};
use xml::{Namespace, Node};

/// The one marker of this name that an activity may have. `noun` is what people call it. Several, and
/// one at something else, are problems; at something else it is not read further.
pub(crate) fn find<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    name: &'static str,
    noun: &str,
) -> Option<&'t Node> {
    let mut markers = part.node.named(Namespace::Bpmn, name);
    let marker = markers.next()?;
    if markers.next().is_some() {
        problem(ctx, part, marker, &format!("has more than one {noun}. Remove all but one."));
    }
    if !matches!(part.syntax, Syntax::Supported(syntax) if syntax.activity) {
        problem(ctx, part, marker, &format!("has a {noun}, which only activities can have."));
        return None;
    }
    Some(marker)
}

/// Reports what is wrong with the marker of a part: the rest of "The element '…' ".
pub(crate) fn problem<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, node: &'t Node, fault: &str) {
    ctx.problem(part, node, format!("The element '{}' {fault}", part.label()));
}
