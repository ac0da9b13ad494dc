//! The exclusive gateway: takes the first flow whose condition holds.

use super::{ElementSyntax, Mappings};
use crate::graph::Kind;
use crate::part::decision;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "exclusiveGateway",
    noun: "an exclusive gateway",
    activity: false,
    scope: false,
    decides: true,
    mappings: Mappings::None,
    read: |ctx, part| {
        let default = decision::default_flow(ctx, part);
        Some(Kind::ExclusiveGateway { default })
    },
};
