//! A table of the state: ordered rows, with undo for the current work item and a list of what
//! changed since the last checkpoint.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;

/// What happened to a row since the last checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// It is not in the last checkpoint.
    New,
    /// It is in the last checkpoint with another value.
    Updated,
    /// It is in the last checkpoint and must be deleted there.
    Deleted,
}

#[derive(Debug)]
struct PreImage<K, V> {
    key: K,
    value: Option<V>,
    change: Option<Change>,
}

/// Ordered rows with undo.
///
/// Every write records its pre-image until [`Table::commit`]; [`Table::rollback`] restores them.
/// A table of rows also remembers which rows the next checkpoint must write; an index is rebuilt
/// from the rows instead and remembers nothing.
#[derive(Debug)]
pub(crate) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    journal: Vec<PreImage<K, V>>,
    /// The keys of the first `journaled_count` pre-images.
    journaled: BTreeSet<K>,
    journaled_count: usize,
    changes: BTreeMap<K, Change>,
    is_index: bool,
}

/// So many pre-images are looked through one by one before the others are asked by key.
const JOURNAL_SCANNED: usize = 16;

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    /// An empty table whose rows are checkpointed.
    pub(crate) fn of_rows() -> Self {
        Self {
            rows: BTreeMap::new(),
            journal: Vec::new(),
            journaled: BTreeSet::new(),
            journaled_count: 0,
            changes: BTreeMap::new(),
            is_index: false,
        }
    }

    /// An empty table that is derived from others.
    pub(crate) fn index() -> Self {
        Self { is_index: true, ..Self::of_rows() }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    pub(crate) fn first(&self) -> Option<(&K, &V)> {
        self.rows.first_key_value()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    pub(crate) fn range(
        &self,
        range: impl RangeBounds<K>,
    ) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.range(range)
    }

    /// Writes a row.
    pub(crate) fn put(&mut self, key: K, value: V) {
        let old = self.rows.insert(key.clone(), value);
        let change = match (self.changes.get(&key), &old) {
            (Some(Change::New), _) | (None, None) => Change::New,
            (Some(Change::Updated | Change::Deleted), _) | (None, Some(_)) => Change::Updated,
        };
        self.note(key, old, Some(change));
    }

    /// Deletes a row, if there is one.
    pub(crate) fn delete(&mut self, key: &K) {
        let Some(old) = self.rows.remove(key) else { return };
        let change = match self.changes.get(key) {
            Some(Change::New) => None,
            Some(Change::Updated | Change::Deleted) | None => Some(Change::Deleted),
        };
        self.note(key.clone(), Some(old), change);
    }

    /// A row to be changed in place. Its pre-image is cloned once per work item.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let is_journaled = self.is_journaled(key);
        let row = self.rows.get_mut(key)?;
        if !is_journaled {
            let change = self.changes.get(key).copied();
            self.journal.push(PreImage { key: key.clone(), value: Some(row.clone()), change });
        }
        if !self.is_index {
            self.changes.entry(key.clone()).or_insert(Change::Updated);
        }
        Some(row)
    }

    /// True if the work item has written the row before. Most work items write a handful of rows,
    /// some thousands of them.
    fn is_journaled(&mut self, key: &K) -> bool {
        let older = self.journal.len().saturating_sub(JOURNAL_SCANNED);
        if self.journal[older..].iter().rev().any(|it| it.key == *key) {
            return true;
        }
        for it in &self.journal[self.journaled_count.min(older)..older] {
            self.journaled.insert(it.key.clone());
        }
        self.journaled_count = self.journaled_count.max(older);
        self.journaled.contains(key)
    }

    fn forget_journal(&mut self) {
        self.journal.clear();
        self.journaled.clear();
        self.journaled_count = 0;
    }

    fn note(&mut self, key: K, value: Option<V>, change: Option<Change>) {
        let before = if self.is_index {
            None
        } else {
            match change {
                Some(change) => self.changes.insert(key.clone(), change),
                None => self.changes.remove(&key),
            }
        };
        self.journal.push(PreImage { key, value, change: before });
    }

    /// Keeps what the work item did.
    pub(crate) fn commit(&mut self) {
        self.forget_journal();
    }

    /// Takes back what the work item did.
    pub(crate) fn rollback(&mut self) {
        while let Some(PreImage { key, value, change }) = self.journal.pop() {
            if !self.is_index {
                match change {
                    Some(change) => self.changes.insert(key.clone(), change),
                    None => self.changes.remove(&key),
                };
            }
            match value {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
        self.forget_journal();
    }

    /// Takes the rows that changed since the last call: the new value, or `None` if deleted.
    pub(crate) fn take_changes(&mut self) -> Vec<(K, Option<V>)> {
        std::mem::take(&mut self.changes)
            .into_keys()
            .map(|key| {
                let value = self.rows.get(&key).cloned();
                (key, value)
            })
            .collect()
    }

    /// Puts a row that comes from a checkpoint: it needs no undo and is not changed.
    pub(crate) fn restore(&mut self, key: K, value: V) {
        self.rows.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn a_rollback_restores_rows_and_changes() {
        let mut table = Table::of_rows();
        table.restore(1, "one");
        table.put(2, "two");
        table.commit();

        table.put(1, "uno");
        table.delete(&2);
        table.put(3, "three");
        *table.get_mut(&1).expect("it is there") = "eins";
        table.rollback();

        assert_eq!(table.iter().collect::<Vec<_>>(), [(&1, &"one"), (&2, &"two")]);
        assert_eq!(table.take_changes(), [(2, Some("two"))]);
    }

    #[test]
    fn a_rollback_restores_rows_that_a_long_work_item_changed_twice() {
        let mut table = Table::of_rows();
        for key in 0..100 {
            table.restore(key, key);
        }
        for round in 1..=3 {
            for key in 0..100 {
                *table.get_mut(&key).expect("it is there") += 1_000 * round;
            }
        }
        assert_eq!(table.journal.len(), 100, "each pre-image is kept once");
        table.rollback();
        assert!(table.iter().all(|(key, value)| key == value));
        assert!(table.take_changes().is_empty());
    }

    #[test]
    fn a_row_born_and_gone_between_checkpoints_is_never_written() {
        let mut table = Table::of_rows();
        table.restore(1, ());
        table.put(2, ());
        table.delete(&2);
        table.delete(&1);
        assert_eq!(table.take_changes(), [(1, None)]);
        assert!(table.take_changes().is_empty());
    }

    #[test]
    fn a_deleted_row_that_comes_back_is_an_update() {
        let mut table = Table::of_rows();
        table.restore(1, 1);
        table.delete(&1);
        table.put(1, 2);
        table.delete(&1);
        assert_eq!(table.take_changes(), [(1, None)], "the old value must go from the checkpoint");
    }
}
