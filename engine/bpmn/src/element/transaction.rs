//! The transaction: an embedded subprocess that can be canceled, which undoes what has completed in
//! it (BPMN 2.0.2 §13.3.4).

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::start;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "transaction",
    noun: "a transaction subprocess",
    activity: true,
    scope: true,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    if part.node.flag("triggeredByEvent", false) {
        let message = format!(
            "The transaction '{}' is triggered by an event (triggeredByEvent). Put it into an event \
             subprocess instead.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    let method = part.node.attribute("method").map(str::trim).unwrap_or_default();
    if !method.is_empty() && !method.eq_ignore_ascii_case("##compensate") {
        let message = format!(
            "The transaction '{}' has the method '{method}'. Baton knows only '##Compensate', which \
             it has without method, too.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    let start = start::of_sub_process(ctx, part)?;
    Some(Kind::SubProcess { start: ctx.outline.part(start).element_ix(), is_transaction: true })
}
