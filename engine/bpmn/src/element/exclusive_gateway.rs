//! The exclusive gateway: takes the first flow whose condition holds.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::{ElementIx, Kind};
use crate::outline::Part;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "exclusiveGateway",
    noun: "an exclusive gateway",
    activity: false,
    scope: false,
    decides: true,
    mappings: Mappings::None,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
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
    Some(Kind::ExclusiveGateway { default: default.map(|flow| ElementIx(flow.node.ordinal)) })
}
