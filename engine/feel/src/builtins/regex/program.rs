//! Programs of regular expressions.

use std::sync::Arc;

use super::NOWHERE;
use super::class::Class;
use super::start::Start;
use super::syntax::{Assert, Ast};

/// How many instructions a regular expression has at most, its repetitions written out.
pub(super) const INSTRUCTIONS_MAX: usize = 32_768;

/// How many places of groups all instructions of a program keep at most.
const PLACES_MAX: usize = 2 * 1024 * 1024;

/// One instruction; the next is the one behind it unless it says otherwise.
#[derive(Debug, Clone)]
pub(super) enum Inst {
    Char(char),
    Class(Arc<Class>),
    /// Goes on at the first, or else at the second.
    Split(u32, u32),
    Jump(u32),
    /// Notes the place.
    Save(u32),
    Assert(Assert),
    /// Goes back to `start` while the round was not empty, or on; what is preferred comes first.
    Loop {
        start: u32,
        register: Option<u32>,
        lazy: bool,
    },
    /// The text of a group again.
    Reference {
        group: usize,
        fold: bool,
    },
    /// Looks ahead or behind by the instructions up to `end`, which end with a match.
    Look {
        behind: Option<(u32, u32)>,
        negative: bool,
        end: u32,
    },
    /// Takes the first way through the instructions up to `end`, which end with a match.
    Atomic {
        end: u32,
    },
    Match,
}

/// A program.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) code: Vec<Inst>,
    /// Places of groups, then registers for the starts of rounds.
    pub(super) slots: usize,
    /// Whether it needs to go back: it looks around, repeats groups, or is atomic.
    pub(super) backtracks: bool,
    /// Where a match can begin.
    pub(super) start: Start,
    /// The number of each instruction at which ways part or meet, and how many these are.
    pub(super) choice_of: Box<[u32]>,
    pub(super) choices: usize,
}

impl Program {
    /// Writes a regular expression of so many groups, the match itself included, as a program;
    /// fails with a reason.
    pub(super) fn new(ast: &Ast, groups: usize, backtracks: bool) -> Result<Self, String> {
        let mut writer = Writer { code: Vec::new(), groups, slots: 2 * groups, backtracks };
        writer.push(Inst::Save(0))?;
        writer.write(ast)?;
        writer.push(Inst::Save(1))?;
        writer.push(Inst::Match)?;
        let Writer { code, slots, .. } = writer;
        if code.len().saturating_mul(2 * groups) > PLACES_MAX && groups > 1 {
            return Err("it has too many groups for its size".to_owned());
        }
        let looks = backtracks && may_look(&code);
        let start = if looks { Start::anchor(&code) } else { Start::of(&code) };
        let (choice_of, choices) = choices(&code);
        Ok(Self { code, slots, backtracks, start, choice_of, choices })
    }
}

/// Whether the program looks around, so that matches do not begin with what its instructions take.
fn may_look(code: &[Inst]) -> bool {
    code.iter()
        .any(|it| matches!(it, Inst::Look { .. } | Inst::Atomic { .. } | Inst::Reference { .. }))
}

/// Numbers the instructions at which ways part or meet. Between them a way goes straight on, so
/// that it is enough to remember these.
fn choices(code: &[Inst]) -> (Box<[u32]>, usize) {
    let mut is_choice = vec![false; code.len()];
    for (ix, it) in code.iter().enumerate() {
        match it {
            Inst::Split(first, second) => {
                is_choice[ix] = true;
                // One of them is the next instruction, which only this one leads to.
                let other = if *first as usize == ix + 1 { second } else { first };
                is_choice[*other as usize] = true;
            }
            Inst::Jump(to) => is_choice[*to as usize] = true,
            Inst::Loop { .. } => is_choice[ix] = true,
            Inst::Char(_)
            | Inst::Class(_)
            | Inst::Save(_)
            | Inst::Assert(_)
            | Inst::Reference { .. }
            | Inst::Look { .. }
            | Inst::Atomic { .. }
            | Inst::Match => {}
        }
    }
    let mut count = 0;
    let mut number = |is_choice: bool| {
        count += u32::from(is_choice);
        if is_choice { count - 1 } else { NOWHERE }
    };
    let numbers = is_choice.into_iter().map(&mut number).collect();
    (numbers, count as usize)
}

struct Writer {
    code: Vec<Inst>,
    groups: usize,
    slots: usize,
    backtracks: bool,
}

