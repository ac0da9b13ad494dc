//! What is deployed in versions under an id: processes, forms, decisions and their requirements
//! graphs, and other files. How versions are numbered, found and forgotten is the same for all.

use super::meta::Name;
use super::table::Table;
use bpmn::Binding;
use record::{DeployedResource, Key};
use std::sync::Arc;
use value::{Str, wire_enum, wire_struct};

/// One version of something deployed.
pub(crate) trait Versioned {
    fn key(&self) -> Key;
    fn id(&self) -> &Str;
    fn version(&self) -> u32;
    /// Empty for none.
    fn version_tag(&self) -> &str;
    fn deployment(&self) -> Key;
    /// True if it is only kept for what still runs, and nothing new may begin with it.
    fn is_retired(&self) -> bool;
}

/// Says where the parts of one version stand.
macro_rules! versioned {
    ($type:ty, $id:ident, |$it:ident| $tag:expr, |$this:ident| $is_retired:expr) => {
        impl crate::state::versions::Versioned for $type {
            fn key(&self) -> Key {
                self.key
            }
            fn id(&self) -> &Str {
                &self.$id
            }
            fn version(&self) -> u32 {
                self.version
            }
            fn version_tag(&self) -> &str {
                let $it = self;
                $tag
            }
            fn deployment(&self) -> Key {
                self.deployment
            }
            fn is_retired(&self) -> bool {
                let $this = self;
                $is_retired
            }
        }
    };
}

/// Says where the file of one version stands.
macro_rules! filed {
    ($type:ty) => {
        impl crate::state::versions::Filed for $type {
            fn resource_name(&self) -> &Str {
                &self.resource_name
            }
            fn checksum(&self) -> &Arc<[u8]> {
                &self.checksum
            }
        }
    };
}

pub(crate) use {filed, versioned};

/// One version of something that has a file of its own.
pub(crate) trait Filed: Versioned {
    fn resource_name(&self) -> &Str;
    /// MD5 of the file.
    fn checksum(&self) -> &Arc<[u8]>;

    /// True if it came from the same file.
    fn is_from(&self, file: &DeployedResource) -> bool {
        *self.checksum() == file.checksum && *self.resource_name() == file.name
    }
}

wire_enum! {
    /// What is deployed in versions.
    pub(crate) enum VersionedKind {
        0 => Process,
        1 => Form,
        2 => Decision,
        3 => Requirements,
        4 => Resource,
    }
}

wire_struct! {
    /// The highest version of an id that was deleted: its number is never given again.
    pub(crate) struct DeletedVersion {
        1 => pub(crate) kind: VersionedKind,
        2 => pub(crate) id: Str,
        3 => pub(crate) version: u32,
    }
}

/// The versions of one kind.
#[derive(Debug)]
pub(crate) struct Versions<T> {
    kind: VersionedKind,
    rows: Table<Key, Arc<T>>,
    by_version: Table<(Name, u32), Key>,
    by_deployment: Table<(Name, Key), Key>,
    /// By id, version tag and version.
    by_tag: Table<(Name, Name, u32), Key>,
    /// The highest version of each id that was deleted.
    deleted: Table<Name, u32>,
}

impl<T: Versioned + Clone> Versions<T> {
    pub(crate) fn new(kind: VersionedKind) -> Self {
        Self {
            kind,
            rows: Table::of_rows(),
            by_version: Table::index(),
            by_deployment: Table::index(),
            by_tag: Table::index(),
            deleted: Table::of_rows(),
        }
    }

    /// The version with this key, retired or not.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "tables are asked with a reference")]
    pub(crate) fn get(&self, key: &Key) -> Option<&Arc<T>> {
        self.rows.get(key)
    }

    /// The version of an id before another one.
    pub(crate) fn before(&self, id: &Name, version: u32) -> Option<&Arc<T>> {
        let (_, key) = self.by_version.range((id.clone(), 0)..(id.clone(), version)).next_back()?;
        self.rows.get(key)
    }

    /// The version with this key, if something new may begin with it.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "tables are asked with a reference")]
    pub(crate) fn current(&self, key: &Key) -> Option<&Arc<T>> {
        self.rows.get(key).filter(|it| !it.is_retired())
    }

