//! Sets of small numbers: of segments, of rules.

/// A set of numbers below a bound, one bit each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Set {
    words: Box<[u64]>,
}

impl Set {
    /// No number, of `count` that there can be.
    pub(super) fn new(count: usize) -> Self {
        Self { words: vec![0; count.div_ceil(64)].into() }
    }

    /// How many words it takes.
    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    /// Adds a number, which must be below the bound.
    pub(super) fn insert(&mut self, number: usize) {
        self.words[number / 64] |= 1 << (number % 64);
    }

    /// Adds numbers, which must be below the bound.
    pub(super) fn extend(&mut self, numbers: impl IntoIterator<Item = usize>) {
        for it in numbers {
            self.insert(it);
        }
    }

    /// Takes a number away.
    pub(super) fn remove(&mut self, number: usize) {
        self.words[number / 64] &= !(1 << (number % 64));
    }

    /// Makes the numbers below `count` those that were not in it.
    pub(super) fn flip(&mut self, count: usize) {
        for (ix, word) in self.words.iter_mut().enumerate() {
            let from = ix * 64;
            let bits = match count.saturating_sub(from) {
                0 => 0,
                left if left >= 64 => u64::MAX,
                left => (1 << left) - 1,
            };
            *word ^= bits;
        }
    }

    /// Adds all that another set has.
    pub(super) fn add(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Which of each 64 numbers from 0 on it has.
    pub(super) fn runs(&self) -> impl Iterator<Item = Run<impl Iterator<Item = usize>>> {
        self.words.iter().map(|it| match *it {
            u64::MAX => Run::All,
            word => Run::Some(bits(word)),
        })
    }

    /// Keeps only what another set has, too.
    pub(super) fn keep(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Keeps only the numbers below a bound.
    pub(super) fn keep_below(&mut self, bound: usize) {
        for (ix, word) in self.words.iter_mut().enumerate() {
            match bound.saturating_sub(ix * 64) {
                0 => *word = 0,
                left if left < 64 => *word &= (1 << left) - 1,
                _ => {}
            }
        }
    }

    /// Becomes what two sets have in common; whether that is anything.
    pub(super) fn become_common(&mut self, one: &Self, other: &Self) -> bool {
        let mut any = 0;
        for ((word, one), other) in self.words.iter_mut().zip(&one.words).zip(&other.words) {
            *word = one & other;
            any |= *word;
        }
        any != 0
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|it| *it == 0)
    }

    /// Whether both have a number in common.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(one, other)| one & other != 0)
    }

    /// The first number that both have.
    pub(super) fn first_common(&self, other: &Self) -> Option<usize> {
        let words = self.words.iter().zip(&other.words).enumerate();
        let mut found = words.filter(|(_, (one, other))| **one & **other != 0);
        found.next().map(|(ix, (one, other))| ix * 64 + (one & other).trailing_zeros() as usize)
    }

    /// The numbers, ascending.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> {
        let words = self.words.iter().enumerate();
        words.flat_map(|(ix, word)| bits(*word).map(move |bit| ix * 64 + bit))
    }
}

/// Which of 64 numbers a set has, counted from the first of them.
pub(super) enum Run<I> {
    /// All of them.
    All,
    /// These.
    Some(I),
}

/// The bits of a word, ascending.
fn bits(mut rest: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = rest.trailing_zeros() as usize;
        if bit == 64 {
            return None;
        }
        rest &= rest - 1;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::Set;

    fn of(numbers: &[usize]) -> Set {
        let mut set = Set::new(130);
        set.extend(numbers.iter().copied());
        set
    }

    #[test]
    fn sets_are_compared_and_cut_across_words() {
        let set = of(&[0, 63, 64, 129]);
        assert_eq!(set.members().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert!(set.meets(&of(&[129])) && !set.meets(&of(&[1, 65])));
        assert_eq!(set.first_common(&of(&[64, 129])), Some(64));
        let mut below = set;
        below.keep_below(64);
        assert_eq!(below, of(&[0, 63]));
        below.keep_below(63);
        assert_eq!(below, of(&[0]));
    }

    #[test]
    fn a_flipped_set_has_what_it_had_not_below_the_count() {
        let mut set = of(&[0, 64]);
        set.flip(66);
        let expected: Vec<usize> = (1..64).chain([65]).collect();
        assert_eq!(set.members().collect::<Vec<_>>(), expected);
        let mut common = of(&[]);
        assert!(common.become_common(&set, &of(&[1, 2, 129])));
        assert_eq!(common, of(&[1, 2]));
        assert!(!common.become_common(&set, &of(&[0])) && common.is_empty());
    }
}
