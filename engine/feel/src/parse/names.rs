//! Names: function names of several words, context keys with symbols, parameters, properties.

use ::value::Str;

use super::Parser;
use crate::error::SyntaxError;
use crate::lex::Kind;

/// Built-in functions whose names hold a reserved word.
const NAMES_WITH_RESERVED_WORDS: [&[&str]; 5] = [
    &["and"],
    &["or"],
    &["date", "and", "time"],
    &["years", "and", "months", "duration"],
    &["get", "or", "else"],
];

impl Parser<'_> {
    /// A plain or quoted name.
    pub(super) fn name(&mut self) -> Result<Str, Box<SyntaxError>> {
        match self.kind() {
            Kind::Name | Kind::Backtick => Ok(self.name_here()),
            _ => Err(self.unexpected(vec!["a name"])),
        }
    }

    /// The name at the cursor, which is one.
    pub(super) fn name_here(&mut self) -> Str {
        let token = self.advance();
        match token.kind {
            Kind::Backtick => self.text[token.start as usize + 1..token.end as usize - 1].into(),
            _ => self.slice(token).into(),
        }
    }

    /// How many tokens from the cursor on are the name of an invoked function, if one is.
    pub(super) fn function_name_length(&self) -> Option<usize> {
        if self.kind() == Kind::Backtick {
            return (self.kind_at(1) == Kind::ParenOpen).then_some(1);
        }
        for words in NAMES_WITH_RESERVED_WORDS {
            let same = |(ahead, word): (usize, &&str)| {
                self.tokens.get(self.at + ahead).is_some_and(|it| self.slice(*it) == *word)
            };
            if words.iter().enumerate().all(same) && self.kind_at(words.len()) == Kind::ParenOpen {
                return Some(words.len());
            }
        }
        let mut length = 0;
        while self.kind_at(length) == Kind::Name {
            let word = self.slice(self.tokens[self.at + length]);
            // `x between f(y) and ...`, `x instance of ...` are no names of functions.
            if length > 0 && matches!(word, "between" | "instance") {
                return None;
            }
            length += 1;
        }
        (length > 0 && self.kind_at(length) == Kind::ParenOpen).then_some(length)
    }

    /// Joins the next tokens with single spaces and passes them.
    pub(super) fn joined(&mut self, length: usize) -> Str {
        if length == 1 {
            return self.name_here();
        }
        let words: Vec<&str> =
            self.tokens[self.at..self.at + length].iter().map(|it| self.slice(*it)).collect();
        self.at += length;
        words.join(" ").into()
    }

    /// A parameter's name, which may have several words; ends before `stop`.
    pub(super) fn parameter(&mut self) -> Result<Str, Box<SyntaxError>> {
        if self.kind() == Kind::Backtick {
            return Ok(self.name_here());
        }
        if let Some((name, length)) = self.name_before(0, Kind::Colon) {
            self.at += length;
            return Ok(name);
        }
        let mut length = 0;
        while self.kind_at(length) == Kind::Name {
            length += 1;
        }
        if length == 0 {
            return Err(self.unexpected(vec!["a parameter name"]));
        }
        Ok(self.joined(length))
    }

    /// Whether `name :` stands at the cursor, as in named arguments.
    pub(super) fn at_named_argument(&self) -> bool {
        if self.kind() == Kind::Backtick {
            return self.kind_at(1) == Kind::Colon;
        }
        if self.name_before(0, Kind::Colon).is_some() {
            return true;
        }
        let mut length = 0;
        while self.kind_at(length) == Kind::Name {
            length += 1;
        }
        length > 0 && self.kind_at(length) == Kind::Colon
    }

    /// The key of a context entry: a string, a quoted name, or any text without the symbols that
    /// structure a context.
    pub(super) fn context_key(&mut self) -> Result<Str, Box<SyntaxError>> {
        match self.kind() {
            Kind::String => return self.string_literal(),
            Kind::Backtick => return Ok(self.name_here()),
            _ => {}
        }
        let first = self.token();
        let mut last = first;
        loop {
            match self.kind() {
                Kind::Colon if last.start >= first.start && self.token().start > first.start => {
                    return Ok(self.text[first.start as usize..last.end as usize].into());
                }
                Kind::String
                | Kind::Backtick
                | Kind::BraceOpen
                | Kind::BraceClose
                | Kind::BracketOpen
                | Kind::BracketClose
                | Kind::Colon
                | Kind::Comma
                | Kind::End => {
                    let expected = if self.token().start == first.start {
                        "a context key"
                    } else {
                        "':' after the context key"
                    };
                    return Err(self.unexpected(vec![expected]));
                }
                _ => last = self.advance(),
            }
        }
    }

    /// The name after a dot; `time offset` is the one property of two words.
    pub(super) fn property(&mut self) -> Result<Str, Box<SyntaxError>> {
        if let Some((name, length)) = self.known_name() {
            self.at += length;
            return Ok(name);
        }
        if self.kind() == Kind::Name && self.kind_at(1) == Kind::Name {
            let second = self.slice(self.tokens[self.at + 1]);
            match (self.word(), second) {
                ("time", "offset") => return Ok(self.joined(2)),
                ("start" | "end", "included") if self.scope.is_some() => {
                    return Ok(self.joined(2));
                }
                _ => {}
            }
        }
        self.name()
    }
}
