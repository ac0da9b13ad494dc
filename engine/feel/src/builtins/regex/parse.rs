//! Reads regular expressions as Java writes them, and where the standard refers to it, `XPath`.

use std::sync::Arc;

use regex_syntax::hir::ClassUnicode;

use super::class::{Class, Named, folded, of_letter, set};
use super::syntax::{Assert, Ast, Dialect, Flags};

/// How deep groups and classes may be nested.
const DEPTH_MAX: u32 = 100;

/// How long a regular expression is at most, in characters.
const LENGTH_MAX: usize = 32_768;

/// How many ranges its classes have at most, together.
const RANGES_MAX: usize = 65_536;

/// A regular expression as it was read.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) ast: Ast,
    /// How many groups there are, the match itself included.
    pub(super) groups: usize,
    /// The groups that have names.
    pub(super) names: Vec<(String, usize)>,
    /// Whether it cannot be matched without going back.
    pub(super) backtracks: bool,
    /// What reading it cost, in characters and ranges.
    pub(super) cost: usize,
}

pub(super) type Read<T> = Result<T, String>;

pub(super) struct Parser {
    pub(super) text: Vec<char>,
    pub(super) at: usize,
    pub(super) flags: Flags,
    pub(super) dialect: Dialect,
    pub(super) named: Named,
    /// How many ranges classes have so far.
    pub(super) ranges: usize,
    depth: u32,
    pub(super) groups: usize,
    pub(super) names: Vec<(String, usize)>,
    pub(super) backtracks: bool,
}

/// Reads a regular expression; fails with a reason.
pub(super) fn parse(text: &str, flags: Flags, dialect: Dialect) -> Read<Parsed> {
    if text.len() > LENGTH_MAX {
        return Err(format!("it is longer than {LENGTH_MAX} bytes"));
    }
    // By XPath blanks are taken away before a pattern is read, so that they mean nothing inside of
    // an escape either.
    let collapses = flags.spaced && dialect == Dialect::XPath;
    let mut parser = Parser {
        text: if collapses { collapsed(text) } else { text.chars().collect() },
        at: 0,
        flags: Flags { spaced: flags.spaced && !collapses, ..flags },
        dialect,
        named: Named::default(),
        ranges: 0,
        depth: 0,
        groups: 1,
        names: Vec::new(),
        backtracks: false,
    };
    let ast = parser.alternation()?;
    if parser.peek().is_some() {
        return Err("')' closes no group".to_owned());
    }
    let Parser { groups, names, backtracks, ranges, .. } = parser;
    let cost = text.len() + ranges;
    Ok(Parsed { ast, groups, names, backtracks, cost })
}

