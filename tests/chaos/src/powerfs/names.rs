//! The names in folders: durable ones, cached ones, and the changes in between.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use draw::Random;

/// The names of one folder and the inodes behind them.
pub(super) type Folder = BTreeMap<OsString, u64>;
/// One name in one folder.
type Key = (u64, OsString);

/// All folders.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    durable: BTreeMap<u64, Folder>,
    cached: BTreeMap<u64, Folder>,
    changes: Vec<Change>,
}

/// What one call did to names, as one step: both sides of a rename, or one entry.
#[derive(Debug, Clone)]
struct Change(Vec<(Key, Option<u64>)>);

impl Change {
    fn keys(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().map(|(key, _)| key)
    }

    fn apply(&self, folders: &mut BTreeMap<u64, Folder>) {
        for ((folder, name), inode) in &self.0 {
            let folder = folders.entry(*folder).or_default();
            match inode {
                Some(inode) => folder.insert(name.clone(), *inode),
                None => folder.remove(name),
            };
        }
    }
}

impl Names {
    pub(super) fn add_folder(&mut self, inode: u64) {
        self.cached.insert(inode, Folder::new());
        self.durable.insert(inode, Folder::new());
    }

    pub(super) fn folder(&self, inode: u64) -> Option<&Folder> {
        self.cached.get(&inode)
    }

    pub(super) fn find(&self, folder: u64, name: &OsStr) -> Option<u64> {
        self.cached.get(&folder)?.get(name).copied()
    }

    /// Where an inode is, from the root; empty for what has no name.
    pub(super) fn path(&self, inode: u64) -> PathBuf {
        let mut parts = Vec::new();
        let mut at = inode;
        let place = |at: u64| {
            self.cached.iter().find_map(|(folder, names)| {
                let name = names.iter().find(|(_, inode)| **inode == at)?.0;
                Some((*folder, name))
            })
        };
        while let Some((folder, name)) = place(at) {
            parts.push(name);
            at = folder;
        }
        parts.into_iter().rev().collect()
    }

    /// Sets names; those with no inode are removed.
    pub(super) fn change(&mut self, changes: &[(u64, &OsStr, Option<u64>)]) {
        let change = Change(
            changes.iter().map(|(at, name, inode)| ((*at, name.to_os_string()), *inode)).collect(),
        );
        change.apply(&mut self.cached);
        self.changes.push(change);
    }

    /// Makes the names of one folder durable, and what those changes rest on.
    pub(super) fn sync(&mut self, folder: u64) {
        let mut needed = BTreeSet::new();
        let mut synced = vec![false; self.changes.len()];
        for (at, change) in self.changes.iter().enumerate().rev() {
            if change.keys().any(|key| key.0 == folder || needed.contains(key)) {
                synced[at] = true;
                needed.extend(change.keys().cloned());
            }
        }
        let mut synced = synced.into_iter();
        let durable = &mut self.durable;
        self.changes.retain(|change| {
            let synced = synced.next() == Some(true);
            if synced {
                change.apply(durable);
            }
            !synced
        });
    }

    pub(super) fn unsynced(&self) -> usize {
        self.changes.len()
    }

    /// What a power cut leaves of which nothing unsynced survives.
    pub(super) fn after_worst_cut(&self) -> Self {
        Self { durable: self.durable.clone(), cached: self.durable.clone(), changes: Vec::new() }
    }

    /// What a power cut leaves: with a journal the first so many changes, without one any that do
    /// not rest on a lost one.
    pub(super) fn after_cut(&self, kept: u64, random: &mut Random) -> Self {
        let mut folders = self.durable.clone();
        if random.percent(50) {
            let all = random.percent(kept);
            let count = if all { self.changes.len() } else { random.index(self.changes.len() + 1) };
            for change in &self.changes[..count] {
                change.apply(&mut folders);
            }
        } else {
            let mut lost = BTreeSet::new();
            for change in &self.changes {
                if random.percent(kept) && !change.keys().any(|key| lost.contains(key)) {
                    change.apply(&mut folders);
                } else {
                    lost.extend(change.keys().cloned());
                }
            }
        }
        Self { durable: folders.clone(), cached: folders, changes: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: u64 = 1;

    fn names() -> Names {
        let mut names = Names::default();
        names.add_folder(ROOT);
        names
    }

    fn survives(names: &Names, name: &str) -> (bool, bool) {
        let found = |seed| {
            names.after_cut(50, &mut Random::new(seed)).find(ROOT, OsStr::new(name)).is_some()
        };
        ((0..100).any(found), (0..100).all(found))
    }

    #[test]
    fn a_created_name_may_be_lost_until_its_folder_is_synced() {
        let mut names = names();
        names.change(&[(ROOT, OsStr::new("a"), Some(2))]);
        assert_eq!(survives(&names, "a"), (true, false));
        names.sync(ROOT);
        assert_eq!(survives(&names, "a"), (true, true));
    }

    #[test]
    fn the_worst_cut_leaves_the_names_that_were_synced() {
        let mut names = names();
        names.change(&[(ROOT, OsStr::new("kept"), Some(2))]);
        names.sync(ROOT);
        names.change(&[(ROOT, OsStr::new("kept"), None)]);
        names.change(&[(ROOT, OsStr::new("new"), Some(3))]);
        let cut = names.after_worst_cut();
        assert_eq!(cut.find(ROOT, OsStr::new("kept")), Some(2));
        assert_eq!(cut.find(ROOT, OsStr::new("new")), None);
    }

    #[test]
    fn a_rename_is_one_step() {
        let mut names = names();
        names.change(&[(ROOT, OsStr::new("new"), Some(2))]);
        names.sync(ROOT);
        names.change(&[(ROOT, OsStr::new("new"), None), (ROOT, OsStr::new("old"), Some(2))]);
        for seed in 0..100 {
            let cut = names.after_cut(50, &mut Random::new(seed));
            let count = cut.folder(ROOT).map_or(0, Folder::len);
            assert_eq!(count, 1);
        }
    }

    #[test]
    fn syncing_another_folder_does_not_sync_this_one() {
        let mut names = names();
        names.add_folder(9);
        names.change(&[(ROOT, OsStr::new("a"), Some(2))]);
        names.sync(9);
        assert_eq!(survives(&names, "a"), (true, false));
    }
}
