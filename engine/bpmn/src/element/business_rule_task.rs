//! The business rule task: a deployed decision, or work for a worker that decides.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::expression::Literals;
use crate::graph::Kind;
use crate::graph::called::{BusinessRule, CalledDecision};
use crate::outline::Part;
use crate::part::{binding, job};
use xml::Node;

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
    let all = |name: &'static str| part.node.extensions().filter(move |it| &*it.name == name);
    let decisions: Vec<_> = all("calledDecision").collect();
    let rule = match (decisions.as_slice(), all("taskDefinition").next()) {
        ([], Some(_)) => job::read(ctx, part).map(BusinessRule::Job),
        ([decision], None) => called(ctx, part, decision).map(BusinessRule::Decision),
        _ => {
            let message = format!(
                "The business rule task '{}' needs exactly one of zeebe:calledDecision and \
                 zeebe:taskDefinition.",
                part.label()
            );
            ctx.problem(part, part.node, message);
            None
        }
    };
    rule.map(Kind::BusinessRuleTask)
}

fn called<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    node: &'t Node,
) -> Option<CalledDecision> {
    let decision_id = ctx
        .required(part, node, "decisionId")
        .and_then(|text| ctx.expression(part, node, "decision id", (text, Literals::Text)));
    let binding = binding::read(ctx, part, node);
    let result_variable = ctx.required(part, node, "resultVariable");
    Some(CalledDecision {
        decision_id: decision_id?,
        binding: binding?,
        result_variable: result_variable?.into(),
    })
}
