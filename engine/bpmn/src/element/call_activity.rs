//! The call activity: an instance of another process, begun and ended with it.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::expression::Literals;
use crate::graph::Kind;
use crate::graph::called::CalledProcess;
use crate::outline::Part;
use crate::part::binding;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "callActivity",
    noun: "a call activity",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    let called: Vec<_> = part.node.extensions().filter(|it| &*it.name == "calledElement").collect();
    let [called] = called.as_slice() else {
        let message = format!(
            "The call activity '{}' has {} zeebe:calledElement. It needs exactly one, with the id \
             of a process.",
            part.label(),
            if called.is_empty() { "no" } else { "more than one" }
        );
        ctx.problem(part, part.node, message);
        return None;
    };
    let process_id = ctx
        .required(part, called, "processId")
        .and_then(|text| ctx.expression(part, called, "process id", (text, Literals::Typed)));
    let binding = binding::read(ctx, part, called);
    Some(Kind::CallActivity(Box::new(CalledProcess {
        process_id: process_id?,
        binding: binding?,
        gets_all_variables: called.flag("propagateAllParentVariables", true),
        gives_all_variables: called.flag("propagateAllChildVariables", true),
    })))
}
