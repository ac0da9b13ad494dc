//! Decisions and decision requirements graphs.

use crate::state::State;
use crate::state::decision::{Decision, Requirements};
use record::{DecisionEvent, DecisionRequirementsEvent, Key};
use std::sync::Arc;

pub(super) fn on_decision(state: &mut State, key: Key, event: &DecisionEvent) {
    let deployed = &event.decision;
    let decision = Decision {
        key,
        id: deployed.id.clone(),
        name: deployed.name.clone(),
        version: deployed.version,
        requirements_id: deployed.requirements_id.clone(),
        requirements: deployed.requirements,
        deployment: event.deployment,
        version_tag: event.version_tag.clone(),
    };
    let id = &decision.id;
    state.decision_versions.put((id.clone(), decision.version), key);
    state.decision_deployments.put((id.clone(), decision.deployment), key);
    if !decision.version_tag.is_empty() {
        let tag = (id.clone(), decision.version_tag.clone(), decision.version);
        state.decision_tags.put(tag, key);
    }
    state.decisions.put(key, Arc::new(decision));
}

pub(super) fn on_requirements(state: &mut State, key: Key, event: &DecisionRequirementsEvent) {
    let deployed = &event.requirements;
    let requirements = Requirements {
        key,
        id: deployed.id.clone(),
        name: deployed.name.clone(),
        version: deployed.version,
        namespace: deployed.namespace.clone(),
        resource_name: deployed.resource_name.clone(),
        checksum: deployed.checksum.clone(),
        resource: event.resource.clone(),
        deployment: event.deployment,
        imports: event.imports.clone(),
    };
    state.requirements_versions.put((requirements.id.clone(), requirements.version), key);
    state.requirements.put(key, Arc::new(requirements));
}
