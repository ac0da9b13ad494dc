//! The intermediate throw event.

use super::{ElementSyntax, Mappings};
use crate::graph::Kind;
use crate::part::throw;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "intermediateThrowEvent",
    noun: "an intermediate throw event",
    activity: false,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read: |ctx, part| {
        throw::read(ctx, part, "intermediate throw event", false).map(Kind::ThrowEvent)
    },
};
