//! The loop marker of activities.

use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::graph::multi_instance::{Items, MultiInstance, StandardLoop};
use crate::outline::Part;
use crate::part::marker;
use xml::{Namespace, Node};

/// What may stand in the marker.
const KNOWN: [&str; 3] = ["documentation", "extensionElements", "loopCondition"];

/// The marker of a part, if it has one.
pub(crate) fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Box<MultiInstance>> {
    let marker = marker::find(ctx, part, "standardLoopCharacteristics", "loop marker")?;
    let problem = |ctx: &mut Context<'t, '_>, node: &'t Node, fault: &str| {
        marker::problem(ctx, part, node, fault);
    };
    if part.node.named(Namespace::Bpmn, "multiInstanceLoopCharacteristics").next().is_some() {
        problem(ctx, marker, "has a loop marker and a multi-instance marker. Remove one of them.");
    }
    for child in marker.of(Namespace::Bpmn).filter(|it| !KNOWN.contains(&&*it.name)) {
        let fault = format!("has '{}' in its loop marker, which Baton does not know.", child.name);
        problem(ctx, child, &fault);
    }
    for list in marker.extensions().filter(|it| &*it.name == "loopCharacteristics") {
        problem(
            ctx,
            list,
            "has a loop marker with zeebe:loopCharacteristics, which only multi-instance markers \
             can have.",
        );
    }
    let before = ctx.problems.count();
    let condition = condition(ctx, part, marker);
    let maximum = maximum(ctx, part, marker);
    let is_read = ctx.problems.count() == before;
    if is_read && condition.is_none() && maximum.is_none() {
        problem(
            ctx,
            marker,
            "has a loop marker with neither a loopCondition nor a loopMaximum, so that it could \
             never end. Add one of them.",
        );
        return None;
    }
    let tests_before = marker.flag("testBefore", false);
    is_read.then(|| {
        Box::new(MultiInstance {
            is_sequential: true,
            items: Items::Loop(StandardLoop { condition, tests_before, maximum }),
            input_element: None,
            output: None,
            completion_condition: None,
        })
    })
}

fn condition<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    marker: &'t Node,
) -> Option<Expression> {
    // Modelers leave the element behind empty.
    let mut conditions = marker.named(Namespace::Bpmn, "loopCondition");
    let node = conditions.find(|it| !it.text().is_empty())?;
    ctx.expression(part, node, "loop condition", (node.text(), Literals::Refused))
}

fn maximum<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, marker: &'t Node) -> Option<u32> {
    let text = marker.attribute("loopMaximum").map(str::trim).filter(|it| !it.is_empty())?;
    let maximum = text.parse().ok().filter(|it| *it > 0);
    if maximum.is_none() {
        let message = format!(
            "The loopMaximum '{text}' of '{}' is no whole number from 1 to {}.",
            part.label(),
            u32::MAX
        );
        ctx.problem(part, marker, message);
    }
    maximum
}
