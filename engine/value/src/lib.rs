//! Documents, MessagePack, JSON text, decimals and the wire encoding: the data every other crate
//! carries around.
//!
//! Nothing here knows what the values are for.
//!
//! ```text
//!   JSON text ──json::to_msgpack──▶ MessagePack bytes ──▶ Doc (a map of variables) ──▶ wire
//!             ◀─json::value_to_json─        │
//!                                           ▼
//!                                 msgpack::Reader, Dec (numbers inside an expression)
//! ```

pub mod dec;
pub mod doc;
pub mod json;
pub mod msgpack;
pub mod wire;

mod unique;

pub use dec::{Dec, Rounding};
pub use doc::{Doc, DocBuilder, DocError};

/// Shared immutable text: ids, names, job types. Cloning counts a reference.
pub type Str = std::sync::Arc<str>;
