//! What `apply` must know of a BPMN file, and whether it may run it yet.

use broker_api::Resource;
use record::{DeployedResource, LOGIC_REFINED};

pub(super) fn summary(resource: &Resource, compiled: &bpmn::Resource) -> DeployedResource {
    DeployedResource {
        name: resource.name.clone(),
        content: resource.content.clone(),
        checksum: compiled.checksum.as_slice().into(),
        processes: compiled.processes.iter().map(|it| engine::summary(it)).collect(),
        ..DeployedResource::default()
    }
}

/// What in a file is not asked for before a newer logic version than the one in force: a program
/// that knows only that one could not go on with the folder.
pub(super) fn too_new(compiled: &bpmn::Resource, logic: u32) -> Vec<String> {
    if logic >= LOGIC_REFINED {
        return Vec::new();
    }
    let elements = compiled.processes.iter().flat_map(|process| {
        let id = &process.id;
        process.elements.iter().map(move |element| (id, element))
    });
    let mut found = Vec::new();
    for (process, element) in elements {
        let all = &element.listeners;
        for (event, listeners) in [("beforeAll", &all.before_all), ("cancel", &all.cancel)] {
            if !listeners.is_empty() {
                found.push(format!(
                    "An execution listener of '{}' in process '{process}' has the eventType \
                     '{event}', which is asked from logic version {LOGIC_REFINED} on, and {logic} \
                     is in force. Raise it ('baton cluster logic raise {LOGIC_REFINED}'), or remove \
                     the listener.",
                    element.id
                ));
            }
        }
    }
    found
}
