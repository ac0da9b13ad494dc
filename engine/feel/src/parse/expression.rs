//! Operators by precedence.

use super::{Parsed, Parser};
use crate::ast::{Arith, Expr, Id, Relation};
use crate::lex::Kind;

/// Precedences, loosest first.
const OR: u8 = 1;
const AND: u8 = 2;
const RELATION: u8 = 3;
const SUM: u8 = 4;
const PRODUCT: u8 = 5;
const POWER: u8 = 6;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed {
        self.nested(|it| it.binary(OR))
    }

    /// An operand of a comparison: nothing looser than `+` and `-`.
    pub(super) fn arithmetic(&mut self) -> Parsed {
        self.nested(|it| it.binary(SUM))
    }

    fn binary(&mut self, loosest: u8) -> Parsed {
        let input = if loosest <= RELATION { self.input_comparison()? } else { None };
        let mut left = match input {
            Some(comparison) => comparison,
            None => self.prefix()?,
        };
        loop {
            let precedence = self.precedence();
            if precedence < loosest {
                return Ok(left);
            }
            left = match precedence {
                OR | AND => self.logic(precedence, left)?,
                RELATION => self.relation(left)?,
                _ => self.chain(precedence, left)?,
            };
        }
    }

    /// Precedence of the operator at the cursor; 0 when there is none.
    fn precedence(&self) -> u8 {
        match self.kind() {
            Kind::Or => OR,
            Kind::And => AND,
            Kind::Equal
            | Kind::NotEqual
            | Kind::Less
            | Kind::LessEqual
            | Kind::Greater
            | Kind::GreaterEqual
            | Kind::In => RELATION,
            Kind::Name if matches!(self.word(), "between" | "instance") => RELATION,
            Kind::Plus | Kind::Minus => SUM,
            Kind::Star | Kind::Slash => PRODUCT,
            Kind::StarStar => POWER,
            _ => 0,
        }
    }

    fn logic(&mut self, precedence: u8, first: Id) -> Parsed {
        let operator = self.kind();
        let mut operands = vec![first];
        while self.accept(operator) {
            operands.push(self.binary(precedence + 1)?);
        }
        let start = self.start(first);
        let below = operands.iter().map(|&it| self.height(it)).max().unwrap_or(0);
        let expr = if precedence == OR { Expr::Or(operands) } else { Expr::And(operands) };
        self.push_above(expr, start, below)
    }

    fn chain(&mut self, precedence: u8, first: Id) -> Parsed {
        let mut rest = Vec::new();
        let mut below = self.height(first);
        while self.precedence() == precedence {
            let operator = match self.advance().kind {
                Kind::Plus => Arith::Add,
                Kind::Minus => Arith::Sub,
                Kind::Star => Arith::Mul,
                Kind::Slash => Arith::Div,
                _ => Arith::Pow,
            };
            let operand = self.binary(precedence + 1)?;
            below = below.max(self.height(operand));
            rest.push((operator, operand));
        }
        let start = self.start(first);
        self.push_above(Expr::Chain { first, rest }, start, below)
    }

    fn relation(&mut self, left: Id) -> Parsed {
        let start = self.start(left);
        let token = self.advance();
        let relation = match token.kind {
            Kind::Equal => Relation::Equal,
            Kind::NotEqual => Relation::NotEqual,
            Kind::Less => Relation::Less,
            Kind::LessEqual => Relation::LessEqual,
            Kind::Greater => Relation::Greater,
            Kind::GreaterEqual => Relation::GreaterEqual,
            Kind::In => return self.in_tests(left),
            _ if self.slice(token) == "between" => {
                let low = self.arithmetic()?;
                self.expect(Kind::And, "'and'")?;
                let high = self.arithmetic()?;
                let expr = Expr::Between { value: left, low, high };
                return self.push(expr, start, &[left, low, high]);
            }
            _ => {
                if !self.accept_word("of") {
                    return Err(self.unexpected(vec!["'of'"]));
                }
                let of = self.type_here()?;
                return self.push(Expr::InstanceOf { value: left, of }, start, &[left]);
            }
        };
        let right = self.arithmetic()?;
        self.push(Expr::Compare { relation, left, right }, start, &[left, right])
    }

    /// The tests after `x in`: one, or several in parentheses.
    fn in_tests(&mut self, value: Id) -> Parsed {
        let start = self.start(value);
        let open = self.token().start;
        if !self.accept(Kind::ParenOpen) {
            let test = match self.input_comparison()? {
                Some(comparison) => comparison,
                None => {
                    let operand = self.arithmetic()?;
                    self.as_test(operand)?
                }
            };
            return self.push(Expr::In { value, tests: vec![test] }, start, &[value, test]);
        }
        let first = self.expression()?;
        let mut tests = Vec::new();
        if self.kind() == Kind::DotDot {
            let range = self.range_rest(open, first, false)?;
            tests.push(self.as_test(range)?);
        } else {
            tests.push(self.as_test(first)?);
            while self.accept(Kind::Comma) {
                tests.push(self.unary_test()?);
            }
            self.expect(Kind::ParenClose, "',' or ')'")?;
        }
        let below = tests.iter().map(|&it| self.height(it)).max().unwrap_or(0);
        let below = below.max(self.height(value));
        self.push_above(Expr::In { value, tests }, start, below)
    }

    pub(super) fn start(&self, id: Id) -> u32 {
        u32::try_from(self.ast.start(id)).unwrap_or(0)
    }
}
