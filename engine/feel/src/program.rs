//! The compiled form of an expression, and what can be asked of it.

use std::fmt;
use std::sync::Arc;

use ::value::Str;

use crate::code::{Code, Ends, Node, NodeId};
use crate::edition::Edition;
use crate::env::Env;
use crate::error::SyntaxError;
use crate::eval::Machine;
use crate::failure::Failure;
use crate::scope::Scope;
use crate::values::{Range, Value, compare};
use crate::variables::Variables;
use crate::{lower, parse};

/// A compiled expression, or compiled unary tests. Immutable, cheap to clone and to share.
#[derive(Clone)]
pub struct Program {
    code: Arc<Code>,
}

impl Program {
    /// Compiles an expression; without the `=` that marks it in a model.
    ///
    /// # Errors
    /// When the text is no FEEL, too long, nested too deep, or holds a regular expression that is
    /// not supported.
    pub fn compile(text: &str) -> Result<Self, SyntaxError> {
        Self::expression(text, None)
    }

    /// Compiles an expression of a model that declares names around it.
    ///
    /// # Errors
    /// As [`Program::compile`].
    pub fn compile_in(text: &str, scope: &Scope) -> Result<Self, SyntaxError> {
        Self::expression(text, Some(scope))
    }

    /// Compiles an expression that may stand in a model which another release has accepted, and
    /// answers beside it what refuses it today. A regular expression that is not supported does no
    /// more than that: it ends the evaluations that get to it, with [`Failure::Pattern`].
    ///
    /// # Errors
    /// When the text is no FEEL, too long, or nested too deep.
    pub fn compile_accepted(text: &str) -> Result<(Self, Option<SyntaxError>), SyntaxError> {
        let (tree, root) = parse::expression(text, None).map_err(|it| *it)?;
        let (code, refused) = lower::accepted(text, &tree, root).map_err(|it| *it)?;
        Ok((Self { code: Arc::new(code) }, refused.map(|it| *it)))
    }

    fn expression(text: &str, scope: Option<&Scope>) -> Result<Self, SyntaxError> {
        let (tree, root) = parse::expression(text, scope).map_err(|it| *it)?;
        let code = lower::expression(text, &tree, root, scope).map_err(|it| *it)?;
        Ok(Self { code: Arc::new(code) })
    }

    /// What is wrong with the regular expressions that stand in it as constants and can never match.
    /// Only programs of DMN models have any: others are refused for that.
    pub fn pattern_problems(&self) -> &[String] {
        &self.code.pattern_problems
    }

    /// Compiles unary tests, such as a cell of a decision table.
    ///
    /// # Errors
    /// As [`Program::compile`].
    pub fn compile_unary_tests(text: &str) -> Result<Self, SyntaxError> {
        Self::unary_tests(text, None)
    }

    /// Compiles unary tests of a model that declares names around them.
    ///
    /// # Errors
    /// As [`Program::compile`].
    pub fn compile_unary_tests_in(text: &str, scope: &Scope) -> Result<Self, SyntaxError> {
        Self::unary_tests(text, Some(scope))
    }

    fn unary_tests(text: &str, scope: Option<&Scope>) -> Result<Self, SyntaxError> {
        let (tree, root) = parse::unary_tests(text, scope).map_err(|it| *it)?;
        let code = lower::unary_tests(text, &tree, root, scope).map_err(|it| *it)?;
        Ok(Self { code: Arc::new(code) })
    }

    /// Compiles the condition of a filter: the input is the item, whose entries are names.
    /// Evaluate it with [`Program::evaluate_unary_tests_in`].
    ///
    /// # Errors
    /// As [`Program::compile`].
    pub fn compile_condition_in(text: &str, scope: &Scope) -> Result<Self, SyntaxError> {
        let (tree, root) = parse::expression(text, Some(scope)).map_err(|it| *it)?;
        let code = lower::condition(text, &tree, root, scope).map_err(|it| *it)?;
        Ok(Self { code: Arc::new(code) })
    }

    pub(crate) fn code(&self) -> &Code {
        &self.code
    }

