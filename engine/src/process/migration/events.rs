//! What becomes of the events that an element waits for: boundary events, event subprocesses
//! inside it, and the events of an event-based gateway.

use super::Obstacle;
use super::check::check_kind;
use super::mapping::Mapping;
use bpmn::{Element, ElementIx, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of the events of one element.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// Those that are not mapped are not waited for any more.
    closed: BTreeSet<u32>,
    /// What the target has besides.
    fresh: Vec<ElementIx>,
}

impl Events {
    /// Finds out what becomes of the events of an element of the source.
    pub(super) fn plan(mapping: &Mapping, element: u32) -> Result<Self, Obstacle> {
        let source = mapping.source.element(ElementIx(element));
        let (Some(source), Some(target)) = (source, mapping.target(element)) else {
            return Ok(Self::default());
        };
        let targets = of(target);
        let mut events = Self::default();
        let mut taken = BTreeMap::new();
        for event in of(source).iter().filter_map(|it| mapping.source.element(*it)) {
            let Some(becomes) = mapping.target(event.ix.0) else {
                events.closed.insert(event.ix.0);
                continue;
            };
            check_kind(event, becomes)?;
            if !targets.contains(&becomes.ix) {
                return Err(Obstacle::state(format!(
                    "event '{}' belongs to element '{}', and '{}' does not belong to '{}'",
                    event.id, source.id, becomes.id, target.id
                )));
            }
            if let Some(other) = taken.insert(becomes.ix, &event.id) {
                return Err(Obstacle::state(format!(
                    "the events '{other}' and '{}' cannot both become '{}'",
                    event.id, becomes.id
                )));
            }
        }
        events.fresh = targets.into_iter().filter(|it| !taken.contains_key(it)).collect();
        Ok(events)
    }

    pub(super) fn closes_any(&self) -> bool {
        !self.closed.is_empty()
    }

    /// True if an event is not waited for any more.
    pub(super) fn closes(&self, event: u32) -> bool {
        self.closed.contains(&event)
    }

    /// What the target has besides.
    pub(super) fn fresh(&self) -> &[ElementIx] {
        &self.fresh
    }
}

/// The events that an element may wait for while it is active, besides itself.
fn of(element: &Element) -> Vec<ElementIx> {
    let behind: &[ElementIx] =
        if let Kind::EventBasedGateway { events } = &element.kind { events } else { &[] };
    let around = element.boundary_events.iter().chain(&element.event_starts);
    around.chain(behind).copied().collect()
}