impl Writer {
    fn push(&mut self, it: Inst) -> Result<usize, String> {
        if self.code.len() >= INSTRUCTIONS_MAX {
            return Err(format!(
                "it is too large: with its repetitions written out it has more than \
                 {INSTRUCTIONS_MAX} parts"
            ));
        }
        self.code.push(it);
        Ok(self.code.len() - 1)
    }

    fn here(&self) -> u32 {
        u32::try_from(self.code.len()).unwrap_or(u32::MAX)
    }

    /// Recurses as deep as the expression is nested, which is limited.
    fn write(&mut self, ast: &Ast) -> Result<(), String> {
        match ast {
            Ast::Empty => {}
            Ast::Char(it) => {
                self.push(Inst::Char(*it))?;
            }
            Ast::Class(class) => {
                self.push(Inst::Class(Arc::clone(class)))?;
            }
            Ast::Assert(it) => {
                self.push(Inst::Assert(*it))?;
            }
            Ast::Group(None, body) => self.write(body)?,
            Ast::Group(Some(number), body) => {
                let slot = u32::try_from(2 * number).unwrap_or(u32::MAX);
                self.push(Inst::Save(slot))?;
                self.write(body)?;
                self.push(Inst::Save(slot + 1))?;
            }
            Ast::Concat(parts) => parts.iter().try_for_each(|it| self.write(it))?,
            Ast::Alternation(ways) => self.alternation(ways)?,
            Ast::Repeat { body, min, max, lazy } => self.repeat(body, *min, *max, *lazy)?,
            Ast::Reference { group, fold } => {
                let exists = *group < self.groups;
                let nothing = || Inst::Class(Arc::new(Class::new(&super::class::set(&[]))));
                let (group, fold) = (*group, *fold);
                self.push(if exists { Inst::Reference { group, fold } } else { nothing() })?;
            }
            Ast::Atomic(body) => {
                let at = self.push(Inst::Match)?;
                self.write(body)?;
                self.push(Inst::Match)?;
                self.code[at] = Inst::Atomic { end: self.here() };
            }
            Ast::Look { behind, negative, body } => {
                let at = self.push(Inst::Match)?;
                self.write(body)?;
                self.push(Inst::Match)?;
                let (behind, negative) = (*behind, *negative);
                self.code[at] = Inst::Look { behind, negative, end: self.here() };
            }
        }
        Ok(())
    }

    fn alternation(&mut self, ways: &[Ast]) -> Result<(), String> {
        let Some((last, others)) = ways.split_last() else { return Ok(()) };
        let mut ends = Vec::new();
        for way in others {
            let split = self.push(Inst::Match)?;
            self.write(way)?;
            ends.push(self.push(Inst::Match)?);
            self.code[split] = Inst::Split(u32::try_from(split + 1).unwrap_or(0), self.here());
        }
        self.write(last)?;
        for end in ends {
            self.code[end] = Inst::Jump(self.here());
        }
        Ok(())
    }

    fn repeat(&mut self, body: &Ast, min: u32, max: Option<u32>, lazy: bool) -> Result<(), String> {
        let before = self.code.len();
        // The last of the least rounds of an endless repetition is its loop.
        let rounds = if max.is_none() { min.saturating_sub(1) } else { min };
        for _ in 0..rounds {
            self.write(body)?;
            if self.code.len() == before {
                return Ok(());
            }
        }
        let mut skips = Vec::new();
        match max {
            None => {
                if min == 0 {
                    skips.push(self.push(Inst::Match)?);
                }
                self.endless(body, lazy)?;
            }
            Some(max) => {
                for _ in min..max {
                    skips.push(self.push(Inst::Match)?);
                    let before = self.code.len();
                    self.write(body)?;
                    if self.code.len() == before {
                        break;
                    }
                }
            }
        }
        for skip in skips {
            let (on, end) = (u32::try_from(skip + 1).unwrap_or(0), self.here());
            self.code[skip] = if lazy { Inst::Split(end, on) } else { Inst::Split(on, end) };
        }
        Ok(())
    }

    /// At least one round.
    fn endless(&mut self, body: &Ast, lazy: bool) -> Result<(), String> {
        let start = self.here();
        // Where it must go back, a loop has to know that a round was empty.
        let register = (self.backtracks && body.lengths().0 == 0).then(|| {
            self.slots += 1;
            u32::try_from(self.slots - 1).unwrap_or(u32::MAX)
        });
        if let Some(register) = register {
            self.push(Inst::Save(register))?;
        }
        self.write(body)?;
        self.push(Inst::Loop { start, register, lazy })?;
        Ok(())
    }
}
