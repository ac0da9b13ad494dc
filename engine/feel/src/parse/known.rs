//! Names of several words that a model declares, or that the text itself introduced.

use ::value::Str;

use super::{Parsed, Parser};
use crate::ast::Id;
use crate::lex::Kind;
use crate::scope::{Names, Reading, longer};

/// A place of a parser.
pub(super) struct Mark {
    at: usize,
    depth: u16,
    introduced: Names,
}

impl Parser<'_> {
    /// The longest known name of several words at the cursor, and how many tokens it has.
    pub(super) fn known_name(&self) -> Option<(Str, usize)> {
        self.known_name_at(0)
    }

    fn known_name_at(&self, from: usize) -> Option<(Str, usize)> {
        let scope = self.scope?;
        let text = |at: usize| self.tokens.get(at).map_or("", |token| self.slice(*token));
        let word = |ahead: usize| text(self.at + from + 1 + ahead);
        let (first, reading) = (text(self.at + from), self.reading);
        let declared = scope.longest(first, word, reading);
        let longest = longer(declared, self.introduced.longest(first, word, reading));
        longest.map(|(name, length)| (name.clone(), length))
    }

    /// The longest known name at the cursor that a token of this kind follows; only where all names
    /// are read.
    pub(super) fn name_before(&self, ahead: usize, kind: Kind) -> Option<(Str, usize)> {
        if self.reading == Reading::Plain {
            return None;
        }
        self.known_name_at(ahead).filter(|it| self.kind_at(ahead + it.1) == kind)
    }

    /// Whether a known name begins behind the word at the cursor; only where all names are read.
    pub(super) fn name_follows(&self) -> bool {
        self.reading != Reading::Plain && self.known_name_at(1).is_some()
    }

    /// Reads a form of the language where a name begins like it; the cursor stays where it is if
    /// there is none. How often that is tried is limited.
    pub(super) fn attempt(&mut self, form: impl FnOnce(&mut Self) -> Parsed) -> Option<Id> {
        self.attempts_left = self.attempts_left.checked_sub(1)?;
        let mark = self.mark();
        let read = form(self).ok();
        if read.is_none() {
            self.reset(mark);
        }
        read
    }

    /// Where the parser is, to come back to.
    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at, depth: self.depth, introduced: self.introduced.clone() }
    }

    /// Goes back; nodes that were added meanwhile stay, unused.
    pub(super) fn reset(&mut self, mark: Mark) {
        let Mark { at, depth, introduced } = mark;
        (self.at, self.depth, self.introduced) = (at, depth, introduced);
    }

    /// Remembers a name that the text introduces.
    pub(super) fn introduce(&mut self, name: &str) {
        if self.scope.is_some() {
            self.introduced.add(name);
        }
    }

    /// How many tokens from `from` on are the name of an iterator, which `in` follows.
    pub(super) fn iterator_length(&self, from: usize) -> Option<usize> {
        if let Some((_, length)) = self.name_before(from, Kind::In) {
            return Some(length);
        }
        if self.scope.is_none() {
            let one = matches!(self.kind_at(from), Kind::Name | Kind::Backtick);
            return (one && self.kind_at(from + 1) == Kind::In).then_some(1);
        }
        let mut length = 0;
        while matches!(self.kind_at(from + length), Kind::Name | Kind::Backtick) {
            length += 1;
        }
        (length > 0 && self.kind_at(from + length) == Kind::In).then_some(length)
    }
}
