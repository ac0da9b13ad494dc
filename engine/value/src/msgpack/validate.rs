//! Deciding whether bytes are one canonical value that JSON can express.

use super::DEPTH_MAX;
use super::head::{Head, foreign, head};

/// Why bytes are not one canonical value. Offsets are in bytes from the start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MsgpackError {
    /// The bytes end inside a value.
    #[error("value is cut off after {length} bytes")]
    Truncated {
        /// How many bytes there are.
        length: usize,
    },
    /// A reserved, binary or extension type, which JSON has no word for.
    #[error("type 0x{first:02x} at offset {offset} has no JSON equivalent")]
    Foreign {
        /// Where it stands.
        offset: usize,
        /// The type's byte.
        first: u8,
    },
    /// A value written in more bytes than it needs, or a positive integer written as signed.
    #[error("value at offset {offset} is not in its canonical form")]
    NotCanonical {
        /// Where it stands.
        offset: usize,
    },
    /// A key that is not text.
    #[error("map key at offset {offset} is not text")]
    KeyNotText {
        /// Where it stands.
        offset: usize,
    },
    /// Text that is not UTF-8.
    #[error("text at offset {offset} is not UTF-8")]
    NotUtf8 {
        /// Where it stands.
        offset: usize,
    },
    /// NaN or an infinity.
    #[error("number at offset {offset} is not finite")]
    NotFinite {
        /// Where it stands.
        offset: usize,
    },
    /// Arrays and maps inside each other beyond the limit.
    #[error("values are nested deeper than {limit} levels")]
    TooDeep {
        /// The limit, [`DEPTH_MAX`] for a value.
        limit: usize,
    },
    /// Bytes after the value.
    #[error("bytes after the value, from offset {offset}")]
    Trailing {
        /// Where they begin.
        offset: usize,
    },
}

/// An array or map whose items are being checked.
struct Open {
    /// Items left; a map counts keys and values.
    left: u64,
    is_map: bool,
}

/// Checks that `bytes` are exactly one value in canonical form. Linear in the length.
///
/// # Errors
/// A [`MsgpackError`] that says what stands where.
pub fn validate(bytes: &[u8]) -> Result<(), MsgpackError> {
    validate_depth(bytes, DEPTH_MAX)
}

/// As [`validate`], with another depth limit.
pub(crate) fn validate_depth(bytes: &[u8], limit: usize) -> Result<(), MsgpackError> {
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    loop {
        let is_key = open.last().is_some_and(|it| it.is_map && it.left % 2 == 0);
        let (head, end) = check_one(bytes, at, is_key)?;
        at = end;
        let left = match head {
            Head::Array(_) | Head::Map(_) if open.len() >= limit => {
                return Err(MsgpackError::TooDeep { limit });
            }
            Head::Array(count) => count as u64,
            Head::Map(count) => 2 * count as u64,
            Head::Null
            | Head::Bool(_)
            | Head::Int(_)
            | Head::Big(_)
            | Head::Float(_)
            | Head::Text(_) => 0,
        };
        if let Some(outer) = open.last_mut() {
            outer.left -= 1;
        }
        if left > 0 {
            open.push(Open { left, is_map: matches!(head, Head::Map(_)) });
        }
        while open.last().is_some_and(|it| it.left == 0) {
            open.pop();
        }
        if open.is_empty() {
            break;
        }
    }
    if at == bytes.len() { Ok(()) } else { Err(MsgpackError::Trailing { offset: at }) }
}

/// Checks one value without its items; answers its head and where it ends.
fn check_one(bytes: &[u8], offset: usize, is_key: bool) -> Result<(Head, usize), MsgpackError> {
    let truncated = MsgpackError::Truncated { length: bytes.len() };
    let rest = bytes.get(offset..).unwrap_or_default();
    let Some((head, size)) = head(rest) else {
        return Err(match rest.first() {
            Some(first) if foreign(*first) => MsgpackError::Foreign { offset, first: *first },
            Some(_) | None => truncated,
        });
    };
    if is_key && !matches!(head, Head::Text(_)) {
        return Err(MsgpackError::KeyNotText { offset });
    }
    let signed_positive = matches!((rest.first(), head), (Some(0xd0..=0xd3), Head::Int(0..)));
    if size != shortest(head) || signed_positive {
        return Err(MsgpackError::NotCanonical { offset });
    }
    let mut end = offset + size;
    match head {
        Head::Text(length) => {
            let text = rest.get(size..).and_then(|it| it.get(..length)).ok_or(truncated)?;
            std::str::from_utf8(text).map_err(|_| MsgpackError::NotUtf8 { offset })?;
            end += length;
        }
        Head::Float(value) if !value.is_finite() => {
            return Err(MsgpackError::NotFinite { offset });
        }
        Head::Null
        | Head::Bool(_)
        | Head::Int(_)
        | Head::Big(_)
        | Head::Float(_)
        | Head::Array(_)
        | Head::Map(_) => {}
    }
    Ok((head, end))
}

/// How many bytes the head takes when it is written as short as possible.
fn shortest(head: Head) -> usize {
    match head {
        Head::Null
        | Head::Bool(_)
        | Head::Int(-32..=127)
        | Head::Text(0..=31)
        | Head::Array(0..=15)
        | Head::Map(0..=15) => 1,
        Head::Int(-128..=255) | Head::Text(32..=255) => 2,
        Head::Int(-32_768..=65_535)
        | Head::Text(256..=65_535)
        | Head::Array(16..=65_535)
        | Head::Map(16..=65_535) => 3,
        Head::Int(-2_147_483_648..=4_294_967_295)
        | Head::Text(_)
        | Head::Array(_)
        | Head::Map(_) => 5,
        Head::Int(_) | Head::Big(_) | Head::Float(_) => 9,
    }
}
