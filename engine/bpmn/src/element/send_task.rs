//! The send task: a worker sends the message.

use super::{ElementSyntax, Mappings};
use crate::graph::Kind;
use crate::part::job;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "sendTask",
    noun: "a send task",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read: |ctx, part| job::read(ctx, part).map(Kind::SendTask),
};
