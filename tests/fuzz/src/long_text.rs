//! Long texts and the patterns that are hard on them: many repetitions, many groups, replacements
//! that name a group very often.

use crate::random::Random;

/// How deep patterns are nested.
const DEPTH_MAX: usize = 3;

const UNITS: &[&str] =
    &["a", "ab", "aab", "abc ", "a1;", "ä", "\u{1F40E}b", "x\\n", "aaaaaaaaaa", "\\\""];

const ATOMS: &[&str] = &[
    "a",
    "b",
    "c",
    "[ab]",
    "[^b]",
    ".",
    "\\\\w",
    "\\\\d",
    "\\\\s",
    "\\\\b",
    "\\\\p{L}",
    "[\\\\p{L}&&[^a]]",
    "^",
    "$",
    "\\\\1",
    "\\\\Qa.\\\\E",
    "()",
    "(?i)A",
    "\\\\R",
    "[a-c[x-z]]",
    "ä",
];

const REPETITIONS: &[&str] = &[
    "*", "+", "?", "*?", "+?", "*+", "{2}", "{10}", "{100}", "{1000}", "{3000}", "{0,50}", "{5,}",
    "{2,9}?",
];

const GROUPS: &[&str] = &["(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?<n>"];

const REPLACEMENTS: &[&str] = &["$0", "$1", "${n}", "x", "\\\\$", "$0$0", "ä"];

/// An expression on a text of 10 to 400 kilobytes.
pub(crate) fn text(random: &mut Random) -> String {
    let unit = random.word(UNITS);
    let count = 1 + random.below(8_000);
    let more = random.word(&["a", "a + a", "a + a + a + a", "a + \"c\" + a"]);
    let pattern = if random.once_in(6) {
        format!("string join(for i in 1..{} return \"()\") + \"a\"", 1 + random.below(500))
    } else {
        let mut pattern = String::from("\"");
        alternatives(random, DEPTH_MAX, &mut pattern);
        pattern.push('"');
        if random.once_in(4) {
            pattern.push_str(" + string(1)");
        }
        pattern
    };
    let replacement = if random.once_in(2) {
        format!(
            "string join(for i in 1..{} return \"{}\")",
            1 + random.below(8_000),
            random.word(REPLACEMENTS)
        )
    } else {
        format!("\"{}{}\"", random.word(REPLACEMENTS), random.word(REPLACEMENTS))
    };
    let call = match random.below(6) {
        0 => format!("matches(s, {pattern})"),
        1 => format!("matches(s, {pattern}, \"{}\")", random.word(&["i", "s", "m", "x", "smi"])),
        2 => format!("count(split(s, {pattern}))"),
        3 => format!("count(extract(s, {pattern}))"),
        4 => format!("count(distinct values(extract(s, {pattern})))"),
        _ => format!("string length(replace(s, {pattern}, {replacement}))"),
    };
    format!("{{a: string join(for i in 1..{count} return \"{unit}\"), s: {more}, x: {call}}}.x")
}

fn alternatives(random: &mut Random, depth: usize, out: &mut String) {
    sequence(random, depth, out);
    while random.once_in(4) {
        out.push('|');
        sequence(random, depth, out);
    }
}

fn sequence(random: &mut Random, depth: usize, out: &mut String) {
    for _ in 0..=random.below(4) {
        if depth > 0 && random.once_in(3) {
            out.push_str(random.word(GROUPS));
            alternatives(random, depth - 1, out);
            out.push(')');
        } else {
            out.push_str(random.word(ATOMS));
        }
        if random.once_in(2) {
            out.push_str(random.word(REPETITIONS));
        }
    }
}
