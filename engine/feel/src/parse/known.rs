//! Names of several words that a model declares, or that the text itself introduced.

use ::value::Str;

use super::Parser;
use crate::lex::Kind;
use crate::scope::longer;

impl Parser<'_> {
    /// The longest known name of several words at the cursor, and how many tokens it has.
    pub(super) fn known_name(&self) -> Option<(Str, usize)> {
        let scope = self.scope?;
        let word = |ahead: usize| {
            self.tokens.get(self.at + 1 + ahead).map_or("", |token| self.slice(*token))
        };
        let declared = scope.longest(self.word(), word);
        let longest = longer(declared, self.introduced.longest(self.word(), word));
        longest.map(|(name, length)| (name.clone(), length))
    }

    /// Remembers a name that the text introduces.
    pub(super) fn introduce(&mut self, name: &str) {
        if self.scope.is_some() {
            self.introduced.add(name);
        }
    }

    /// How many tokens from `from` on are the name of an iterator, which `in` follows.
    pub(super) fn iterator_length(&self, from: usize) -> Option<usize> {
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