    /// All of them, retired or not.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&Key, &Arc<T>)> {
        self.rows.iter()
    }

    /// The version of an id with this number.
    pub(crate) fn numbered(&self, id: &Name, version: u32) -> Option<&Arc<T>> {
        self.rows.get(self.by_version.get(&(id.clone(), version))?)
    }

    /// The latest version of an id.
    pub(crate) fn latest(&self, id: &Name) -> Option<&Arc<T>> {
        let range = (id.clone(), 0)..=(id.clone(), u32::MAX);
        let (_, key) = self.by_version.range(range).next_back()?;
        self.rows.get(key)
    }

    /// The version of an id that a deployment brought.
    pub(crate) fn deployed(&self, id: &Name, deployment: Key) -> Option<&Arc<T>> {
        self.rows.get(self.by_deployment.get(&(id.clone(), deployment))?)
    }

    /// The version of an id that a reference from a deployment means.
    pub(crate) fn bound(&self, id: &Name, binding: &Binding, deployment: Key) -> Option<&Arc<T>> {
        match binding {
            Binding::Latest => self.latest(id),
            Binding::Deployment => self.deployed(id, deployment),
            Binding::VersionTag(tag) => {
                let of = |version| (id.clone(), tag.clone(), version);
                let (_, key) = self.by_tag.range(of(0)..=of(u32::MAX)).next_back()?;
                self.rows.get(key)
            }
        }
    }

    /// The number of the next version of an id: above all that there were, deleted ones included.
    pub(crate) fn next_version(&self, id: &Name) -> u32 {
        let latest = self.latest(id).map_or(0, |it| it.version());
        latest.max(self.deleted.get(id).copied().unwrap_or_default()) + 1
    }

    /// Adds a version.
    pub(crate) fn put(&mut self, row: T) {
        let key = row.key();
        self.by_version.put((row.id().clone(), row.version()), key);
        self.by_deployment.put((row.id().clone(), row.deployment()), key);
        if !row.version_tag().is_empty() {
            self.by_tag.put((row.id().clone(), row.version_tag().into(), row.version()), key);
        }
        self.rows.put(key, Arc::new(row));
    }

    /// Takes a version out of what new things begin with. Its row stays if `keep` says so.
    pub(crate) fn retire(&mut self, key: Key, keep: impl FnOnce(&mut T) -> bool) {
        let Some(row) = self.rows.get(&key).cloned() else { return };
        if !row.is_retired() {
            let (id, version) = (row.id().clone(), row.version());
            self.by_version.delete(&(id.clone(), version));
            self.by_deployment.delete(&(id.clone(), row.deployment()));
            self.by_tag.delete(&(id.clone(), row.version_tag().into(), version));
            let deleted = self.deleted.get(&id).copied().unwrap_or_default();
            self.deleted.put(id, deleted.max(version));
        }
        let is_kept = self.rows.get_mut(&key).map(Arc::make_mut).is_some_and(keep);
        if !is_kept {
            self.rows.delete(&key);
        }
    }

    /// Takes a version away.
    pub(crate) fn delete(&mut self, key: Key) {
        self.retire(key, |_| false);
    }

    pub(crate) fn commit(&mut self) {
        self.rows.commit();
        self.by_version.commit();
        self.by_deployment.commit();
        self.by_tag.commit();
        self.deleted.commit();
    }

    pub(crate) fn rollback(&mut self) {
        self.rows.rollback();
        self.by_version.rollback();
        self.by_deployment.rollback();
        self.by_tag.rollback();
        self.deleted.rollback();
    }

    /// Takes the rows that changed since the last call.
    pub(crate) fn take_changes(&mut self) -> Vec<(Key, Option<Arc<T>>)> {
        self.rows.take_changes()
    }

    /// Takes what changed since the last call of the versions that were deleted.
    pub(crate) fn take_deleted(&mut self) -> Vec<DeletedVersion> {
        let changes = self.deleted.take_changes().into_iter();
        changes.map(|(id, version)| self.deleted_version(&id, version.unwrap_or(0))).collect()
    }

    /// The versions that were deleted.
    pub(crate) fn deleted(&self) -> impl Iterator<Item = DeletedVersion> {
        self.deleted.iter().map(|(id, version)| self.deleted_version(id, *version))
    }

    fn deleted_version(&self, id: &Name, version: u32) -> DeletedVersion {
        DeletedVersion { kind: self.kind, id: id.clone(), version }
    }

    /// Notes a deleted version that comes from a checkpoint.
    pub(crate) fn restore_deleted(&mut self, row: DeletedVersion) {
        self.deleted.restore(row.id, row.version);
    }

    /// Puts a row that comes from a checkpoint.
    pub(crate) fn restore(&mut self, row: T) {
        let key = row.key();
        if !row.is_retired() {
            self.by_version.restore((row.id().clone(), row.version()), key);
            self.by_deployment.restore((row.id().clone(), row.deployment()), key);
            if !row.version_tag().is_empty() {
                let tag = (row.id().clone(), row.version_tag().into(), row.version());
                self.by_tag.restore(tag, key);
            }
        }
        self.rows.restore(key, Arc::new(row));
    }

    /// Checks what must hold between the rows and their indexes.
    pub(crate) fn check(&self, what: &str) -> Result<(), String> {
        let listed = self.rows.iter().filter(|(_, it)| !it.is_retired());
        let (mut count, mut tags) = (0, 0);
        for (key, it) in listed {
            let is_found = self.numbered(it.id(), it.version()).is_some_and(|it| it.key() == *key)
                && self.deployed(it.id(), it.deployment()).is_some_and(|it| it.key() == *key);
            if !is_found {
                return Err(format!("{what} {key} is not found by its version or deployment"));
            }
            count += 1;
            tags += usize::from(!it.version_tag().is_empty());
        }
        let is_indexed = self.by_version.len() == count
            && self.by_deployment.len() == count
            && self.by_tag.len() == tags;
        if is_indexed { Ok(()) } else { Err(format!("versions of {what}s are misindexed")) }
    }
}
