//! Documents: the variables of a scope, a job or a message, as one encoded map.

mod build;

pub use build::DocBuilder;

use std::fmt;
use std::sync::Arc;

use crate::json::{self, JsonError, Problem};
use crate::msgpack::{self, Entries, MsgpackError, Reader, Writer};
use crate::unique;
use crate::wire::{self, Field, WireError};

/// The encoding of the empty document.
const EMPTY: &[u8] = &[0x80];

/// A map from names to MessagePack values, immutable and cheap to clone.
///
/// Names are unique and keep the order in which they were written first. Two documents are equal
/// when they hold the same values in the same order, which is when their bytes are equal.
///
/// ```
/// use value::Doc;
/// let doc = Doc::from_json(r#"{"orderId": 7, "express": true}"#).unwrap();
/// let doc = doc.set("orderId", &[8]);
/// assert_eq!(doc.get("orderId"), Some(&[8][..]));
/// assert_eq!(doc.to_json(), r#"{"orderId":8,"express":true}"#);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Doc {
    /// A canonical map with at least one entry and unique keys; nothing for the empty document.
    bytes: Option<Arc<[u8]>>,
}

/// Why bytes are no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocError {
    /// The bytes are not one canonical MessagePack value.
    #[error("read a document")]
    Malformed(#[from] MsgpackError),
    /// The value is no map.
    #[error("a document is a map of variables, but this is {found}")]
    NotMap {
        /// What it is, with its article.
        found: &'static str,
    },
    /// A name that occurs twice.
    #[error("variable '{name}' occurs twice")]
    Repeated {
        /// The name.
        name: String,
    },
}

impl Doc {
    /// The document without variables. Allocates nothing.
    pub const fn empty() -> Self {
        Self { bytes: None }
    }

    /// Reads a JSON object; blank text is the empty document.
    ///
    /// # Errors
    /// [`JsonError`] with the position of the problem, also when the text is not an object.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        let start = text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
        if start == text.len() {
            return Ok(Self::empty());
        }
        let bytes = json::to_msgpack(text)?;
        match Reader::new(&bytes).map() {
            Some(entries) if entries.is_empty() => Ok(Self::empty()),
            Some(_) => Ok(Self::trusted(&bytes)),
            None => {
                let found = Reader::new(&bytes).kind().map_or("nothing", msgpack::Kind::name);
                Err(JsonError::at(text, start, Problem::RootNotObject { found }))
            }
        }
    }

    /// Checks encoded bytes and keeps a copy.
    ///
    /// # Errors
    /// [`DocError`]: not canonical MessagePack, not a map, or a name that occurs twice.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self, DocError> {
        let bytes = bytes.as_ref();
        msgpack::validate_depth(bytes, msgpack::DEPTH_MAX + 1)?;
        let Some(mut entries) = Reader::new(bytes).map() else {
            let found = Reader::new(bytes).kind().map_or("nothing", msgpack::Kind::name);
            return Err(DocError::NotMap { found });
        };
        if entries.is_empty() {
            return Ok(Self::empty());
        }
        let keys: Vec<&[u8]> =
            std::iter::from_fn(|| entries.next_raw()).map(|(key, _)| key).collect();
        let key = |ix: usize| keys.get(ix).copied().unwrap_or_default();
        if let Some(kept) = unique::survivors(keys.len(), key) {
            let repeated = kept.iter().find(|(first, last)| first != last);
            let name = repeated.map_or(&[][..], |(first, _)| key(*first));
            return Err(DocError::Repeated { name: String::from_utf8_lossy(name).into_owned() });
        }
        Ok(Self::trusted(bytes))
    }

    /// A document of bytes that are known to be a canonical, non-empty map of unique keys.
    fn trusted(bytes: &[u8]) -> Self {
        debug_assert_eq!(msgpack::validate_depth(bytes, msgpack::DEPTH_MAX + 1), Ok(()));
        Self { bytes: Some(bytes.into()) }
    }

    /// The document as one MessagePack map.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(EMPTY)
    }

    /// The document as compact JSON text.
    pub fn to_json(&self) -> String {
        json::value_to_json(self.as_bytes())
    }

    /// The encoded value of a variable. Costs a few nanoseconds per variable passed.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.entries().find(name.as_bytes())
    }

    /// True when the variable exists, be it null.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Names and encoded values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.entries().map(|(name, value)| (name, value.bytes()))
    }

    /// How many variables there are.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// True when there are no variables.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_none()
    }

    /// How many bytes the encoded document takes.
    pub fn size_bytes(&self) -> usize {
        self.as_bytes().len()
    }

    /// The document with one variable replaced at its place, or appended.
    ///
    /// `raw` is one encoded value that [`msgpack::validate`] accepts.
    #[must_use]
    pub fn set(&self, name: &str, raw: &[u8]) -> Self {
        debug_assert_eq!(msgpack::validate(raw), Ok(()), "value of variable '{name}'");
        let mut entries = self.entries();
        let count = entries.len();
        let bytes = self.as_bytes();
        let mut out =
            Writer::into_buffer(Vec::with_capacity(bytes.len() + name.len() + raw.len() + 9));
        if let Some(old) = entries.find(name.as_bytes()) {
            if old == raw {
                return self.clone();
            }
            let end = bytes.len() - entries.rest().len();
            out.raw(bytes.get(..end - old.len()).unwrap_or_default()).raw(raw).raw(entries.rest());
        } else {
            out.map(count + 1).raw(self.entries().rest()).str(name).raw(raw);
        }
        Self::trusted(out.as_bytes())
    }

    /// This document overlaid with another: its values win, its new names come last.
    #[must_use]
    pub fn merge(&self, over: &Self) -> Self {
        if over.is_empty() {
            return self.clone();
        }
        if self.is_empty() {
            return over.clone();
        }
        let mut builder = DocBuilder::with_capacity(self.size_bytes() + over.size_bytes());
        builder.extend(self);
        builder.extend(over);
        builder.build()
    }

    /// The variables with one of these names, in the document's order.
    #[must_use]
    pub fn filter<N: AsRef<str>>(&self, names: &[N]) -> Self {
        let mut wanted: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        wanted.sort_unstable();
        let mut builder = DocBuilder::default();
        for (name, value) in self.iter() {
            if wanted.binary_search(&name).is_ok() {
                builder.push(name, value);
            }
        }
        builder.build()
    }

    fn entries(&self) -> Entries<'_> {
        Reader::new(self.as_bytes()).map().unwrap_or_default()
    }
}

impl fmt::Debug for Doc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

impl Field for Doc {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        if !self.is_empty() {
            self.put_always(number, out);
        }
    }

    /// The empty document is written as no bytes, so that it has one encoding only.
    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        let bytes = self.bytes.as_deref().unwrap_or_default();
        wire::put_tag(number, wire::LEN, out);
        wire::put_varint(bytes.len() as u64, out);
        out.extend_from_slice(bytes);
    }

    fn take(
        &mut self,
        number: u32,
        kind: u8,
        input: &mut wire::Reader<'_>,
    ) -> Result<(), WireError> {
        wire::Reader::expect(number, kind, wire::LEN)?;
        let bytes = input.slice()?;
        if bytes.is_empty() {
            *self = Self::empty();
            return Ok(());
        }
        let doc = Self::from_bytes(bytes).map_err(|_| WireError::Malformed { what: "document" })?;
        if doc.is_empty() {
            return Err(WireError::Malformed { what: "document" });
        }
        *self = doc;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
