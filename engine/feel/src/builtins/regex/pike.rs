//! Runs a program through a text once, all ways at the same time: in time linear in both.

use super::program::{Inst, Program};
use super::{Match, Meter, NOWHERE, holds};
use crate::failure::Failure;

/// The ways that are open at a place, the preferred first.
#[derive(Debug, Default)]
struct Ways {
    /// Where an instruction stands in `dense`, if it is there.
    sparse: Vec<u32>,
    dense: Vec<u32>,
    /// The places that each way has noted.
    places: Vec<u32>,
}

impl Ways {
    fn enter(&mut self, at: u32) -> bool {
        let found = self.sparse[at as usize];
        if self.dense.get(found as usize) == Some(&at) {
            return false;
        }
        self.sparse[at as usize] = u32::try_from(self.dense.len()).unwrap_or(u32::MAX);
        self.dense.push(at);
        true
    }

    fn clear(&mut self) {
        self.dense.clear();
        self.places.clear();
    }
}

#[derive(Debug)]
enum Step {
    Go(u32),
    Restore(u32, u32),
}

/// What searches of one program use again.
#[derive(Debug, Default)]
pub(super) struct Threads {
    now: Ways,
    next: Ways,
    /// The places of the way that is followed.
    places: Vec<u32>,
    /// What is still to be followed.
    open: Vec<Step>,
}

impl Threads {
    pub(super) fn new(program: &Program) -> Self {
        let few = program.code.len().min(64);
        let ways = || Ways {
            sparse: vec![0; program.code.len()],
            dense: Vec::with_capacity(few),
            places: Vec::new(),
        };
        Self { now: ways(), next: ways(), places: Vec::new(), open: Vec::with_capacity(few) }
    }

    /// The leftmost match at or after a place; how many places are noted is how many are wanted.
    pub(super) fn search(
        &mut self,
        program: &Program,
        input: &str,
        from: usize,
        wanted: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Option<Match>, Failure> {
        let mut found: Option<Match> = None;
        let mut at = from;
        self.now.clear();
        self.next.clear();
        self.places.clear();
        self.places.resize(wanted, NOWHERE);
        loop {
            if self.now.dense.is_empty() {
                if found.is_some() {
                    break;
                }
                match program.start.find(input, at, meter)? {
                    Some(next) => at = next,
                    None => break,
                }
            }
            if found.is_none() {
                self.places.fill(NOWHERE);
                let Self { now, places, open, .. } = self;
                let place = Place { program, input, at };
                place.follow(now, places, open, 0, meter)?;
            }
            let character = input[at..].chars().next();
            let end = at + character.map_or(0, char::len_utf8);
            for ix in 0..self.now.dense.len() {
                meter.work(1)?;
                let instruction = self.now.dense[ix];
                let passes = match &program.code[instruction as usize] {
                    Inst::Char(it) => character == Some(*it),
                    Inst::Class(class) => character.is_some_and(|it| class.has(it)),
                    Inst::Match => {
                        let places = &self.now.places[ix * wanted..(ix + 1) * wanted];
                        found = Some(Match::new(places));
                        break;
                    }
                    _ => false,
                };
                if passes {
                    let places = &self.now.places[ix * wanted..(ix + 1) * wanted];
                    self.places.copy_from_slice(places);
                    let Self { next, places, open, .. } = self;
                    let place = Place { program, input, at: end };
                    place.follow(next, places, open, instruction + 1, meter)?;
                }
            }
            if character.is_none() || (wanted == 0 && found.is_some()) {
                break;
            }
            std::mem::swap(&mut self.now, &mut self.next);
            self.next.clear();
            at = end;
        }
        Ok(found)
    }
}

/// Where a program is in a text.
#[derive(Clone, Copy)]
struct Place<'p> {
    program: &'p Program,
    input: &'p str,
    at: usize,
}

impl Place<'_> {
    /// Follows a way to all instructions that it reaches without a further character.
    fn follow(
        self,
        ways: &mut Ways,
        places: &mut [u32],
        open: &mut Vec<Step>,
        instruction: u32,
        meter: &mut Meter<'_>,
    ) -> Result<(), Failure> {
        let Self { program, input, at } = self;
        // Keeping many ways in order takes more time than following one.
        let cost = 2 + places.len() as u64 / 8;
        open.clear();
        open.push(Step::Go(instruction));
        while let Some(step) = open.pop() {
            let mut instruction = match step {
                Step::Go(it) => it,
                Step::Restore(slot, old) => {
                    places[slot as usize] = old;
                    continue;
                }
            };
            loop {
                meter.work(cost)?;
                if !ways.enter(instruction) {
                    break;
                }
                ways.places.extend_from_slice(places);
                match &program.code[instruction as usize] {
                    Inst::Jump(to) => instruction = *to,
                    Inst::Split(first, second) => {
                        open.push(Step::Go(*second));
                        instruction = *first;
                    }
                    Inst::Loop { start, lazy, .. } => {
                        let on = instruction + 1;
                        let (first, second) = if *lazy { (on, *start) } else { (*start, on) };
                        open.push(Step::Go(second));
                        instruction = first;
                    }
                    Inst::Save(slot) => {
                        if let Some(place) = places.get_mut(*slot as usize) {
                            open.push(Step::Restore(*slot, *place));
                            *place = u32::try_from(at).unwrap_or(NOWHERE);
                        }
                        instruction += 1;
                    }
                    Inst::Assert(it) => {
                        if !holds(*it, input, at) {
                            break;
                        }
                        instruction += 1;
                    }
                    _ => break,
                }
            }
        }
        Ok(())
    }
}
