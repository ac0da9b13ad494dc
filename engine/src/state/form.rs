//! Deployed forms.

use super::State;
use super::meta::Name;
use bpmn::Binding;
use record::Key;
use std::sync::Arc;
use value::{Str, wire_struct};

wire_struct! {
    /// One version of a form.
    pub(crate) struct Form {
        1 => pub(crate) key: Key,
        2 => pub(crate) id: Str,
        3 => pub(crate) version: u32,
        4 => pub(crate) version_tag: Str,
        5 => pub(crate) resource_name: Str,
        6 => pub(crate) checksum: Arc<[u8]>,
        7 => pub(crate) resource: Arc<[u8]>,
        8 => pub(crate) deployment: Key,
    }
}

impl State {
    /// The form that a reference from a deployment means.
    pub(crate) fn form(&self, id: &Name, binding: &Binding, deployment: Key) -> Option<&Form> {
        let versions = self.form_versions.range((id.clone(), 0)..=(id.clone(), u32::MAX));
        let newest_first = versions.rev().filter_map(|(_, key)| self.forms.get(key));
        let mut newest_first = newest_first.map(|it| &**it);
        match binding {
            Binding::Latest => newest_first.next(),
            Binding::Deployment => newest_first.find(|it| it.deployment == deployment),
            Binding::VersionTag(tag) => newest_first.find(|it| it.version_tag == *tag),
        }
    }

    /// The latest version of a form.
    pub(crate) fn latest_form(&self, id: &Name) -> Option<&Form> {
        self.form(id, &Binding::Latest, Key::NONE)
    }
}
