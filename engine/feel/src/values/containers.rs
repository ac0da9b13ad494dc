//! Lists and contexts.

use std::collections::BTreeMap;

use ::value::Str;

use super::Value;

/// How deep a value is nested, and how large it is once every shared part is written out. Both
/// are limited where lists and contexts are made, so that whoever walks a value need not count.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Extent {
    pub(crate) depth: u16,
    /// Approximate bytes.
    pub(crate) weight: u64,
}

impl Extent {
    /// The extent of something around parts.
    pub(crate) fn around<'v>(parts: impl Iterator<Item = &'v Value>) -> Self {
        let mut extent = Self { depth: 1, weight: 8 };
        parts.for_each(|it| extent.include(it));
        extent
    }

    fn include(&mut self, part: &Value) {
        let part = part.extent();
        self.depth = self.depth.max(part.depth.saturating_add(1));
        self.weight = self.weight.saturating_add(part.weight);
    }
}

/// A list of values.
#[derive(Debug, Clone, Default)]
pub struct List {
    items: Vec<Value>,
    extent: Extent,
}

impl List {
    /// A list of these items. Its extent is not limited here; the evaluator does it.
    pub fn new(items: Vec<Value>) -> Self {
        let extent = Extent::around(items.iter());
        Self { items, extent }
    }

    /// The items.
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    pub(crate) fn extent(&self) -> Extent {
        self.extent
    }

    pub(crate) fn push(&mut self, item: Value) {
        self.extent.include(&item);
        self.items.push(item);
    }
}

/// Values with names, in the order they were added; no name occurs twice.
#[derive(Debug, Clone, Default)]
pub struct Context {
    entries: Vec<(Str, Value)>,
    /// Positions in `entries` in the order of their keys; empty for small contexts.
    sorted: Box<[u32]>,
    extent: Extent,
}

/// Up to this many entries are searched one by one.
const SEARCHED_ONE_BY_ONE_MAX: usize = 16;

impl Context {
    /// A context of these entries; a later value of a name replaces the earlier one.
    pub fn new(entries: impl IntoIterator<Item = (Str, Value)>) -> Self {
        let mut builder = ContextBuilder::default();
        entries.into_iter().for_each(|(key, value)| builder.put(key, value));
        builder.build()
    }

    /// The entries.
    pub fn entries(&self) -> &[(Str, Value)] {
        &self.entries
    }

    /// The value of an entry.
    pub fn get(&self, key: &str) -> Option<&Value> {
        if self.sorted.is_empty() {
            return self.entries.iter().find(|it| &*it.0 == key).map(|it| &it.1);
        }
        let at =
            self.sorted.binary_search_by(|it| (*self.entries[*it as usize].0).cmp(key)).ok()?;
        Some(&self.entries[self.sorted[at] as usize].1)
    }

    pub(crate) fn extent(&self) -> Extent {
        self.extent
    }
}

/// Collects the entries of a context; a later value of a name replaces the earlier one in place.
#[derive(Debug, Default)]
pub(crate) struct ContextBuilder {
    entries: Vec<(Str, Value)>,
    /// Position of each key, once there are many.
    positions: BTreeMap<Str, usize>,
}

impl ContextBuilder {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity), positions: BTreeMap::new() }
    }

    /// Continues with the entries of a context.
    pub(crate) fn from_context(context: &Context) -> Self {
        let mut builder = Self::with_capacity(context.entries.len() + 1);
        builder.entries.extend(context.entries.iter().cloned());
        builder.index();
        builder
    }

    fn index(&mut self) {
        if self.positions.is_empty() && self.entries.len() > SEARCHED_ONE_BY_ONE_MAX {
            let keys = self.entries.iter().enumerate();
            self.positions = keys.map(|(at, it)| (it.0.clone(), at)).collect();
        }
    }

    fn position(&self, key: &str) -> Option<usize> {
        if self.positions.is_empty() {
            self.entries.iter().position(|it| &*it.0 == key)
        } else {
            self.positions.get(key).copied()
        }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    pub(crate) fn put(&mut self, key: Str, value: Value) {
        match self.position(&key) {
            Some(at) => self.entries[at].1 = value,
            None => {
                if !self.positions.is_empty() {
                    self.positions.insert(key.clone(), self.entries.len());
                }
                self.entries.push((key, value));
                self.index();
            }
        }
    }

    pub(crate) fn build(self) -> Context {
        let mut extent = Extent::around(self.entries.iter().map(|it| &it.1));
        let keys: usize = self.entries.iter().map(|it| it.0.len()).sum();
        extent.weight = extent.weight.saturating_add(keys as u64);
        let sorted = self.positions.values().map(|&it| u32::try_from(it).unwrap_or(u32::MAX));
        Context { extent, sorted: sorted.collect(), entries: self.entries }
    }
}

#[cfg(test)]
mod tests {
    use super::{ContextBuilder, Value};

    #[test]
    fn a_context_keeps_its_order_and_the_last_value_of_a_name() {
        for count in [3, 40] {
            let mut builder = ContextBuilder::default();
            for ix in (0..count).rev() {
                builder.put(format!("k{ix}").into(), Value::Int(ix));
            }
            builder.put("k1".into(), Value::Int(-1));
            let context = builder.build();
            assert_eq!(&*context.entries()[0].0, format!("k{}", count - 1));
            assert_eq!(context.get("k1").and_then(Value::as_i64), Some(-1));
            assert_eq!(context.get("k2").and_then(Value::as_i64), Some(2));
            assert!(context.get("k99").is_none());
        }
    }
}
