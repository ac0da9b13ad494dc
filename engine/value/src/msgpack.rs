//! MessagePack: how values are kept in memory, in the log and in the state.
//!
//! Only what JSON can say is used: null, booleans, 64-bit integers, finite doubles, text, arrays
//! and maps with text keys. Binary and extension types are refused by [`validate()`].
//!
//! Writing is canonical (always the shortest form), so equal values have equal bytes.
//! Reading never panics: bytes that are no value answer `None`.

mod head;
mod read;
mod validate;
mod write;

pub use read::{Entries, Items, Kind, Reader};
pub use validate::{MsgpackError, validate};
pub use write::Writer;

pub(crate) use head::{Head, head};
pub(crate) use validate::validate_depth;

/// How deep arrays and maps may nest in one value.
///
/// A document may be one level deeper, since its variables are values themselves.
pub const DEPTH_MAX: usize = 200;

/// One encoded null, for a variable that is there without a value.
pub const NULL: &[u8] = &[0xc0];

#[cfg(test)]
mod tests;
