//! How a row is cut into pieces, and put together again.

use std::fmt::Write;
use std::path::Path;

use super::super::Error;
use super::super::backend::{Scanned, Value, row_checksum};
use crate::io::preamble::{u32_at, u64_at};

/// The tree that holds the rows.
pub(super) const TREE: &str = "rows";

/// Bytes of a value in one piece, the header of piece 0 included.
const PIECE_BYTES: usize = 4096;
const HEADER_BYTES: usize = 16;

/// What piece 0 begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) length: u32,
    pub(super) version: u32,
    pub(super) checksum: u64,
}

impl Head {
    pub(super) fn parse(piece: &[u8]) -> Option<Self> {
        Some(Self {
            length: u32_at(piece, 0)?,
            version: u32_at(piece, 4)?,
            checksum: u64_at(piece, 8)?,
        })
    }

    /// How many pieces the row has. A damaged length cannot make it large.
    pub(super) fn pieces(self) -> u32 {
        let bytes = (self.length as usize).min(super::super::VALUE_BYTES_MAX) + HEADER_BYTES;
        u32::try_from(bytes.div_ceil(PIECE_BYTES)).unwrap_or(u32::MAX)
    }
}

/// The key of a piece.
pub(super) fn piece_key(key: &[u8], piece: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 5);
    // The size check of checkpoint files keeps keys at 255 bytes.
    out.push(u8::try_from(key.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(key);
    out.extend_from_slice(&piece.to_be_bytes());
    out
}

/// The row's key and the piece's number.
pub(super) fn parse_key(bytes: &[u8]) -> Option<(&[u8], u32)> {
    let length = usize::from(*bytes.first()?);
    let key = bytes.get(1..1 + length)?;
    let piece: [u8; 4] = bytes.get(1 + length..)?.try_into().ok()?;
    Some((key, u32::from_be_bytes(piece)))
}

/// The pieces of a value, and its head.
pub(super) fn cut(key: &[u8], value: &Value) -> (Head, Vec<Vec<u8>>) {
    let head = Head {
        length: u32::try_from(value.bytes.len()).unwrap_or(u32::MAX),
        version: value.version,
        checksum: row_checksum(key, value.version, &value.bytes),
    };
    let first = value.bytes.len().min(PIECE_BYTES - HEADER_BYTES);
    let mut piece = Vec::with_capacity(HEADER_BYTES + first);
    piece.extend_from_slice(&head.length.to_le_bytes());
    piece.extend_from_slice(&head.version.to_le_bytes());
    piece.extend_from_slice(&head.checksum.to_le_bytes());
    piece.extend_from_slice(&value.bytes[..first]);
    let mut pieces = vec![piece];
    pieces.extend(value.bytes[first..].chunks(PIECE_BYTES).map(<[u8]>::to_vec));
    (head, pieces)
}

/// A row that is being put together from its pieces.
#[derive(Debug)]
pub(super) struct Assembly {
    key: Vec<u8>,
    /// `None` when a piece was missing or malformed.
    head: Option<Head>,
    bytes: Vec<u8>,
    pieces: u32,
}

impl Assembly {
    pub(super) fn begin(key: &[u8]) -> Self {
        Self { key: key.to_vec(), head: None, bytes: Vec::new(), pieces: 0 }
    }

    pub(super) fn key(&self) -> &[u8] {
        &self.key
    }

    /// The checksum that piece 0 claims; absent when there is no piece 0.
    pub(super) fn claimed_checksum(&self) -> Option<u64> {
        self.head.map(|head| head.checksum)
    }

    pub(super) fn add(&mut self, number: u32, piece: &[u8]) {
        if number == 0 {
            self.head = Head::parse(piece);
            self.bytes.extend_from_slice(piece.get(HEADER_BYTES..).unwrap_or(&[]));
        } else {
            self.bytes.extend_from_slice(piece);
        }
        // Pieces arrive in order, so a missing one leaves the count behind the numbers.
        if number == self.pieces {
            self.pieces += 1;
        }
    }

    pub(super) fn finish(self, path: &Path) -> Scanned {
        let reason = match self.head {
            None => "its first piece is missing or malformed",
            Some(head)
                if head.pieces() == self.pieces
                    && head.length as usize == self.bytes.len()
                    && head.checksum == row_checksum(&self.key, head.version, &self.bytes) =>
            {
                let value = Value { version: head.version, bytes: self.bytes };
                return Scanned { key: self.key, value: Ok(value) };
            }
            Some(_) => "its checksum differs",
        };
        let error = damaged_row(path, &self.key, reason);
        Scanned { key: self.key, value: Err(error) }
    }
}

/// The error that names a row.
pub(super) fn damaged_row(path: &Path, key: &[u8], reason: &str) -> Error {
    let mut digits = String::with_capacity(2 * key.len());
    for byte in key {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    Error::DamagedRow { path: path.to_owned(), tree: TREE, key: digits, reason: reason.to_owned() }
}
