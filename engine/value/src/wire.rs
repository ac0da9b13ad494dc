//! The encoding of everything Baton writes to disk: the protobuf wire format, read strictly.
//!
//! Structures are declared once with [`wire_struct!`](crate::wire_struct),
//! [`wire_enum!`](crate::wire_enum) and [`wire_oneof!`](crate::wire_oneof), which
//! generate the type together with its encoder and decoder.
//! `proto/log.proto` describes the same messages for other readers, and a test in the broker holds
//! the two against each other.
//!
//! Three differences from a generated protobuf type are the reason to have it:
//! a decoder that meets an unknown field or tag *fails* (a newer Baton wrote it), the encoding is
//! canonical (fields in order of number, defaults left out), so equal values have equal bytes and
//! hashes, and engine types are written without a second set of structs.

mod decode;
mod encode;
mod macros;

pub use decode::{Reader, WireError};
pub use encode::{put_len_prefixed, put_message, put_tag, put_varint, take_message};

/// A message: a set of numbered fields.
pub trait Message: Sized + Default {
    /// Appends the fields in order of their numbers; defaults are left out.
    fn encode(&self, out: &mut Vec<u8>);
    /// Reads one field of `number` and wire type `kind` into `self`.
    ///
    /// # Errors
    /// [`WireError::UnknownField`] for a number this version does not know.
    fn merge(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError>;

    /// Appends the message to a new buffer.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out
    }

    /// Reads a whole message.
    ///
    /// # Errors
    /// Any [`WireError`]: truncated, malformed, or written by a newer version.
    fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let mut input = Reader::new(bytes);
        let mut message = Self::default();
        while !input.is_empty() {
            let (number, kind) = input.tag()?;
            message.merge(number, kind, &mut input)?;
        }
        Ok(message)
    }
}

/// How a type is written as one field of a message.
pub trait Field: Sized {
    /// Appends tag and value, or nothing when the value is the default.
    fn put(&self, number: u32, out: &mut Vec<u8>);
    /// Reads the value after its tag. A field of a list is appended.
    ///
    /// # Errors
    /// Any [`WireError`].
    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError>;
    /// Appends tag and value even when the value is the default: list items and present options.
    fn put_always(&self, number: u32, out: &mut Vec<u8>);
}

/// Wire type of integers and booleans.
pub const VARINT: u8 = 0;
/// Wire type of eight little-endian bytes.
pub const FIXED64: u8 = 1;
/// Wire type of text, bytes and messages.
pub const LEN: u8 = 2;

#[cfg(test)]
mod tests;
