//! Regular expressions of one evaluation that are no literals.

use std::sync::Arc;

use super::{Dialect, Pattern};

/// How many are kept; the one that came first makes room.
const KEPT_MAX: usize = 16;

/// The regular expressions that were compiled last, by their text.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    kept: Vec<Kept>,
    next: usize,
}

#[derive(Debug)]
struct Kept {
    text: Box<str>,
    flags: Box<str>,
    dialect: Dialect,
    pattern: Arc<Pattern>,
}

impl Patterns {
    pub(crate) fn get(&self, text: &str, flags: &str, dialect: Dialect) -> Option<Arc<Pattern>> {
        let same = |it: &&Kept| *it.text == *text && *it.flags == *flags && it.dialect == dialect;
        self.kept.iter().find(same).map(|it| Arc::clone(&it.pattern))
    }

    pub(crate) fn keep(
        &mut self,
        text: &str,
        flags: &str,
        dialect: Dialect,
        pattern: Pattern,
    ) -> Arc<Pattern> {
        let pattern = Arc::new(pattern);
        let (text, flags) = (text.into(), flags.into());
        let kept = Kept { text, flags, dialect, pattern: Arc::clone(&pattern) };
        match self.kept.get_mut(self.next) {
            Some(place) => *place = kept,
            None => self.kept.push(kept),
        }
        self.next = (self.next + 1) % KEPT_MAX;
        pattern
    }
}
