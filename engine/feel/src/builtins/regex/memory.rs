//! Runs a program one way after the other, and remembers at which choice and place none led to a
//! match: in time linear in both, and faster than all ways at the same time.
//!
//! What is remembered holds for the next search, too: whether a way leads to a match depends on
//! where it is, not on how it came there.

use super::program::{Inst, Program};
use super::start::decode;
use super::{Match, Meter, NOWHERE, holds};
use crate::failure::Failure;

/// How many choices at places are remembered at most.
const SEEN_MAX: usize = 1 << 22;

/// How many ways and notes are kept at most.
const OPEN_MAX: usize = 1 << 20;

#[derive(Debug)]
enum Open {
    /// Another way.
    Way(u32, u32),
    /// The same way from each place between these two, the last first.
    Ways(u32, u32, u32),
    /// What a place of a group was before.
    Place(u32, u32),
}

/// How a search ended.
pub(super) enum Found {
    Match(Match),
    Nothing,
    /// It needs more memory than there may be.
    TooLarge,
}

/// What searches of one program in one text remember.
#[derive(Debug)]
pub(super) struct Memory {
    /// A bit for each choice at each place, as far as any way has come.
    seen: Vec<u64>,
    open: Vec<Open>,
    /// The places of the way that is followed.
    places: Vec<u32>,
}

/// How one attempt ended.
enum Attempt {
    Match(usize),
    Nothing,
    TooLarge,
}

impl Memory {
    /// Begins to search a text; none if not all that can be remembered has room.
    pub(super) fn new(program: &Program, input: &str) -> Option<Self> {
        let bits = program.choices.saturating_mul(input.len() + 1);
        let seen = vec![0; bits.div_ceil(64).min(16)];
        let open = Vec::with_capacity(16);
        (bits <= SEEN_MAX).then_some(Self { seen, open, places: Vec::new() })
    }

