//! JSON text to MessagePack and back, without a tree in between.
//!
//! Numbers: integers in the range of `i64` and `u64` stay exact, everything else becomes the
//! nearest double; a number beyond the doubles (`1e400`) is an error.
//! Doubles are printed as Java prints them, with a fraction or an exponent (`1.0`, `1.5E10`), so
//! that a double stays a double on its way through other systems.
//! Of keys that occur twice the last value wins and stands at the first one's place.

mod assemble;
mod error;
mod number;
mod parse;
mod print;
mod scan;

pub use error::{JsonError, Problem};

use crate::msgpack::MsgpackError;

/// How deep arrays and objects may nest.
pub const DEPTH_MAX: usize = crate::msgpack::DEPTH_MAX;

/// Translates one JSON value, of any type, into MessagePack. Time is linear in the text.
///
/// # Errors
/// [`JsonError`] with the position of what is not JSON, nested too deep, or no number Baton keeps.
pub fn to_msgpack(text: &str) -> Result<Vec<u8>, JsonError> {
    parse::value(text)
}

/// Translates one MessagePack value into compact JSON text.
///
/// # Errors
/// The [`MsgpackError`] of [`validate`](crate::msgpack::validate).
pub fn try_value_to_json(raw: &[u8]) -> Result<String, MsgpackError> {
    crate::msgpack::validate(raw)?;
    Ok(value_to_json(raw))
}

/// Translates a MessagePack value that is known to be valid, such as a variable of a document,
/// into compact JSON text. Where the bytes are no value it prints `null`.
pub fn value_to_json(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len() + raw.len() / 4);
    print::value(raw, &mut out);
    out
}

/// As [`value_to_json`], appending to a buffer.
pub fn write_json(raw: &[u8], out: &mut String) {
    print::value(raw, out);
}

/// Appends a text as a JSON string with its quotes.
pub fn write_json_str(text: &str, out: &mut String) {
    print::string(text, out);
}

#[cfg(test)]
mod tests;
