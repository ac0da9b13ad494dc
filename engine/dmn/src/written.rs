//! Variables that have the name of an input as the file writes it.
//!
//! A name with several blanks between two words is the name with one, and `order.total` reads as the
//! entry `total` of `order`. Who gives the variables may know the name only as it is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use feel::{Value, Variables};
use value::Str;

/// An input whose name is written otherwise than it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The name in the file.
    pub(crate) name: Str,
    /// The variable that expressions read, and the entries below it.
    pub(crate) path: Vec<Str>,
}

impl Written {
    /// The name of an input, if it is written otherwise than it is read.
    pub(crate) fn of(text: &str, has_type: bool) -> Option<Self> {
        let read = xml::single_blanks(text);
        // Declared with a type, a name with a point is read as a whole.
        let path: Vec<Str> =
            if has_type { vec![read] } else { read.split('.').map(xml::single_blanks).collect() };
        let is_read_so = matches!(path.as_slice(), [only] if **only == *text);
        let is_path = path.iter().all(|it| !it.is_empty());
        (!is_read_so && is_path).then(|| Self { name: text.into(), path })
    }
}

/// Variables, where those that are missing are looked for by what is written.
pub(crate) struct AsWritten<'v> {
    pub(crate) names: &'v [Written],
    pub(crate) below: &'v dyn Variables,
}

impl AsWritten<'_> {
    fn own(&self, name: &str) -> Option<Value> {
        self.below.get(name).map(Value::from_msgpack).or_else(|| self.below.value(name))
    }
}

impl Variables for AsWritten<'_> {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.below.get(name)
    }

    fn value(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.below.value(name) {
            return Some(value);
        }
        let of_name =
            self.names.iter().filter(|it| it.path.first().is_some_and(|it| **it == *name));
        let found = of_name.filter_map(|it| Some((it.path.get(1..)?, self.own(&it.name)?)));
        joined(found.collect())
    }
}

/// One value of those at the ends of paths; nothing of no paths. Recurses as deep as a name has
/// points.
fn joined(ends: Vec<(&[Str], Value)>) -> Option<Value> {
    let mut entries: BTreeMap<&Str, Vec<(&[Str], Value)>> = BTreeMap::new();
    for (path, value) in ends {
        match path.split_first() {
            None => return Some(value),
            Some((first, rest)) => entries.entry(first).or_default().push((rest, value)),
        }
    }
    if entries.is_empty() {
        return None;
    }
    let entries = entries.into_iter().filter_map(|(key, ends)| Some((key.clone(), joined(ends)?)));
    Some(Value::Context(Arc::new(feel::Context::new(entries.collect::<Vec<_>>()))))
}
