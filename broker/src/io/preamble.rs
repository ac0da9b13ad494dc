//! What every file of ours begins with: kind, format version, and a checksummed header.
//!
//! ```text
//! offset  bytes
//!      0  8      kind, ASCII
//!      8  4      format version        (all numbers little-endian)
//!     12  4      length of the header
//!     16  4      CRC-32 of the 16 bytes before
//!     20  4      CRC-32 of the header
//!     24  n      the header, a message in the wire encoding
//! ```
//!
//! The version stands before anything whose shape depends on it, so that an older Baton can say
//! that a newer one wrote the file instead of calling it damaged. The fixed part has a checksum of
//! its own, so that a rotten length is not taken for a file that ends too early.

use value::wire::{Message, WireError};

/// Bytes before the header.
pub const FIXED_BYTES: usize = 24;

/// The longest header accepted, in bytes.
pub const HEADER_BYTES_MAX: usize = 64 << 20;

/// The first eight bytes of a kind of file, and the newest version this Baton knows.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Eight ASCII characters.
    pub magic: [u8; 8],
    /// The format version written, and the newest one read.
    pub version: u32,
}

/// Why the beginning of a file was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The file ends inside the preamble.
    #[error("the file ends after {found} bytes, inside its header")]
    Short {
        /// Its length in bytes.
        found: usize,
    },
    /// A newer Baton wrote it.
    #[error("format version {found} was written by a newer Baton; this one knows {known}")]
    Newer {
        /// The version found.
        found: u32,
        /// The newest version known.
        known: u32,
    },
    /// Its bytes are not what was written.
    #[error("{reason} at offset {offset}")]
    Damaged {
        /// Where.
        offset: u64,
        /// What is wrong there.
        reason: &'static str,
    },
}

impl Kind {
    /// Appends the preamble to an empty buffer.
    pub fn put<M: Message>(self, header: &M, out: &mut Vec<u8>) {
        let body = header.to_bytes();
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&self.magic);
        out.extend_from_slice(&self.version.to_le_bytes());
        out.extend_from_slice(&length.to_le_bytes());
        let fixed = checksum(&[out.as_slice()]);
        out.extend_from_slice(&fixed.to_le_bytes());
        out.extend_from_slice(&checksum(&[&body]).to_le_bytes());
        out.extend_from_slice(&body);
    }

    /// The length of header that the fixed part announces.
    ///
    /// # Errors
    /// Any [`Refusal`].
    pub fn header_length(self, fixed: &[u8]) -> Result<usize, Refusal> {
        let short = Refusal::Short { found: fixed.len() };
        let magic = fixed.get(..8).ok_or(short)?;
        if magic != self.magic {
            return Err(Refusal::Damaged { offset: 0, reason: "the file is of another kind" });
        }
        let found = u32_at(fixed, 8).ok_or(short)?;
        let length = u32_at(fixed, 12).ok_or(short)?;
        let own = u32_at(fixed, 16).ok_or(short)?;
        if own != checksum(&[&fixed[..16]]) {
            return Err(Refusal::Damaged { offset: 8, reason: "the preamble's checksum differs" });
        }
        if found > self.version {
            return Err(Refusal::Newer { found, known: self.version });
        }
        if fixed.len() < FIXED_BYTES {
            return Err(short);
        }
        match usize::try_from(length) {
            Ok(length) if length <= HEADER_BYTES_MAX => Ok(length),
            Ok(_) | Err(_) => {
                Err(Refusal::Damaged { offset: 12, reason: "the header is impossibly long" })
            }
        }
    }

    /// Reads the header; returns it and the offset of what follows.
    ///
    /// # Errors
    /// Any [`Refusal`].
    pub fn take<M: Message>(self, bytes: &[u8]) -> Result<(M, usize), Refusal> {
        let length = self.header_length(bytes)?;
        let end = FIXED_BYTES + length;
        let body = bytes.get(FIXED_BYTES..end).ok_or(Refusal::Short { found: bytes.len() })?;
        if u32_at(bytes, 20) != Some(checksum(&[body])) {
            return Err(Refusal::Damaged {
                offset: FIXED_BYTES as u64,
                reason: "the header's checksum differs",
            });
        }
        let header = M::from_bytes(body).map_err(|error| match error {
            WireError::UnknownField { .. } | WireError::UnknownValue { .. } => {
                Refusal::Newer { found: self.version + 1, known: self.version }
            }
            _ => Refusal::Damaged { offset: FIXED_BYTES as u64, reason: "malformed header" },
        })?;
        Ok((header, end))
    }
}

/// CRC-32 over several slices.
pub fn checksum(parts: &[&[u8]]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}

/// Four little-endian bytes at `offset`, if they are there.
pub fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let slice = bytes.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes(slice.try_into().ok()?))
}

/// Eight little-endian bytes at `offset`, if they are there.
pub fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    let slice = bytes.get(offset..offset.checked_add(8)?)?;
    Some(u64::from_le_bytes(slice.try_into().ok()?))
}
