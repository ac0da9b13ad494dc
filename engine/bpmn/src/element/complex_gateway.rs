//! The complex gateway: starts when enough has come, and waits for the rest before it can again.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::graph::Kind;
use crate::graph::complex::ComplexGateway;
use crate::outline::Part;
use crate::part::decision;
use xml::Namespace;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "complexGateway",
    noun: "a complex gateway",
    activity: false,
    scope: false,
    decides: true,
    mappings: Mappings::None,
    read: |ctx, part| {
        let default = decision::default_flow(ctx, part);
        let activation = activation(ctx, part)?;
        // What it joins is found when all elements are known.
        let joins = Box::default();
        Some(Kind::ComplexGateway(Box::new(ComplexGateway { default, activation, joins })))
    },
};

/// When it starts; `None` after a problem was reported.
#[expect(clippy::option_option, reason = "a gateway that only forks has no such condition")]
fn activation<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Option<Expression>> {
    // Modelers leave the element behind empty.
    let all = part.node.named(Namespace::Bpmn, "activationCondition");
    let conditions: Vec<_> = all.filter(|it| !it.text().is_empty()).collect();
    match conditions.as_slice() {
        [] if part.incoming < 2 => Some(None),
        [] => {
            let message = format!(
                "The complex gateway '{}' has {} incoming sequence flows and no activation \
                 condition, so that nothing says how many tokens are enough. Give it one, for \
                 example '=activationCount >= 2'.",
                part.label(),
                part.incoming
            );
            ctx.problem(part, part.node, message);
            None
        }
        [condition] => {
            let text = (condition.text(), Literals::Refused);
            ctx.expression(part, condition, "activation condition", text).map(Some)
        }
        [_, second, ..] => {
            let message = format!(
                "The complex gateway '{}' has more than one activation condition. Combine them with \
                 'and' or 'or'.",
                part.label()
            );
            ctx.problem(part, second, message);
            None
        }
    }
}
