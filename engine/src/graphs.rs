//! Compiled process graphs: derived from deployed files, compiled ahead or when first needed.

use crate::compiled::{Files, Held, Source, Uncompiled, checksum};
use crate::state::State;
use crate::state::definition::Definition;
use record::Key;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A cache of compiled graphs. It is no state: its content decides nothing but speed.
#[derive(Debug)]
pub(crate) struct Graphs {
    pub(crate) files: Files<bpmn::Resource>,
    by_definition: BTreeMap<Key, Place>,
    /// How many files were compiled in `apply`.
    pub(crate) compiled: u64,
    /// A definition that was deployed and of which this binary cannot make a graph.
    pub(crate) unreadable: Option<Key>,
}

/// Where the process of a definition is.
#[derive(Debug, Clone, Copy)]
struct Place {
    file: u64,
    /// Its place among the processes of the file.
    process: usize,
}

impl Default for Graphs {
    fn default() -> Self {
        Self {
            files: Files::new(Self::BYTES_MAX, Self::FACTOR),
            by_definition: BTreeMap::new(),
            compiled: 0,
            unreadable: None,
        }
    }
}

impl Graphs {
    /// How many bytes the graphs of a partition may take, as estimated.
    const BYTES_MAX: usize = 256 * 1_024 * 1_024;
    /// How many bytes a byte of a file becomes. Measured with the allocator of the server: 10.3 for
    /// a file of 1.8 MB with nothing but gateways and conditions, 5.8 and 5.0 for small ones, 1.2
    /// for one with a diagram.
    const FACTOR: usize = 12;

    /// The files of deployed processes that are not compiled and have room: first those of latest
    /// versions and of instances that run, then the other versions; of each the last deployed.
    pub(crate) fn missing(&self, state: &State) -> Vec<Uncompiled> {
        let is_latest = |it: &Definition| {
            state.definitions.latest(&it.process_id).is_some_and(|latest| latest.key == it.key)
        };
        let is_wanted = |it: &Definition| state.running.get(&it.key).is_some() || is_latest(it);
        let all = state.definitions.iter().rev().map(|(_, it)| &**it);
        let (wanted, others): (Vec<_>, Vec<_>) = all.partition(|it| is_wanted(it));
        let files = wanted
            .into_iter()
            .chain(others)
            .filter_map(|it| Some(Uncompiled::Processes(source(it)?, it.resource.clone())));
        self.files.lacking(files)
    }

    /// The graph of a definition, compiled now if it is not there.
    ///
    /// `None` only if the definition does not exist. If its file no longer compiles, which a logic
    /// version must rule out, that is noted in `unreadable`.
    pub(crate) fn get(&mut self, state: &State, definition: Key) -> Option<Arc<bpmn::Process>> {
        if let Some(Place { file, process }) = self.by_definition.get(&definition)
            && let Some(resource) = self.files.get(*file)
        {
            return resource.processes.get(*process).cloned();
        }
        let deployed = state.definitions.get(&definition)?;
        let source = source(deployed)?;
        let file = if let Some(file) = self.files.find(&source) {
            file
        } else if let Ok(resource) = bpmn::compile_accepted(&deployed.resource) {
            self.compiled += 1;
            self.files.put(source, Arc::new(resource), Held::Used)
        } else {
            self.unreadable = Some(definition);
            return None;
        };
        if self.files.take_dropped() {
            self.by_definition.retain(|_, it| self.files.has(it.file));
        }
        let processes = &self.files.get(file)?.processes;
        let process = processes.iter().position(|it| it.id == deployed.process_id)?;
        self.by_definition.insert(definition, Place { file, process });
        processes.get(process).cloned()
    }
}

fn source(deployed: &Definition) -> Option<Source> {
    Some(Source::new((checksum(&deployed.checksum)?, deployed.resource.len()), []))
}
