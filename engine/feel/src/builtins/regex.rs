//! Regular expressions. They are run by programs of our own, so that what they cost is counted
//! exactly and is the same on every replica and in every release; see `docs/0002`.

mod backtrack;
mod cache;
mod class;
mod escape;
mod group;
mod parse;
mod pike;
mod program;
mod syntax;
#[cfg(test)]
mod tests;

pub(crate) use self::cache::Patterns;
pub(crate) use self::syntax::Dialect;

use self::pike::Threads;
use self::program::Program;
use self::syntax::{Assert, Flags};
use crate::env::{Budget, Failure};

/// How many instructions that a search carries out are worth a step.
const WORK_PER_STEP: u64 = 32;

/// A place that was not noted.
const NOWHERE: u32 = u32::MAX;

/// Where the match and each group begin and end, in bytes.
type Places = Box<[u32]>;

/// A compiled regular expression.
#[derive(Debug)]
pub(crate) struct Pattern {
    program: Program,
    names: Vec<(String, usize)>,
    groups: usize,
    dialect: Dialect,
    cost: usize,
}

/// A match: its place and those of its groups.
#[derive(Debug)]
pub(super) struct Match(Places);

impl Match {
    /// The text of a group, of which the first is the match itself; none if it has no part in it.
    pub(super) fn group(&self, number: usize) -> Option<std::ops::Range<usize>> {
        match *self.0.get(2 * number..2 * number + 2)? {
            [start, end] if start != NOWHERE && end != NOWHERE => {
                Some(start as usize..end as usize)
            }
            _ => None,
        }
    }
}

/// What a caller wants to know of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Whether there is one.
    Nothing,
    /// Its place.
    Place,
    /// All groups.
    Groups,
}

/// Counts the work of searches and pays for it while they run.
#[derive(Debug)]
pub(super) struct Meter<'b> {
    budget: &'b mut Budget,
    work: u64,
}

impl Meter<'_> {
    #[inline]
    fn work(&mut self, count: u64) -> Result<(), Failure> {
        self.work += count;
        if self.work < 64 * WORK_PER_STEP { Ok(()) } else { self.pay() }
    }

    fn pay(&mut self) -> Result<(), Failure> {
        let steps = self.work / WORK_PER_STEP;
        self.work %= WORK_PER_STEP;
        self.budget.steps(steps)
    }
}

impl Pattern {
    /// Compiles a pattern; fails with a sentence.
    pub(crate) fn compile(pattern: &str, flags: &str, dialect: Dialect) -> Result<Self, String> {
        let unicode = dialect == Dialect::XPath;
        let mut all = Flags { unicode, fold_unicode: unicode, ..Flags::default() };
        for flag in flags.chars() {
            if !"smix".contains(flag) || all.set(flag, true).is_err() {
                return Err(format!("the flag '{flag}' is not known: flags are s, m, i and x"));
            }
        }
        let compiled = parse::parse(pattern, all, dialect).and_then(|it| {
            let program = Program::new(&it.ast, it.groups, it.backtracks)?;
            let cost = it.cost + program.code.len();
            Ok(Self { program, names: it.names, groups: it.groups, dialect, cost })
        });
        compiled.map_err(|reason| {
            let shown: String = pattern.chars().take(200).collect();
            format!("the regular expression '{shown}' is not supported: {reason}")
        })
    }

    /// What compiling it cost, in characters, ranges of classes and instructions.
    pub(super) fn cost(&self) -> usize {
        self.cost
    }

    /// How many groups there are, the match itself included.
    pub(super) fn group_count(&self) -> usize {
        self.groups
    }

    /// The number of a group with a name.
    pub(super) fn group_named(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|it| it.0 == name).map(|it| it.1)
    }

    /// Begins to search a text for its matches, one after the other.
    pub(super) fn search<'p>(&'p self, input: &'p str, wanted: Wanted) -> Search<'p> {
        Search { pattern: self, input, wanted, threads: None, from: Some(0), last: None }
    }
}

