//! From where a path leads to a joining gateway.

use std::collections::BTreeSet;

use crate::graph::{ElementIx, JoinFlow, Kind};
use crate::outline::{Outline, Part, PartIx};
use crate::part::link;

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
    let flows = part.entering.iter().filter_map(|ix| {
        let flow = outline.flow(*ix);
        let (source, _) = flow.ends?;
        let from = leading_to(outline, source, part.ix);
        Some(JoinFlow { flow: ElementIx(flow.node.ordinal), from })
    });
    flows.collect()
}

/// The elements from which a path leads to `last` without passing `gateway`.
fn leading_to(outline: &Outline<'_>, last: PartIx, gateway: PartIx) -> Box<[ElementIx]> {
    let mut found = BTreeSet::new();
    let mut pending = vec![last];
    while let Some(ix) = pending.pop() {
        if ix != gateway && found.insert(ix) {
            pending.extend(before(outline, outline.part(ix)));
        }
    }
    let mut numbers: Vec<_> = found.into_iter().map(|ix| outline.part(ix).element_ix()).collect();
    numbers.sort_unstable();
    numbers.into()
}

/// What a token can come from in one step.
fn before<'a>(outline: &'a Outline<'_>, part: &'a Part<'_>) -> impl Iterator<Item = PartIx> {
    let sources = part.entering.iter().filter_map(|ix| Some(outline.flow(*ix).ends?.0));
    let links = link::definition(part).and_then(|it| it.attribute("name")).map(|name| {
        outline.inside(part.scope).filter(move |it| {
            let is_throw = &*it.node.name == "intermediateThrowEvent";
            is_throw && link::definition(it).and_then(|it| it.attribute("name")) == Some(name)
        })
    });
    let is_catch = &*part.node.name == "intermediateCatchEvent";
    let links = links.filter(|_| is_catch).into_iter().flatten().map(|it| it.ix);
    sources.chain(part.attached_to).chain(links)
}
