//! Deploying forms: versions and duplicates.

use crate::ctx::Ctx;
use record::{DeployedForm, DeployedResource, Event, FormEvent, FormSummary, Key};

/// True if the latest version of a form came from the same file.
pub(super) fn is_latest(ctx: &Ctx<'_>, resource: &DeployedResource, form: &FormSummary) -> bool {
    ctx.state
        .latest_form(&form.id)
        .is_some_and(|it| it.checksum == resource.checksum && it.resource_name == resource.name)
}

/// The latest version, which the file did not change.
pub(super) fn existing(
    ctx: &Ctx<'_>,
    resource: &DeployedResource,
    form: &FormSummary,
) -> DeployedForm {
    let latest = ctx.state.latest_form(&form.id);
    DeployedForm {
        id: form.id.clone(),
        version: latest.map_or(0, |it| it.version),
        key: latest.map_or(Key::NONE, |it| it.key),
        resource_name: resource.name.clone(),
        duplicate: true,
        checksum: resource.checksum.clone(),
    }
}

/// Creates the next version.
pub(super) fn create(
    ctx: &mut Ctx<'_>,
    deployment: Key,
    resource: &DeployedResource,
    summary: &FormSummary,
) -> DeployedForm {
    let form = DeployedForm {
        id: summary.id.clone(),
        version: ctx.state.latest_form(&summary.id).map_or(0, |it| it.version) + 1,
        key: ctx.next_key(),
        resource_name: resource.name.clone(),
        duplicate: false,
        checksum: resource.checksum.clone(),
    };
    let event = FormEvent {
        form: form.clone(),
        deployment,
        resource: resource.content.clone(),
        version_tag: summary.version_tag.clone(),
    };
    ctx.emit(form.key, Event::Form(event));
    form
}
