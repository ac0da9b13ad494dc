//! Regular expressions: always in linear time, without look-around and back-references.

use std::borrow::Cow;

use regex::{Captures, Regex, RegexBuilder};

use super::{Builtin, Invocation, Outcome, Reject};
use crate::values::Value;

const fn pattern(
    name: &'static str,
    parameters: &'static [&'static str],
    run: fn(&mut Invocation<'_, '_, '_, '_>, &[Value]) -> Outcome,
) -> Builtin {
    Builtin { name, parameters, variadic: false, takes_pattern: true, folds: None, run }
}

pub(super) const TABLE: &[Builtin] = &[
    pattern("matches", &["input", "pattern"], matches),
    pattern("matches", &["input", "pattern", "flags"], matches),
    pattern("replace", &["input", "pattern", "replacement"], replace),
    pattern("replace", &["input", "pattern", "replacement", "flags"], replace),
    pattern("split", &["string", "delimiter"], split),
    pattern("extract", &["input", "pattern"], extract),
];

/// Largest compiled pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 1024 * 1024;

/// Compiles a pattern; fails with a sentence.
pub(crate) fn compile(pattern: &str, flags: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .case_insensitive(flags.contains('i'))
        .dot_matches_new_line(flags.contains('s'))
        .multi_line(flags.contains('m'))
        .ignore_whitespace(flags.contains('x'))
        // Java's `.` does not match a carriage return either.
        .crlf(true)
        .size_limit(PATTERN_BYTES_MAX)
        .dfa_size_limit(PATTERN_BYTES_MAX)
        .nest_limit(100)
        .build()
        .map_err(|error| {
            let text = error.to_string();
            // The last line says what is wrong; those before it draw the pattern.
            let reason = text.lines().last().unwrap_or_default().trim();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            format!("the regular expression '{pattern}' is not supported: {reason}")
        })
}

/// The pattern and the input; both are paid for.
fn prepare<'a, 'v>(
    call: &mut Invocation<'a, '_, '_, '_>,
    arguments: &'v [Value],
    flags: Option<&Value>,
) -> Result<(&'v str, Cow<'a, Regex>), Reject> {
    let input = call.read(&arguments[0])?;
    // Matching takes several steps for each byte.
    call.machine.charge_reading(input.len().saturating_mul(4))?;
    let pattern = arguments[1].as_str().ok_or(Reject::Arguments)?;
    let flags = match flags {
        None | Some(Value::Null) => "",
        Some(flags) => flags.as_str().ok_or(Reject::Arguments)?,
    };
    if let Some(compiled) = call.pattern {
        return Ok((input, Cow::Borrowed(compiled)));
    }
    // Compiling costs some microseconds even for a short pattern.
    call.machine.charge_reading(6400 + pattern.len().saturating_mul(640))?;
    let compiled = compile(pattern, flags).map_err(Reject::Because)?;
    Ok((input, Cow::Owned(compiled)))
}

fn matches(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, regex) = prepare(call, arguments, arguments.get(2))?;
    Ok(Value::Bool(regex.is_match(input)))
}

fn replace(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, regex) = prepare(call, arguments, arguments.get(3))?;
    let replacement = arguments[2].as_str().ok_or(Reject::Arguments)?;
    let mut out = String::new();
    let mut end = 0;
    for captures in regex.captures_iter(input) {
        let Some(found) = captures.get(0) else { continue };
        out.push_str(&input[end..found.start()]);
        expand(replacement, &captures, &mut out)?;
        end = found.end();
        // Paid for while it grows, because a replacement can repeat a group.
        call.machine.env.budget.step()?;
        if out.len() > 1 << 16 {
            call.machine.charge_text(0)?;
        }
        let left = call.machine.env.budget.limits().bytes - call.machine.env.budget.bytes_used();
        if out.len() as u64 > left {
            call.machine.charge_text(out.len())?;
        }
    }
    out.push_str(&input[end..]);
    call.machine.charge_text(out.len())?;
    Ok(Value::from(out))
}

/// Appends a replacement with its groups filled in, by Java's rules: `$1` to `$9` and further
/// digits while there is such a group, `${name}`, and `\` before a character means itself.
fn expand(replacement: &str, captures: &Captures<'_>, out: &mut String) -> Result<(), Reject> {
    let wrong = |what: &str| Reject::Because(format!("the replacement {what}"));
    let mut rest = replacement.chars().peekable();
    while let Some(it) = rest.next() {
        match it {
            '\\' => out.push(rest.next().ok_or_else(|| wrong("ends with a backslash"))?),
            '$' if rest.peek() == Some(&'{') => {
                rest.next();
                let name: String = rest.by_ref().take_while(|it| *it != '}').collect();
                let group = captures.name(&name);
                out.push_str(group.map_or("", |it| it.as_str()));
            }
            '$' => {
                let digit = rest.next().and_then(|it| it.to_digit(10));
                let mut group = digit.ok_or_else(|| wrong("names no group after '$'"))? as usize;
                if group >= captures.len() {
                    return Err(wrong(&format!("names group {group}, which does not exist")));
                }
                while let Some(digit) = rest.peek().and_then(|it| it.to_digit(10)) {
                    let longer = group * 10 + digit as usize;
                    if longer >= captures.len() {
                        break;
                    }
                    group = longer;
                    rest.next();
                }
                out.push_str(captures.get(group).map_or("", |it| it.as_str()));
            }
            it => out.push(it),
        }
    }
    Ok(())
}

/// As Java splits: an empty match at the start gives no empty first part.
fn split(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, regex) = prepare(call, arguments, None)?;
    call.machine.charge_text(input.len())?;
    let mut parts = Vec::new();
    let mut end = 0;
    for found in regex.find_iter(input) {
        if found.end() == 0 {
            continue;
        }
        call.machine.env.budget.step()?;
        parts.push(Value::from(&input[end..found.start()]));
        end = found.end();
    }
    parts.push(Value::from(&input[end..]));
    call.new_list(parts)
}

fn extract(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, regex) = prepare(call, arguments, None)?;
    call.machine.charge_text(input.len())?;
    let mut found = Vec::new();
    for part in regex.find_iter(input) {
        call.machine.env.budget.step()?;
        found.push(Value::from(part.as_str()));
    }
    call.new_list(found)
}
