//! Deployed decisions and the requirements graphs they stand in.

use super::State;
use record::{DeployedDecision, Key, RequirementsImport};
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

impl State {
    /// The latest version of a decision.
    pub(crate) fn latest_decision(&self, id: &Str) -> Option<&Arc<Decision>> {
        let range = (id.clone(), 0)..=(id.clone(), u32::MAX);
        let (_, key) = self.decision_versions.range(range).next_back()?;
        self.decisions.get(key)
    }

    /// The version of a decision that a deployment brought.
    pub(crate) fn deployed_decision(&self, id: &Str, deployment: Key) -> Option<&Arc<Decision>> {
        self.decisions.get(self.decision_deployments.get(&(id.clone(), deployment))?)
    }

    /// The latest version of a decision that has a tag.
    pub(crate) fn tagged_decision(&self, id: &Str, tag: &Str) -> Option<&Arc<Decision>> {
        let of = |version| (id.clone(), tag.clone(), version);
        let (_, key) = self.decision_tags.range(of(0)..=of(u32::MAX)).next_back()?;
        self.decisions.get(key)
    }

    /// The latest version of a decision requirements graph.
    pub(crate) fn latest_requirements(&self, id: &Str) -> Option<&Arc<Requirements>> {
        let range = (id.clone(), 0)..=(id.clone(), u32::MAX);
        let (_, key) = self.requirements_versions.range(range).next_back()?;
        self.requirements.get(key)
    }

    /// Rebuilds the indexes of decisions from their rows.
    pub(crate) fn restore_of_decisions(&mut self) {
        for (key, it) in self.requirements.iter() {
            self.requirements_versions.restore((it.id.clone(), it.version), *key);
        }
        for (key, it) in self.decisions.iter() {
            self.decision_versions.restore((it.id.clone(), it.version), *key);
            self.decision_deployments.restore((it.id.clone(), it.deployment), *key);
            if !it.version_tag.is_empty() {
                let tag = (it.id.clone(), it.version_tag.clone(), it.version);
                self.decision_tags.restore(tag, *key);
            }
        }
    }

    /// Checks what must hold between decisions, their graphs and their indexes.
    pub(crate) fn check_decisions(&self) -> Result<(), String> {
        let mut tags = 0;
        for (key, it) in self.decisions.iter() {
            let graph = self.requirements.get(&it.requirements);
            if graph.is_none_or(|graph| graph.id != it.requirements_id) {
                return Err(format!("decision {key} stands in no graph"));
            }
            tags += usize::from(!it.version_tag.is_empty());
        }
        for (key, it) in self.requirements.iter() {
            let is_there = |it: &RequirementsImport| self.requirements.contains(&it.requirements);
            if !it.imports.iter().all(is_there) {
                return Err(format!("graph {key} imports one that is not there"));
            }
        }
        let (decisions, graphs) = (self.decisions.len(), self.requirements.len());
        let is_indexed = self.decision_versions.len() == decisions
            && self.decision_deployments.len() == decisions
            && self.decision_tags.len() == tags
            && self.requirements_versions.len() == graphs;
        if is_indexed { Ok(()) } else { Err("decisions are misindexed".to_owned()) }
    }
}
