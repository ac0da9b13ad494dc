//! The values of what is deployed with a file of its own.

use super::super::base64;
use super::super::object::Object;
use super::tenant;
use crate::{DeployedVersion, FileEvent, Key, ProcessEvent};

/// What the fields of a version are called.
pub(super) struct Names {
    id: &'static str,
    key: &'static str,
}

pub(super) const PROCESS: Names = Names { id: "bpmnProcessId", key: "processDefinitionKey" };
pub(super) const FORM: Names = Names { id: "formId", key: "formKey" };
pub(super) const RESOURCE: Names = Names { id: "resourceId", key: "resourceKey" };

/// Writes the fields of a `PROCESS` value.
pub(super) fn process(event: &ProcessEvent, o: &mut Object<'_>) {
    version(&event.process, event.deployment, &PROCESS, o);
    o.text("versionTag", &event.summary.version_tag);
    o.text("resource", &base64::encode(&event.resource));
    tenant(o);
}

/// Writes the fields of a `FORM` or `RESOURCE` value.
pub(super) fn file(event: &FileEvent, names: &Names, o: &mut Object<'_>) {
    version(&event.file, event.deployment, names, o);
    o.text("versionTag", &event.version_tag);
    o.text("resource", &base64::encode(&event.resource));
    tenant(o);
}

/// Writes what a deployment says of a version.
pub(super) fn deployed(it: &DeployedVersion, deployment: Key, names: &Names, o: &mut Object<'_>) {
    version(it, deployment, names, o);
    tenant(o);
}

fn version(it: &DeployedVersion, deployment: Key, names: &Names, o: &mut Object<'_>) {
    o.text(names.id, &it.id);
    o.number("version", it.version);
    o.key(names.key, it.key);
    o.text("resourceName", &it.resource_name);
    o.text("checksum", &base64::encode(&it.checksum));
    o.flag("duplicate", it.duplicate);
    o.key("deploymentKey", deployment);
}
