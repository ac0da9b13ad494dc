//! Operands: literals, lists, contexts, ranges, and the paths, filters and invocations after them.

use ::value::Dec;

use super::{Parsed, Parser};
use crate::ast::{Ends, Expr, Id};
use crate::error::SyntaxError;
use crate::lex::Kind;
use crate::scope::Reading;

impl Parser<'_> {
    pub(super) fn prefix(&mut self) -> Parsed {
        if self.kind() != Kind::Minus {
            return self.postfix();
        }
        let start = self.advance().start;
        let operand = self.nested(Self::prefix)?;
        self.push(Expr::Negate(operand), start, &[operand])
    }

    /// A value with its paths, filters and invocations.
    fn postfix(&mut self) -> Parsed {
        let start = self.token().start;
        let mut base = self.primary()?;
        loop {
            base = match self.kind() {
                Kind::Dot => {
                    self.advance();
                    self.after_dot(base, start)?
                }
                Kind::BracketOpen if !self.bracket_ends_range() => {
                    self.advance();
                    let filter = self.expression()?;
                    self.expect(Kind::BracketClose, "']'")?;
                    self.push(Expr::Filter { base, filter }, start, &[base, filter])?
                }
                Kind::ParenOpen => {
                    let (arguments, below) = self.arguments()?;
                    let below = below.max(self.height(base));
                    self.push_above(Expr::CallValue { base, arguments }, start, below)?
                }
                _ => return Ok(base),
            };
        }
    }

    /// In `[1..5[` the last bracket ends the range: nothing that could be a filter follows it.
    fn bracket_ends_range(&self) -> bool {
        matches!(
            self.kind_at(1),
            Kind::End
                | Kind::ParenClose
                | Kind::BracketClose
                | Kind::BraceClose
                | Kind::Comma
                | Kind::Dot
                | Kind::And
                | Kind::Or
                | Kind::Then
                | Kind::Else
                | Kind::Return
                | Kind::Satisfies
        )
    }

    fn after_dot(&mut self, base: Id, start: u32) -> Parsed {
        if let Some(length) = self.function_name_length() {
            let name = self.joined(length);
            let (arguments, below) = self.arguments()?;
            let below = below.max(self.height(base));
            return self.push_above(Expr::CallEntry { base, name, arguments }, start, below);
        }
        let mut names = vec![self.property()?];
        while self.kind() == Kind::Dot {
            self.advance();
            if let Some(length) = self.function_name_length() {
                let path = self.push(Expr::Path { base, names }, start, &[base])?;
                let name = self.joined(length);
                let (arguments, below) = self.arguments()?;
                let below = below.max(self.height(path));
                let call = Expr::CallEntry { base: path, name, arguments };
                return self.push_above(call, start, below);
            }
            names.push(self.property()?);
        }
        self.push(Expr::Path { base, names }, start, &[base])
    }

    fn primary(&mut self) -> Parsed {
        let token = self.token();
        let start = token.start;
        if let Some((name, length)) = self.known_name() {
            if self.reading == Reading::FormsFirst
                && self.starts_form()
                && let Some(form) = self.attempt(Self::name_or_call)
            {
                return Ok(form);
            }
            self.at += length;
            if self.kind() == Kind::ParenOpen {
                let (arguments, below) = self.arguments()?;
                return self.push_above(Expr::Call { name, arguments }, start, below);
            }
            return self.push(Expr::Name(name), start, &[]);
        }
        let leaf = match token.kind {
            Kind::Number => Expr::Number(self.number()?),
            Kind::String => Expr::Text(self.string_literal()?),
            Kind::At => {
                self.advance();
                Expr::At(self.string_literal()?)
            }
            Kind::ParenOpen => return self.parenthesized(),
            Kind::BracketOpen => return self.list_or_range(),
            Kind::BracketClose => {
                self.advance();
                let low = self.arithmetic()?;
                return self.range_rest(start, low, false);
            }
            Kind::BraceOpen => return self.context(),
            Kind::Function if self.kind_at(1) == Kind::ParenOpen => return self.function(),
            Kind::Name | Kind::Backtick | Kind::And | Kind::Or => return self.name_or_call(),
            _ => {
                let leaf = match token.kind {
                    Kind::Null => Expr::Null,
                    Kind::True => Expr::Bool(true),
                    Kind::False => Expr::Bool(false),
                    Kind::Question => Expr::Input,
                    _ => return Err(self.unexpected(vec!["a value"])),
                };
                self.advance();
                leaf
            }
        };
        self.push(leaf, start, &[])
    }

    fn number(&mut self) -> Result<Dec, Box<SyntaxError>> {
        let token = self.advance();
        Dec::parse(self.slice(token))
            .ok_or_else(|| self.error_at(token.start, "the number is out of range"))
    }

    fn parenthesized(&mut self) -> Parsed {
        let start = self.advance().start;
        let inner = self.expression()?;
        if self.kind() == Kind::DotDot {
            return self.range_rest(start, inner, false);
        }
        let end = self.expect(Kind::ParenClose, "')'")?.end;
        self.ast.parenthesize(inner, start, end);
        Ok(inner)
    }

    fn list_or_range(&mut self) -> Parsed {
        let start = self.advance().start;
        let mut items = Vec::new();
        let mut below = 0;
        if !self.accept(Kind::BracketClose) {
            loop {
                let item = self.expression()?;
                if items.is_empty() && self.kind() == Kind::DotDot {
                    return self.range_rest(start, item, true);
                }
                below = below.max(self.height(item));
                items.push(item);
                if !self.accept(Kind::Comma) {
                    break;
                }
            }
            self.expect(Kind::BracketClose, "',' or ']'")?;
        }
        self.push_above(Expr::List(items), start, below)
    }

    /// `.. high]`, after the low end.
    pub(super) fn range_rest(&mut self, start: u32, low: Id, low_closed: bool) -> Parsed {
        self.expect(Kind::DotDot, "'..'")?;
        let high = self.arithmetic()?;
        let high_closed = match self.kind() {
            Kind::BracketClose => true,
            Kind::ParenClose | Kind::BracketOpen => false,
            _ => return Err(self.unexpected(vec!["']'", "')'"])),
        };
        self.advance();
        self.push(Expr::Range(Ends { low, low_closed, high, high_closed }), start, &[low, high])
    }

    fn context(&mut self) -> Parsed {
        let start = self.advance().start;
        let mut entries = Vec::new();
        let mut below = 0;
        if !self.accept(Kind::BraceClose) {
            loop {
                let key = self.context_key()?;
                self.introduce(&key);
                self.expect(Kind::Colon, "':'")?;
                let value = self.expression()?;
                below = below.max(self.height(value));
                entries.push((key, value));
                if !self.accept(Kind::Comma) {
                    break;
                }
            }
            self.expect(Kind::BraceClose, "',' or '}'")?;
        }
        self.push_above(Expr::Context(entries), start, below)
    }
}
