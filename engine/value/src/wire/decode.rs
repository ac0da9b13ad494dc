//! Reading: a cursor over bytes and the errors it can meet.

use super::{FIXED64, LEN, VARINT};

/// Why bytes could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The bytes end inside a value.
    #[error("value ends after {length} bytes at offset {offset}")]
    Truncated {
        /// Where the value began.
        offset: usize,
        /// How many bytes there are in all.
        length: usize,
    },
    /// A varint of more than ten bytes, or one that does not fit its type.
    #[error("number out of range at offset {offset}")]
    Overflow {
        /// Where the number began.
        offset: usize,
    },
    /// A field of another wire type than its declaration.
    #[error("field {field} has wire type {kind}")]
    WrongType {
        /// The field's number.
        field: u32,
        /// The wire type found.
        kind: u8,
    },
    /// A field number this version does not know.
    #[error("unknown field {field} of {message}: written by a newer Baton")]
    UnknownField {
        /// The message type.
        message: &'static str,
        /// The field's number.
        field: u32,
    },
    /// An enumeration value this version does not know.
    #[error("unknown value {value} of {name}: written by a newer Baton")]
    UnknownValue {
        /// The enumeration.
        name: &'static str,
        /// The number found.
        value: u64,
    },
    /// Text that is not UTF-8.
    #[error("text at offset {offset} is not UTF-8")]
    NotText {
        /// Where the text began.
        offset: usize,
    },
    /// A value that its type refuses, such as a document that is no map.
    #[error("malformed {what}")]
    Malformed {
        /// What was being read.
        what: &'static str,
    },
    /// Messages nested deeper than [`Reader::DEPTH_MAX`].
    #[error("messages nested deeper than {} levels", Reader::DEPTH_MAX)]
    TooDeep,
}

/// A cursor over encoded bytes.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// How deep messages may nest.
    pub const DEPTH_MAX: u32 = 64;

    /// A cursor at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, depth: 0 }
    }

    /// True when everything was read.
    pub fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Reads a field's number and wire type.
    pub fn tag(&mut self) -> Result<(u32, u8), WireError> {
        let offset = self.at;
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).map_err(|_| WireError::Overflow { offset })?;
        let kind = u8::try_from(tag & 7).map_err(|_| WireError::Overflow { offset })?;
        Ok((number, kind))
    }

    /// Reads a varint.
    pub fn varint(&mut self) -> Result<u64, WireError> {
        let offset = self.at;
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = *self
                .bytes
                .get(self.at)
                .ok_or(WireError::Truncated { offset, length: self.bytes.len() })?;
            self.at += 1;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return Err(WireError::Overflow { offset });
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(WireError::Overflow { offset })
    }

    /// Reads eight little-endian bytes.
    pub fn fixed64(&mut self) -> Result<u64, WireError> {
        let offset = self.at;
        let end = offset + 8;
        let slice = self
            .bytes
            .get(offset..end)
            .ok_or(WireError::Truncated { offset, length: self.bytes.len() })?;
        self.at = end;
        let mut raw = [0; 8];
        raw.copy_from_slice(slice);
        Ok(u64::from_le_bytes(raw))
    }

    /// Reads a length and that many bytes.
    pub fn slice(&mut self) -> Result<&'a [u8], WireError> {
        let offset = self.at;
        let length = self.varint()?;
        let truncated = WireError::Truncated { offset, length: self.bytes.len() };
        let length = usize::try_from(length).map_err(|_| truncated.clone())?;
        let end = self.at.checked_add(length).ok_or_else(|| truncated.clone())?;
        let slice = self.bytes.get(self.at..end).ok_or(truncated)?;
        self.at = end;
        Ok(slice)
    }

    /// Reads text.
    pub fn text(&mut self) -> Result<&'a str, WireError> {
        let offset = self.at;
        std::str::from_utf8(self.slice()?).map_err(|_| WireError::NotText { offset })
    }

    /// A cursor over a nested message.
    pub fn nested(&mut self) -> Result<Reader<'a>, WireError> {
        if self.depth >= Self::DEPTH_MAX {
            return Err(WireError::TooDeep);
        }
        let bytes = self.slice()?;
        Ok(Reader { bytes, at: 0, depth: self.depth + 1 })
    }

    /// Checks a field's wire type.
    pub fn expect(field: u32, kind: u8, wanted: u8) -> Result<(), WireError> {
        debug_assert!(matches!(wanted, VARINT | FIXED64 | LEN), "one of the three kinds in use");
        if kind == wanted { Ok(()) } else { Err(WireError::WrongType { field, kind }) }
    }
}
