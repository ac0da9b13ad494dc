//! The script task: a FEEL expression, or work for a worker that knows another language.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::expression::Literals;
use crate::graph::{Kind, Script};
use crate::outline::Part;
use crate::part::job;
use xml::Node;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "scriptTask",
    noun: "a script task",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    let all = |name: &'static str| part.node.extensions().filter(move |it| &*it.name == name);
    let scripts: Vec<_> = all("script").collect();
    match (scripts.as_slice(), all("taskDefinition").next()) {
        ([], Some(_)) => job::read(ctx, part).map(Script::Job).map(Kind::ScriptTask),
        ([script], None) => feel(ctx, part, script).map(Kind::ScriptTask),
        _ => {
            let message = format!(
                "The script task '{}' needs exactly one of zeebe:script and zeebe:taskDefinition.",
                part.label()
            );
            ctx.problem(part, part.node, message);
            None
        }
    }
}

fn feel<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, script: &'t Node) -> Option<Script> {
    let expression = ctx
        .required(part, script, "expression")
        .and_then(|text| ctx.expression(part, script, "script", (text, Literals::Refused)));
    let result_variable = ctx.required(part, script, "resultVariable");
    Some(Script::Feel { expression: expression?, result_variable: result_variable?.into() })
}
