//! The tokens of JSON that need more than one character: text and numbers.

use super::error::Problem;
use super::number;
use crate::msgpack::Writer;

/// A problem at a byte offset.
pub(super) type Fault = (usize, Problem);

/// Reads the text whose opening quote stands at `at`; answers where it ends, after the quote.
pub(super) fn string(text: &str, at: usize, out: &mut Writer) -> Result<usize, Fault> {
    let start = at + 1;
    let plain = plain_end(text, start);
    match text.as_bytes().get(plain) {
        Some(b'"') => {
            out.str(text.get(start..plain).unwrap_or_default());
            Ok(plain + 1)
        }
        Some(b'\\') => {
            let mut unescaped = String::with_capacity(2 * (plain - start) + 16);
            let end = escaped(text, start, plain, &mut unescaped)?;
            out.str(&unescaped);
            Ok(end)
        }
        Some(_) => Err((plain, Problem::ControlCharacter)),
        None => Err((plain, Problem::Unexpected { expected: "'\"' to end the text", found: None })),
    }
}

/// Where the run of characters that stand for themselves ends.
fn plain_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes().get(start..).unwrap_or_default();
    let run = bytes.iter().position(|it| *it == b'"' || *it == b'\\' || *it < 0x20);
    start + run.unwrap_or(bytes.len())
}

/// Reads text with escapes: `start..plain` stands for itself, an escape stands at `plain`.
fn escaped(text: &str, start: usize, plain: usize, out: &mut String) -> Result<usize, Fault> {
    let (mut start, mut plain) = (start, plain);
    loop {
        out.push_str(text.get(start..plain).unwrap_or_default());
        start = match text.as_bytes().get(plain) {
            Some(b'"') => return Ok(plain + 1),
            Some(b'\\') => escape(text, plain, out)?,
            Some(_) => return Err((plain, Problem::ControlCharacter)),
            None => {
                let expected = "'\"' to end the text";
                return Err((plain, Problem::Unexpected { expected, found: None }));
            }
        };
        plain = plain_end(text, start);
    }
}

/// Reads the escape whose backslash stands at `at`; answers where it ends.
fn escape(text: &str, at: usize, out: &mut String) -> Result<usize, Fault> {
    let character = match text.as_bytes().get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text, at, out),
        Some(_) | None => return Err((at, Problem::MalformedEscape)),
    };
    out.push(character);
    Ok(at + 2)
}

/// Reads `\uXXXX`, or two of them that make one character.
fn unicode(text: &str, at: usize, out: &mut String) -> Result<usize, Fault> {
    let first = hex4(text, at)?;
    if let Some(character) = char::from_u32(first) {
        out.push(character);
        return Ok(at + 6);
    }
    // What is no character is half of a pair: a high half first, then a low half.
    let lone = (at, Problem::LoneSurrogate);
    if first >= 0xdc00 || !text.get(at + 6..).is_some_and(|it| it.starts_with("\\u")) {
        return Err(lone);
    }
    let second = hex4(text, at + 6)?;
    let Some(low) = second.checked_sub(0xdc00).filter(|it| *it < 0x400) else {
        return Err(lone);
    };
    let Some(character) = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low) else {
        return Err(lone);
    };
    out.push(character);
    Ok(at + 12)
}

/// The number in `\uXXXX` whose backslash stands at `at`.
fn hex4(text: &str, at: usize) -> Result<u32, Fault> {
    let malformed = (at, Problem::MalformedEscape);
    let digits = text.get(at + 2..at + 6).ok_or_else(|| malformed.clone())?;
    // `from_str_radix` accepts a sign, JSON does not.
    if !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Err(malformed);
    }
    u32::from_str_radix(digits, 16).map_err(|_| malformed)
}

/// Reads the number that starts at `at`; answers where it ends.
pub(super) fn number(text: &str, at: usize, out: &mut Writer) -> Result<usize, Fault> {
    let bytes = text.as_bytes().get(at..).unwrap_or_default();
    let shape = number::shape(bytes).ok_or((at, Problem::MalformedNumber))?;
    let digits = text.get(at..at + shape.length).unwrap_or_default();
    match shape.integer {
        Some((true, magnitude)) if magnitude <= i64::MIN.unsigned_abs() => {
            out.int(0i64.wrapping_sub_unsigned(magnitude));
        }
        Some((false, magnitude)) => {
            out.uint(magnitude);
        }
        Some((true, _)) | None => {
            let value = digits.parse::<f64>().map_err(|_| (at, Problem::MalformedNumber))?;
            if !value.is_finite() {
                return Err((at, Problem::NumberTooLarge));
            }
            out.float(value);
        }
    }
    Ok(at + shape.length)
}
