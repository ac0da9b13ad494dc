//! Deploying files that are kept as they are: forms, and whatever workers need.

use super::version;
use crate::ctx::Ctx;
use crate::state::State;
use crate::state::file::File;
use crate::state::versions::Versions;
use record::{DeployedResource, DeployedVersion, Event, FileEvent, FileSummary, Key};

/// What a file is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Form,
    Resource,
}

/// A file of a deployment.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a> {
    pub(super) kind: Kind,
    file: &'a DeployedResource,
    summary: &'a FileSummary,
}

impl<'a> Kept<'a> {
    /// The forms among the resources, then the other files.
    pub(super) fn of(resources: &'a [DeployedResource]) -> Vec<Self> {
        let form = |file: &'a DeployedResource| {
            let summary = file.form.as_deref()?;
            Some(Self { kind: Kind::Form, file, summary })
        };
        let other = |file: &'a DeployedResource| {
            let summary = file.other.as_deref()?;
            Some(Self { kind: Kind::Resource, file, summary })
        };
        resources.iter().filter_map(form).chain(resources.iter().filter_map(other)).collect()
    }

    fn versions(self, state: &State) -> &Versions<File> {
        match self.kind {
            Kind::Form => &state.forms,
            Kind::Resource => &state.resources,
        }
    }

    /// True if the latest version came from the same file.
    pub(super) fn is_latest(self, state: &State) -> bool {
        version::is_latest(self.versions(state), &self.summary.id, self.file)
    }

    /// The latest version, which the file did not change.
    pub(super) fn existing(self, state: &State) -> DeployedVersion {
        version::existing(self.versions(state), &self.summary.id, self.file)
    }

    /// Creates the next version.
    pub(super) fn create(self, ctx: &mut Ctx<'_>, deployment: Key) -> DeployedVersion {
        let key = ctx.next_key();
        let file = version::next(self.versions(ctx.state), &self.summary.id, self.file, key);
        let event = FileEvent {
            file: file.clone(),
            deployment,
            resource: self.file.content.clone(),
            version_tag: self.summary.version_tag.clone(),
            ..FileEvent::default()
        };
        let event = match self.kind {
            Kind::Form => Event::Form(event),
            Kind::Resource => Event::Resource(event),
        };
        ctx.emit(key, event);
        file
    }
}
