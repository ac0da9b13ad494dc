//! Checkpoints: the rows of the state at a log index, durable, and back again at start.
//!
//! ```text
//!  write(index, rows) ──▶ checkpoint-<index>.delta      durable here: fsync, rename, fsync folder
//!                              │ fold()                 behind, in chunks
//!                              ▼
//!                         base/ (sled)                  marker row last
//!  open ─▶ scan  =  base at its marker  +  every newer delta file, in order
//! ```
//!
//! Bytes in, bytes out: what a row means is the caller's business.
//! Formats and reasons: `broker/docs/0002-checkpoint-and-segments.md`.

mod backend;
mod delta;
mod error;
mod full;
mod memory;
mod names;
mod opening;
mod sled;
mod store;

pub use backend::{
    Backend, Base, Digest, EachRow, IsTouched, Marker, Place, Row, Scanned, Survey, Trial, Value,
};
pub use delta::{FORMAT_VERSION, Header};
pub use error::Error;
pub use full::read_full;
pub use memory::MemoryBackend;
pub(crate) use names::delta_path;
pub use opening::Cut;
pub use sled::SledBackend;
pub use store::{Restored, Store};

/// The longest key of a row, in bytes: an index page of the base must stay below its blob limit.
pub const KEY_BYTES_MAX: usize = 255;

/// The longest value of a row, in bytes.
pub const VALUE_BYTES_MAX: usize = 64 << 20;

/// The most rows folded before the base is made durable.
pub const CHUNK_ROWS_MAX: usize = 2_000;

/// The most bytes folded before the base is made durable.
pub const CHUNK_BYTES_MAX: usize = 8 << 20;
