//! Record segments: the outputs of the engine, numbered densely, in files that readers follow.
//!
//! ```text
//!  engine ──▶ Writer::append(position, bytes)      one writer per partition, behind the engine
//!                │ blocks, compressed              flush: visible to readers
//!                ▼                                 sync: before a checkpoint that covers them
//!  00000000000000000001.seg  00000000000000041237.seg  …
//!                │
//!                ▼
//!  Reader (read model, mining, exporters, `records`)   no lock, each with its own position
//! ```
//!
//! Bytes in, bytes out: what a record means is the caller's business.
//! Formats and reasons: `broker/docs/0002-checkpoint-and-segments.md`.

mod block;
mod copy;
mod error;
mod file;
mod reader;
mod retention;
mod survey;
mod tail;
mod writer;

pub use copy::{Watch, check, copy};
pub use error::Error;
pub use file::FORMAT_VERSION;
pub use reader::{Reader, Record};
pub use retention::Retention;
pub use survey::survey;
pub use writer::{Options, Start, Writer};

/// The position of a partition's first record.
pub const FIRST_POSITION: u64 = 1;

/// The longest record, in bytes.
pub const RECORD_BYTES_MAX: usize = 64 << 20;

#[cfg(test)]
mod tests;
