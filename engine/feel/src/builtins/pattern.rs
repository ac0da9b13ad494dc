//! Functions of regular expressions.

use super::regex::{BACKTRACKING_STEPS, Groups, Pattern};
use super::{Builtin, Invocation, Outcome, Reject, fixed};
use crate::values::Value;

const fn pattern(
    name: &'static str,
    parameters: &'static [&'static str],
    run: fn(&mut Invocation<'_, '_, '_, '_>, &[Value]) -> Outcome,
) -> Builtin {
    Builtin { takes_pattern: true, ..fixed(name, parameters, run) }
}

pub(super) const TABLE: &[Builtin] = &[
    pattern("matches", &["input", "pattern"], matches),
    pattern("matches", &["input", "pattern", "flags"], matches),
    pattern("replace", &["input", "pattern", "replacement"], replace),
    pattern("replace", &["input", "pattern", "replacement", "flags"], replace),
    pattern("split", &["string", "delimiter"], split),
    pattern("extract", &["input", "pattern"], extract),
];

/// The pattern and the input; both are paid for.
fn prepare<'a, 'v>(
    call: &mut Invocation<'a, '_, '_, '_>,
    arguments: &'v [Value],
    flags: Option<&Value>,
) -> Result<(&'v str, Prepared<'a>), Reject> {
    let input = call.read(&arguments[0])?;
    // Matching takes several steps for each byte.
    call.machine.charge_reading(input.len().saturating_mul(4))?;
    let pattern = arguments[1].as_str().ok_or(Reject::Arguments)?;
    let flags = match flags {
        None | Some(Value::Null) => "",
        Some(flags) => flags.as_str().ok_or(Reject::Arguments)?,
    };
    let pattern = match call.pattern {
        Some(compiled) => Known(compiled),
        None => {
            // Compiling costs some microseconds even for a short pattern.
            call.machine.charge_reading(6400 + pattern.len().saturating_mul(640))?;
            Made(Pattern::compile(pattern, flags).map_err(Reject::Because)?)
        }
    };
    if pattern.get().backtracks() {
        call.machine.env.budget.steps(BACKTRACKING_STEPS)?;
    }
    Ok((input, pattern))
}

/// A pattern of the program, or one made for this call.
enum Prepared<'a> {
    Known(&'a Pattern),
    Made(Pattern),
}

use Prepared::{Known, Made};

impl Prepared<'_> {
    fn get(&self) -> &Pattern {
        match self {
            Known(pattern) => pattern,
            Made(pattern) => pattern,
        }
    }
}

fn matches(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, pattern) = prepare(call, arguments, arguments.get(2))?;
    Ok(Value::Bool(pattern.get().is_match(input)?))
}

/// Pays for one more match.
fn pay(call: &mut Invocation<'_, '_, '_, '_>, pattern: &Pattern) -> Result<(), Reject> {
    let steps = if pattern.backtracks() { BACKTRACKING_STEPS } else { 1 };
    Ok(call.machine.env.budget.steps(steps)?)
}

fn replace(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, pattern) = prepare(call, arguments, arguments.get(3))?;
    let pattern = pattern.get();
    let replacement = arguments[2].as_str().ok_or(Reject::Arguments)?;
    let mut out = Paid::default();
    let mut end = 0;
    pattern.each(input, |groups| {
        let Some(Some(found)) = groups.first() else { return Ok(()) };
        pay(call, pattern)?;
        out.push(call, &input[end..found.start])?;
        expand(call, replacement, pattern, input, groups, &mut out)?;
        end = found.end;
        Ok(())
    })?;
    out.push(call, &input[end..])?;
    Ok(Value::from(out.text))
}

/// Text that grows and is paid for before it does: a replacement can name a long group many times,
/// and what cannot be allocated ends the process.
#[derive(Default)]
struct Paid {
    text: String,
}

impl Paid {
    fn push(&mut self, call: &mut Invocation<'_, '_, '_, '_>, part: &str) -> Result<(), Reject> {
        call.machine.charge_text(part.len())?;
        self.text.push_str(part);
        Ok(())
    }
}

/// Appends a replacement with its groups filled in, by Java's rules: `$1` to `$9` and further
/// digits while there is such a group, `${name}`, and `\` before a character means itself.
fn expand(
    call: &mut Invocation<'_, '_, '_, '_>,
    replacement: &str,
    pattern: &Pattern,
    input: &str,
    groups: &Groups,
    out: &mut Paid,
) -> Result<(), Reject> {
    // Reading it takes time even where groups are empty.
    call.machine.charge_reading(replacement.len())?;
    let count = pattern.group_count();
    let text = |group: usize| {
        groups.get(group).cloned().flatten().and_then(|it| input.get(it)).unwrap_or_default()
    };
    let wrong = |what: &str| Reject::Because(format!("the replacement {what}"));
    let mut rest = replacement.chars().peekable();
    while let Some(it) = rest.next() {
        match it {
            '\\' => {
                let it = rest.next().ok_or_else(|| wrong("ends with a backslash"))?;
                out.push(call, it.encode_utf8(&mut [0; 4]))?;
            }
            '$' if rest.peek() == Some(&'{') => {
                rest.next();
                let name: String = rest.by_ref().take_while(|it| *it != '}').collect();
                out.push(call, pattern.group_named(&name).map_or("", text))?;
            }
            '$' => {
                let digit = rest.next().and_then(|it| it.to_digit(10));
                let mut group = digit.ok_or_else(|| wrong("names no group after '$'"))? as usize;
                if group >= count {
                    return Err(wrong(&format!("names group {group}, which does not exist")));
                }
                while let Some(digit) = rest.peek().and_then(|it| it.to_digit(10)) {
                    let longer = group * 10 + digit as usize;
                    if longer >= count {
                        break;
                    }
                    group = longer;
                    rest.next();
                }
                out.push(call, text(group))?;
            }
            it => out.push(call, it.encode_utf8(&mut [0; 4]))?,
        }
    }
    Ok(())
}

/// As Java splits: an empty match at the start gives no empty first part.
fn split(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, pattern) = prepare(call, arguments, None)?;
    let pattern = pattern.get();
    call.machine.charge_text(input.len())?;
    let mut parts = Vec::new();
    let mut end = 0;
    pattern.each(input, |groups| {
        let Some(Some(found)) = groups.first() else { return Ok(()) };
        if found.end > 0 {
            pay(call, pattern)?;
            parts.push(Value::from(&input[end..found.start]));
            end = found.end;
        }
        Ok(())
    })?;
    parts.push(Value::from(&input[end..]));
    call.new_list(parts)
}

fn extract(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, pattern) = prepare(call, arguments, None)?;
    let pattern = pattern.get();
    call.machine.charge_text(input.len())?;
    let mut found = Vec::new();
    pattern.each(input, |groups| {
        let Some(Some(part)) = groups.first() else { return Ok(()) };
        pay(call, pattern)?;
        found.push(Value::from(&input[part.clone()]));
        Ok(())
    })?;
    call.new_list(found)
}
