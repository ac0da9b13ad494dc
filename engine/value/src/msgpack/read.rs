//! Looking at encoded values without decoding them.

use super::head::{Head, extent, head, text_end};
use crate::Dec;

/// The type of an encoded value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No value.
    Null,
    /// True or false.
    Bool,
    /// An integer in the range of `i64` or `u64`.
    Int,
    /// A double.
    Float,
    /// Text.
    Str,
    /// A list of values.
    Array,
    /// Text keys with values.
    Map,
}

impl Kind {
    /// What the type is called in JSON, with its article: for messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Int | Self::Float => "a number",
            Self::Str => "a string",
            Self::Array => "an array",
            Self::Map => "an object",
        }
    }
}

/// A view of the one encoded value at the front of some bytes.
///
/// Every question answers `None` when the bytes are no value of the type asked for, so hostile
/// bytes are as harmless as the wrong type. Bytes that [`validate()`](super::validate()) accepts
/// answer completely.
///
/// ```
/// use value::msgpack::{Reader, Writer};
/// let mut writer = Writer::new();
/// writer.array(2).int(7).str("seven");
/// let bytes = writer.into_bytes();
/// let mut items = Reader::new(&bytes).array().unwrap();
/// assert_eq!(items.next().and_then(|it| it.as_i64()), Some(7));
/// assert_eq!(items.next().and_then(|it| it.as_str()), Some("seven"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A view of the value at the front of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    fn head(self) -> Option<Head> {
        head(self.bytes).map(|(head, _)| head)
    }

    /// The value's type; `None` if the bytes are cut off or of a type JSON does not have.
    pub fn kind(self) -> Option<Kind> {
        Some(match self.head()? {
            Head::Null => Kind::Null,
            Head::Bool(_) => Kind::Bool,
            Head::Int(_) | Head::Big(_) => Kind::Int,
            Head::Float(_) => Kind::Float,
            Head::Text(_) => Kind::Str,
            Head::Array(_) => Kind::Array,
            Head::Map(_) => Kind::Map,
        })
    }

    /// True for null.
    pub fn is_null(self) -> bool {
        self.bytes.first() == Some(&0xc0)
    }

    /// The boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.bytes.first()? {
            0xc2 => Some(false),
            0xc3 => Some(true),
            _ => None,
        }
    }

    /// The integer, if it fits.
    pub fn as_i64(self) -> Option<i64> {
        match self.head()? {
            Head::Int(value) => Some(value),
            Head::Null
            | Head::Bool(_)
            | Head::Big(_)
            | Head::Float(_)
            | Head::Text(_)
            | Head::Array(_)
            | Head::Map(_) => None,
        }
    }

    /// The integer, if it is not negative.
    pub fn as_u64(self) -> Option<u64> {
        match self.head()? {
            Head::Int(value) => u64::try_from(value).ok(),
            Head::Big(value) => Some(value),
            Head::Null
            | Head::Bool(_)
            | Head::Float(_)
            | Head::Text(_)
            | Head::Array(_)
            | Head::Map(_) => None,
        }
    }

    /// The double; an integer is not one, ask [`Reader::as_dec`] for any number.
    pub fn as_f64(self) -> Option<f64> {
        match self.head()? {
            Head::Float(value) => Some(value),
            Head::Null
            | Head::Bool(_)
            | Head::Int(_)
            | Head::Big(_)
            | Head::Text(_)
            | Head::Array(_)
            | Head::Map(_) => None,
        }
    }

    /// Any number as a decimal: integers exactly, doubles by their shortest text.
    pub fn as_dec(self) -> Option<Dec> {
        match self.head()? {
            Head::Int(value) => Some(Dec::from_i64(value)),
            Head::Big(value) => Some(Dec::from_u64(value)),
            Head::Float(value) => Dec::from_f64(value),
            Head::Null | Head::Bool(_) | Head::Text(_) | Head::Array(_) | Head::Map(_) => None,
        }
    }

    /// The text.
    pub fn as_str(self) -> Option<&'a str> {
        std::str::from_utf8(self.text_bytes()?).ok()
    }

    /// The text's bytes, without checking that they are UTF-8.
    pub fn text_bytes(self) -> Option<&'a [u8]> {
        let (start, end) = text_end(self.bytes)?;
        self.bytes.get(start..end)
    }

    /// The items of an array.
    pub fn array(self) -> Option<Items<'a>> {
        match head(self.bytes)? {
            (Head::Array(left), size) => Some(Items { rest: self.bytes.get(size..)?, left }),
            _ => None,
        }
    }

    /// The entries of a map.
    pub fn map(self) -> Option<Entries<'a>> {
        match head(self.bytes)? {
            (Head::Map(left), size) => Some(Entries { rest: self.bytes.get(size..)?, left }),
            _ => None,
        }
    }

    /// The value of a map's first entry with this key. Costs a few nanoseconds per entry passed.
    pub fn get(self, key: &str) -> Option<Reader<'a>> {
        self.map()?.find(key.as_bytes()).map(Reader::new)
    }

    /// The bytes of exactly this value; `None` if it is cut off.
    pub fn skip(self) -> Option<&'a [u8]> {
        self.bytes.get(..extent(self.bytes)?)
    }

    /// All bytes this view was made of.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }
}

/// The items of an array, in order; ends early where the bytes are damaged.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    rest: &'a [u8],
    left: usize,
}

impl Items<'_> {
    /// How many items the array's head promises to be left. Never allocate by it unvalidated.
    pub fn len(&self) -> usize {
        self.left
    }

    /// True when no item is left.
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Reader<'a>;

    fn next(&mut self) -> Option<Reader<'a>> {
        self.left = self.left.checked_sub(1)?;
        let (value, rest) = self.rest.split_at_checked(extent(self.rest)?)?;
        self.rest = rest;
        Some(Reader::new(value))
    }
}

/// The entries of a map, in order; ends early where the bytes are damaged.
#[derive(Debug, Clone, Default)]
pub struct Entries<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Entries<'a> {
    /// How many entries the map's head promises to be left. Never allocate by it unvalidated.
    pub fn len(&self) -> usize {
        self.left
    }

    /// True when no entry is left.
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// The next entry with its key as bytes.
    #[inline]
    pub(crate) fn next_raw(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        self.left = self.left.checked_sub(1)?;
        let (start, end) = text_end(self.rest)?;
        let key = self.rest.get(start..end)?;
        let rest = self.rest.get(end..)?;
        let (value, rest) = rest.split_at_checked(extent(rest)?)?;
        self.rest = rest;
        Some((key, value))
    }

    /// The bytes of the entries that are left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The value of the next entry with this key.
    pub(crate) fn find(&mut self, key: &[u8]) -> Option<&'a [u8]> {
        // With the rest in a local variable rather than with `next_raw`: every expression starts
        // here.
        let mut rest = self.rest;
        while let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            let (start, end) = text_end(rest)?;
            let (text, value) = rest.split_at_checked(end)?;
            let (value, after) = value.split_at_checked(extent(value)?)?;
            rest = after;
            if text.get(start..) == Some(key) {
                self.rest = rest;
                return Some(value);
            }
        }
        self.rest = rest;
        None
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, Reader<'a>);

    fn next(&mut self) -> Option<(&'a str, Reader<'a>)> {
        let (key, value) = self.next_raw()?;
        Some((std::str::from_utf8(key).ok()?, Reader::new(value)))
    }
}
