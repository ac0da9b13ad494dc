//! The event-based gateway: goes on with the first of the events that follow it.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::{link, multiple};

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "eventBasedGateway",
    noun: "an event-based gateway",
    activity: false,
    scope: false,
    decides: false,
    mappings: Mappings::None,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    let before = ctx.problems.count();
    for (attribute, usual) in [("instantiate", "false"), ("eventGatewayType", "Exclusive")] {
        let value = part.node.attribute(attribute).map_or(usual, str::trim);
        if value != usual {
            let message = format!(
                "The event-based gateway '{}' has the {attribute} '{value}'. Baton knows only \
                 '{usual}'.",
                part.label()
            );
            ctx.problem(part, part.node, message);
        }
    }
    if part.outgoing.len() < 2 {
        let message = format!(
            "The event-based gateway '{}' has {} outgoing sequence flow. It needs at least two, to \
             the events it waits for.",
            part.label(),
            if part.outgoing.is_empty() { "no" } else { "one" }
        );
        ctx.problem(part, part.node, message);
    }
    let outline = ctx.outline;
    let ends = part.outgoing.iter().filter_map(|flow| outline.flow(*flow).ends);
    let targets: Vec<_> = ends.map(|(_, target)| outline.part(target)).collect();
    for target in &targets {
        target_must_wait(ctx, part, target);
    }
    if ctx.problems.count() > before {
        return None;
    }
    Some(Kind::EventBasedGateway { events: targets.iter().map(|it| it.element_ix()).collect() })
}

fn target_must_wait<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, target: &Part<'t>) {
    let is_event =
        &*target.node.name == "intermediateCatchEvent" && link::definition(target).is_none();
    let fault = if !is_event {
        "is no intermediate catch event of a message, signal, timer or condition"
    } else if multiple::is_parallel(target.node) {
        "waits for several things that must all happen (parallelMultiple), while the first event is \
         to decide"
    } else if target.incoming > 1 {
        "has another incoming sequence flow"
    } else {
        return;
    };
    let message = format!(
        "The event-based gateway '{}' leads to '{}', which {fault}. It can only wait for events \
         that nothing else leads to.",
        part.label(),
        target.label()
    );
    ctx.problem(part, target.node, message);
}
