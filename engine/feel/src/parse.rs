//! Tokens to a syntax tree: a Pratt parser for Camunda's dialect of FEEL.
//!
//! Names with spaces stand only directly before `(` or `:`, so the grammar needs no list of known
//! names. Two counters bound the work: how deep the parser is, and how high the tree becomes;
//! chains of operators are flat nodes and count once.

mod expression;
mod forms;
mod known;
mod names;
mod operand;
#[cfg(test)]
mod print;
mod tests_unary;
mod text;
mod types;

use ::value::Str;

use crate::ast::{Ast, Expr, Id};
use crate::error::SyntaxError;
use crate::lex::{Kind, Token, tokens};
use crate::scope::{Names, Reading, Scope};

/// How deep expressions may be nested.
pub(crate) const DEPTH_MAX: u16 = 200;

/// How often a form of the language is tried where a declared name begins like it.
const ATTEMPTS_MAX: u32 = 64;

/// Parses an expression.
pub(crate) fn expression(text: &str, scope: Option<&Scope>) -> Result<(Ast, Id), Box<SyntaxError>> {
    read(text, scope, Parser::expression)
}

/// Parses unary tests, as in a cell of a decision table.
pub(crate) fn unary_tests(
    text: &str,
    scope: Option<&Scope>,
) -> Result<(Ast, Id), Box<SyntaxError>> {
    read(text, scope, Parser::unary_tests)
}

/// Reads a text: first as if no declared name began like a form of the language or a literal. What
/// can be read so keeps its meaning whatever is declared.
fn read<'t>(
    text: &'t str,
    scope: Option<&'t Scope>,
    parse: impl Fn(&mut Parser<'t>) -> Parsed,
) -> Result<(Ast, Id), Box<SyntaxError>> {
    let whole = |reading| {
        let mut parser = Parser::new(text, scope, reading)?;
        let root = parse(&mut parser)?;
        parser.end()?;
        Ok((parser.ast, root))
    };
    let plain: Result<_, Box<SyntaxError>> = whole(Reading::Plain);
    let Err(error) = plain else { return plain };
    if scope.is_none() {
        return Err(error);
    }
    let mut furthest = error;
    for reading in [Reading::FormsFirst, Reading::NamesFirst] {
        match whole(reading) {
            Ok(read) => return Ok(read),
            // What went further knows better what is wrong.
            Err(error) if error.offset > furthest.offset => furthest = error,
            Err(_) => {}
        }
    }
    Err(furthest)
}

struct Parser<'t> {
    text: &'t str,
    /// What the model around the text declares, if there is one.
    scope: Option<&'t Scope>,
    /// Names of several words that the text itself introduced; only with a scope.
    introduced: Names,
    /// Which of the names are recognised.
    reading: Reading,
    attempts_left: u32,
    tokens: Vec<Token>,
    at: usize,
    depth: u16,
    ast: Ast,
    /// Height of each node of `ast`; at most [`DEPTH_MAX`].
    heights: Vec<u16>,
}

type Parsed = Result<Id, Box<SyntaxError>>;

impl<'t> Parser<'t> {
    fn new(
        text: &'t str,
        scope: Option<&'t Scope>,
        reading: Reading,
    ) -> Result<Self, Box<SyntaxError>> {
        Ok(Self {
            text,
            scope,
            introduced: Names::default(),
            reading,
            attempts_left: ATTEMPTS_MAX,
            tokens: tokens(text).map_err(Box::new)?,
            at: 0,
            depth: 0,
            ast: Ast::default(),
            heights: Vec::new(),
        })
    }

    fn kind(&self) -> Kind {
        self.kind_at(0)
    }

    fn kind_at(&self, ahead: usize) -> Kind {
        self.tokens.get(self.at + ahead).map_or(Kind::End, |it| it.kind)
    }

    fn token(&self) -> Token {
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn slice(&self, token: Token) -> &'t str {
        &self.text[token.start as usize..token.end as usize]
    }

    fn word(&self) -> &'t str {
        self.slice(self.token())
    }

    fn advance(&mut self) -> Token {
        let token = self.token();
        self.at += 1;
        token
    }

    fn accept(&mut self, kind: Kind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, kind: Kind, expected: &'static str) -> Result<Token, Box<SyntaxError>> {
        if self.kind() == kind { Ok(self.advance()) } else { Err(self.unexpected(vec![expected])) }
    }

    /// Accepts a word that is a keyword only here.
    fn accept_word(&mut self, word: &str) -> bool {
        let found = self.kind() == Kind::Name && self.word() == word;
        if found {
            self.at += 1;
        }
        found
    }

    fn end(&self) -> Result<(), Box<SyntaxError>> {
        match self.kind() {
            Kind::End => Ok(()),
            _ => Err(self.unexpected(vec!["an operator", "the end"])),
        }
    }

    fn unexpected(&self, expected: Vec<&'static str>) -> Box<SyntaxError> {
        let token = self.token();
        let message = match token.kind {
            Kind::End => "found the end".to_owned(),
            _ => {
                let mut found: String = self.slice(token).chars().take(30).collect();
                if found.len() < (token.end - token.start) as usize {
                    found.push('…');
                }
                format!("found '{found}'")
            }
        };
        Box::new(SyntaxError::new(self.text, token.start as usize, message, expected))
    }

    fn error_at(&self, start: u32, message: impl Into<String>) -> Box<SyntaxError> {
        Box::new(SyntaxError::new(self.text, start as usize, message.into(), Vec::new()))
    }

    /// Adds a node whose height is one above the highest of its children.
    fn push(&mut self, expr: Expr, start: u32, children: &[Id]) -> Parsed {
        let below = children.iter().map(|&it| self.height(it)).max().unwrap_or(0);
        self.push_above(expr, start, below)
    }

    fn push_above(&mut self, expr: Expr, start: u32, below: u16) -> Parsed {
        if below >= DEPTH_MAX {
            return Err(self.too_deep(start));
        }
        self.heights.push(below + 1);
        // A node is added when its last token was read.
        let end = self.at.checked_sub(1).and_then(|it| self.tokens.get(it)).map_or(0, |it| it.end);
        Ok(self.ast.push(expr, start, end))
    }

    fn height(&self, id: Id) -> u16 {
        self.heights.get(id as usize).copied().unwrap_or(0)
    }

    fn too_deep(&self, start: u32) -> Box<SyntaxError> {
        self.error_at(start, format!("the expression is nested more than {DEPTH_MAX} levels deep"))
    }

    /// Runs `parse` one level deeper.
    fn nested(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= DEPTH_MAX {
            return Err(self.too_deep(self.token().start));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn string_literal(&mut self) -> Result<Str, Box<SyntaxError>> {
        let token = self.expect(Kind::String, "a string")?;
        let slice = self.slice(token);
        let content = &slice[1..slice.len() - 1];
        text::unescape(content)
            .map_err(|at| self.error_at(token.start + 1 + at, "the escape names no character"))
    }
}
