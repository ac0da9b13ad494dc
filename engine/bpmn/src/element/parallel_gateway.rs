//! The parallel gateway: waits for all incoming flows, then takes all outgoing ones.

use super::{ElementSyntax, Mappings};
use crate::graph::Kind;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "parallelGateway",
    noun: "a parallel gateway",
    activity: false,
    scope: false,
    decides: false,
    mappings: Mappings::None,
    read: |_, _| Some(Kind::ParallelGateway),
};
