//! Forms and other files that are kept as they are.

use crate::state::file::File;
use crate::state::versions::Versions;
use record::{DeployedIntent, FileEvent, Key};

pub(super) fn on_file(files: &mut Versions<File>, key: Key, event: &FileEvent) {
    let deployed = &event.file;
    match event.intent {
        DeployedIntent::Created => files.put(File {
            key,
            id: deployed.id.clone(),
            version: deployed.version,
            version_tag: event.version_tag.clone(),
            resource_name: deployed.resource_name.clone(),
            checksum: deployed.checksum.clone(),
            resource: event.resource.clone(),
            deployment: event.deployment,
        }),
        DeployedIntent::Deleting => {}
        DeployedIntent::Deleted => files.delete(key),
    }
}
