//! What `apply` must know of a BPMN file.

use broker_api::Resource;
use record::DeployedResource;

pub(super) fn summary(resource: &Resource, compiled: &bpmn::Resource) -> DeployedResource {
    DeployedResource {
        name: resource.name.clone(),
        content: resource.content.clone(),
        checksum: compiled.checksum.as_slice().into(),
        processes: compiled.processes.iter().map(|it| engine::summary(it)).collect(),
        ..DeployedResource::default()
    }
}
