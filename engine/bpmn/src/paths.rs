//! What leads to an element of a scope, over flows, boundary events and links.

use std::collections::BTreeMap;

use crate::outline::{Outline, Part, PartIx};
use crate::part::link;

const BITS: usize = u64::BITS as usize;

/// What a token in a scope can come from in one step. Elements have their number in the scope.
///
/// Searches cost at most the flows of the scope, and where many flows lead to an element, the
/// elements of the scope divided by 64 for it.
#[derive(Debug)]
pub(crate) struct Paths {
    parts: Vec<PartIx>,
    numbers: BTreeMap<PartIx, usize>,
    before: Vec<Before>,
}

/// What a token at an element can come from.
#[derive(Debug)]
enum Before {
    /// A few elements.
    Few(Vec<usize>),
    /// So many that a set is read faster.
    Many(Set),
}

impl Paths {
    /// The paths in a scope.
    pub(crate) fn of(outline: &Outline<'_>, scope: PartIx) -> Self {
        let parts: Vec<PartIx> = outline.inside(scope).map(|it| it.ix).collect();
        let numbers: BTreeMap<_, _> = parts.iter().enumerate().map(|(at, ix)| (*ix, at)).collect();
        let mut throws: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for part in outline.inside(scope).filter(|it| is(it, "intermediateThrowEvent")) {
            if let Some(name) = link_name(part) {
                throws.entry(name).or_default().push(numbers[&part.ix]);
            }
        }
        let before = outline.inside(scope).map(|part| {
            let sources = part.entering.iter().filter_map(|ix| Some(outline.flow(*ix).ends?.0));
            let beside = sources.chain(part.attached_to);
            let mut all: Vec<_> = beside.filter_map(|ix| numbers.get(&ix).copied()).collect();
            let name = link_name(part).filter(|_| is(part, "intermediateCatchEvent"));
            all.extend(name.and_then(|it| throws.get(it)).into_iter().flatten());
            all.sort_unstable();
            all.dedup();
            if all.len() > parts.len().div_ceil(BITS) {
                Before::Many(Set::of(parts.len(), &all))
            } else {
                Before::Few(all)
            }
        });
        let before = before.collect();
        Self { parts, numbers, before }
    }

    /// The elements from which a path leads to `last` without passing `gateway`, and `last`.
    pub(crate) fn leading_to(&self, last: PartIx, gateway: PartIx) -> Vec<PartIx> {
        let numbers = [last, gateway].map(|ix| self.numbers.get(&ix).copied());
        let [Some(last), Some(gateway)] = numbers else { return Vec::new() };
        if last == gateway {
            return Vec::new();
        }
        let mut found = Set::of(self.parts.len(), &[last, gateway]);
        let mut pending = vec![last];
        while let Some(at) = pending.pop() {
            match &self.before[at] {
                Before::Few(few) => pending.extend(few.iter().filter(|it| found.insert(**it))),
                Before::Many(many) => found.insert_all(many, &mut pending),
            }
        }
        found.remove(gateway);
        found.iter().map(|at| self.parts[at]).collect()
    }
}

fn is(part: &Part<'_>, name: &str) -> bool {
    &*part.node.name == name
}

fn link_name<'a>(part: &'a Part<'_>) -> Option<&'a str> {
    link::definition(part).and_then(|it| it.attribute("name"))
}

/// A set of small numbers.
#[derive(Debug)]
struct Set(Vec<u64>);

impl Set {
    /// A set of numbers below `count`.
    fn of(count: usize, numbers: &[usize]) -> Self {
        let mut set = Self(vec![0; count.div_ceil(BITS)]);
        for number in numbers {
            set.insert(*number);
        }
        set
    }

    /// False if it was there.
    fn insert(&mut self, number: usize) -> bool {
        let (word, bit) = (&mut self.0[number / BITS], 1 << (number % BITS));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Inserts all numbers of another set, and shows those that were not there.
    fn insert_all(&mut self, other: &Self, new: &mut Vec<usize>) {
        for (at, (own, others)) in self.0.iter_mut().zip(&other.0).enumerate() {
            new.extend(bits(at, *others & !*own));
            *own |= others;
        }
    }

    fn remove(&mut self, number: usize) {
        self.0[number / BITS] &= !(1 << (number % BITS));
    }

    /// The numbers, growing.
    fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| bits(at, *word))
    }
}

/// The numbers of the bits that are set in a word of a set.
fn bits(at: usize, mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        word &= word.checked_sub(1)?;
        Some(at * BITS + bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_gives_back_what_was_put_in() {
        let mut set = Set::of(200, &[0, 63, 64, 199]);
        assert!(!set.insert(63) && set.insert(127));
        set.remove(64);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 127, 199]);
        let mut new = Vec::new();
        set.insert_all(&Set::of(200, &[63, 64, 65]), &mut new);
        assert_eq!(new, [64, 65]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 65, 127, 199]);
    }
}
