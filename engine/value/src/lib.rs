//! Documents, MessagePack, JSON text, decimals and the wire encoding: the data every other crate
//! carries around.
//!
//! Nothing here knows what the values are for.

pub mod wire;

/// Shared immutable text: ids, names, job types. Cloning counts a reference.
pub type Str = std::sync::Arc<str>;
