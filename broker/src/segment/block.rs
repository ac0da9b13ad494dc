//! Blocks: some consecutive records, compressed together.
//!
//! ```text
//! offset  bytes
//!      0  8      position of the first record         (all numbers little-endian)
//!      8  4      number of records
//!     12  4      length of the payload, uncompressed
//!     16  4      length of the payload, as it stands here
//!     20  2      codec: 0 as it is, 1 LZ4 block
//!     22  2      encoding version of the records
//!     24  4      CRC-32 of the payload as it stands here
//!     28  4      CRC-32 of partition, segment and the 28 bytes before
//!     32  n      payload: records of { length varint, bytes }
//! ```

use value::wire;

use super::RECORD_BYTES_MAX;
use super::file::Owner;
use crate::io::preamble::{checksum, u32_at, u64_at};

/// Bytes before the payload.
pub(super) const HEADER_BYTES: usize = 32;

/// A block is at most one record of the largest size longer than a writer's block size.
const RAW_BYTES_MAX: usize = RECORD_BYTES_MAX + (16 << 20);

const CODEC_NONE: u16 = 0;
const CODEC_LZ4: u16 = 1;

/// What stands before a block's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) first: u64,
    pub(super) count: u32,
    pub(super) raw_bytes: u32,
    pub(super) packed_bytes: u32,
    codec: u16,
    pub(super) version: u16,
    payload_checksum: u32,
}

impl Header {
    /// Reads and checks a header.
    pub(super) fn parse(bytes: &[u8; HEADER_BYTES], owner: Owner) -> Result<Self, &'static str> {
        let four = |offset| u32_at(bytes, offset).unwrap_or(0);
        if four(28) != header_checksum(owner, &bytes[..28]) {
            return Err("a block header's checksum differs");
        }
        let two = |offset: usize| u16::from_le_bytes([bytes[offset], bytes[offset + 1]]);
        let header = Self {
            first: u64_at(bytes, 0).unwrap_or(0),
            count: four(8),
            raw_bytes: four(12),
            packed_bytes: four(16),
            codec: two(20),
            version: two(22),
            payload_checksum: four(24),
        };
        if header.count == 0 || header.raw_bytes as usize > RAW_BYTES_MAX {
            return Err("a block header is impossible");
        }
        Ok(header)
    }

    /// The position after the last record.
    pub(super) fn next(&self) -> u64 {
        self.first.saturating_add(u64::from(self.count))
    }

    /// The checksum of this block and of those before it, which have the checksum `sum`.
    pub(super) fn after(&self, sum: u32) -> u32 {
        let [count, payload] = [self.count, self.payload_checksum].map(u32::to_le_bytes);
        checksum(&[&sum.to_le_bytes(), &self.first.to_le_bytes(), &count, &payload])
    }

    /// Header and payload together.
    pub(super) fn whole_bytes(&self) -> u64 {
        HEADER_BYTES as u64 + u64::from(self.packed_bytes)
    }

    /// Checks the payload without unpacking it.
    pub(super) fn check(&self, payload: &[u8]) -> Result<(), &'static str> {
        if checksum(&[payload]) == self.payload_checksum {
            Ok(())
        } else {
            Err("a block's checksum differs")
        }
    }

    /// Checks and unpacks the payload.
    pub(super) fn unpack(&self, payload: Vec<u8>) -> Result<Vec<u8>, &'static str> {
        self.check(&payload)?;
        let raw = match self.codec {
            CODEC_NONE => payload,
            CODEC_LZ4 => lz4_flex::block::decompress(&payload, self.raw_bytes as usize)
                .map_err(|_| "a block cannot be unpacked")?,
            _ => return Err("a block has an unknown codec"),
        };
        if raw.len() == self.raw_bytes as usize {
            Ok(raw)
        } else {
            Err("a block has another length")
        }
    }
}

fn header_checksum(owner: Owner, fields: &[u8]) -> u32 {
    checksum(&[&owner.partition.to_le_bytes(), &owner.first.to_le_bytes(), fields])
}

/// Records on their way to disk.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) first: u64,
    pub(super) count: u32,
    raw: Vec<u8>,
}

impl Builder {
    pub(super) fn raw_bytes(&self) -> usize {
        self.raw.len()
    }

    pub(super) fn push(&mut self, position: u64, record: &[u8]) {
        if self.count == 0 {
            self.first = position;
        }
        wire::put_varint(record.len() as u64, &mut self.raw);
        self.raw.extend_from_slice(record);
        self.count += 1;
    }

    pub(super) fn clear(&mut self) {
        self.count = 0;
        self.raw.clear();
    }

    /// The header, and header and payload ready to be written into the segment of `owner`.
    pub(super) fn pack(&self, version: u16, owner: Owner) -> (Header, Vec<u8>) {
        let packed = lz4_flex::block::compress(&self.raw);
        let (codec, payload) = if packed.len() < self.raw.len() {
            (CODEC_LZ4, packed.as_slice())
        } else {
            (CODEC_NONE, self.raw.as_slice())
        };
        // Records and blocks are limited far below these.
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let header = Header {
            first: self.first,
            count: self.count,
            raw_bytes: length(self.raw.len()),
            packed_bytes: length(payload.len()),
            codec,
            version,
            payload_checksum: checksum(&[payload]),
        };
        let mut out = Vec::with_capacity(HEADER_BYTES + payload.len());
        out.extend_from_slice(&header.first.to_le_bytes());
        out.extend_from_slice(&header.count.to_le_bytes());
        out.extend_from_slice(&header.raw_bytes.to_le_bytes());
        out.extend_from_slice(&header.packed_bytes.to_le_bytes());
        out.extend_from_slice(&header.codec.to_le_bytes());
        out.extend_from_slice(&header.version.to_le_bytes());
        out.extend_from_slice(&header.payload_checksum.to_le_bytes());
        let own = header_checksum(owner, &out);
        out.extend_from_slice(&own.to_le_bytes());
        out.extend_from_slice(payload);
        (header, out)
    }
}
