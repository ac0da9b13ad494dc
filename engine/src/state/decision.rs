//! Deployed decisions and the requirements graphs they stand in.

use super::State;
use super::versions::{filed, versioned};
use record::{DeployedDecision, DeployedRequirements, Key, RequirementsImport};
use std::sync::Arc;
use value::{Str, wire_struct};

wire_struct! {
    /// One version of a decision.
    pub(crate) struct Decision {
        1 => pub(crate) key: Key,
        2 => pub(crate) id: Str,
        3 => pub(crate) name: Str,
        4 => pub(crate) version: u32,
        5 => pub(crate) requirements_id: Str,
        /// The graph it stands in.
        6 => pub(crate) requirements: Key,
        7 => pub(crate) deployment: Key,
        /// Empty for none.
        8 => pub(crate) version_tag: Str,
    }
}

wire_struct! {
    /// One version of a decision requirements graph: a DMN file.
    pub(crate) struct Requirements {
        1 => pub(crate) key: Key,
        2 => pub(crate) id: Str,
        3 => pub(crate) name: Str,
        4 => pub(crate) version: u32,
        5 => pub(crate) namespace: Str,
        6 => pub(crate) resource_name: Str,
        7 => pub(crate) checksum: Arc<[u8]>,
        8 => pub(crate) resource: Arc<[u8]>,
        9 => pub(crate) deployment: Key,
        /// The graphs it imports, of the same deployment.
        10 => pub(crate) imports: Vec<RequirementsImport>,
    }
}

impl Decision {
    /// As records name it.
    pub(crate) fn deployed(&self) -> DeployedDecision {
        DeployedDecision {
            id: self.id.clone(),
            name: self.name.clone(),
            version: self.version,
            key: self.key,
            requirements_id: self.requirements_id.clone(),
            requirements: self.requirements,
            duplicate: false,
        }
    }
}

impl Requirements {
    /// As records name it.
    pub(crate) fn deployed(&self) -> DeployedRequirements {
        DeployedRequirements {
            id: self.id.clone(),
            name: self.name.clone(),
            version: self.version,
            key: self.key,
            namespace: self.namespace.clone(),
            resource_name: self.resource_name.clone(),
            checksum: self.checksum.clone(),
            duplicate: false,
        }
    }
}

versioned!(Decision, id, |it| &it.version_tag, |_it| false);
versioned!(Requirements, id, |_it| "", |_it| false);
filed!(Requirements);

impl State {
    /// Checks what must hold between decisions and their graphs.
    pub(crate) fn check_decisions(&self) -> Result<(), String> {
        for (key, it) in self.decisions.iter() {
            let graph = self.requirements.get(&it.requirements);
            if graph.is_none_or(|graph| graph.id != it.requirements_id) {
                return Err(format!("decision {key} stands in no graph"));
            }
        }
        for (key, it) in self.requirements.iter() {
            let is_there = |it: &RequirementsImport| self.requirements.get(&it.requirements);
            if !it.imports.iter().all(|it| is_there(it).is_some()) {
                return Err(format!("graph {key} imports one that is not there"));
            }
        }
        Ok(())
    }
}