    pub(crate) fn shared_code(&self) -> &Arc<Code> {
        &self.code
    }

    /// The text it was compiled from.
    pub fn text(&self) -> &str {
        &self.code.text
    }

    /// The slots of the frame around it that the program reads.
    pub fn slots(&self) -> impl Iterator<Item = usize> {
        self.code().captures.iter().map(|it| it.0 as usize)
    }

    /// The variables it reads, in the order of their first use.
    pub fn variables(&self) -> &[Str] {
        &self.code.variables
    }

    /// The variable and the keys below it, if the program is nothing but such a path.
    pub fn as_path(&self) -> Option<(&Str, &[Str])> {
        match *self.code.node(self.code.root) {
            Node::Variable(variable) => Some((&self.code.variables[variable as usize], &[])),
            Node::VariablePath { variable, names } => {
                Some((&self.code.variables[variable as usize], self.code.names(names)))
            }
            _ => None,
        }
    }

    /// The range, if the program is nothing but one between two constants of the same type. The first
    /// edition does not read what editions read otherwise.
    pub(crate) fn as_constant_range(&self, edition: Edition) -> Option<Value> {
        let Node::Range(number) = *self.code.node(self.code.root) else { return None };
        let Ends { low, low_closed, high, high_closed } = self.code.ranges[number as usize];
        let constant = |id: NodeId| match *self.code.node(id) {
            Node::Constant(number) => Some(self.code.constants[number as usize].clone()),
            _ => None,
        };
        let end = |id: NodeId| match *self.code.node(id) {
            Node::ByEdition { refined, .. } if edition > Edition::First => constant(refined),
            _ => constant(id),
        };
        let (low, high) = (end(low)?, end(high)?);
        compare(&low, &high)?;
        Some(Value::Range(Arc::new(Range::new(low, low_closed, high, high_closed))))
    }

    /// Evaluates the expression.
    ///
    /// # Errors
    /// When an `assert` is not fulfilled or the budget runs out.
    pub fn evaluate(&self, vars: &dyn Variables, env: &mut Env<'_>) -> Result<Value, Failure> {
        let mut machine = Machine::new(&self.code, vars, env);
        machine.run(self.code.root)
    }

    /// Evaluates the expression with the values of the names that were declared around it, each
    /// in its slot; a slot that is missing is null.
    ///
    /// # Errors
    /// As [`Program::evaluate`].
    pub fn evaluate_in(
        &self,
        frame: &[Value],
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Value, Failure> {
        let mut machine = Machine::new(&self.code, vars, env);
        machine.set_frame(frame);
        machine.run(self.code.root)
    }

    /// Evaluates the expression and appends the result in MessagePack. A mere path to a variable
    /// is copied without being decoded.
    ///
    /// # Errors
    /// As [`Program::evaluate`].
    pub fn evaluate_to_msgpack(
        &self,
        vars: &dyn Variables,
        env: &mut Env<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let mut machine = Machine::new(&self.code, vars, env);
        if let Some(bytes) = machine.encoded(self.code.root)? {
            out.extend_from_slice(bytes);
            return Ok(());
        }
        let value = machine.run(self.code.root)?;
        env.export(&value, out);
        Ok(())
    }

    /// Evaluates unary tests on an input; null when they can neither hold nor fail.
    ///
    /// # Errors
    /// As [`Program::evaluate`].
    pub fn evaluate_unary_tests(
        &self,
        input: Value,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Value, Failure> {
        self.evaluate_unary_tests_in(input, &[], vars, env)
    }

    /// Evaluates unary tests on an input, with the values of the names declared around them.
    ///
    /// # Errors
    /// As [`Program::evaluate`].
    pub fn evaluate_unary_tests_in(
        &self,
        input: Value,
        frame: &[Value],
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Value, Failure> {
        let mut machine = Machine::new(&self.code, vars, env);
        machine.set_input(input);
        machine.set_frame(frame);
        machine.run(self.code.root)
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Program").field(&self.code.text).finish()
    }
}
