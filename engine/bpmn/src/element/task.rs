//! The task without a type: completes at once.

use super::{ElementSyntax, Mappings};
use crate::graph::Kind;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "task",
    noun: "an undefined task",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read: |_, _| Some(Kind::Task),
};