    /// The leftmost match at or after a place; how many places are noted is how many are wanted.
    pub(super) fn search(
        &mut self,
        program: &Program,
        input: &str,
        from: usize,
        wanted: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Found, Failure> {
        let mut at = from;
        while let Some(start) = program.start.find(input, at, meter)? {
            self.open.clear();
            self.places.clear();
            self.places.resize(wanted, NOWHERE);
            match self.attempt(program, input, start, meter)? {
                Attempt::Match(end) => {
                    // The way to the match may be gone again from its end, and no other has been
                    // followed from there.
                    self.forget(program, end);
                    return Ok(Found::Match(Match::new(&self.places)));
                }
                Attempt::Nothing => {}
                Attempt::TooLarge => return Ok(Found::TooLarge),
            }
            match decode(input, start) {
                Some((_, next)) => at = next,
                None => break,
            }
        }
        Ok(Found::Nothing)
    }

    /// Follows all ways from a place, the preferred first, up to the first that leads to a match.
    fn attempt(
        &mut self,
        program: &Program,
        input: &str,
        start: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Attempt, Failure> {
        let (mut at, mut place) = (0_u32, start);
        if let Some((length, next)) = program.start.text() {
            self.note(0, start);
            (at, place) = (next, start + length);
        }
        loop {
            meter.work(1)?;
            let choice = program.choice_of[at as usize];
            let is_new = choice == NOWHERE || self.enter(program, choice, place);
            let on = match program.code[at as usize] {
                _ if !is_new => None,
                Inst::Loop { start, lazy: false, .. } if start + 1 == at => {
                    self.round(program, input, (start, at), place, meter)?;
                    None
                }
                _ => self.step(program, input, at, place),
            };
            (at, place) = match on {
                Some(on) => on,
                None if is_new && matches!(program.code[at as usize], Inst::Match) => {
                    return Ok(Attempt::Match(place));
                }
                None => match self.back(input) {
                    Some(way) => way,
                    None => return Ok(Attempt::Nothing),
                },
            };
            if self.open.len() > OPEN_MAX {
                return Ok(Attempt::TooLarge);
            }
        }
    }

    /// Repeats an instruction that takes one character as often as it goes, and opens the ways on
    /// from each place.
    fn round(
        &mut self,
        program: &Program,
        input: &str,
        (instruction, loop_at): (u32, u32),
        first: usize,
        meter: &mut Meter<'_>,
    ) -> Result<(), Failure> {
        let choice = program.choice_of[loop_at as usize];
        let (mut last, mut count) = (first, 0);
        while let Some((found, next)) = decode(input, last) {
            let passes = match &program.code[instruction as usize] {
                Inst::Class(class) => class.has(found),
                Inst::Char(it) => *it == found,
                _ => false,
            };
            if !passes || !self.enter(program, choice, next) {
                break;
            }
            last = next;
            count += 1;
        }
        self.open.push(Open::Ways(loop_at + 1, short(first), short(last)));
        meter.work(count)
    }

    /// Carries out an instruction; none if the way ends with it.
    #[inline]
    fn step(
        &mut self,
        program: &Program,
        input: &str,
        at: u32,
        place: usize,
    ) -> Option<(u32, usize)> {
        match &program.code[at as usize] {
            Inst::Char(it) => {
                let (found, next) = decode(input, place)?;
                (found == *it).then_some((at + 1, next))
            }
            Inst::Class(class) => {
                let (found, next) = decode(input, place)?;
                class.has(found).then_some((at + 1, next))
            }
            Inst::Split(first, second) => {
                self.open.push(Open::Way(*second, short(place)));
                Some((*first, place))
            }
            Inst::Jump(to) => Some((*to, place)),
            Inst::Loop { start, lazy, .. } => {
                // Whether there is a match does not depend on what is preferred; the end is nearer.
                let lazy = *lazy || self.places.is_empty();
                let (first, second) = if lazy { (at + 1, *start) } else { (*start, at + 1) };
                self.open.push(Open::Way(second, short(place)));
                Some((first, place))
            }
            Inst::Save(slot) => {
                self.note(*slot, place);
                Some((at + 1, place))
            }
            Inst::Assert(it) => holds(*it, input, place).then_some((at + 1, place)),
            // Programs with the others are run by going back, without memory.
            Inst::Match | Inst::Reference { .. } | Inst::Look { .. } | Inst::Atomic { .. } => None,
        }
    }

    #[inline]
    fn note(&mut self, slot: u32, place: usize) {
        if let Some(noted) = self.places.get_mut(slot as usize) {
            let old = std::mem::replace(noted, short(place));
            self.open.push(Open::Place(slot, old));
        }
    }

    /// Goes back to the next way that is open.
    #[inline]
    fn back(&mut self, input: &str) -> Option<(u32, usize)> {
        loop {
            match self.open.pop()? {
                Open::Place(slot, old) => self.places[slot as usize] = old,
                Open::Way(at, place) => return Some((at, place as usize)),
                Open::Ways(at, first, last) => {
                    if first < last {
                        let before = input[..last as usize].chars().next_back();
                        let length = before.map_or(1, char::len_utf8);
                        self.open.push(Open::Ways(at, first, last - short(length)));
                    }
                    return Some((at, last as usize));
                }
            }
        }
    }

    /// Notes that a way came to a choice at a place; false if one came there before.
    #[inline]
    fn enter(&mut self, program: &Program, choice: u32, place: usize) -> bool {
        let bit = place * program.choices + choice as usize;
        let (word, bit) = (bit / 64, 1 << (bit % 64));
        if word >= self.seen.len() {
            self.seen.resize((word + 1).next_power_of_two(), 0);
        }
        let is_new = self.seen[word] & bit == 0;
        self.seen[word] |= bit;
        is_new
    }

    fn forget(&mut self, program: &Program, place: usize) {
        for bit in place * program.choices..(place + 1) * program.choices {
            if let Some(word) = self.seen.get_mut(bit / 64) {
                *word &= !(1 << (bit % 64));
            }
        }
    }
}

/// Texts are shorter than 4 GiB: the budget is.
#[inline]
fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(NOWHERE)
}
