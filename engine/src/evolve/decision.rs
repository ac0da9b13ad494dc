//! Decisions and decision requirements graphs.

use crate::state::State;
use crate::state::decision::{Decision, Requirements};
use record::{DecisionEvent, DecisionRequirementsEvent, DeployedIntent, Key};

pub(super) fn on_decision(state: &mut State, key: Key, event: &DecisionEvent) {
    let deployed = &event.decision;
    match event.intent {
        DeployedIntent::Created => state.decisions.put(Decision {
            key,
            id: deployed.id.clone(),
            name: deployed.name.clone(),
            version: deployed.version,
            requirements_id: deployed.requirements_id.clone(),
            requirements: deployed.requirements,
            deployment: event.deployment,
            version_tag: event.version_tag.clone(),
        }),
        DeployedIntent::Deleting => {}
        DeployedIntent::Deleted => state.decisions.delete(key),
    }
}

pub(super) fn on_requirements(state: &mut State, key: Key, event: &DecisionRequirementsEvent) {
    let deployed = &event.requirements;
    match event.intent {
        DeployedIntent::Created => state.requirements.put(Requirements {
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
        }),
        DeployedIntent::Deleting => {}
        DeployedIntent::Deleted => state.requirements.delete(key),
    }
}
