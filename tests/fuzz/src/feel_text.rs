//! Random FEEL: mostly well-formed, with values at the borders, and now and then spoiled.

use crate::random::Random;
use std::fmt::Write as _;

/// How deep expressions are nested at most.
const DEPTH_MAX: usize = 6;

const LITERALS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "0.1",
    "1.5e3",
    "9223372036854775807",
    "-9223372036854775808",
    "9999999999999999999999999999999999",
    "1e-6000",
    "1e6000",
    "0.00000000000000000000001",
    "null",
    "true",
    "false",
    "\"\"",
    "\"a\"",
    "\"äöü 🦀\"",
    "\"\\u0041\\n\"",
    "\"2024-02-30\"",
    "\"Europe/Berlin\"",
    "\"[a-z]+(?=x)\"",
    "\"(a+)+$\"",
    "@\"2024-02-29\"",
    "@\"-9999-01-01\"",
    "@\"9999-12-31T23:59:59.999999999\"",
    "@\"10:00:00@Europe/Berlin\"",
    "@\"2024-03-31T02:30:00@Europe/Berlin\"",
    "@\"P1Y2M\"",
    "@\"-P999999999M\"",
    "@\"P3DT4H5M6.7S\"",
    "@\"PT0S\"",
    "[]",
    "[1, 2, 3]",
    "{}",
    "[null]",
    "{a: 1, b: [2]}",
    "[1..5]",
    "(1..5)",
    "]1..5[",
    "(< 10)",
    "[\"a\"..\"z\"]",
];

const NAMES: &[&str] =
    &["x", "list", "order", "name", "missing", "item", "?", "partial", "`a b`", "nested"];

const OPERATORS: &[&str] =
    &["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", " and ", " or ", " in ", ".."];

const TYPES: &[&str] = &[
    "number",
    "string",
    "boolean",
    "date",
    "list<number>",
    "context<a: number>",
    "function<number> -> string",
    "range<date>",
    "Any",
    "Null",
    "days and time duration",
];

/// Words with which a text is spoiled.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "`",
    "\\",
    "..",
    ".",
    ",",
    ":",
    "@",
    "?",
    "=",
    "-",
    " ",
    "\n",
    "\u{0}",
    "\u{202e}",
    "é",
    "if ",
    " then ",
    " else ",
    "for ",
    " return ",
    "some ",
    " satisfies ",
    "function(",
    "not(",
    " instance of ",
    "/*",
    "//",
    "e9",
    "0x",
    "null",
    "between ",
    "external",
];

/// A random expression, or a list of unary tests.
pub(crate) fn text(random: &mut Random) -> String {
    let mut out = String::new();
    expression(random, DEPTH_MAX, &mut out);
    while random.once_in(3) {
        spoil(random, &mut out);
    }
    out
}

/// A random expression that is well-formed as far as the grammar here is.
pub(crate) fn sound_text(random: &mut Random) -> String {
    let mut out = String::new();
    expression(random, 3, &mut out);
    out
}

/// A random cell of a decision table.
pub(crate) fn cell(random: &mut Random) -> String {
    match random.below(8) {
        0 => "-".to_owned(),
        1 => format!("{} {}", random.word(&["<", "<=", ">", ">="]), random.word(LITERALS)),
        2 => format!("[{}..{}]", random.below(5), random.below(9)),
        3 => format!("{}, {}", random.word(LITERALS), random.word(LITERALS)),
        4 => format!("not({})", random.word(LITERALS)),
        5 => sound_text(random),
        _ => random.word(LITERALS).to_owned(),
    }
}

fn expression(random: &mut Random, depth: usize, out: &mut String) {
    if depth == 0 || random.once_in(4) {
        out.push_str(if random.once_in(3) { random.word(NAMES) } else { random.word(LITERALS) });
        return;
    }
    let next = depth - 1;
    match random.below(16) {
        0..=3 => call(random, next, out),
        4..=6 => {
            expression(random, next, out);
            out.push_str(random.word(OPERATORS));
            expression(random, next, out);
        }
        7 => many(random, next, ("[", "]"), out),
        8 => {
            out.push_str("{a: ");
            expression(random, next, out);
            out.push_str(", \"b c\": ");
            expression(random, next, out);
            out.push('}');
        }
        9 => parts(random, next, &["if ", " then ", " else ", ""], out),
        10 => parts(random, next, &["for i in ", " return i + ", ""], out),
        11 => parts(random, next, &["for i in 1..", ", j in i..", " return [i, j, partial]"], out),
        12 => parts(random, next, &["some i in ", " satisfies i = ", ""], out),
        13 => {
            expression(random, next, out);
            parts(random, next, &["[", "]"], out);
        }
        14 => parts(random, next, &["(function(i: number, j) ", ")(", ", j: 1)"], out),
        _ => {
            let kind = random.word(TYPES);
            parts(random, next, &["(", ") instance of "], out);
            out.push_str(kind);
        }
    }
}

/// Texts with an expression between each two.
fn parts(random: &mut Random, depth: usize, texts: &[&str], out: &mut String) {
    for (ix, text) in texts.iter().enumerate() {
        if ix > 0 {
            expression(random, depth, out);
        }
        out.push_str(text);
    }
}

fn many(random: &mut Random, depth: usize, (open, close): (&str, &str), out: &mut String) {
    out.push_str(open);
    for ix in 0..random.below(5) {
        if ix > 0 {
            out.push_str(", ");
        }
        expression(random, depth, out);
    }
    out.push_str(close);
}

fn call(random: &mut Random, depth: usize, out: &mut String) {
    let names: Vec<&str> = feel::function_names().collect();
    let name = random.word(&names);
    let _ = write!(out, "{name}");
    many(random, depth, ("(", ")"), out);
}

/// Changes a text somewhere: removes, doubles, replaces or inserts.
pub(crate) fn spoil(random: &mut Random, text: &mut String) {
    let characters: Vec<char> = text.chars().collect();
    let at = random.below(characters.len() + 1);
    let end = (at + random.below(8)).min(characters.len());
    let (before, rest) = characters.split_at(at);
    let (middle, after) = rest.split_at(end - at);
    let before: String = before.iter().collect();
    let middle: String = middle.iter().collect();
    let after: String = after.iter().collect();
    *text = match random.below(4) {
        0 => format!("{before}{after}"),
        1 => format!("{before}{middle}{middle}{after}"),
        2 => format!("{before}{}{after}", random.word(PIECES)),
        _ => format!("{before}{}{middle}{after}", random.word(PIECES)),
    };
}