/// The characters without the blanks that stand outside of classes.
fn collapsed(text: &str) -> Vec<char> {
    let mut depth = 0_u32;
    let mut escaped = false;
    let mut kept = Vec::with_capacity(text.len());
    for it in text.chars() {
        if depth == 0 && matches!(it, ' ' | '\t' | '\n' | '\r') {
            continue;
        }
        kept.push(it);
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    kept
}

impl Parser {
    /// The next character that means something.
    pub(super) fn peek(&mut self) -> Option<char> {
        while self.flags.spaced {
            match self.text.get(self.at) {
                Some(it) if it.is_ascii_whitespace() || *it == '\u{b}' => self.at += 1,
                Some('#') => {
                    while self.text.get(self.at).is_some_and(|it| !matches!(it, '\n' | '\r')) {
                        self.at += 1;
                    }
                }
                _ => break,
            }
        }
        self.text.get(self.at).copied()
    }

    pub(super) fn eat(&mut self, it: char) -> bool {
        let found = self.peek() == Some(it);
        self.at += usize::from(found);
        found
    }

    /// The next character as it stands there.
    pub(super) fn next(&mut self) -> Option<char> {
        let found = self.text.get(self.at).copied();
        self.at += usize::from(found.is_some());
        found
    }

    /// Whether these characters follow.
    pub(super) fn follows(&self, wanted: &str) -> bool {
        self.text[self.at..].iter().copied().take(wanted.len()).eq(wanted.chars())
    }

    pub(super) fn eat_all(&mut self, wanted: &str) -> bool {
        let found = self.follows(wanted);
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(format!("it is nested more than {DEPTH_MAX} levels deep"));
        }
        let found = read(self);
        self.depth -= 1;
        found
    }

    pub(super) fn alternation(&mut self) -> Read<Ast> {
        let mut ways = vec![self.sequence()?];
        while self.eat('|') {
            ways.push(self.sequence()?);
        }
        Ok(if ways.len() == 1 { ways.remove(0) } else { Ast::Alternation(ways) })
    }

    fn sequence(&mut self) -> Read<Ast> {
        let mut parts = Vec::new();
        while let Some(it) = self.peek() {
            if matches!(it, '|' | ')') {
                break;
            }
            if self.eat_all("\\Q") {
                self.quoted(&mut parts)?;
                continue;
            }
            let atom = self.atom()?;
            parts.push(self.repeated(atom)?);
        }
        Ok(match parts.len() {
            0 => Ast::Empty,
            1 => parts.remove(0),
            _ => Ast::Concat(parts),
        })
    }

    /// What stands between `\Q` and `\E` means itself; a repetition is of the last character.
    fn quoted(&mut self, parts: &mut Vec<Ast>) -> Read<()> {
        while !self.eat_all("\\E") {
            let Some(it) = self.next() else { return Ok(()) };
            parts.push(self.literal(it)?);
        }
        if let Some(last) = parts.pop() {
            parts.push(self.repeated(last)?);
        }
        Ok(())
    }

    fn atom(&mut self) -> Read<Ast> {
        let Flags { lines, dot_all, .. } = self.flags;
        let java = self.dialect == Dialect::Java;
        Ok(match self.next().unwrap_or_default() {
            '^' if lines => Ast::Assert(Assert::LineStart),
            '^' => Ast::Assert(Assert::Start),
            '$' if lines => Ast::Assert(Assert::LineEnd),
            '$' if java => Ast::Assert(Assert::EndOrBreak),
            '$' => Ast::Assert(Assert::End),
            '.' => {
                let mut breaks = match (dot_all, java) {
                    (true, _) => set(&[]),
                    (false, true) => set(&[
                        ('\n', '\n'),
                        ('\r', '\r'),
                        ('\u{85}', '\u{85}'),
                        ('\u{2028}', '\u{2029}'),
                    ]),
                    (false, false) => set(&[('\n', '\n'), ('\r', '\r')]),
                };
                breaks.negate();
                self.class(&breaks)?
            }
            '(' => self.deeper(Self::group)?,
            '[' => {
                let class = self.deeper(Self::bracket)?;
                self.class(&class)?
            }
            '\\' => self.escape()?,
            it @ ('*' | '+' | '?') => return Err(format!("there is nothing that '{it}' repeats")),
            '{' => return Err("'{' begins no repetition; a brace is written '\\{'".to_owned()),
            it => self.literal(it)?,
        })
    }

    pub(super) fn class(&mut self, of: &ClassUnicode) -> Read<Ast> {
        self.count(of.ranges().len())?;
        Ok(Ast::Class(Arc::new(Class::new(of))))
    }

    /// Counts ranges of classes.
    pub(super) fn count(&mut self, ranges: usize) -> Read<()> {
        self.ranges += 1 + ranges;
        if self.ranges > RANGES_MAX {
            return Err("it is too large: its classes have too many ranges".to_owned());
        }
        Ok(())
    }

    /// A character that means itself, in both cases if these count as equal.
    pub(super) fn literal(&mut self, it: char) -> Read<Ast> {
        let Flags { fold, fold_unicode, .. } = self.flags;
        if fold && (it.is_ascii_alphabetic() || (fold_unicode && !it.is_ascii())) {
            return self.class(&folded(set(&[(it, it)]), fold_unicode));
        }
        Ok(Ast::Char(it))
    }

    fn repeated(&mut self, atom: Ast) -> Read<Ast> {
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                let bounds = self.bounds()?;
                return self.how_often(atom, bounds);
            }
            _ => return Ok(atom),
        };
        self.at += 1;
        self.how_often(atom, (min, max))
    }

    fn how_often(&mut self, atom: Ast, (min, max): (u32, Option<u32>)) -> Read<Ast> {
        let body = Box::new(atom);
        if self.eat('+') {
            self.backtracks = true;
            return Ok(Ast::Atomic(Box::new(Ast::Repeat { body, min, max, lazy: false })));
        }
        let lazy = self.eat('?');
        Ok(Ast::Repeat { body, min, max, lazy })
    }

    /// A number, if digits follow.
    fn digits(&mut self) -> Option<u32> {
        let start = self.at;
        while self.text.get(self.at).is_some_and(char::is_ascii_digit) {
            self.at += 1;
        }
        let digits: String = self.text[start..self.at].iter().collect();
        (!digits.is_empty()).then(|| digits.parse().unwrap_or(u32::MAX))
    }

    fn bounds(&mut self) -> Read<(u32, Option<u32>)> {
        let wrong = || "'{' begins no repetition such as '{2}' or '{2,5}'".to_owned();
        let min = self.digits().ok_or_else(wrong)?;
        let (min, max) = if self.text.get(self.at) == Some(&',') {
            self.at += 1;
            (min, self.digits())
        } else {
            (min, Some(min))
        };
        if self.next() != Some('}') || max.is_some_and(|it| it < min) {
            return Err(wrong());
        }
        if max.unwrap_or(min) as usize > super::program::INSTRUCTIONS_MAX {
            return Err(format!(
                "it repeats something more than {} times",
                super::program::INSTRUCTIONS_MAX
            ));
        }
        Ok((min, max))
    }

    /// The set of a letter after a backslash, or of `\p` and its name.
    pub(super) fn escaped_class(&mut self, letter: char) -> Read<Option<ClassUnicode>> {
        let unicode = self.flags.unicode;
        if !matches!(letter, 'p' | 'P') {
            return Ok(of_letter(letter, unicode));
        }
        let wrong = "'\\p' is not followed by a name in braces";
        let name: String = match self.next() {
            Some('{') => {
                let mut name = String::new();
                loop {
                    match self.next() {
                        Some('}') => break,
                        Some(it) if name.len() < 60 => name.push(it),
                        _ => return Err(wrong.to_owned()),
                    }
                }
                name
            }
            Some(it) => it.to_string(),
            None => return Err(wrong.to_owned()),
        };
        let (name, inverted) = match name.strip_prefix('^') {
            Some(name) if self.dialect == Dialect::XPath => (name.to_owned(), true),
            _ => (name, false),
        };
        let found = self.named.get(&name, unicode);
        let found = found.ok_or_else(|| format!("'\\p{{{name}}}' is no class that is known"))?;
        self.count(found.ranges().len())?;
        let mut found = ClassUnicode::clone(&found);
        let Flags { fold, fold_unicode, .. } = self.flags;
        let cased = ["Lower", "Upper", "Lu", "Ll", "Lt", "IsLowercase", "IsUppercase"];
        if fold && (fold_unicode || cased.contains(&&*name)) {
            found = folded(found, fold_unicode);
        }
        if (letter == 'P') != inverted {
            found.negate();
        }
        Ok(Some(found))
    }
}

impl Flags {
    /// Sets a flag; fails for a letter that is none.
    pub(super) fn set(&mut self, letter: char, on: bool) -> Result<(), ()> {
        match letter {
            'i' => self.fold = on,
            'm' => self.lines = on,
            's' => self.dot_all = on,
            'x' => self.spaced = on,
            'u' => self.fold_unicode = on,
            'U' => (self.unicode, self.fold_unicode) = (on, on),
            _ => return Err(()),
        }
        Ok(())
    }
}
