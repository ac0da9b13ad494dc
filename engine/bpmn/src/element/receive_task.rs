//! The receive task: waits for a message, or begins the process with one.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::{Part, PartIx};
use crate::part::{compensation, message};
use xml::Namespace;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "receiveTask",
    noun: "a receive task",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    if is_instantiating(part) {
        return instantiating(ctx, part);
    }
    message::read(ctx, part, part.node).map(Kind::ReceiveTask)
}

/// Whether a part is a receive task that begins the process.
pub(crate) fn is_instantiating(part: &Part<'_>) -> bool {
    &*part.node.name == "receiveTask" && part.node.flag("instantiate", false)
}

/// A receive task that begins the process, as BPMN 2.0.2 §10.3.3 has it: nothing leads to it.
fn instantiating<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    let repeats = ["multiInstanceLoopCharacteristics", "standardLoopCharacteristics"];
    let is_repeated = part.node.of(Namespace::Bpmn).any(|it| repeats.contains(&&*it.name));
    let faults = [
        (part.scope != PartIx(0), "stands in a subprocess, which a message cannot begin"),
        (part.incoming > 0, "has an incoming sequence flow, though nothing may lead to it"),
        (is_repeated, "has a marker to run more than once, which it cannot"),
        (compensation::is_handler(part), "is for compensation, which begins it otherwise"),
    ];
    let before = ctx.problems.count();
    for (_, fault) in faults.iter().filter(|(holds, _)| *holds) {
        let message = format!(
            "The receive task '{}' begins the process (instantiate), and {fault}.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    let name = message::start_name(ctx, part, "receive task", part.node)?;
    (ctx.problems.count() == before).then_some(Kind::InstantiatingReceiveTask { name })
}
