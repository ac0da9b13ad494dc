//! Unary tests: `< 5`, `[1..3]`, `"a", "b"`, `not(...)`, `-`, and expressions with `?`.

use super::{Parsed, Parser};
use crate::ast::{Expr, Id, Relation};
use crate::error::SyntaxError;
use crate::lex::Kind;

impl Parser<'_> {
    /// A whole cell: a negation, a list of tests, or `-`.
    pub(super) fn unary_tests(&mut self) -> Parsed {
        let start = self.token().start;
        if self.kind() == Kind::Minus && self.kind_at(1) == Kind::End {
            self.advance();
            return self.push(Expr::AnyInput, start, &[]);
        }
        if self.kind() == Kind::Name && self.word() == "not" && self.kind_at(1) == Kind::ParenOpen {
            return self.negation_or_tests(start);
        }
        self.test_list()
    }

    /// `not(` around all of the tests, or tests that begin with an invocation of `not`. Where the
    /// first edition read something else than a negation, that is kept beside it.
    fn negation_or_tests(&mut self, start: u32) -> Parsed {
        let (mark, closed_at_end) = (self.mark(), self.closes_at_end());
        match self.negated() {
            Ok(tests) if closed_at_end => self.push(Expr::NotTests(tests), start, &[tests]),
            Ok(tests) => {
                let end = self.mark();
                self.reset(mark);
                let first = self.whole_test_list();
                self.reset(end);
                match first {
                    Ok(first) => {
                        let refined = Expr::NotTestsRefined { tests, first };
                        self.push(refined, start, &[tests, first])
                    }
                    Err(_) => self.push(Expr::NotTests(tests), start, &[tests]),
                }
            }
            Err(inside) => {
                self.reset(mark);
                let read = self.whole_test_list();
                // What is wrong inside of a negation is told as that.
                if closed_at_end { read.map_err(|_| inside) } else { read }
            }
        }
    }

    fn whole_test_list(&mut self) -> Parsed {
        let tests = self.test_list()?;
        self.end()?;
        Ok(tests)
    }

    /// The tests in a negation of everything.
    fn negated(&mut self) -> Parsed {
        self.at += 2;
        let tests = self.test_list()?;
        self.expect(Kind::ParenClose, "')'")?;
        self.end()?;
        Ok(tests)
    }

    /// Whether the parenthesis after the cursor closes with the last token, as the first edition
    /// counted.
    fn closes_at_end(&self) -> bool {
        let mut open = 0_i32;
        for (ix, token) in self.tokens.iter().enumerate().skip(self.at + 1) {
            match token.kind {
                Kind::ParenOpen => open += 1,
                Kind::ParenClose => open -= 1,
                _ => {}
            }
            if open == 0 {
                return self.tokens.get(ix + 1).is_some_and(|it| it.kind == Kind::End);
            }
        }
        true
    }

    /// Tests separated by commas, as one node.
    pub(super) fn test_list(&mut self) -> Parsed {
        let start = self.token().start;
        let first = self.unary_test()?;
        if self.kind() != Kind::Comma {
            return Ok(first);
        }
        let mut tests = vec![first];
        while self.accept(Kind::Comma) {
            tests.push(self.unary_test()?);
        }
        let below = tests.iter().map(|&it| self.height(it)).max().unwrap_or(0);
        self.push_above(Expr::Tests(tests), start, below)
    }

    /// One test: a comparison or range on the input, or an expression.
    pub(super) fn unary_test(&mut self) -> Parsed {
        let expr = self.expression()?;
        self.as_test(expr)
    }

    /// Makes a test of an expression. Comparisons with the input are tests already, `true` and
    /// `false` compare with the input, everything else is decided by its value.
    pub(super) fn as_test(&mut self, expr: Id) -> Parsed {
        let start = self.start(expr);
        match self.ast.get(expr) {
            Expr::InputCompare { .. } => Ok(expr),
            Expr::Bool(_) => {
                let relation = Relation::Equal;
                let compare = Expr::InputCompare { relation, operand: expr, parenthesized: false };
                self.push(compare, start, &[expr])
            }
            _ => self.push(Expr::Test(expr), start, &[expr]),
        }
    }

    /// `< 5` and its like at the start of an expression: a test of the input.
    pub(super) fn input_comparison(&mut self) -> Result<Option<u32>, Box<SyntaxError>> {
        let relation = match self.kind() {
            Kind::Less => Relation::Less,
            Kind::LessEqual => Relation::LessEqual,
            Kind::Greater => Relation::Greater,
            Kind::GreaterEqual => Relation::GreaterEqual,
            Kind::Equal => Relation::Equal,
            Kind::NotEqual => Relation::NotEqual,
            _ => return Ok(None),
        };
        let start = self.advance().start;
        let operand = self.arithmetic()?;
        let compare = Expr::InputCompare { relation, operand, parenthesized: false };
        self.push(compare, start, &[operand]).map(Some)
    }
}
