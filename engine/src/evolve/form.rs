//! Forms.

use crate::state::State;
use crate::state::form::Form;
use record::{FormEvent, Key};
use std::sync::Arc;

pub(super) fn on_form(state: &mut State, key: Key, event: &FormEvent) {
    let deployed = &event.form;
    let form = Form {
        key,
        id: deployed.id.clone(),
        version: deployed.version,
        version_tag: event.version_tag.clone(),
        resource_name: deployed.resource_name.clone(),
        checksum: deployed.checksum.clone(),
        resource: event.resource.clone(),
        deployment: event.deployment,
    };
    state.form_versions.put((deployed.id.clone(), deployed.version), key);
    state.forms.put(key, Arc::new(form));
}
