//! Texts.

use super::{Builtin, Invocation, Outcome, Reject, fixed, index, position};
use crate::values::Value;

pub(super) const TABLE: &[Builtin] = &[
    fixed("substring", &["string", "start position"], substring),
    fixed("substring", &["string", "start position", "length"], substring),
    fixed("string length", &["string"], string_length),
    fixed("upper case", &["string"], upper_case),
    fixed("lower case", &["string"], lower_case),
    fixed("substring before", &["string", "match"], substring_before),
    fixed("substring after", &["string", "match"], substring_after),
    fixed("contains", &["string", "match"], contains),
    fixed("starts with", &["string", "match"], starts_with),
    fixed("ends with", &["string", "match"], ends_with),
    fixed("trim", &["string"], trim),
    fixed("is blank", &["string"], is_blank),
    fixed("to base64", &["value"], to_base64),
    fixed("from base64", &["value"], from_base64),
    fixed("string join", &["list"], string_join),
    fixed("string join", &["list", "delimiter"], string_join),
    fixed("string join", &["list", "delimiter", "prefix", "suffix"], string_join),
];

/// Characters from a position, counted from 1, or from -1 at the end.
fn substring(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let text = call.read(&arguments[0])?;
    let count = text.chars().count();
    let start = position(index(&arguments[1])?, count);
    let end = match arguments.get(2) {
        None => i64::try_from(count).unwrap_or(i64::MAX),
        Some(length) => start + index(length)?,
    };
    let outside = || Reject::Because(format!("the position is outside of the {count} characters"));
    let start = usize::try_from(start).map_err(|_| outside())?;
    let end = usize::try_from(end).map_err(|_| outside())?.min(count);
    if start > end {
        return Err(outside());
    }
    let from = byte_offset(text, start);
    let to = byte_offset(text, end);
    call.new_text(&text[from..to])
}

fn byte_offset(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |it| it.0)
}

fn string_length(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    Ok(Value::from_count(call.read(&arguments[0])?.chars().count()))
}

fn upper_case(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    // Changing the case makes a text at most three times as long.
    let text = call.read(&arguments[0])?;
    call.machine.charge_text(text.len().saturating_mul(2))?;
    call.new_text(&text.to_uppercase())
}

fn lower_case(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let text = call.read(&arguments[0])?;
    call.machine.charge_text(text.len().saturating_mul(2))?;
    call.new_text(&text.to_lowercase())
}

fn substring_before(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (text, part) = (call.read(&arguments[0])?, call.read(&arguments[1])?);
    call.new_text(text.split_once(part).map_or("", |it| it.0))
}

fn substring_after(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (text, part) = (call.read(&arguments[0])?, call.read(&arguments[1])?);
    call.new_text(text.split_once(part).map_or("", |it| it.1))
}

fn contains(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (text, part) = (call.read(&arguments[0])?, call.read(&arguments[1])?);
    Ok(Value::Bool(text.contains(part)))
}

fn starts_with(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    match arguments {
        [Value::Str(text), Value::Str(part)] => Ok(Value::Bool(text.starts_with(&**part))),
        _ => Err(Reject::Arguments),
    }
}

fn ends_with(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    match arguments {
        [Value::Str(text), Value::Str(part)] => Ok(Value::Bool(text.ends_with(&**part))),
        _ => Err(Reject::Arguments),
    }
}

/// Java's `trim`: everything up to and including the space character goes.
fn trim(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let text = call.read(&arguments[0])?;
    call.new_text(text.trim_matches(|it: char| it <= ' '))
}

fn is_blank(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    Ok(Value::Bool(call.read(&arguments[0])?.chars().all(char::is_whitespace)))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn to_base64(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let text = call.read(&arguments[0])?;
    call.machine.charge_text(text.len() / 3 * 4)?;
    let mut out = String::with_capacity(text.len() / 3 * 4 + 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for ix in 0..4 {
            if ix <= chunk.len() {
                let sextet = (bits >> (18 - 6 * ix) & 63) as usize;
                out.push(char::from(BASE64[sextet]));
            } else {
                out.push('=');
            }
        }
    }
    Ok(Value::from(out))
}

fn from_base64(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let text = call.read(&arguments[0])?;
    call.machine.charge_text(text.len())?;
    let wrong = || Reject::Because("the text is no Base64 of a text".to_owned());
    let digits = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - digits.len() > 2 {
        return Err(wrong());
    }
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut bytes = Vec::with_capacity(text.len());
    for digit in digits.bytes() {
        let sextet = BASE64.iter().position(|it| *it == digit).ok_or_else(wrong)?;
        bits = (bits << 6 | u32::try_from(sextet).unwrap_or(0)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Ok(Value::from(String::from_utf8(bytes).map_err(|_| wrong())?))
}

/// Joins texts; nulls are left out.
fn string_join(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let list = call.list(&arguments[0])?;
    let option = |at: usize| match arguments.get(at) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::Str(it)) => Ok(&**it),
        Some(_) => Err(Reject::Arguments),
    };
    let (delimiter, prefix, suffix) = (option(1)?, option(2)?, option(3)?);
    call.visit(&list)?;
    let mut parts: Vec<&str> = Vec::with_capacity(list.items().len());
    let mut length = prefix.len() + suffix.len();
    for item in list.items() {
        match item {
            Value::Str(it) => {
                length = length.saturating_add(it.len() + delimiter.len());
                parts.push(it);
            }
            Value::Null => {}
            _ => {
                let found = Value::List(list.clone()).excerpt(200);
                let message = format!("expected a list of strings but found '{found}'");
                return Err(Reject::Because(message));
            }
        }
    }
    call.machine.charge_text(length)?;
    Ok(Value::from([prefix, &parts.join(delimiter), suffix].concat()))
}
