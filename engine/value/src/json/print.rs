//! The printer: a loop over values with a stack of open arrays and objects, no recursion.

use std::fmt::Write as _;

use super::number::write_double;
use crate::msgpack::{Head, head};

/// An array or object that is being printed.
struct Open {
    /// Values left; an object counts keys and values.
    left: u64,
    is_map: bool,
    /// True once something was printed in it.
    started: bool,
}

/// Appends the first value of `raw`; `null` stands where the bytes are no value.
pub(super) fn value(raw: &[u8], out: &mut String) {
    let mut open: Vec<Open> = Vec::new();
    let mut rest = raw;
    loop {
        if let Some(outer) = open.last_mut() {
            if outer.is_map && outer.left % 2 == 1 {
                out.push(':');
            } else if outer.started {
                out.push(',');
            }
            outer.started = true;
            outer.left -= 1;
        }
        let (head, size) = head(rest).unwrap_or((Head::Null, rest.len()));
        rest = rest.get(size..).unwrap_or_default();
        if let Some(container) = one(head, &mut rest, out) {
            open.push(container);
        }
        while let Some(closed) = open.pop_if(|it| it.left == 0 || rest.is_empty()) {
            out.push(if closed.is_map { '}' } else { ']' });
        }
        if open.is_empty() {
            return;
        }
    }
}

/// Prints one value without its items; answers what has to be gone into.
fn one(head: Head, rest: &mut &[u8], out: &mut String) -> Option<Open> {
    let written = match head {
        Head::Null => out.write_str("null"),
        Head::Bool(value) => out.write_str(if value { "true" } else { "false" }),
        Head::Int(value) => write!(out, "{value}"),
        Head::Big(value) => write!(out, "{value}"),
        Head::Float(value) => {
            write_double(value, out);
            Ok(())
        }
        Head::Text(length) => {
            let (text, after) = rest.split_at(length.min(rest.len()));
            string(std::str::from_utf8(text).unwrap_or_default(), out);
            *rest = after;
            Ok(())
        }
        Head::Array(count) => {
            out.push('[');
            return Some(Open { left: count as u64, is_map: false, started: false });
        }
        Head::Map(count) => {
            out.push('{');
            return Some(Open { left: 2 * count as u64, is_map: true, started: false });
        }
    };
    debug_assert!(written.is_ok(), "writing to a String cannot fail");
    None
}

/// Appends a text in quotes.
pub(super) fn string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0x00..=0x1f => "",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        if escape.is_empty() {
            let written = write!(out, "\\u{byte:04x}");
            debug_assert!(written.is_ok(), "writing to a String cannot fail");
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push('"');
}
