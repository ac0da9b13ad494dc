//! Runs a program one way after the other, for what cannot be done otherwise: looking around,
//! repeating the text of a group, atomic groups.

use super::program::{Inst, Program};
use super::{Match, Meter, NOWHERE, holds};
use crate::env::BACKTRACKS_MAX;
use crate::failure::{Failure, Resource};

/// How many ways and notes are kept at most.
const OPEN_MAX: usize = 1 << 20;

enum Open {
    /// Another way.
    Way(u32, usize),
    /// What a place was before.
    Place(u32, u32),
}

pub(super) struct Run<'p> {
    program: &'p Program,
    input: &'p str,
    places: Vec<u32>,
    open: Vec<Open>,
    left: u64,
}

/// The leftmost match at or after a place.
pub(super) fn search(
    program: &Program,
    input: &str,
    from: usize,
    meter: &mut Meter<'_>,
) -> Result<Option<Match>, Failure> {
    let places = vec![NOWHERE; program.slots];
    let mut run = Run { program, input, places, open: Vec::new(), left: 0 };
    let mut at = from;
    while let Some(start) = program.start.find(input, at, meter)? {
        meter.work(1 + program.slots as u64 / 16)?;
        run.places.fill(NOWHERE);
        run.open.clear();
        run.left = limit(input);
        if run.run(0, start, None, meter)?.is_some() {
            return Ok(Some(Match::new(&run.places)));
        }
        let Some(next) = input[start..].chars().next() else { break };
        at = start + next.len_utf8();
    }
    Ok(None)
}

/// How often one attempt may go back: a text is looked through a few times for free.
fn limit(input: &str) -> u64 {
    BACKTRACKS_MAX.max(4 * input.len() as u64)
}

impl Run<'_> {
    fn too_hard(&self) -> Failure {
        let (resource, limit) = (Resource::Backtracks, limit(self.input));
        Failure::Budget { resource, limit, place: "".into() }
    }

    fn open(&mut self, it: Open) -> Result<(), Failure> {
        if self.open.len() >= OPEN_MAX {
            return Err(self.too_hard());
        }
        self.open.push(it);
        Ok(())
    }

    fn note(&mut self, slot: u32, place: u32) -> Result<(), Failure> {
        let old = std::mem::replace(&mut self.places[slot as usize], place);
        self.open(Open::Place(slot, old))
    }

    /// Takes back all that was noted since.
    fn undo(&mut self, to: usize) {
        while self.open.len() > to {
            if let Some(Open::Place(slot, old)) = self.open.pop() {
                self.places[slot as usize] = old;
            }
        }
    }

    /// Goes back to the next way that is open.
    fn back(&mut self, base: usize) -> Result<Option<(u32, usize)>, Failure> {
        while self.open.len() > base {
            match self.open.pop() {
                Some(Open::Place(slot, old)) => self.places[slot as usize] = old,
                Some(Open::Way(at, place)) => {
                    self.left = self.left.checked_sub(1).ok_or_else(|| self.too_hard())?;
                    return Ok(Some((at, place)));
                }
                None => {}
            }
        }
        Ok(None)
    }

    /// Runs up to a match, which must end at `goal` if there is one. Recurses as deep as
    /// look-around is nested, which is limited.
    fn run(
        &mut self,
        mut at: u32,
        mut place: usize,
        goal: Option<usize>,
        meter: &mut Meter<'_>,
    ) -> Result<Option<usize>, Failure> {
        let base = self.open.len();
        let program = self.program;
        loop {
            meter.work(1)?;
            let character = || self.input[place..].chars().next();
            let on = match &program.code[at as usize] {
                Inst::Char(it) => {
                    (character() == Some(*it)).then(|| (at + 1, place + it.len_utf8()))
                }
                Inst::Class(class) => character()
                    .filter(|it| class.has(*it))
                    .map(|it| (at + 1, place + it.len_utf8())),
                Inst::Split(first, second) => {
                    self.open(Open::Way(*second, place))?;
                    Some((*first, place))
                }
                Inst::Jump(to) => Some((*to, place)),
                Inst::Save(slot) => {
                    self.note(*slot, u32::try_from(place).unwrap_or(NOWHERE))?;
                    Some((at + 1, place))
                }
                Inst::Assert(it) => holds(*it, self.input, place).then_some((at + 1, place)),
                Inst::Loop { start, register, lazy } => {
                    let began = register.map(|it| self.places[it as usize]);
                    if began.is_some_and(|it| it as usize == place) {
                        Some((at + 1, place))
                    } else {
                        let (first, second) =
                            if *lazy { (at + 1, *start) } else { (*start, at + 1) };
                        self.open(Open::Way(second, place))?;
                        Some((first, place))
                    }
                }
                Inst::Reference { group, fold } => {
                    self.again(*group, *fold, place, meter)?.map(|it| (at + 1, it))
                }
                Inst::Look { behind, negative, end } => {
                    let (behind, negative, end) = (*behind, *negative, *end);
                    let mark = self.open.len();
                    let found = self.look(at + 1, place, behind, meter)?;
                    if negative && found {
                        self.undo(mark);
                    }
                    (found != negative).then_some((end, place))
                }
                Inst::Atomic { end } => {
                    let end = *end;
                    self.run(at + 1, place, None, meter)?.map(|it| (end, it))
                }
                Inst::Match if goal.is_none_or(|it| it == place) => {
                    self.keep(base, meter)?;
                    return Ok(Some(place));
                }
                Inst::Match => None,
            };
            (at, place) = match on {
                Some(on) => on,
                None => match self.back(base)? {
                    Some(way) => way,
                    None => return Ok(None),
                },
            };
        }
    }

    /// Drops the other ways and keeps what was noted, for going back beyond.
    fn keep(&mut self, base: usize, meter: &mut Meter<'_>) -> Result<(), Failure> {
        meter.work((self.open.len() - base) as u64)?;
        let mut kept = base;
        for ix in base..self.open.len() {
            if matches!(self.open[ix], Open::Place(..)) {
                self.open.swap(kept, ix);
                kept += 1;
            }
        }
        self.open.truncate(kept);
        Ok(())
    }

    fn look(
        &mut self,
        at: u32,
        place: usize,
        behind: Option<(u32, u32)>,
        meter: &mut Meter<'_>,
    ) -> Result<bool, Failure> {
        let Some((least, most)) = behind else {
            return Ok(self.run(at, place, None, meter)?.is_some());
        };
        let mut start = place;
        for length in 0..=most {
            if length >= least && self.run(at, start, Some(place), meter)?.is_some() {
                return Ok(true);
            }
            meter.work(1)?;
            match self.input[..start].chars().next_back() {
                Some(it) => start -= it.len_utf8(),
                None => break,
            }
        }
        Ok(false)
    }

    /// The end of a group's text, if it stands here again.
    fn again(
        &self,
        group: usize,
        fold: bool,
        place: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Option<usize>, Failure> {
        let (start, end) = (self.places[2 * group], self.places[2 * group + 1]);
        if start == NOWHERE || end == NOWHERE {
            return Ok(None);
        }
        let Some(text) = self.input.get(start as usize..end as usize) else { return Ok(None) };
        meter.work(text.len() as u64 / 16)?;
        let Some(found) = self.input.as_bytes().get(place..place + text.len()) else {
            return Ok(None);
        };
        let same = if fold {
            found.eq_ignore_ascii_case(text.as_bytes())
        } else {
            found == text.as_bytes()
        };
        Ok(same.then_some(place + text.len()))
    }
}
