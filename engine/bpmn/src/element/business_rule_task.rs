//! The business rule task: a worker decides.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::job;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "businessRuleTask",
    noun: "a business rule task",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    if let Some(decision) = part.node.extension("calledDecision") {
        let message = format!(
            "The business rule task '{}' calls a decision (zeebe:calledDecision). Use a \
             zeebe:taskDefinition and a worker: Baton does not run decisions yet.",
            part.label()
        );
        ctx.problem(part, decision, message);
        return None;
    }
    job::read(ctx, part).map(Kind::BusinessRuleTask)
}
