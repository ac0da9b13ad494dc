//! Forms with keywords, functions and invocations.

use super::{Parsed, Parser};
use crate::ast::{Arguments, Expr, Iteration, Source};
use crate::error::SyntaxError;
use crate::lex::Kind;

impl Parser<'_> {
    pub(super) fn function(&mut self) -> Parsed {
        let start = self.advance().start;
        self.expect(Kind::ParenOpen, "'('")?;
        let mut parameters = Vec::new();
        if !self.accept(Kind::ParenClose) {
            loop {
                let name = self.parameter()?;
                self.introduce(&name);
                let of = if self.accept(Kind::Colon) { Some(self.type_here()?) } else { None };
                parameters.push((name, of));
                if !self.accept(Kind::Comma) {
                    break;
                }
            }
            self.expect(Kind::ParenClose, "',' or ')'")?;
        }
        if self.kind() == Kind::Name
            && self.word() == "external"
            && self.kind_at(1) == Kind::BraceOpen
        {
            let message = "external functions are not supported";
            return Err(self.error_at(self.token().start, message));
        }
        let body = self.expression()?;
        self.push(Expr::Function { parameters, body }, start, &[body])
    }

    /// Arguments in parentheses, and the height of the highest.
    pub(super) fn arguments(&mut self) -> Result<(Arguments, u16), Box<SyntaxError>> {
        self.expect(Kind::ParenOpen, "'('")?;
        let mut positional = Vec::new();
        let mut named = Vec::new();
        let mut below = 0;
        if !self.accept(Kind::ParenClose) {
            let with_names = self.at_named_argument();
            loop {
                let name = if with_names {
                    let name = self.parameter()?;
                    self.expect(Kind::Colon, "':'")?;
                    Some(name)
                } else {
                    None
                };
                let value = self.expression()?;
                below = below.max(self.height(value));
                match name {
                    Some(name) => named.push((name, value)),
                    None => positional.push(value),
                }
                if !self.accept(Kind::Comma) {
                    break;
                }
            }
            self.expect(Kind::ParenClose, "',' or ')'")?;
        }
        let arguments = if named.is_empty() {
            Arguments::Positional(positional)
        } else {
            Arguments::Named(named)
        };
        Ok((arguments, below))
    }

    /// Whether an operand can begin behind the word at the cursor.
    fn operand_follows(&self) -> bool {
        starts_expression(self.kind_at(1)) || self.name_follows()
    }

    /// Whether `if`, `for`, `some` or `every` begins its form at the cursor, as far as can be seen.
    pub(super) fn starts_form(&self) -> bool {
        match self.word() {
            "if" => self.operand_follows(),
            "for" | "some" | "every" => self.iterator_length(1).is_some(),
            _ => false,
        }
    }

    pub(super) fn name_or_call(&mut self) -> Parsed {
        let start = self.token().start;
        if self.kind() == Kind::Name {
            let word = self.word();
            if word == "if" && self.operand_follows() {
                return self.condition();
            }
            if self.iterator_length(1).is_some() {
                match word {
                    "for" => return self.iteration(),
                    "some" => return self.quantified(false),
                    "every" => return self.quantified(true),
                    _ => {}
                }
            }
        }
        if let Some(length) = self.function_name_length() {
            let name = self.joined(length);
            let (arguments, below) = self.arguments()?;
            return self.push_above(Expr::Call { name, arguments }, start, below);
        }
        match self.kind() {
            Kind::Name | Kind::Backtick => {
                let name = self.name_here();
                self.push(Expr::Name(name), start, &[])
            }
            _ => Err(self.unexpected(vec!["a value"])),
        }
    }

    fn condition(&mut self) -> Parsed {
        let start = self.advance().start;
        let condition = self.expression()?;
        self.expect(Kind::Then, "'then'")?;
        let then = self.expression()?;
        self.expect(Kind::Else, "'else'")?;
        let otherwise = self.expression()?;
        let expr = Expr::If { condition, then, otherwise };
        self.push(expr, start, &[condition, then, otherwise])
    }

    fn iteration(&mut self) -> Parsed {
        let start = self.advance().start;
        let (iterations, below) = self.iterations()?;
        self.expect(Kind::Return, "'return'")?;
        let body = self.expression()?;
        let below = below.max(self.height(body));
        self.push_above(Expr::For { iterations, body }, start, below)
    }

    fn quantified(&mut self, every: bool) -> Parsed {
        let start = self.advance().start;
        let (iterations, below) = self.iterations()?;
        self.expect(Kind::Satisfies, "'satisfies'")?;
        let body = self.expression()?;
        let below = below.max(self.height(body));
        self.push_above(Expr::Quantified { every, iterations, body }, start, below)
    }

    fn iterations(&mut self) -> Result<(Vec<Iteration>, u16), Box<SyntaxError>> {
        let mut iterations = Vec::new();
        let mut below = 0;
        loop {
            let name = match (self.name_before(0, Kind::In), self.iterator_length(0)) {
                (Some((name, length)), _) => {
                    self.at += length;
                    name
                }
                (None, Some(length)) => self.joined(length),
                (None, None) => self.name()?,
            };
            self.introduce(&name);
            self.expect(Kind::In, "'in'")?;
            let from = self.arithmetic()?;
            below = below.max(self.height(from));
            let source = if self.accept(Kind::DotDot) {
                let to = self.arithmetic()?;
                below = below.max(self.height(to));
                Source::Steps(from, to)
            } else {
                Source::List(from)
            };
            iterations.push(Iteration { name, source });
            if !self.accept(Kind::Comma) {
                return Ok((iterations, below));
            }
        }
    }
}

/// Whether a token can follow the keyword `if`, or shows that `if` is a variable.
fn starts_expression(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Name
            | Kind::Backtick
            | Kind::Number
            | Kind::String
            | Kind::Null
            | Kind::True
            | Kind::False
            | Kind::Function
            | Kind::And
            | Kind::Or
            | Kind::ParenOpen
            | Kind::BracketOpen
            | Kind::BracketClose
            | Kind::BraceOpen
            | Kind::Question
            | Kind::At
            | Kind::Minus
    )
}
