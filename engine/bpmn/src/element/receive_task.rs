//! The receive task: waits for a message.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::message;

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
    if part.node.flag("instantiate", false) {
        let message = format!(
            "The receive task '{}' begins the process (instantiate). Use a message start event: \
             Baton does not run such tasks yet.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    message::read(ctx, part, part.node).map(Kind::ReceiveTask)
}
