//! Links: a throw event goes on at the catch event with the same name in the same scope.

use crate::context::Context;
use crate::graph::ElementIx;
use crate::outline::Part;
use xml::{Namespace, Node};

/// The link definition of a part, if it is a link event.
pub(crate) fn definition<'t>(part: &Part<'t>) -> Option<&'t Node> {
    part.node.named(Namespace::Bpmn, "linkEventDefinition").next()
}

fn name(definition: &Node) -> Option<&str> {
    definition.attribute("name").filter(|name| !name.trim().is_empty())
}

/// Where a link throw event goes on.
pub(crate) fn target<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    link: &'t Node,
) -> Option<ElementIx> {
    let wanted = ctx.required(part, link, "name")?;
    if !part.outgoing.is_empty() {
        let message = format!(
            "The link throw event '{}' has an outgoing sequence flow, which would never be taken: it \
             goes on at the link catch event '{wanted}'. Remove the flow.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    let outline = ctx.outline;
    let mut targets = outline.inside(part.scope).filter(|it| {
        &*it.node.name == "intermediateCatchEvent" && definition(it).and_then(name) == Some(wanted)
    });
    if let Some(target) = targets.next() {
        return Some(target.element_ix());
    }
    let message = format!(
        "The link throw event '{}' leads to '{wanted}', but its scope has no link catch event of \
         that name. Add one.",
        part.label()
    );
    ctx.problem(part, link, message);
    None
}

/// Refuses a link catch event that has other definitions, too.
pub(crate) fn check_alone<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, link: &'t Node) {
    let mut all = part.node.of(Namespace::Bpmn).filter(|it| it.name.ends_with("EventDefinition"));
    if all.nth(1).is_some() {
        let message = format!(
            "The intermediate catch event '{}' has a link beside other event definitions. Put it \
             into an event of its own: a link leads to one place, and nothing else goes with it.",
            part.label()
        );
        ctx.problem(part, link, message);
    }
}

/// Checks a link catch event: it has a name, no other one has it, and no flow leads to it.
pub(crate) fn check_catch<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    link: &'t Node,
) -> Option<()> {
    let wanted = ctx.required(part, link, "name")?;
    let outline = ctx.outline;
    let before = ctx.problems.count();
    let first = outline.inside(part.scope).find(|it| {
        &*it.node.name == "intermediateCatchEvent" && definition(it).and_then(name) == Some(wanted)
    });
    if let Some(first) = first.filter(|it| it.ix != part.ix) {
        let message = format!(
            "The link catch events '{}' and '{}' have the same name '{wanted}'. Give one of them \
             another name.",
            first.label(),
            part.label()
        );
        ctx.problem(part, link, message);
    }
    if part.incoming > 0 {
        let message = format!(
            "The link catch event '{}' has an incoming sequence flow. Only link throw events lead \
             to it.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    (ctx.problems.count() == before).then_some(())
}
