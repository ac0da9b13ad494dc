//! What each part of an expression gave: for people who ask why a result is as it is.

use std::sync::Arc;

use ::value::Str;

use crate::env::Env;
use crate::error::SyntaxError;
use crate::eval::Machine;
use crate::failure::Failure;
use crate::values::Value;
use crate::variables::Variables;
use crate::warning::Warning;
use crate::{lower, parse};

/// How many parts an explanation shows; later ones are counted.
pub const PARTS_MAX: usize = 1_000;

/// An evaluation, part by part.
#[derive(Debug)]
pub struct Explanation {
    /// The result, as [`Program::evaluate`](crate::Program::evaluate) gives it.
    pub result: Result<Value, Failure>,
    /// The parts in the order in which their evaluation began, each before its own parts.
    /// Literals and the bodies of functions that nobody called are none; what a loop or filter
    /// evaluates for each item occurs as often.
    pub parts: Vec<Part>,
    /// How many more there were.
    pub left_out: u64,
}

/// A part of an expression that was evaluated.
#[derive(Debug)]
pub struct Part {
    /// How many parts it is inside of.
    pub depth: usize,
    /// Its text, with its parentheses.
    pub text: Str,
    /// What it gave; `None` when the evaluation ended inside.
    pub value: Option<Value>,
    /// What was wrong in it and in none of its own parts.
    pub warnings: Vec<Warning>,
}

impl Explanation {
    /// Compiles an expression and evaluates it, with a note of what each part gives. It takes as
    /// much of the budget as the evaluation of the program would.
    ///
    /// # Errors
    /// When the text is no FEEL: see [`Program::compile`](crate::Program::compile).
    pub fn of(text: &str, vars: &dyn Variables, env: &mut Env<'_>) -> Result<Self, SyntaxError> {
        let (tree, root) = parse::expression(text, None).map_err(|it| *it)?;
        let code = Arc::new(lower::explained(text, &tree, root).map_err(|it| *it)?);
        env.trace = Some(Box::new(Trace { claimed: env.warnings.len(), ..Trace::default() }));
        let result = Machine::new(&code, vars, env).run(code.root);
        let trace = env.trace.take().map(|it| *it).unwrap_or_default();
        Ok(Self { result, parts: trace.parts, left_out: trace.left_out })
    }
}

/// The parts so far.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    parts: Vec<Part>,
    /// The parts being evaluated, from the outermost; `None` for one that is left out.
    open: Vec<Option<usize>>,
    /// How many warnings belong to a part already.
    claimed: usize,
    left_out: u64,
}

impl Trace {
    /// Gives new warnings to the innermost part.
    fn claim(&mut self, warnings: &[Warning]) {
        let new = warnings.get(self.claimed..).unwrap_or_default();
        if let Some(Some(ix)) = self.open.last()
            && let Some(part) = self.parts.get_mut(*ix)
        {
            part.warnings.extend_from_slice(new);
        }
        self.claimed = warnings.len();
    }
}

impl Env<'_> {
    pub(crate) fn begin_part(&mut self, text: &Str) {
        let Some(trace) = &mut self.trace else { return };
        trace.claim(&self.warnings);
        let depth = trace.open.len();
        if trace.parts.len() < PARTS_MAX {
            trace.open.push(Some(trace.parts.len()));
            let warnings = Vec::new();
            trace.parts.push(Part { depth, text: text.clone(), value: None, warnings });
        } else {
            trace.open.push(None);
            trace.left_out += 1;
        }
    }

    pub(crate) fn end_part(&mut self, value: Option<&Value>) {
        let Some(trace) = &mut self.trace else { return };
        trace.claim(&self.warnings);
        if let Some(Some(ix)) = trace.open.pop()
            && let Some(part) = trace.parts.get_mut(ix)
        {
            part.value = value.cloned();
        }
    }

    /// How many parts were noted so far; [`Env::forget_parts`] goes back there.
    pub(crate) fn parts(&self) -> (usize, u64) {
        self.trace.as_ref().map_or((0, 0), |it| (it.parts.len(), it.left_out))
    }

    /// Forgets parts of an attempt, whose warnings are forgotten already.
    pub(crate) fn forget_parts(&mut self, (count, left_out): (usize, u64)) {
        if let Some(trace) = &mut self.trace {
            trace.parts.truncate(count);
            trace.left_out = left_out;
            trace.claimed = self.warnings.len();
        }
    }
}

#[cfg(test)]
mod tests;
