//! Regular expressions: in linear time where they can be, under a limit of backtracking where
//! they need look-around or back-references.

use std::borrow::Cow;
use std::ops::Range;

use regex::RegexBuilder;

use super::Reject;
use crate::env::{BACKTRACKS_MAX, Failure, Resource};

/// Largest compiled pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 1024 * 1024;

/// Steps that a match costs when the pattern may go back.
pub(super) const BACKTRACKING_STEPS: u64 = 2_000;

/// A compiled regular expression.
#[derive(Debug)]
pub(crate) enum Pattern {
    Linear(regex::Regex),
    Backtracking(Box<fancy_regex::Regex>),
}

/// The place of each group in a match; the first is the match itself.
pub(super) type Groups = [Option<Range<usize>>];

impl Pattern {
    /// Compiles a pattern; fails with a sentence.
    pub(crate) fn compile(pattern: &str, flags: &str) -> Result<Self, String> {
        if let Some(wrong) = flags.chars().find(|it| !"smix".contains(*it)) {
            return Err(format!("the flag '{wrong}' is not known: flags are s, m, i and x"));
        }
        let text = translate(pattern, flags.contains('x'));
        let error = match linear(&text, flags) {
            Ok(compiled) => return Ok(Self::Linear(compiled)),
            Err(error) => error,
        };
        match backtracking(&text, flags) {
            Ok(compiled) => Ok(Self::Backtracking(Box::new(compiled))),
            Err(()) => {
                let text = error.to_string();
                // The last line says what is wrong; those before it draw the pattern.
                let reason = text.lines().last().unwrap_or_default().trim();
                let reason = reason.strip_prefix("error: ").unwrap_or(reason);
                Err(format!("the regular expression '{pattern}' is not supported: {reason}"))
            }
        }
    }

    /// Whether matching may go back.
    pub(super) fn backtracks(&self) -> bool {
        matches!(self, Self::Backtracking(_))
    }

    pub(super) fn is_match(&self, input: &str) -> Result<bool, Reject> {
        match self {
            Self::Linear(regex) => Ok(regex.is_match(input)),
            Self::Backtracking(regex) => regex.is_match(input).map_err(|_| too_hard()),
        }
    }

    /// How many groups there are, the match itself included.
    pub(super) fn group_count(&self) -> usize {
        match self {
            Self::Linear(regex) => regex.captures_len(),
            Self::Backtracking(regex) => regex.captures_len(),
        }
    }

    /// The number of a group with a name.
    pub(super) fn group_named(&self, name: &str) -> Option<usize> {
        match self {
            Self::Linear(regex) => regex.capture_names().position(|it| it == Some(name)),
            Self::Backtracking(regex) => regex.capture_names().position(|it| it == Some(name)),
        }
    }

    /// Runs through all matches, each with its groups.
    pub(super) fn each(
        &self,
        input: &str,
        mut found: impl FnMut(&Groups) -> Result<(), Reject>,
    ) -> Result<(), Reject> {
        let mut groups = Vec::with_capacity(self.group_count());
        match self {
            Self::Linear(regex) => {
                for captures in regex.captures_iter(input) {
                    groups.clear();
                    groups.extend(captures.iter().map(|it| it.map(|it| it.range())));
                    found(&groups)?;
                }
            }
            Self::Backtracking(regex) => {
                for captures in regex.captures_iter(input) {
                    let captures = captures.map_err(|_| too_hard())?;
                    groups.clear();
                    groups.extend(captures.iter().map(|it| it.map(|it| it.range())));
                    found(&groups)?;
                }
            }
        }
        Ok(())
    }
}

/// Matching that is given up is a budget that ran out: null would hide it.
fn too_hard() -> Reject {
    let (resource, limit) = (Resource::Backtracks, BACKTRACKS_MAX);
    Reject::Stop(Failure::Budget { resource, limit, place: "".into() })
}

fn linear(pattern: &str, flags: &str) -> Result<regex::Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(flags.contains('i'))
        .dot_matches_new_line(flags.contains('s'))
        .multi_line(flags.contains('m'))
        // Java's `.` does not match a carriage return either.
        .crlf(true)
        .size_limit(PATTERN_BYTES_MAX)
        .dfa_size_limit(PATTERN_BYTES_MAX)
        .nest_limit(100)
        .build()
}

