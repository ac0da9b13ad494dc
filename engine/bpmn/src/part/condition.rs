//! Conditional event definitions: a condition, and which changes of variables count.

use value::Str;

use crate::context::Context;
use crate::expression::Literals;
use crate::graph::condition::Condition;
use crate::outline::Part;
use xml::{Namespace, Node};

/// The condition of an event that waits inside an instance.
pub(crate) fn read<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Box<Condition>> {
    let conditions: Vec<_> = definition.named(Namespace::Bpmn, "condition").collect();
    let [condition] = conditions.as_slice() else {
        let message = format!(
            "The conditional event '{}' has {} condition. Exactly one is needed.",
            part.label(),
            if conditions.is_empty() { "no" } else { "more than one" }
        );
        ctx.problem(part, definition, message);
        return None;
    };
    let text = condition.text();
    if text.is_empty() {
        ctx.problem(part, condition, format!("The condition of '{}' is empty.", part.label()));
        return None;
    }
    let expression = ctx.expression(part, condition, "condition", (text, Literals::Refused));
    let filter = definition.extension("conditionalFilter");
    let variables = filter.map_or_else(Vec::new, |it| listed(it, "variableNames"));
    let (on_create, on_update) = match filter {
        Some(filter) => changes(ctx, part, filter)?,
        None => (true, true),
    };
    Some(Box::new(Condition {
        expression: expression?,
        variables: variables.into(),
        on_create,
        on_update,
    }))
}

/// The condition of a start event of a process: no variable changes before there is an instance.
pub(crate) fn read_start<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Box<Condition>> {
    let condition = read(ctx, part, definition);
    let filter = definition.extension("conditionalFilter");
    if let Some(filter) = filter.filter(|it| !listed(it, "variableEvents").is_empty()) {
        let message = format!(
            "The start event '{}' counts only some events of variables. No variable changes before \
             a process starts: remove variableEvents.",
            part.label()
        );
        ctx.problem(part, filter, message);
        return None;
    }
    condition
}

/// Which changes count: that a variable comes to be, and that it gets another value.
fn changes<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    filter: &'t Node,
) -> Option<(bool, bool)> {
    let events = listed(filter, "variableEvents");
    if let Some(unknown) = events.iter().find(|it| !matches!(&***it, "create" | "update")) {
        let message = format!(
            "The conditional event '{}' counts the variable event '{unknown}', which Baton does \
             not know. Use 'create' or 'update'.",
            part.label()
        );
        ctx.problem(part, filter, message);
        return None;
    }
    let has = |name: &str| events.is_empty() || events.iter().any(|it| **it == *name);
    Some((has("create"), has("update")))
}

/// What an attribute lists with commas. Blank items are left out, as modelers leave them behind.
fn listed(node: &Node, attribute: &str) -> Vec<Str> {
    let text = node.attribute(attribute).unwrap_or_default();
    text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(Into::into).collect()
}
