//! What deploying does alike for everything that has a file of its own: versions and duplicates.

use crate::state::versions::{Filed, Versions};
use record::{DeployedResource, DeployedVersion, Key};
use value::Str;

/// True if the latest version of an id came from the same file.
pub(super) fn is_latest<T: Filed + Clone>(
    versions: &Versions<T>,
    id: &Str,
    file: &DeployedResource,
) -> bool {
    versions.latest(id).is_some_and(|it| it.is_from(file))
}

/// The latest version of an id, which the file did not change.
pub(super) fn existing<T: Filed + Clone>(
    versions: &Versions<T>,
    id: &Str,
    file: &DeployedResource,
) -> DeployedVersion {
    let latest = versions.latest(id);
    let key = latest.map_or(Key::NONE, |it| it.key());
    let version = latest.map_or(0, |it| it.version());
    DeployedVersion { duplicate: true, ..of(file, id, version, key) }
}

/// The next version of an id.
pub(super) fn next<T: Filed + Clone>(
    versions: &Versions<T>,
    id: &Str,
    file: &DeployedResource,
    key: Key,
) -> DeployedVersion {
    of(file, id, versions.next_version(id), key)
}

fn of(file: &DeployedResource, id: &Str, version: u32, key: Key) -> DeployedVersion {
    DeployedVersion {
        id: id.clone(),
        version,
        key,
        resource_name: file.name.clone(),
        duplicate: false,
        checksum: file.checksum.clone(),
    }
}
