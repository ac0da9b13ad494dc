//! A sorted list in pages that are shared until written.
//!
//! An instance is copied on its first write per work item; with its lists in pages that copy
//! counts references, and only the pages that are written are really copied.

use record::Key;
use std::sync::Arc;
use value::wire::{Field, Reader, WireError};

/// Something that has a key.
pub(crate) trait Keyed: Clone {
    fn key(&self) -> Key;
}

/// Items sorted by key, in pages of at most [`Paged::PAGE_MAX`].
#[derive(Debug, Clone)]
pub(crate) struct Paged<T> {
    pages: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Self { pages: Vec::new() }
    }
}

impl<T: PartialEq> PartialEq for Paged<T> {
    fn eq(&self, other: &Self) -> bool {
        self.pages.iter().flat_map(|it| it.iter()).eq(other.pages.iter().flat_map(|it| it.iter()))
    }
}

impl<T: Keyed> Paged<T> {
    const PAGE_MAX: usize = 256;

    pub(crate) fn len(&self) -> usize {
        self.pages.iter().map(|it| it.len()).sum()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.pages.iter().flat_map(|it| it.iter())
    }

    /// The items with a greater key than `after`, in order.
    pub(crate) fn iter_after(&self, after: Key) -> impl Iterator<Item = &T> {
        let page = self.pages.partition_point(|it| it.last().is_some_and(|it| it.key() <= after));
        self.pages[page..].iter().flat_map(|it| it.iter()).filter(move |it| it.key() > after)
    }

    fn find(&self, key: Key) -> Option<(usize, usize)> {
        let page = self.pages.partition_point(|it| it.last().is_some_and(|it| it.key() < key));
        let at = self.pages.get(page)?.binary_search_by_key(&key, Keyed::key).ok()?;
        Some((page, at))
    }

    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        let (page, at) = self.find(key)?;
        self.pages.get(page)?.get(at)
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        let (page, at) = self.find(key)?;
        Arc::make_mut(self.pages.get_mut(page)?).get_mut(at)
    }

    /// Adds an item, or replaces the one with the same key.
    pub(crate) fn put(&mut self, item: T) {
        let key = item.key();
        if let Some(place) = self.get_mut(key) {
            *place = item;
            return;
        }
        let page = self.pages.partition_point(|it| it.last().is_some_and(|it| it.key() < key));
        // New keys are the greatest: they go to the end of the last page.
        let page = page.min(self.pages.len().saturating_sub(1));
        match self.pages.get_mut(page) {
            Some(items) if items.len() < Self::PAGE_MAX => {
                let items = Arc::make_mut(items);
                let at = items.partition_point(|it| it.key() < key);
                if items.len() < 8 {
                    // Most instances have two or three items for months: no spare room.
                    items.reserve_exact(1);
                }
                items.insert(at, item);
            }
            Some(items) => {
                let items = Arc::make_mut(items);
                let at = items.partition_point(|it| it.key() < key);
                let mut rest =
                    if at == items.len() { Vec::new() } else { items.split_off(items.len() / 2) };
                match rest.first() {
                    Some(first) if first.key() > key => items.insert(at, item),
                    Some(_) | None => {
                        let at = rest.partition_point(|it| it.key() < key);
                        rest.insert(at, item);
                    }
                }
                self.pages.insert(page + 1, Arc::new(rest));
            }
            None => self.pages.push(Arc::new(vec![item])),
        }
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        let (page, at) = self.find(key)?;
        let items = Arc::make_mut(&mut self.pages[page]);
        let item = items.remove(at);
        if items.is_empty() {
            self.pages.remove(page);
        }
        Some(item)
    }
}

impl<T: Keyed + Field + Default> Field for Paged<T> {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        for item in self.iter() {
            item.put_always(number, out);
        }
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        Field::put(self, number, out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        let mut item = T::default();
        item.take(number, kind, input)?;
        Paged::put(self, item);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Keyed, Paged};
    use proptest::prelude::*;
    use record::Key;
    use std::collections::BTreeMap;

    impl Keyed for (Key, u64) {
        fn key(&self) -> Key {
            self.0
        }
    }

    proptest! {
        #[test]
        fn it_behaves_like_a_map(steps in proptest::collection::vec((0u64..900, any::<bool>()), 0..2000)) {
            let mut paged = Paged::default();
            let mut model = BTreeMap::new();
            for (at, (number, adds)) in steps.into_iter().enumerate() {
                let key = Key(number);
                if adds {
                    paged.put((key, at as u64));
                    model.insert(key, at as u64);
                } else {
                    prop_assert_eq!(paged.remove(key).map(|it| it.1), model.remove(&key));
                }
            }
            prop_assert_eq!(paged.len(), model.len());
            prop_assert!(paged.iter().copied().eq(model.iter().map(|(k, v)| (*k, *v))));
            let after = Key(450);
            prop_assert!(paged.iter_after(after).map(|it| it.0).eq(model.range(Key(451)..).map(|it| *it.0)));
        }
    }
}
