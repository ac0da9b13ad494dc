//! Types after `instance of` and behind the names of parameters.

use std::sync::Arc;

use ::value::Str;

use super::{DEPTH_MAX, Parser};
use crate::error::SyntaxError;
use crate::lex::Kind;
use crate::types::{Signature, Type};

type ParsedType = Result<Type, Box<SyntaxError>>;

/// Names of built-in types that have several words.
const LONG: [&[&str]; 6] = [
    &["years", "and", "months", "duration"],
    &["days", "and", "time", "duration"],
    &["date", "and", "time"],
    &["date", "time"],
    &["year", "-", "month", "-", "duration"],
    &["day", "-", "time", "-", "duration"],
];

impl Parser<'_> {
    /// A type. Recurses as deep as types are nested, which is limited like expressions.
    pub(super) fn type_here(&mut self) -> ParsedType {
        if self.depth >= DEPTH_MAX {
            return Err(self.too_deep(self.token().start));
        }
        self.depth += 1;
        let parsed = self.type_form();
        self.depth -= 1;
        parsed
    }

    fn type_form(&mut self) -> ParsedType {
        let name = self.type_name()?;
        if self.kind() != Kind::Less {
            return Ok(self.resolved(&name));
        }
        match &*name {
            "list" => Ok(Type::List(Arc::new(self.type_argument()?))),
            "range" => Ok(Type::Range(Arc::new(self.type_argument()?))),
            "context" => self.context_type(),
            "function" => self.function_type(),
            _ => Ok(self.resolved(&name)),
        }
    }

    fn resolved(&self, name: &Str) -> Type {
        let defined = self.scope.and_then(|it| it.type_named(name)).cloned();
        defined.or_else(|| Type::named(name)).unwrap_or_else(|| Type::Unknown(name.clone()))
    }

    fn type_argument(&mut self) -> ParsedType {
        self.expect(Kind::Less, "'<'")?;
        let argument = self.type_here()?;
        self.expect(Kind::Greater, "'>'")?;
        Ok(argument)
    }

    fn context_type(&mut self) -> ParsedType {
        self.expect(Kind::Less, "'<'")?;
        let mut entries: Vec<(Str, Type)> = Vec::new();
        if !self.accept(Kind::Greater) {
            loop {
                let key = self.parameter()?;
                self.expect(Kind::Colon, "':'")?;
                entries.push((key, self.type_here()?));
                if !self.accept(Kind::Comma) {
                    break;
                }
            }
            self.expect(Kind::Greater, "',' or '>'")?;
        }
        Ok(Type::Context(entries.into()))
    }

    fn function_type(&mut self) -> ParsedType {
        self.expect(Kind::Less, "'<'")?;
        let mut parameters = Vec::new();
        if !self.accept(Kind::Greater) {
            loop {
                parameters.push(self.type_here()?);
                if !self.accept(Kind::Comma) {
                    break;
                }
            }
            self.expect(Kind::Greater, "',' or '>'")?;
        }
        self.expect(Kind::Minus, "'->'")?;
        self.expect(Kind::Greater, "'->'")?;
        let result = self.type_here()?;
        Ok(Type::Function(Some(Arc::new(Signature { parameters, result }))))
    }

    fn type_name(&mut self) -> Result<Str, Box<SyntaxError>> {
        if let Some((name, length)) = self.known_name() {
            self.at += length;
            return Ok(name);
        }
        for words in LONG {
            let same = |(ahead, word): (usize, &&str)| {
                self.tokens.get(self.at + ahead).is_some_and(|it| self.slice(*it) == *word)
            };
            if words.iter().enumerate().all(same) {
                self.at += words.len();
                let separator = if words.contains(&"-") { "" } else { " " };
                return Ok(words.join(separator).into());
            }
        }
        let mut name = match self.kind() {
            Kind::Function | Kind::Null | Kind::Name | Kind::Backtick => self.name_here(),
            _ => return Err(self.unexpected(vec!["a type name"])),
        };
        // `model.type`, as in imports.
        while self.kind() == Kind::Dot && self.kind_at(1) == Kind::Name {
            self.advance();
            name = format!("{name}.{}", self.name_here()).into();
        }
        Ok(name)
    }
}
