//! Escapes, and classes in brackets.

use regex_syntax::hir::ClassUnicode;

use super::class::{folded, set};
use super::parse::{Parser, Read};
use super::syntax::{Assert, Ast, Dialect};

impl Parser {
    /// What follows a backslash outside of brackets.
    pub(super) fn escape(&mut self) -> Read<Ast> {
        let letter = self.next().ok_or("it ends with a backslash")?;
        let unicode = self.flags.unicode;
        Ok(match letter {
            'A' => Ast::Assert(Assert::Start),
            'z' => Ast::Assert(Assert::End),
            'Z' => Ast::Assert(Assert::EndOrBreak),
            'b' => Ast::Assert(Assert::Word { unicode }),
            'B' => Ast::Assert(Assert::NotWord { unicode }),
            'R' => self.line_break()?,
            'E' => Ast::Empty,
            'k' => self.reference_named()?,
            '1'..='9' => self.reference(letter)?,
            _ => match self.escaped_class(letter)? {
                Some(class) => self.class(&class)?,
                None => {
                    let it = self.escaped_character(letter)?;
                    self.literal(it)?
                }
            },
        })
    }

    /// `\R`: any line break, of which `\r\n` is one.
    fn line_break(&mut self) -> Read<Ast> {
        let both = Ast::Concat(vec![Ast::Char('\r'), Ast::Char('\n')]);
        let one = set(&[('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')]);
        Ok(Ast::Alternation(vec![both, self.class(&one)?]))
    }

    /// The character that an escape stands for.
    fn escaped_character(&mut self, letter: char) -> Read<char> {
        let number = |digits: &str, radix: u32| {
            let found = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
            found.ok_or_else(|| format!("'\\{letter}{digits}' names no character"))
        };
        Ok(match letter {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'a' => '\u{7}',
            'e' => '\u{1b}',
            'x' if self.follows("{") => {
                self.at += 1;
                let digits = self.name('}')?;
                number(&digits, 16)?
            }
            'x' => number(&self.take(2), 16)?,
            'u' => number(&self.take(4), 16)?,
            '0' => {
                let mut digits = String::new();
                while digits.len() < 3
                    && let Some(it) = self.text.get(self.at).filter(|it| it.is_digit(8))
                {
                    digits.push(*it);
                    self.at += 1;
                }
                number(&digits, 8)?
            }
            it if it.is_ascii_alphanumeric() => {
                return Err(format!("'\\{it}' is an escape that is not known"));
            }
            it => it,
        })
    }

    fn take(&mut self, count: usize) -> String {
        let end = (self.at + count).min(self.text.len());
        let found = self.text[self.at..end].iter().collect();
        self.at = end;
        found
    }

    /// A class after its opening bracket, up to the closing one.
    pub(super) fn bracket(&mut self) -> Read<ClassUnicode> {
        let inverted = self.eat_all("^");
        let mut all: Option<ClassUnicode> = None;
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut classes = set(&[]);
        let mut is_empty = true;
        loop {
            let it = self.in_class()?;
            match it {
                ']' if !is_empty => break,
                '&' if self.eat_all("&") => {
                    let part = self.part(&mut ranges, &mut classes);
                    all = Some(both(all, part));
                }
                '[' => classes.union(&self.deeper(Self::bracket)?),
                '-' if self.dialect == Dialect::XPath && self.eat_all("[") => {
                    let mut kept = self.part(&mut ranges, &mut classes);
                    kept.difference(&self.deeper(Self::bracket)?);
                    classes = kept;
                }
                '\\' if self.eat_all("Q") => {
                    while !self.eat_all("\\E") {
                        let it = self.next().ok_or("a class is not closed")?;
                        ranges.push((it, it));
                    }
                }
                '\\' if self.eat_all("E") => {}
                _ => self.member(it, &mut ranges, &mut classes)?,
            }
            is_empty = false;
        }
        let part = self.part(&mut ranges, &mut classes);
        let mut found = both(all, part);
        self.count(found.ranges().len())?;
        if inverted {
            found.negate();
        }
        Ok(found)
    }

    /// The next character of a class; in Java, blanks that mean nothing mean nothing here either.
    fn in_class(&mut self) -> Read<char> {
        if self.dialect == Dialect::Java {
            self.peek();
        }
        self.next().ok_or_else(|| "a class is not closed".to_owned())
    }

    /// A character, a range or an escape.
    fn member(
        &mut self,
        it: char,
        ranges: &mut Vec<(char, char)>,
        classes: &mut ClassUnicode,
    ) -> Read<()> {
        let Some(low) = self.character(it, classes)? else { return Ok(()) };
        let is_range = self.follows("-")
            && self.text.get(self.at + 1).is_some_and(|it| !matches!(it, ']' | '['))
            && !(self.text[self.at + 1..].starts_with(&['&', '&']));
        let high = if is_range {
            self.at += 1;
            let it = self.in_class()?;
            let high = self.character(it, &mut set(&[]))?;
            high.ok_or_else(|| format!("the range from '{low}' ends with a class"))?
        } else {
            low
        };
        if low > high {
            return Err(format!("the range from '{low}' to '{high}' is the wrong way round"));
        }
        self.count(1)?;
        ranges.push((low, high));
        Ok(())
    }

    /// A character, or nothing when it was a class.
    fn character(&mut self, it: char, classes: &mut ClassUnicode) -> Read<Option<char>> {
        if it != '\\' {
            return Ok(Some(it));
        }
        let letter = self.next().ok_or("it ends with a backslash")?;
        if let Some(class) = self.escaped_class(letter)? {
            classes.union(&class);
            return Ok(None);
        }
        self.escaped_character(letter).map(Some)
    }

    /// What was read of a class, in both cases where these count as equal.
    fn part(&mut self, ranges: &mut Vec<(char, char)>, classes: &mut ClassUnicode) -> ClassUnicode {
        let mut found = set(ranges);
        ranges.clear();
        if self.flags.fold {
            found = folded(found, self.flags.fold_unicode);
        }
        found.union(classes);
        *classes = set(&[]);
        found
    }
}

/// What is in both; all of it if there is nothing else.
fn both(all: Option<ClassUnicode>, mut part: ClassUnicode) -> ClassUnicode {
    if let Some(all) = all {
        part.intersect(&all);
    }
    part
}
