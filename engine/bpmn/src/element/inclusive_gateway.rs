//! The inclusive gateway: takes every flow whose condition holds, and joins what can still arrive.

use super::{ElementSyntax, Mappings};
use crate::graph::Kind;
use crate::part::decision;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "inclusiveGateway",
    noun: "an inclusive gateway",
    activity: false,
    scope: false,
    decides: true,
    mappings: Mappings::None,
    read: |ctx, part| {
        let default = decision::default_flow(ctx, part);
        // What it joins is found when all elements are known.
        Some(Kind::InclusiveGateway { default, joins: Box::default() })
    },
};
