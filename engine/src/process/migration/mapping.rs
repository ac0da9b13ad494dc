//! Which element becomes which.

use super::Obstacle;
use bpmn::{Element, ElementIx, Flow, Process};
use record::MappedElement;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which element, by its ordinal, becomes which; the same of sequence flows.
#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) source: Arc<Process>,
    pub(super) target: Arc<Process>,
    by_ordinal: BTreeMap<u32, u32>,
}

impl Mapping {
    /// Reads what was asked for. The process itself becomes the process.
    pub(super) fn read(
        source: &Arc<Process>,
        target: &Arc<Process>,
        instructions: &[MappedElement],
    ) -> Result<Self, Obstacle> {
        let (sources, targets) = (ids(source), ids(target));
        let mut by_ordinal = BTreeMap::new();
        for it in instructions {
            let from = find(&sources, &it.source_id, source)?;
            let to = find(&targets, &it.target_id, target)?;
            if source.flow(from).is_some() != target.flow(to).is_some() {
                return Err(Obstacle::state(format!(
                    "of '{}' and '{}', one is a sequence flow and the other is not",
                    it.source_id, it.target_id
                )));
            }
            if by_ordinal.insert(from.0, to.0).is_some() {
                return Err(Obstacle::argument(format!(
                    "element '{}' is mapped twice; say once what it becomes",
                    it.source_id
                )));
            }
        }
        let process = by_ordinal.entry(source.ix.0).or_insert(target.ix.0);
        if *process != target.ix.0 {
            return Err(Obstacle::state(format!(
                "process '{}' can only become process '{}'",
                source.id, target.id
            )));
        }
        Ok(Self { source: source.clone(), target: target.clone(), by_ordinal })
    }

    /// What an element becomes; `None` if it is not mapped.
    pub(super) fn target(&self, element: u32) -> Option<&Element> {
        self.target.element(ElementIx(*self.by_ordinal.get(&element)?))
    }

    /// Whether an event becomes something, or the event of one of its definitions does.
    pub(super) fn is_mapped(&self, waits: u32) -> bool {
        let event = self.source.event(ElementIx(waits));
        event.is_some_and(|it| self.target(it.ix.0).is_some())
    }

    /// What a sequence flow becomes; `None` if it is not mapped.
    pub(super) fn target_flow(&self, flow: u32) -> Option<&Flow> {
        self.target.flow(ElementIx(*self.by_ordinal.get(&flow)?))
    }

    /// The id of an element of the source, for messages.
    pub(super) fn source_id(&self, element: u32) -> &str {
        self.source.element(ElementIx(element)).map_or("", |it| &it.id)
    }
}

/// The elements and flows of a process by id.
fn ids(process: &Process) -> BTreeMap<&str, ElementIx> {
    let elements = process.elements.iter().map(|it| (&*it.id, it.ix));
    elements.chain(process.flows.iter().map(|it| (&*it.id, it.ix))).collect()
}

fn find(
    ids: &BTreeMap<&str, ElementIx>,
    id: &str,
    process: &Process,
) -> Result<ElementIx, Obstacle> {
    let unknown =
        || Obstacle::argument(format!("element '{id}' is not in process '{}'", process.id));
    ids.get(id).copied().ok_or_else(unknown)
}
