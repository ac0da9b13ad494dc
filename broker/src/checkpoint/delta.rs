//! Checkpoint files: the rows that changed up to a log index, immutable once they have a name.
//!
//! ```text
//! preamble   "BTNDELTA", version, header { partition, index, previous, full, meta }
//! block      length u32 · rows u32 · payload CRC u32 · CRC u32 · payload        (repeated)
//!            payload: rows of { key length, key, version + 1 (0: deleted), [value length, value] }
//! end        length 0xffff_ffff · 0 · payload CRC · CRC · { rows u64, offset u64, CRC u32 }
//! ```
//!
//! Numbers in rows are varints, all others little-endian.
//! A block's own CRC covers its first twelve bytes, the file's partition and index, and its
//! number in the file, so that a block moved from elsewhere does not pass. The end repeats the
//! number of rows and its offset, and holds the CRC of everything before it.

mod reader;
mod writer;

pub(super) use reader::DeltaReader;
pub(super) use writer::DeltaWriter;

use std::path::Path;

use super::Error;
use crate::io::preamble::Kind;

/// The newest format version of checkpoint files.
pub const FORMAT_VERSION: u32 = 1;

const KIND: Kind = Kind { magic: *b"BTNDELTA", version: FORMAT_VERSION };

/// A block is closed when its payload reaches this.
const BLOCK_BYTES: usize = 256 << 10;

/// A block is at most one row of the largest size longer than [`BLOCK_BYTES`].
const PAYLOAD_BYTES_MAX: usize = BLOCK_BYTES + super::VALUE_BYTES_MAX + super::KEY_BYTES_MAX + 32;

const BLOCK_HEADER_BYTES: usize = 16;
const END_LENGTH: u32 = u32::MAX;
const END_PAYLOAD_BYTES: usize = 20;

value::wire_struct! {
    /// What a checkpoint file says about itself.
    pub struct Header {
        /// The partition whose rows these are.
        1 => pub partition: u32,
        /// The log index of the state.
        2 => pub index: u64,
        /// The index of the checkpoint this one builds on; 0 for the first and for a full one.
        3 => pub previous: u64,
        /// True when it holds all rows, not only the changed ones: a snapshot.
        4 => pub full: bool,
        /// The caller's bytes.
        5 => pub meta: std::sync::Arc<[u8]>,
    }
}

/// The checksum that ties a block to its place.
fn block_checksum(header: &Header, number: u64, fields: &[u8]) -> u32 {
    crate::io::preamble::checksum(&[
        &header.partition.to_le_bytes(),
        &header.index.to_le_bytes(),
        &number.to_le_bytes(),
        fields,
    ])
}

/// Checks a row's sizes against the format's limits.
pub(super) fn check_sizes(key: &[u8], value: Option<&[u8]>) -> Result<(), Error> {
    let sizes = [
        ("key", key.len(), super::KEY_BYTES_MAX),
        ("value", value.map_or(0, <[u8]>::len), super::VALUE_BYTES_MAX),
    ];
    match sizes.into_iter().find(|(_, bytes, limit)| bytes > limit) {
        Some((what, bytes, limit)) => Err(Error::RowTooLarge { what, bytes, limit }),
        None => Ok(()),
    }
}

fn malformed(path: &Path, offset: u64) -> Error {
    Error::damaged(path, offset, "a row is malformed")
}
