//! Gateways that decide by conditions.

use crate::context::Context;
use crate::graph::ElementIx;
use crate::outline::Part;

/// The default flow of a gateway that decides. Of several flows, each other one needs a condition.
pub(crate) fn default_flow<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<ElementIx> {
    let outline = ctx.outline;
    let flows = || part.outgoing.iter().map(|ix| outline.flow(*ix));
    let default_id = part.node.reference("default");
    let default = default_id.and_then(|id| flows().find(|flow| flow.id == id));
    if let (Some(id), None) = (default_id, default) {
        let message = format!(
            "The default flow of the gateway '{}' is '{id}', which is no outgoing sequence flow \
             of it.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    if part.outgoing.len() > 1 {
        for flow in flows().filter(|flow| Some(flow.id) != default_id && !flow.has_condition()) {
            let message = format!(
                "The sequence flow '{}' of the gateway '{}' has no condition and is not the \
                 default flow. Give it a condition, or make it the default.",
                flow.id,
                part.label()
            );
            ctx.flow_problem(flow, message);
        }
    }
    default.map(|flow| ElementIx(flow.node.ordinal))
}
