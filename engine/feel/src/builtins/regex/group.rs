//! Groups, their flags, and their text again.

use super::parse::{Parser, Read};
use super::syntax::{Ast, Dialect, Flags};

/// How many groups capture at most, the match itself included.
const GROUPS_MAX: usize = 255;

impl Parser {
    /// What follows an opening parenthesis, up to the closing one. Flags end with the group.
    pub(super) fn group(&mut self) -> Read<Ast> {
        let outside = self.flags;
        if !self.eat_all("?") {
            let number = self.number()?;
            return self.closed(outside, |body| Ast::Group(Some(number), body));
        }
        if self.eat_all(":") {
            return self.closed(outside, |body| Ast::Group(None, body));
        }
        if self.eat_all(">") {
            self.backtracks = true;
            return self.closed(outside, Ast::Atomic);
        }
        for (sign, behind, negative) in
            [("=", false, false), ("!", false, true), ("<=", true, false), ("<!", true, true)]
        {
            if self.eat_all(sign) {
                self.backtracks = true;
                return self.around(outside, behind, negative);
            }
        }
        if self.eat_all("<") || self.eat_all("P<") {
            let name = self.name('>')?;
            if self.names.iter().any(|it| it.0 == name) {
                return Err(format!("two groups have the name '{name}'"));
            }
            let number = self.number()?;
            self.names.push((name, number));
            return self.closed(outside, |body| Ast::Group(Some(number), body));
        }
        self.inline_flags(outside)
    }

    fn number(&mut self) -> Read<usize> {
        self.groups += 1;
        if self.groups > GROUPS_MAX {
            return Err(format!(
                "it has more than {} groups; those that need no number are written '(?:...)'",
                GROUPS_MAX - 1
            ));
        }
        Ok(self.groups - 1)
    }

    fn closed(&mut self, outside: Flags, make: impl FnOnce(Box<Ast>) -> Ast) -> Read<Ast> {
        let body = self.alternation()?;
        if !self.eat(')') {
            return Err("a group is not closed".to_owned());
        }
        self.flags = outside;
        Ok(make(Box::new(body)))
    }

    fn around(&mut self, outside: Flags, behind: bool, negative: bool) -> Read<Ast> {
        let Ast::Look { body, .. } =
            self.closed(outside, |body| Ast::Look { behind: None, negative, body })?
        else {
            return Ok(Ast::Empty);
        };
        let behind = behind.then(|| {
            let (least, most) = body.lengths();
            (least, most.unwrap_or(u32::MAX))
        });
        Ok(Ast::Look { behind, negative, body })
    }

    /// `(?i)`, `(?i-s)`, `(?i:...)`.
    fn inline_flags(&mut self, outside: Flags) -> Read<Ast> {
        let mut flags = self.flags;
        let mut on = true;
        loop {
            match self.next() {
                Some('-') if on => on = false,
                Some(')') => {
                    self.flags = flags;
                    return Ok(Ast::Empty);
                }
                Some(':') => {
                    self.flags = flags;
                    return self.closed(outside, |body| Ast::Group(None, body));
                }
                Some(it) => flags
                    .set(it, on)
                    .map_err(|()| format!("'(?' is followed by '{it}', which begins no group"))?,
                None => return Err("a group is not closed".to_owned()),
            }
        }
    }

    pub(super) fn name(&mut self, close: char) -> Read<String> {
        let mut name = String::new();
        loop {
            match self.next() {
                Some(it) if it == close && !name.is_empty() => return Ok(name),
                Some(it) if it.is_ascii_alphanumeric() || it == '_' => name.push(it),
                _ => return Err("a name of a group is no name".to_owned()),
            }
        }
    }

    /// The text of a group again, by its number: further digits count while there is such a group.
    /// One that never comes, or comes later, has no text in Java, so nothing matches; by `XPath` it
    /// is wrong.
    pub(super) fn reference(&mut self, digit: char) -> Read<Ast> {
        let mut group = digit.to_digit(10).unwrap_or(0) as usize;
        while let Some(digit) = self.text.get(self.at).and_then(|it| it.to_digit(10)) {
            let longer = group * 10 + digit as usize;
            if longer >= self.groups {
                break;
            }
            group = longer;
            self.at += 1;
        }
        if group >= self.groups && self.dialect == Dialect::XPath {
            return Err(format!("'\\{group}' names no group before it"));
        }
        self.backtracks = true;
        Ok(Ast::Reference { group, fold: self.flags.fold })
    }

    pub(super) fn reference_named(&mut self) -> Read<Ast> {
        if self.next() != Some('<') {
            return Err("'\\k' is not followed by '<'".to_owned());
        }
        let name = self.name('>')?;
        let Some((_, group)) = self.names.iter().find(|it| it.0 == name) else {
            return Err(format!("'\\k<{name}>' names no group before it"));
        };
        self.backtracks = true;
        Ok(Ast::Reference { group: *group, fold: self.flags.fold })
    }
}
