//! Canceling transactions: the end event that does it, and the boundary event that catches it.

use crate::context::Context;
use crate::graph::{Throw, Trigger};
use crate::outline::Part;
use xml::{Namespace, Node};

/// The cancel definition of a part, if that is its only definition.
pub(crate) fn definition<'t>(part: &Part<'t>) -> Option<&'t Node> {
    let is_one = |it: &&Node| it.name.ends_with("EventDefinition");
    let mut all = part.node.of(Namespace::Bpmn).filter(is_one);
    let (first, second) = (all.next(), all.next());
    first.filter(|it| &*it.name == "cancelEventDefinition" && second.is_none())
}

/// Whether a part is a transaction.
pub(crate) fn is_transaction(part: &Part<'_>) -> bool {
    &*part.node.name == "transaction"
}

/// What a cancel boundary event waits for.
pub(crate) fn caught<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    interrupting: bool,
) -> Option<Trigger> {
    let activity = ctx.outline.part(part.attached_to?);
    let fault = if !is_transaction(activity) {
        format!(
            "is attached to '{}', which is no transaction. Only transactions are canceled",
            activity.label()
        )
    } else if !interrupting {
        "is not interrupting. A transaction that is canceled always ends: make it interrupting"
            .to_owned()
    } else {
        return Some(Trigger::Cancel);
    };
    ctx.problem(part, part.node, format!("The cancel boundary event '{}' {fault}.", part.label()));
    None
}

/// What a cancel end event does.
pub(crate) fn thrown<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Throw> {
    let outline = ctx.outline;
    let scope = outline.part(part.scope);
    let mut events = scope.boundary_events.iter().map(|ix| outline.part(*ix));
    let is_caught = events.any(|it| definition(it).is_some());
    let fault = if !is_transaction(scope) {
        "is not directly in a transaction. Only there it can cancel one".to_owned()
    } else if !is_caught {
        format!(
            "cancels the transaction '{}', which has no cancel boundary event. Attach one, so that \
             it is said how to go on",
            scope.label()
        )
    } else if is_repeated(scope) {
        format!(
            "cancels the transaction '{}', which runs several times. What becomes of the other \
             times is not defined: put the transaction into a subprocess that runs several times",
            scope.label()
        )
    } else {
        return Some(Throw::Cancel);
    };
    ctx.problem(part, part.node, format!("The cancel end event '{}' {fault}.", part.label()));
    None
}

fn is_repeated(part: &Part<'_>) -> bool {
    let is_marker = |it: &Node| {
        matches!(&*it.name, "multiInstanceLoopCharacteristics" | "standardLoopCharacteristics")
    };
    part.node.of(Namespace::Bpmn).any(is_marker)
}
