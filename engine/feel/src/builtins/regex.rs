//! Regular expressions. They are run by programs of our own, so that what they cost is counted
//! exactly and is the same on every replica and in every release; see `docs/0002`.

mod backtrack;
mod cache;
mod class;
mod escape;
mod group;
mod memory;
mod parse;
mod pike;
mod program;
mod start;
mod syntax;
#[cfg(test)]
mod tests;

pub(crate) use self::cache::Patterns;
pub(crate) use self::syntax::Dialect;

use std::borrow::Cow;

use self::memory::{Found, Memory};
use self::pike::Threads;
use self::program::Program;
use self::syntax::{Assert, Flags};
use crate::env::Budget;
use crate::failure::Failure;

/// How many instructions that a search carries out are worth a step.
const WORK_PER_STEP: u64 = 32;

/// A place that was not noted.
const NOWHERE: u32 = u32::MAX;

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
pub(super) struct Match {
    whole: [u32; 2],
    groups: Box<[u32]>,
}

impl Match {
    /// From where it and each group begin and end, in bytes, as far as that was noted.
    fn new(places: &[u32]) -> Self {
        let (whole, groups) = places.split_at_checked(2).unwrap_or_default();
        let whole = whole.try_into().unwrap_or([NOWHERE; 2]);
        Self { whole, groups: groups.into() }
    }

    /// The text of a group, of which the first is the match itself; none if it has no part in it.
    pub(super) fn group(&self, number: usize) -> Option<std::ops::Range<usize>> {
        let places = match number.checked_sub(1) {
            None => &self.whole,
            Some(number) => self.groups.get(2 * number..2 * number + 2)?,
        };
        match *places {
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

/// The flags that are known.
const FLAGS: &str = "smix";

/// The flags of a text that count: in models that are not written for the standard, others are
/// ignored, as in Camunda.
pub(crate) fn known_flags(flags: &str, dialect: Dialect) -> Cow<'_, str> {
    if dialect == Dialect::XPath || flags.chars().all(|it| FLAGS.contains(it)) {
        return flags.into();
    }
    flags.chars().filter(|it| FLAGS.contains(*it)).collect()
}

impl Pattern {
    /// Compiles a pattern; fails with a sentence.
    pub(crate) fn compile(pattern: &str, flags: &str, dialect: Dialect) -> Result<Self, String> {
        let unicode = dialect == Dialect::XPath;
        let mut all = Flags { unicode, fold_unicode: unicode, ..Flags::default() };
        for flag in flags.chars() {
            if !FLAGS.contains(flag) || all.set(flag, true).is_err() {
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
        let engine = if self.program.backtracks {
            Engine::Backtracking
        } else {
            Memory::new(&self.program, input).map_or(Engine::Threads(None), Engine::Memory)
        };
        Search { pattern: self, input, wanted, engine, from: Some(0), last: None }
    }
}

/// What runs a program: all find the same.
enum Engine {
    /// One way after the other, what was tried is remembered.
    Memory(Memory),
    /// All ways at the same time, where there is too much to remember.
    Threads(Option<Threads>),
    /// One way after the other under a limit, for what cannot be done otherwise.
    Backtracking,
}

/// The matches of a text.
pub(super) struct Search<'p> {
    pattern: &'p Pattern,
    input: &'p str,
    wanted: Wanted,
    engine: Engine,
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
        let wanted = match self.wanted {
            Wanted::Nothing => 0,
            Wanted::Place => 2,
            Wanted::Groups => program.slots,
        };
        if let Engine::Memory(memory) = &mut self.engine {
            match memory.search(program, self.input, from, wanted, meter)? {
                Found::Match(found) => return Ok(Some(found)),
                Found::Nothing => return Ok(None),
                Found::TooLarge => self.engine = Engine::Threads(None),
            }
        }
        match &mut self.engine {
            Engine::Threads(threads) => {
                if threads.is_none() {
                    meter.work(program.code.len() as u64 / 16)?;
                }
                let threads = threads.get_or_insert_with(|| Threads::new(program));
                threads.search(program, self.input, from, wanted, meter)
            }
            Engine::Backtracking | Engine::Memory(_) => {
                backtrack::search(program, self.input, from, meter)
            }
        }
    }
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
