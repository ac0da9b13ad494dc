//! Sequence flows and their conditions.

use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::graph::{ElementIx, Flow};
use crate::outline::{FlowPart, Syntax};
use xml::{Namespace, Node};

impl FlowPart<'_> {
    /// Whether the model gives it a condition, right or wrong.
    pub(crate) fn has_condition(&self) -> bool {
        condition_nodes(self.node).next().is_some()
    }
}

fn condition_nodes(flow: &Node) -> impl Iterator<Item = &Node> {
    flow.named(Namespace::Bpmn, "conditionExpression")
}

/// Checks a flow and makes what the engine needs; `None` after a problem was reported, here or when
/// the outline was made.
pub(crate) fn read<'t>(ctx: &mut Context<'t, '_>, flow: &FlowPart<'t>) -> Option<Flow> {
    let before = ctx.problems.count();
    children(ctx, flow);
    let condition = condition(ctx, flow);
    let (source, target) = flow.ends?;
    if ctx.problems.count() > before {
        return None;
    }
    Some(Flow {
        ix: ElementIx(flow.node.ordinal),
        id: flow.id.into(),
        name: flow.node.attribute("name").unwrap_or_default().into(),
        scope: ctx.outline.part(flow.scope).element_ix(),
        source: ctx.outline.part(source).element_ix(),
        target: ctx.outline.part(target).element_ix(),
        condition,
    })
}

fn children<'t>(ctx: &mut Context<'t, '_>, flow: &FlowPart<'t>) {
    let known = [
        "conditionExpression",
        "documentation",
        "extensionElements",
        "auditing",
        "monitoring",
        "categoryValueRef",
    ];
    for child in flow.node.of(Namespace::Bpmn).filter(|it| !known.contains(&&*it.name)) {
        let message = format!(
            "The sequence flow '{}' contains '{}', which Baton does not know there.",
            flow.id, child.name
        );
        ctx.flow_problem(flow, message);
    }
}

fn condition<'t>(ctx: &mut Context<'t, '_>, flow: &FlowPart<'t>) -> Option<Expression> {
    let conditions: Vec<_> = condition_nodes(flow.node).collect();
    let fault = match conditions.as_slice() {
        [] => return None,
        [condition] if condition.text().is_empty() => "is empty.".to_owned(),
        [condition] => match Expression::read(condition.text(), Literals::Refused) {
            Ok((expression, refused)) if leaves_deciding_gateway(ctx, flow) => {
                let refusal =
                    refused.map(|it| ctx.outline.flow_problem(flow, of_condition(flow, &it)));
                ctx.refusals.extend(refusal);
                return Some(expression);
            }
            Ok(_) => {
                "has no effect, because only flows that leave an exclusive, inclusive or complex \
                 gateway may have one. Remove it, or put a gateway before the flow."
                    .to_owned()
            }
            Err(fault) => fault,
        },
        [_, _, ..] => "is there more than once.".to_owned(),
    };
    ctx.flow_problem(flow, of_condition(flow, &fault));
    None
}

fn of_condition(flow: &FlowPart<'_>, fault: &str) -> String {
    format!("The condition of the sequence flow '{}' {fault}", flow.id)
}

/// Whether a flow leaves a gateway that decides; of parts that Baton cannot run it is assumed.
fn leaves_deciding_gateway(ctx: &Context<'_, '_>, flow: &FlowPart<'_>) -> bool {
    flow.ends.is_none_or(|(source, _)| match ctx.outline.part(source).syntax {
        Syntax::Supported(syntax) => syntax.decides,
        Syntax::Unsupported(_) => true,
    })
}
