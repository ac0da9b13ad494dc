//! What may stand inside a task, gateway or event: everything that has an effect and is not read
//! elsewhere is refused by name.

use crate::context::Context;
use crate::element::is_ignored_in_elements;
use crate::outline::{Part, Syntax};
use crate::part::compensation;
use xml::Namespace;

/// Checks the children and attributes of a part whose type Baton runs.
pub(crate) fn check<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, is_scope: bool) {
    attributes(ctx, part);
    for child in &part.node.children {
        let name = &*child.name;
        if child.namespace == Namespace::Zeebe {
            // Inside scopes this was reported when the outline was made.
            if !is_scope {
                let message = format!(
                    "The extension 'zeebe:{name}' of '{}' stands outside 'extensionElements', \
                     where it has no effect. Move it there.",
                    part.label()
                );
                ctx.problem(part, child, message);
            }
            continue;
        }
        match name {
            // The outline of a scope has named every child that it does not know.
            _ if is_scope || is_ignored_in_elements(name) || is_read_elsewhere(name) => {}
            "activationCondition" if &*part.node.name == "complexGateway" => {}
            _ => {
                let message = format!(
                    "The element '{}' contains '{name}', which Baton does not know there.",
                    part.label()
                );
                ctx.problem(part, child, message);
            }
        }
    }
}

/// Attributes that change how an element executes.
fn attributes<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    if compensation::is_handler(part)
        && let Syntax::Supported(syntax) = part.syntax
    {
        compensation::check_handler(ctx, part, syntax.activity);
    }
    for attribute in ["startQuantity", "completionQuantity"] {
        let value = part.node.attribute(attribute).map(str::trim);
        if let Some(value) = value.filter(|value| *value != "1") {
            let message = format!(
                "The element '{}' has the {attribute} '{value}'. Baton knows only 1.",
                part.label()
            );
            ctx.problem(part, part.node, message);
        }
    }
}

/// Children that the readers of events, jobs and markers look at.
fn is_read_elsewhere(name: &str) -> bool {
    name.ends_with("EventDefinition")
        || matches!(
            name,
            "eventDefinitionRef"
                | "multiInstanceLoopCharacteristics"
                | "standardLoopCharacteristics"
        )
}
