//! The send task: a worker sends the message, or the engine publishes it.

use super::{ElementSyntax, Mappings};
use crate::graph::Kind;
use crate::part::message;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "sendTask",
    noun: "a send task",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read: |ctx, part| message::sent(ctx, part, part.node).map(Kind::SendTask),
};
