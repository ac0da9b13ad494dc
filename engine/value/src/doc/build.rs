//! Building documents entry by entry.

use std::ops::Range;

use super::Doc;
use crate::msgpack::{self, Writer};
use crate::unique;

/// Collects variables and makes a [`Doc`] of them.
///
/// A name that is pushed again keeps its place and takes the new value.
#[derive(Debug, Default)]
pub struct DocBuilder {
    body: Writer,
    entries: Vec<Part>,
}

/// Where an entry stands in the body: key `start..key_end`, value `key_end..end`.
#[derive(Debug)]
struct Part {
    start: usize,
    key_end: usize,
    end: usize,
}

impl Part {
    fn key(&self) -> Range<usize> {
        self.start..self.key_end
    }
}

impl DocBuilder {
    /// An empty builder.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty builder with room for this many encoded bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { body: Writer::into_buffer(Vec::with_capacity(bytes)), entries: Vec::new() }
    }

    /// Adds a variable. `raw` is one encoded value that [`msgpack::validate`] accepts.
    pub fn push(&mut self, name: &str, raw: &[u8]) -> &mut Self {
        debug_assert_eq!(msgpack::validate(raw), Ok(()), "value of variable '{name}'");
        let start = self.body.len();
        let key_end = self.body.str(name).len();
        let end = self.body.raw(raw).len();
        self.entries.push(Part { start, key_end, end });
        self
    }

    /// Adds all variables of a document.
    pub fn extend(&mut self, doc: &Doc) -> &mut Self {
        for (name, raw) in doc.iter() {
            self.push(name, raw);
        }
        self
    }

    /// True before the first variable.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The document.
    pub fn build(&self) -> Doc {
        if self.entries.is_empty() {
            return Doc::empty();
        }
        let body = self.body.as_bytes();
        let mut out = Writer::into_buffer(Vec::with_capacity(body.len() + 5));
        let key =
            |ix: usize| self.entries.get(ix).and_then(|it| body.get(it.key())).unwrap_or_default();
        match unique::survivors(self.entries.len(), key) {
            None => {
                out.map(self.entries.len()).raw(body);
            }
            Some(kept) => {
                out.map(kept.len());
                for part in kept.iter().filter_map(|(_, last)| self.entries.get(*last)) {
                    out.raw(body.get(part.start..part.end).unwrap_or_default());
                }
            }
        }
        Doc::trusted(out.as_bytes())
    }
}
