//! The first bytes of a value: its type, and how many bytes follow.

/// What the first bytes of a value say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Head {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer that fits `i64`.
    Int(i64),
    /// An integer above `i64::MAX`.
    Big(u64),
    /// A floating-point number.
    Float(f64),
    /// Text of this many bytes.
    Text(usize),
    /// An array of this many items.
    Array(usize),
    /// A map of this many entries.
    Map(usize),
}

/// Reads a value's head and the head's own length.
///
/// `None`: the bytes end inside the head, or the type is none of ours (see [`foreign`]).
pub(crate) fn head(bytes: &[u8]) -> Option<(Head, usize)> {
    let first = *bytes.first()?;
    let found = match first {
        0x00..=0x7f => (Head::Int(i64::from(first)), 1),
        0xe0..=0xff => (Head::Int(i64::from(first.cast_signed())), 1),
        0x80..=0x8f => (Head::Map(usize::from(first & 0x0f)), 1),
        0x90..=0x9f => (Head::Array(usize::from(first & 0x0f)), 1),
        0xa0..=0xbf => (Head::Text(usize::from(first & 0x1f)), 1),
        0xc0 => (Head::Null, 1),
        0xc2 => (Head::Bool(false), 1),
        0xc3 => (Head::Bool(true), 1),
        0xca => (Head::Float(f64::from(f32::from_be_bytes(fixed(bytes)?))), 5),
        0xcb => (Head::Float(f64::from_be_bytes(fixed(bytes)?)), 9),
        0xcc => (Head::Int(i64::from(u8::from_be_bytes(fixed(bytes)?))), 2),
        0xcd => (Head::Int(i64::from(u16::from_be_bytes(fixed(bytes)?))), 3),
        0xce => (Head::Int(i64::from(u32::from_be_bytes(fixed(bytes)?))), 5),
        0xcf => {
            let value = u64::from_be_bytes(fixed(bytes)?);
            (i64::try_from(value).map_or(Head::Big(value), Head::Int), 9)
        }
        0xd0 => (Head::Int(i64::from(i8::from_be_bytes(fixed(bytes)?))), 2),
        0xd1 => (Head::Int(i64::from(i16::from_be_bytes(fixed(bytes)?))), 3),
        0xd2 => (Head::Int(i64::from(i32::from_be_bytes(fixed(bytes)?))), 5),
        0xd3 => (Head::Int(i64::from_be_bytes(fixed(bytes)?)), 9),
        0xd9 => (Head::Text(usize::from(u8::from_be_bytes(fixed(bytes)?))), 2),
        0xda => (Head::Text(length16(bytes)?), 3),
        0xdb => (Head::Text(length32(bytes)?), 5),
        0xdc => (Head::Array(length16(bytes)?), 3),
        0xdd => (Head::Array(length32(bytes)?), 5),
        0xde => (Head::Map(length16(bytes)?), 3),
        0xdf => (Head::Map(length32(bytes)?), 5),
        0xc1 | 0xc4..=0xc9 | 0xd4..=0xd8 => return None,
    };
    Some(found)
}

/// True for a first byte that is reserved, binary or an extension.
pub(crate) fn foreign(first: u8) -> bool {
    matches!(first, 0xc1 | 0xc4..=0xc9 | 0xd4..=0xd8)
}

/// The sizes of values whose first byte says it all; 0 for those that need a closer look.
const SIZES: [u8; 256] = {
    let mut sizes = [0; 256];
    let mut first = 0u8;
    loop {
        sizes[first as usize] = match first {
            0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => 1,
            0xa0..=0xbf => 1 + (first & 0x1f),
            0xcc | 0xd0 => 2,
            0xcd | 0xd1 => 3,
            0xca | 0xce | 0xd2 => 5,
            0xcb | 0xcf | 0xd3 => 9,
            0x80..=0x9f | 0xc1 | 0xc4..=0xc9 | 0xd4..=0xdf => 0,
        };
        if first == u8::MAX {
            break;
        }
        first += 1;
    }
    sizes
};

/// How many bytes the whole first value takes; `None` if it is cut off or of a foreign type.
#[inline]
pub(crate) fn extent(bytes: &[u8]) -> Option<usize> {
    // This is the inner loop of every variable lookup: one table look-up for most values.
    match usize::from(SIZES[usize::from(*bytes.first()?)]) {
        0 => extent_slow(bytes),
        size => (size <= bytes.len()).then_some(size),
    }
}

/// Counts open items instead of nesting calls, so depth costs no stack.
fn extent_slow(bytes: &[u8]) -> Option<usize> {
    let mut at = 0usize;
    let mut open = 1u64;
    while open > 0 {
        let rest = bytes.get(at..)?;
        let first = *rest.first()?;
        let size = usize::from(SIZES[usize::from(first)]);
        let (size, items) = match first {
            _ if size > 0 => (size, 0),
            // Small maps and lists, which most variables that are no scalars consist of.
            0x80..=0x8f => (1, 2 * u64::from(first & 0x0f)),
            0x90..=0x9f => (1, u64::from(first & 0x0f)),
            _ => step(rest)?,
        };
        at = at.checked_add(size)?;
        open = (open - 1).checked_add(items)?;
    }
    (at <= bytes.len()).then_some(at)
}

/// The size of a value without its items, and how many items follow.
fn step(bytes: &[u8]) -> Option<(usize, u64)> {
    let (head, size) = head(bytes)?;
    Some(match head {
        Head::Null | Head::Bool(_) | Head::Int(_) | Head::Big(_) | Head::Float(_) => (size, 0),
        Head::Text(length) => (size.checked_add(length)?, 0),
        Head::Array(count) => (size, u64::try_from(count).ok()?),
        Head::Map(count) => (size, u64::try_from(count).ok()?.checked_mul(2)?),
    })
}

/// Where the text at the front of `bytes` starts and ends; `None` if it is no text or cut off.
#[inline]
pub(crate) fn text_end(bytes: &[u8]) -> Option<(usize, usize)> {
    let first = *bytes.first()?;
    let (start, length): (usize, usize) = match first {
        0xa0..=0xbf => (1, usize::from(first & 0x1f)),
        0xd9 => (2, usize::from(*bytes.get(1)?)),
        0xda => (3, length16(bytes)?),
        0xdb => (5, length32(bytes)?),
        0x00..=0x9f | 0xc0..=0xd8 | 0xdc..=0xff => return None,
    };
    let end = start.checked_add(length)?;
    (end <= bytes.len()).then_some((start, end))
}

fn fixed<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.get(1..=N)?.try_into().ok()
}

fn length16(bytes: &[u8]) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(fixed(bytes)?)))
}

fn length32(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(fixed(bytes)?)).ok()
}