/// The matches of a text.
pub(super) struct Search<'p> {
    pattern: &'p Pattern,
    input: &'p str,
    wanted: Wanted,
    threads: Option<Threads>,
    /// Where the next search begins, if there is one.
    from: Option<usize>,
    /// Where the last match ended.
    last: Option<usize>,
}

impl Search<'_> {
    /// The next match. What it takes is paid for while it runs.
    pub(super) fn next(&mut self, budget: &mut Budget) -> Result<Option<Match>, Failure> {
        let mut meter = Meter { budget, work: 0 };
        while let Some(from) = self.from {
            meter.work(WORK_PER_STEP)?;
            let Some(found) = self.find(from, &mut meter)? else {
                self.from = None;
                break;
            };
            let Some(place) = found.group(0) else {
                self.from = None;
                meter.pay()?;
                return Ok(Some(found));
            };
            // After an empty match the search goes on behind the next character.
            let next = self.input[place.end..].chars().next();
            self.from = if place.is_empty() {
                next.map(|it| place.end + it.len_utf8())
            } else {
                Some(place.end)
            };
            // Java finds an empty match right behind another, the standard does not.
            let touches = place.is_empty() && self.last == Some(place.end);
            self.last = Some(place.end);
            if touches && self.pattern.dialect == Dialect::XPath {
                continue;
            }
            meter.pay()?;
            return Ok(Some(found));
        }
        meter.pay()?;
        Ok(None)
    }

    fn find(&mut self, from: usize, meter: &mut Meter<'_>) -> Result<Option<Match>, Failure> {
        let program = &self.pattern.program;
        if program.backtracks {
            return Ok(backtrack::search(program, self.input, from, meter)?.map(Match));
        }
        let wanted = match self.wanted {
            Wanted::Nothing => 0,
            Wanted::Place => 2,
            Wanted::Groups => program.slots,
        };
        if self.threads.is_none() {
            meter.work(program.code.len() as u64 / 16)?;
        }
        let threads = self.threads.get_or_insert_with(|| Threads::new(program));
        Ok(threads.search(program, self.input, from, wanted, meter)?.map(Match))
    }
}

/// The next place where a match can begin.
fn skip(
    program: &Program,
    input: &str,
    at: usize,
    meter: &mut Meter<'_>,
) -> Result<Option<usize>, Failure> {
    let Some(first) = &program.first else { return Ok(Some(at)) };
    let mut at = at;
    while let Some(rest) = input.as_bytes().get(at..).filter(|it| !it.is_empty()) {
        // In parts, so that a long text is paid for while it is read.
        let part = &rest[..rest.len().min(4096)];
        let found = part.iter().position(|it| first[usize::from(*it)]);
        meter.work(found.unwrap_or(part.len()) as u64 / 4)?;
        at += found.unwrap_or(part.len());
        if found.is_some() {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// Whether a condition holds at a place.
fn holds(it: Assert, input: &str, at: usize) -> bool {
    let before = || input[..at].chars().next_back();
    let after = || input[at..].chars().next();
    let is_break = |it: char| matches!(it, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let inside_break = || before() == Some('\r') && after() == Some('\n');
    match it {
        Assert::Start => at == 0,
        Assert::End => at == input.len(),
        Assert::EndOrBreak => {
            let rest = &input[at..];
            rest.is_empty()
                || rest == "\r\n"
                || (!inside_break()
                    && after().is_some_and(|it| is_break(it) && rest.len() == it.len_utf8()))
        }
        Assert::LineStart => {
            at == 0 || (at < input.len() && before().is_some_and(is_break) && !inside_break())
        }
        Assert::LineEnd => after().is_none_or(is_break) && !inside_break(),
        Assert::Word { unicode } => is_word(before(), unicode) != is_word(after(), unicode),
        Assert::NotWord { unicode } => is_word(before(), unicode) == is_word(after(), unicode),
    }
}

fn is_word(it: Option<char>, unicode: bool) -> bool {
    it.is_some_and(|it| {
        it == '_'
            || it.is_ascii_alphanumeric()
            || (unicode && !it.is_ascii() && it.is_alphanumeric())
    })
}
