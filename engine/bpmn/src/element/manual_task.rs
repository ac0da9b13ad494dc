//! The manual task: done by people whom nobody tells, so it completes at once.

use super::{ElementSyntax, Mappings};
use crate::graph::Kind;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "manualTask",
    noun: "a manual task",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read: |_, _| Some(Kind::ManualTask),
};
