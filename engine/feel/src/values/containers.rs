//! Lists and contexts.

use std::collections::BTreeMap;

use ::value::Str;

use super::Value;

/// A list of values.
#[derive(Debug, Clone, Default)]
pub struct List {
    items: Vec<Value>,
    depth: u16,
}

impl List {
    /// A list of these items. Its depth is not limited here; the evaluator does it.
    pub fn new(items: Vec<Value>) -> Self {
        let below = items.iter().map(Value::depth).max().unwrap_or(0);
        Self { items, depth: below.saturating_add(1) }
    }

    /// The items.
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    pub(crate) fn depth(&self) -> u16 {
        self.depth
    }

    pub(crate) fn push(&mut self, item: Value) {
        self.depth = self.depth.max(item.depth().saturating_add(1));
        self.items.push(item);
    }
}

/// Values with names, in the order they were added; no name occurs twice.
#[derive(Debug, Clone, Default)]
pub struct Context {
    entries: Vec<(Str, Value)>,
    /// Positions in `entries` in the order of their keys; empty for small contexts.
    sorted: Box<[u32]>,
    depth: u16,
}

/// Up to this many entries are searched one by one.
const SEARCHED_ONE_BY_ONE_MAX: usize = 16;

impl Context {
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

    pub(crate) fn depth(&self) -> u16 {
        self.depth
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
        let below = self.entries.iter().map(|it| it.1.depth()).max().unwrap_or(0);
        let sorted = self.positions.values().map(|&it| u32::try_from(it).unwrap_or(u32::MAX));
        Context { depth: below.saturating_add(1), sorted: sorted.collect(), entries: self.entries }
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
