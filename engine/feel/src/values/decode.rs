//! Values out of MessagePack: scalars at once, lists and contexts one level at a time when asked.

use std::sync::Arc;

use ::value::msgpack::{Kind, Reader};

use super::{Context, ContextBuilder, List, Value};

/// A list or context in its encoding; parts of it share the bytes.
#[derive(Clone)]
pub struct Raw {
    bytes: Arc<[u8]>,
    start: u32,
    end: u32,
    list: bool,
}

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raw({:02x?})", self.bytes())
    }
}

impl Value {
    /// Reads one encoded value; what is no value of a document is null.
    pub fn from_msgpack(bytes: &[u8]) -> Self {
        let reader = Reader::new(bytes);
        match scalar(reader) {
            Some(value) => value,
            None => match reader.skip().and_then(Raw::new) {
                Some(raw) => Self::Raw(raw),
                None => Self::Null,
            },
        }
    }
}

/// The value, unless it is a list or context.
pub(crate) fn scalar(reader: Reader<'_>) -> Option<Value> {
    Some(match reader.kind() {
        Some(Kind::Array | Kind::Map) => return None,
        Some(Kind::Null) | None => Value::Null,
        Some(Kind::Bool) => reader.as_bool().map_or(Value::Null, Value::Bool),
        Some(Kind::Int | Kind::Float) => match reader.as_i64() {
            Some(whole) => Value::Int(whole),
            None => reader.as_dec().map_or(Value::Null, Value::from_dec),
        },
        Some(Kind::Str) => reader.as_str().map_or(Value::Null, Value::from),
    })
}

impl Raw {
    /// Copies the bytes of one list or context.
    fn new(bytes: &[u8]) -> Option<Self> {
        let end = u32::try_from(bytes.len()).ok()?;
        let list = Reader::new(bytes).kind()? == Kind::Array;
        Some(Self { bytes: bytes.into(), start: 0, end, list })
    }

    /// Some items of an encoded list, which share one copy of it.
    pub(crate) fn parts(list: &[u8], items: &[Reader<'_>]) -> Vec<Value> {
        let Some(raw) = (!items.is_empty()).then(|| Self::new(list)).flatten() else {
            return Vec::new();
        };
        let part = |it: &Reader<'_>| {
            // An item lies inside `list`; its offset is what the addresses differ by.
            let offset = it.bytes().as_ptr().addr() - list.as_ptr().addr();
            raw.part(Reader::new(&raw.bytes()[offset..]))
        };
        items.iter().map(part).collect()
    }

    /// How many bytes the encoding has.
    pub(crate) fn len(&self) -> usize {
        self.bytes().len()
    }

    /// The encoded value.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.start as usize..self.end as usize]
    }

    pub(crate) fn is_list(&self) -> bool {
        self.list
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader::new(self.bytes())
    }

    /// A value inside the bytes of this one.
    fn part(&self, reader: Reader<'_>) -> Value {
        if let Some(value) = scalar(reader) {
            return value;
        }
        let Some(bytes) = reader.skip() else { return Value::Null };
        // `bytes` lies inside `self.bytes`; its offset is what the addresses differ by.
        let offset = bytes.as_ptr().addr() - self.bytes.as_ptr().addr();
        let (Ok(start), Ok(end)) = (u32::try_from(offset), u32::try_from(offset + bytes.len()))
        else {
            return Value::Null;
        };
        let list = reader.kind() == Some(Kind::Array);
        Value::Raw(Self { bytes: Arc::clone(&self.bytes), start, end, list })
    }

    pub(crate) fn list(&self) -> Option<Arc<List>> {
        let items = self.reader().array()?;
        // The head promises a number, every item takes at least a byte.
        let mut values = Vec::with_capacity(items.len().min(self.len()));
        values.extend(items.map(|it| self.part(it)));
        Some(Arc::new(List::new(values)))
    }

    pub(crate) fn context(&self) -> Option<Arc<Context>> {
        let entries = self.reader().map()?;
        let mut builder = ContextBuilder::default();
        for (key, value) in entries {
            builder.put(key.into(), self.part(value));
        }
        Some(Arc::new(builder.build()))
    }

    pub(crate) fn entry(&self, key: &str) -> Option<Value> {
        self.reader().get(key).map(|it| self.part(it))
    }
}
