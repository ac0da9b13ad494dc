//! From where a path leads to a joining gateway.

use crate::graph::{ElementIx, JoinFlow, Kind};
use crate::outline::{Outline, Part};
use crate::paths::Paths;

/// How many entries the tables of the inclusive and complex gateways of a process may have: flows
/// into them, times elements around them.
pub(crate) const ENTRIES_MAX: usize = 4_000_000;

/// How many entries the table of a part may have, if it is a gateway that needs one.
pub(crate) fn entries(outline: &Outline<'_>, part: &Part<'_>, kind: Option<&Kind>) -> usize {
    let joins = kind.is_some_and(|it| waits_for_what_can_come(part, it));
    let around = if joins { outline.part(part.scope).inside.len() } else { 0 };
    part.entering.len().saturating_mul(around)
}

/// Whether a part is a gateway that waits for tokens as long as they can still arrive.
pub(crate) fn waits_for_what_can_come(part: &Part<'_>, kind: &Kind) -> bool {
    let is_inclusive = matches!(kind, Kind::InclusiveGateway { .. });
    (is_inclusive && part.entering.len() > 1) || kind.activation().is_some()
}

/// The flows that such a gateway joins, each with the elements that lead to it.
pub(crate) fn joins(outline: &Outline<'_>, part: &Part<'_>) -> Box<[JoinFlow]> {
    let paths = Paths::of(outline, part.scope);
    let flows = part.entering.iter().filter_map(|ix| {
        let flow = outline.flow(*ix);
        let (source, _) = flow.ends?;
        let from = paths.leading_to(source, part.ix).into_iter();
        let mut from: Box<[_]> = from.map(|ix| outline.part(ix).element_ix()).collect();
        from.sort_unstable();
        Some(JoinFlow { flow: ElementIx(flow.node.ordinal), from })
    });
    flows.collect()
}
