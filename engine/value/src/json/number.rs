//! Numbers in JSON text: their shape, and the text of doubles.

use std::fmt::Write as _;

/// What a number looks like.
#[derive(Debug, PartialEq)]
pub(super) struct Shape {
    /// How many bytes it takes.
    pub length: usize,
    /// Sign (true: negative) and magnitude, if it is written as an integer of 64 bits.
    pub integer: Option<(bool, u64)>,
}

/// Reads `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`; `None` if it is malformed.
pub(super) fn shape(bytes: &[u8]) -> Option<Shape> {
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let mut at = start;
    let mut magnitude = Some(0u64);
    while let Some(digit) = bytes.get(at).filter(|it| it.is_ascii_digit()) {
        let digit = u64::from(digit - b'0');
        magnitude = magnitude.and_then(|it| it.checked_mul(10)?.checked_add(digit));
        at += 1;
    }
    if at == start || (at > start + 1 && bytes.get(start) == Some(&b'0')) {
        return None;
    }
    let whole_end = at;
    if bytes.get(at) == Some(&b'.') {
        at = digits_end(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = digits_end(bytes, at + 1 + sign)?;
    }
    let integer = magnitude.filter(|_| at == whole_end).map(|it| (negative, it));
    Some(Shape { length: at, integer })
}

/// Where the digits from `start` end; `None` if there are none.
fn digits_end(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = bytes.get(start..)?;
    let count = rest.iter().take_while(|it| it.is_ascii_digit()).count();
    (count > 0).then_some(start + count)
}

/// Appends a finite double as Java's `Double.toString` writes it: shortest digits, always with a
/// fraction, with an exponent below 10^-3 and from 10^7.
pub(super) fn write_double(value: f64, out: &mut String) {
    if !value.is_finite() {
        out.push_str("null");
        return;
    }
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        // Debug prints shortest digits with at least one in the fraction in this range.
        let written = write!(out, "{value:?}");
        debug_assert!(written.is_ok(), "writing to a String cannot fail");
        return;
    }
    let start = out.len();
    let written = write!(out, "{value:E}");
    debug_assert!(written.is_ok(), "writing to a String cannot fail");
    let text = out.get(start..).unwrap_or_default();
    if let Some(exponent) = text.find('E').filter(|_| !text.contains('.')) {
        out.insert_str(start + exponent, ".0");
    }
}
