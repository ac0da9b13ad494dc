//! Functions of regular expressions.

use std::sync::Arc;

use super::regex::{Dialect, Match, Pattern, Wanted, known_flags};
use super::{Builtin, Invocation, Outcome, Reject, fixed};
use crate::edition::Edition;
use crate::failure::Failure;
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
    let pattern = arguments[1].as_str().ok_or(Reject::Arguments)?;
    let flags = match flags {
        None | Some(Value::Null) => "",
        Some(flags) => flags.as_str().ok_or(Reject::Arguments)?,
    };
    let dialect = if call.machine.code.strict { Dialect::XPath } else { Dialect::Java };
    let known = known_flags(flags, dialect);
    let is_refused = call.machine.env.edition == Edition::First && known != flags;
    let flags = if is_refused { flags } else { &*known };
    match call.pattern {
        Some(Ok(compiled)) if !is_refused => return Ok((input, Known(compiled))),
        Some(Err(reason)) => {
            let message = reason.to_string();
            return Err(Reject::Stop(Failure::Pattern { message }));
        }
        // The first edition refuses it here: where nothing is converted, by ending the evaluation.
        Some(Ok(_)) if !call.machine.code.standard => {
            let message = Pattern::compile(pattern, flags, dialect).err().unwrap_or_default();
            return Err(Reject::Stop(Failure::Pattern { message }));
        }
        Some(Ok(_)) | None => {}
    }
    call.machine.charge_reading(pattern.len())?;
    if let Some(found) = call.machine.env.patterns.get(pattern, flags, dialect) {
        return Ok((input, Made(found)));
    }
    // Compiling costs some microseconds even for a short pattern, and more for a long one.
    call.machine.env.budget.steps(COMPILING_STEPS + pattern.len() as u64)?;
    let compiled = Pattern::compile(pattern, flags, dialect).map_err(Reject::Because)?;
    call.machine.env.budget.steps(compiled.cost() as u64 / 8)?;
    Ok((input, Made(call.machine.env.patterns.keep(pattern, flags, dialect, compiled))))
}

/// Steps that compiling a pattern costs beside its length.
const COMPILING_STEPS: u64 = 50;

/// A pattern of the program, or one made while it runs.
enum Prepared<'a> {
    Known(&'a Pattern),
    Made(Arc<Pattern>),
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
    let mut search = pattern.get().search(input, Wanted::Nothing);
    Ok(Value::Bool(search.next(call.machine.env.budget)?.is_some()))
}

fn replace(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, pattern) = prepare(call, arguments, arguments.get(3))?;
    let pattern = pattern.get();
    let replacement = arguments[2].as_str().ok_or(Reject::Arguments)?;
    let mut out = Paid::default();
    let mut end = 0;
    let mut search = pattern.search(input, Wanted::Groups);
    while let Some(found) = search.next(call.machine.env.budget)? {
        let Some(place) = found.group(0) else { continue };
        out.push(call, &input[end..place.start])?;
        expand(call, replacement, pattern, input, &found, &mut out)?;
        end = place.end;
    }
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
    found: &Match,
    out: &mut Paid,
) -> Result<(), Reject> {
    // Reading it takes time even where groups are empty.
    call.machine.charge_reading(replacement.len())?;
    let count = pattern.group_count();
    let text = |group: usize| found.group(group).and_then(|it| input.get(it)).unwrap_or_default();
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
                let group = pattern.group_named(&name).ok_or_else(|| {
                    let shown: String = name.chars().take(100).collect();
                    wrong(&format!("names group '{shown}', which does not exist"))
                })?;
                out.push(call, text(group))?;
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
    call.machine.charge_text(input.len())?;
    let mut parts = Vec::new();
    let mut end = 0;
    let mut search = pattern.get().search(input, Wanted::Place);
    while let Some(found) = search.next(call.machine.env.budget)? {
        let Some(place) = found.group(0).filter(|it| it.end > 0) else { continue };
        call.machine.charge_values(1)?;
        parts.push(Value::from(&input[end..place.start]));
        end = place.end;
    }
    call.machine.charge_values(1)?;
    parts.push(Value::from(&input[end..]));
    Ok(call.machine.make_list(parts)?)
}

fn extract(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (input, pattern) = prepare(call, arguments, None)?;
    call.machine.charge_text(input.len())?;
    let mut parts = Vec::new();
    let mut search = pattern.get().search(input, Wanted::Place);
    while let Some(found) = search.next(call.machine.env.budget)? {
        let Some(place) = found.group(0) else { continue };
        call.machine.charge_values(1)?;
        parts.push(Value::from(&input[place]));
    }
    Ok(call.machine.make_list(parts)?)
}
