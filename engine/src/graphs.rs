//! Compiled process graphs: derived from deployed files, compiled when first needed.

use crate::state::State;
use record::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A cache of compiled graphs. It is no state: its content decides nothing but speed.
#[derive(Debug, Default)]
pub(crate) struct Graphs {
    by_definition: BTreeMap<Key, Arc<bpmn::Process>>,
    /// Files compiled before the log, by checksum, until their definitions exist.
    offered: BTreeMap<[u8; 16], Arc<bpmn::Resource>>,
    /// A definition that was deployed and of which this binary cannot make a graph.
    pub(crate) unreadable: Option<Key>,
}

impl Graphs {
    /// How many graphs are kept; beyond it the cache starts anew.
    const GRAPHS_MAX: usize = 4_096;
    const OFFERED_MAX: usize = 256;

    /// Takes a file that was compiled before the log.
    pub(crate) fn offer(&mut self, resource: Arc<bpmn::Resource>) {
        if self.offered.len() >= Self::OFFERED_MAX {
            self.offered.clear();
        }
        self.offered.insert(resource.checksum, resource);
    }

    /// The files of deployed processes that have no graph yet, the last deployed first, and no more
    /// than can be offered.
    pub(crate) fn missing(&self, state: &State) -> Vec<Arc<[u8]>> {
        let mut seen = BTreeSet::new();
        let definitions = state.definitions.iter().rev();
        let missing = definitions.filter(|(key, it)| {
            !self.by_definition.contains_key(*key) && seen.insert(it.checksum.clone())
        });
        missing.take(Self::OFFERED_MAX).map(|(_, it)| it.resource.clone()).collect()
    }

    /// The graph of a definition, compiled now if it is not there.
    ///
    /// `None` only if the definition does not exist. If its file no longer compiles, which a logic
    /// version must rule out, that is noted in `unreadable`.
    pub(crate) fn get(&mut self, state: &State, definition: Key) -> Option<Arc<bpmn::Process>> {
        if let Some(graph) = self.by_definition.get(&definition) {
            return Some(graph.clone());
        }
        let deployed = state.definitions.get(&definition)?;
        let checksum: [u8; 16] = deployed.checksum.as_ref().try_into().ok()?;
        let resource = if let Some(resource) = self.offered.get(&checksum) {
            resource.clone()
        } else if let Ok(resource) = bpmn::compile_accepted(&deployed.resource) {
            Arc::new(resource)
        } else {
            self.unreadable = Some(definition);
            return None;
        };
        let graph = resource.processes.iter().find(|it| it.id == deployed.process_id)?.clone();
        if self.by_definition.len() >= Self::GRAPHS_MAX {
            self.by_definition.clear();
        }
        self.by_definition.insert(definition, graph.clone());
        Some(graph)
    }
}
