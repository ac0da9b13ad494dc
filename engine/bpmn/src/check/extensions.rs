//! What stands where it would silently mean nothing, although it is meant to do something.

use crate::context::Context;
use crate::outline::Part;
use crate::part::{extension, linked};
use xml::{Namespace, Node};

/// Refuses extensions inside elements that nothing reads there, and attributes of BPMN that the
/// schema knows elsewhere only.
pub(crate) fn check(ctx: &mut Context<'_, '_>) {
    let outline = ctx.outline;
    for part in outline.parts() {
        conditional_filter(ctx, part);
        default_flow(ctx, part);
        if !linked::is_of_job(part) {
            // Nobody gets them here, which is a warning; what they lack is asked all the same.
            let _ = linked::read(ctx, part);
        }
    }
    for (part, node) in outline.details() {
        for (extension, fault) in faults(node) {
            let message = format!("The {} of '{}' {fault}", node.name, part.label());
            ctx.problem(part, extension, message);
        }
    }
    for flow in outline.flows() {
        for (_, fault) in faults(flow.node) {
            ctx.flow_problem(flow, format!("The sequence flow '{}' {fault}", flow.id));
        }
    }
}

/// The extensions of a node that is no part which are refused there, with the rest of a sentence.
fn faults(node: &Node) -> impl Iterator<Item = (&Node, String)> {
    node.extensions().filter(move |it| extension::is_refused_at(node, it)).map(|it| {
        let why = if extension::is_known(&it.name) {
            "has no effect there. Move it to the extensionElements of the element that it is for, \
             or remove it."
        } else {
            "Baton does not know."
        };
        (it, format!("has the extension 'zeebe:{}', which {why}", it.name))
    })
}

/// Refuses a filter beside the condition: the event would happen more often than it says.
fn conditional_filter<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    let has_condition =
        part.node.named(Namespace::Bpmn, "conditionalEventDefinition").next().is_some();
    if let Some(filter) = part.node.extension("conditionalFilter").filter(|_| has_condition) {
        let message = format!(
            "The zeebe:conditionalFilter of '{}' has no effect at the event. Move it to the \
             extensionElements of its conditionalEventDefinition.",
            part.label()
        );
        ctx.problem(part, filter, message);
    }
}

/// Refuses a default flow of gateways and events that decide nothing (rule 7).
fn default_flow<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    let name = &*part.node.name;
    let decides_nothing =
        matches!(name, "parallelGateway" | "eventBasedGateway") || name.ends_with("Event");
    if decides_nothing && part.node.reference("default").is_some() {
        let message = format!(
            "The element '{}' has the attribute 'default', which {} cannot have: it chooses no \
             flow. Remove it.",
            part.label(),
            part.noun()
        );
        ctx.problem(part, part.node, message);
    }
}
