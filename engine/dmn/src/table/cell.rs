//! Cells of input columns.

use feel::{ConstantTest, ConstantTests, Edition, Failure, Program, Value, Variables};

use crate::evaluate::Machine;

/// What a rule asks of one input.
#[derive(Debug)]
pub(crate) enum Cell {
    /// `-` or nothing.
    Any,
    /// Tests against constants, compared directly; the program decides when types differ.
    Constants {
        tests: ConstantTests,
        program: Program,
    },
    Program(Program),
}

impl Cell {
    pub(crate) fn new(program: Program) -> Self {
        match program.constant_tests() {
            Some(tests) => Self::Constants { tests, program },
            None => Self::Program(program),
        }
    }

    /// Whether an edition leaves it to its program.
    pub(crate) fn is_program(&self, edition: Edition) -> bool {
        match self {
            Self::Any => false,
            Self::Constants { tests, .. } => edition < tests.since,
            Self::Program(_) => true,
        }
    }

    /// What is written in the cell.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Any => "-",
            Self::Constants { program, .. } | Self::Program(program) => program.text(),
        }
    }

    /// Whether the input passes. Null, when the tests can neither hold nor fail, does not.
    #[inline]
    pub(crate) fn passes(
        &self,
        input: &Value,
        machine: &mut Machine<'_, '_>,
    ) -> Result<bool, Failure> {
        let program = match self {
            Self::Any => return Ok(true),
            Self::Program(program) => program,
            Self::Constants { tests, program } if machine.env.edition < tests.since => program,
            Self::Constants { tests, program } => match decided(&tests.tests, input) {
                Some(holds) => return Ok(holds != tests.is_negated),
                None => program,
            },
        };
        let Machine { frame, vars, env, .. } = machine;
        let vars: &dyn Variables = *vars;
        let result = program.evaluate_unary_tests_in(input.clone(), frame, vars, env)?;
        Ok(result.as_bool() == Some(true))
    }
}

/// Whether one of the tests holds; `None` when one of them cannot tell before that.
#[inline]
fn decided(tests: &[ConstantTest], input: &Value) -> Option<bool> {
    for test in tests {
        if test.holds(input)? {
            return Some(true);
        }
    }
    Some(false)
}