fn backtracking(pattern: &str, flags: &str) -> Result<fancy_regex::Regex, ()> {
    // Parsing recurses as deep as the pattern is nested.
    let opening = pattern.bytes().filter(|it| matches!(it, b'(' | b'[')).count();
    if opening > 100 || names_no_group(pattern) {
        return Err(());
    }
    fancy_regex::RegexBuilder::new(pattern)
        .case_insensitive(flags.contains('i'))
        .dot_matches_new_line(flags.contains('s'))
        .multi_line(flags.contains('m'))
        .crlf(true)
        .backtrack_limit(usize::try_from(BACKTRACKS_MAX).unwrap_or(usize::MAX))
        .delegate_size_limit(PATTERN_BYTES_MAX)
        .delegate_dfa_size_limit(PATTERN_BYTES_MAX)
        .build()
        .map_err(|_| ())
}

/// Whether a back-reference stands in a class, where it names no group.
fn names_no_group(pattern: &str) -> bool {
    let mut depth = 0_u32;
    let mut characters = pattern.chars();
    while let Some(it) = characters.next() {
        match it {
            '\\' => {
                let escaped = characters.next();
                if depth > 0 && escaped.is_some_and(|it| it.is_ascii_digit()) {
                    return true;
                }
            }
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Rewrites what Java and `XPath` write differently: subtraction of classes (`[a-z-[aeiou]]`),
/// blocks (`\p{IsBasicLatin}`), and, where `spaced`, blanks and comments that mean nothing.
fn translate(pattern: &str, spaced: bool) -> Cow<'_, str> {
    if !spaced && !pattern.contains("-[") && !pattern.contains("{Is") {
        return Cow::Borrowed(pattern);
    }
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut depth = 0_u32;
    let mut characters = pattern.chars().peekable();
    while let Some(it) = characters.next() {
        match it {
            _ if spaced && depth == 0 && it.is_whitespace() => {}
            '#' if spaced && depth == 0 => while characters.next_if(|it| *it != '\n').is_some() {},
            '\\' => {
                out.push(it);
                while spaced && depth == 0 && characters.peek().is_some_and(|it| it.is_whitespace())
                {
                    characters.next();
                }
                out.extend(characters.next());
            }
            '-' if depth > 0 && characters.peek() == Some(&'[') => out.push_str("--"),
            '[' => {
                depth += 1;
                out.push(it);
            }
            ']' => {
                depth = depth.saturating_sub(1);
                out.push(it);
            }
            _ => out.push(it),
        }
    }
    for (block, range) in BLOCKS {
        if out.contains(block) {
            out = out.replace(&format!("\\p{{{block}}}"), &format!("[{range}]"));
            out = out.replace(&format!("\\P{{{block}}}"), &format!("[^{range}]"));
        }
    }
    Cow::Owned(out)
}

/// Blocks of Unicode by the names that Java and `XPath` give them.
const BLOCKS: [(&str, &str); 6] = [
    ("IsBasicLatin", r"\x{0}-\x{7F}"),
    ("IsLatin-1Supplement", r"\x{80}-\x{FF}"),
    ("IsLatinExtended-A", r"\x{100}-\x{17F}"),
    ("IsLatinExtended-B", r"\x{180}-\x{24F}"),
    ("IsGreek", r"\x{370}-\x{3FF}"),
    ("IsCyrillic", r"\x{400}-\x{4FF}"),
];

#[cfg(test)]
mod tests {
    use super::{Pattern, translate};

    fn matches(pattern: &str, flags: &str, input: &str) -> bool {
        Pattern::compile(pattern, flags).unwrap().is_match(input).ok().unwrap()
    }

    #[test]
    fn look_around_and_back_references_work() {
        assert!(matches(r"(a)\1", "i", "aA"));
        assert!(matches(r"^(?=.*\d)(?=.*[a-z]).{4,}$", "", "ab12"));
        assert!(!matches(r"foo(?!bar)", "", "foobar"));
    }

    #[test]
    fn a_pattern_that_goes_back_forever_ends_in_a_failure() {
        let pattern = Pattern::compile(r"^(a|b|ab)*\1z?$", "").unwrap();
        assert!(pattern.is_match(&format!("{}!", "ab".repeat(200))).is_err());
    }

    #[test]
    fn blanks_count_only_inside_classes_when_they_are_ignored() {
        assert_eq!(translate("a [ b] c # note", true), "a[ b]c");
        assert!(matches("he ll o[ ]worl d", "x", "hello world"));
    }

    #[test]
    fn classes_are_subtracted() {
        assert!(matches("[A-Z-[OI]]", "i", "x"));
        assert!(!matches("[A-Z-[OI]]", "i", "o"));
    }
}
