//! The value of forms.

use super::super::base64;
use super::super::object::Object;
use super::tenant;
use crate::{DeployedForm, FormEvent, Key};

/// Writes the fields of a `FORM` value.
pub(super) fn write(event: &FormEvent, o: &mut Object<'_>) {
    deployed(&event.form, event.deployment, o);
    o.text("versionTag", &event.version_tag);
    o.text("resource", &base64::encode(&event.resource));
    tenant(o);
}

/// Writes what a deployment says of a form.
pub(super) fn deployed(form: &DeployedForm, deployment: Key, o: &mut Object<'_>) {
    o.text("formId", &form.id);
    o.number("version", form.version);
    o.key("formKey", form.key);
    o.text("resourceName", &form.resource_name);
    o.text("checksum", &base64::encode(&form.checksum));
    o.flag("duplicate", form.duplicate);
    o.key("deploymentKey", deployment);
}
