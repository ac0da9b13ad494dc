//! Evaluating a decision table.

use feel::{Edition, Program, Value};

use super::index::{Mask, Verdicts, members};
use super::policy::Match;
use super::{Input, Output, Policy, Rule, Table};
use crate::evaluate::{Machine, lost, shown};
use crate::result::number;
use crate::trouble::Trouble;

/// What a table did.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    /// The largest table whose rules that do not match are noted; 0 for none.
    pub(crate) explained_max: usize,
    pub(crate) inputs: Vec<Value>,
    /// The rules that matched, from 0, with their outputs.
    pub(crate) matched: Vec<(usize, Vec<Value>)>,
    /// Of each rule that was tried, the number of the first input whose cell failed, from 1; 0 of a
    /// rule that matched.
    pub(crate) failing_inputs: Vec<u32>,
    /// Whether the table was too large for that.
    pub(crate) failing_left_out: bool,
}

impl Table {
    /// Evaluates the table. `audit` collects what happened, also when the evaluation fails.
    pub(crate) fn evaluate(
        &self,
        machine: &mut Machine<'_, '_>,
        audit: &mut Audit,
    ) -> Result<Value, Trouble> {
        if let Some(name) = &self.twice {
            machine.tell(|| lost("outputs", name));
        }
        audit.inputs.reserve_exact(self.inputs.len());
        for input in &self.inputs {
            let value = input.evaluate(machine)?;
            let checked = input.check(&value, machine);
            // The first edition kept no value that is refused.
            if checked.is_ok() || machine.env.edition > Edition::First {
                audit.inputs.push(value);
            }
            checked?;
        }
        let explains = self.rules.len() <= audit.explained_max;
        audit.failing_left_out = audit.explained_max > 0 && !explains;
        if explains {
            audit.failing_inputs.reserve_exact(self.rules.len());
        }
        let index = match &self.indexes {
            (Some(first), _) if machine.env.edition == Edition::First => first,
            (_, newest) => newest,
        };
        let verdicts = index.verdicts(&audit.inputs);
        // A rule that the index leaves out may have an earlier cell that only its program decides.
        let candidates = if explains { None } else { verdicts.candidates() };
        let matches = match candidates {
            Some(candidates) => self.indexed(&candidates, &verdicts, machine, audit)?,
            None => self.all_rules(&verdicts, machine, audit)?,
        };
        if matches.is_empty() {
            return self.default(machine);
        }
        self.settle(matches, machine)
    }

    /// Tries the rules of which the index does not say that they fail, and why.
    fn all_rules(
        &self,
        verdicts: &Verdicts<'_>,
        machine: &mut Machine<'_, '_>,
        audit: &mut Audit,
    ) -> Result<Vec<Match>, Trouble> {
        // By the first edition also the rules cost a step that are not tried.
        let all_cost = machine.env.edition < Edition::Refined;
        let mut matches = Vec::new();
        for (word, rules) in self.rules.chunks(64).enumerate() {
            let first = word * 64;
            let mut inputs = [0; 64];
            let mut open = !verdicts.failing(word, &mut inputs);
            if !all_cost {
                machine.env.budget.steps(1)?;
            }
            // How many rules of these have been told of.
            let mut told = 0;
            while told < rules.len() {
                let next = (open.trailing_zeros() as usize).min(rules.len());
                if all_cost {
                    self.pay_for_each(&inputs[told..next], machine, audit)?;
                } else {
                    self.note(&inputs[told..next], audit);
                }
                let Some(rule) = rules.get(next) else { break };
                machine.env.budget.steps(1)?;
                if self.try_rule(first + next, rule, verdicts, machine, audit, &mut matches)? {
                    return Ok(matches);
                }
                told = next + 1;
                open &= open - 1;
            }
        }
        Ok(matches)
    }

    /// Notes rules that fail, each of which costs a step.
    fn pay_for_each(
        &self,
        failing: &[u32],
        machine: &mut Machine<'_, '_>,
        audit: &mut Audit,
    ) -> Result<(), Trouble> {
        for input in failing {
            machine.env.budget.steps(1)?;
            self.note(&[*input], audit);
        }
        Ok(())
    }

    /// Tries only the rules that the index leaves.
    fn indexed(
        &self,
        candidates: &Mask,
        verdicts: &Verdicts<'_>,
        machine: &mut Machine<'_, '_>,
        audit: &mut Audit,
    ) -> Result<Vec<Match>, Trouble> {
        let mut matches = Vec::new();
        machine.env.budget.steps(candidates.len() as u64)?;
        for ix in members(candidates) {
            let Some(rule) = self.rules.get(ix) else { break };
            machine.env.budget.steps(1)?;
            if self.try_rule(ix, rule, verdicts, machine, audit, &mut matches)? {
                break;
            }
        }
        Ok(matches)
    }

    /// Notes of the next rules which inputs fail.
    #[inline]
    fn note(&self, inputs: &[u32], audit: &mut Audit) {
        if self.rules.len() <= audit.explained_max {
            audit.failing_inputs.extend_from_slice(inputs);
        }
    }

    /// Tries one rule; true when no further rule is tried.
    fn try_rule(
        &self,
        ix: usize,
        rule: &Rule,
        verdicts: &Verdicts<'_>,
        machine: &mut Machine<'_, '_>,
        audit: &mut Audit,
        matches: &mut Vec<Match>,
    ) -> Result<bool, Trouble> {
        if let Some(column) = self.first_failing(ix, rule, verdicts, &audit.inputs, machine)? {
            self.note(&[number(column)], audit);
            return Ok(false);
        }
        let mut outputs = Vec::with_capacity(self.outputs.len());
        let made = self.outputs_of(ix, rule, machine, &mut outputs);
        // The rule matched, whatever its outputs come to; the first edition told only of all of them.
        if made.is_ok() || machine.env.edition > Edition::First {
            self.note(&[0], audit);
            audit.matched.push((ix, outputs.clone()));
        }
        made?;
        matches.push(Match { rule: ix, outputs });
        Ok(self.policy == Policy::First)
    }

    /// The column of the first cell that fails; `None` when the rule matches.
    fn first_failing(
        &self,
        ix: usize,
        rule: &Rule,
        verdicts: &Verdicts<'_>,
        inputs: &[Value],
        machine: &mut Machine<'_, '_>,
    ) -> Result<Option<usize>, Trouble> {
        for (column, (cell, input)) in rule.cells.iter().zip(inputs).enumerate() {
            let passes = match verdicts.of(ix, column) {
                Some(passes) => passes,
                None => {
                    let name = self.inputs.get(column).map_or("", |it| &it.name);
                    let place = || place(ix, "input", name, cell.text());
                    machine.within(place, |it| Ok(cell.passes(input, it)?))?
                }
            };
            if !passes {
                return Ok(Some(column));
            }
        }
        Ok(None)
    }

    /// Adds the outputs of a rule to `values`, up to the first one that fails.
    fn outputs_of(
        &self,
        ix: usize,
        rule: &Rule,
        machine: &mut Machine<'_, '_>,
        values: &mut Vec<Value>,
    ) -> Result<(), Trouble> {
        for (output, program) in self.outputs.iter().zip(&rule.outputs) {
            let Some(program) = program else {
                values.push(Value::Null);
                continue;
            };
            let place = || place(ix, "output", &output.name, program.text());
            values.push(machine.within(place, |machine| {
                let value = machine.evaluate(program)?;
                output.check(value, machine)
            })?);
        }
        Ok(())
    }

    /// The default outputs, or null if there are none.
    fn default(&self, machine: &mut Machine<'_, '_>) -> Result<Value, Trouble> {
        if self.outputs.iter().all(|it| it.default.is_none()) {
            return Ok(Value::Null);
        }
        if self.for_camunda && machine.env.edition >= Edition::Refined {
            return self.defaults_alone(machine);
        }
        let mut values = Vec::with_capacity(self.outputs.len());
        for output in &self.outputs {
            values.push(match &output.default {
                Some(program) => output.default(program, machine)?,
                None => Value::Null,
            });
        }
        let result = self.result(values, machine)?;
        match self.policy {
            Policy::Collect(None) | Policy::RuleOrder | Policy::OutputOrder => {
                Ok(machine.env.list(vec![result])?)
            }
            Policy::Collect(Some(_))
            | Policy::Unique
            | Policy::First
            | Policy::Priority
            | Policy::Any => Ok(result),
        }
    }

    /// The default outputs as Camunda answers them: outputs without one are left out, a single
    /// one is the answer itself, and no hit policy is asked.
    fn defaults_alone(&self, machine: &mut Machine<'_, '_>) -> Result<Value, Trouble> {
        let mut values = Vec::with_capacity(self.outputs.len());
        for output in &self.outputs {
            if let Some(program) = &output.default {
                values.push((output.key.clone(), output.default(program, machine)?));
            }
        }
        if values.len() == 1
            && let Some((_, only)) = values.pop()
        {
            return Ok(only);
        }
        Ok(machine.env.context(values)?)
    }
}

impl Input {
    /// What people call it: without a label it is named by its expression.
    fn place(&self) -> String {
        let (name, text) = (&self.name, shown(self.expression.text()));
        let is_named = **name != *text;
        let expression = if is_named { format!(", expression '{text}'") } else { String::new() };
        format!("input '{name}'{expression}")
    }

    fn evaluate(&self, machine: &mut Machine<'_, '_>) -> Result<Value, Trouble> {
        let place = || self.place();
        let value = machine.within(place, |it| it.evaluate(&self.expression))?;
        machine.fit(&self.of, value, place).map_err(|it| it.within(place))
    }

    /// Refuses a value that is not one of the allowed ones; tells one that is only not declared.
    fn check(&self, value: &Value, machine: &mut Machine<'_, '_>) -> Result<(), Trouble> {
        let place = || self.place();
        let Some(allowed) = &self.allowed else {
            return machine.within(place, |it| {
                it.tell_undeclared(self.declared.as_ref(), value);
                Ok(())
            });
        };
        if value.is_null() || machine.passes(allowed, value)? {
            return Ok(());
        }
        let message = format!("the value {} is none of {}", value.shown(100), allowed.text());
        Err(Trouble::new(message).within(place))
    }
}

impl Output {
    fn default(&self, program: &Program, machine: &mut Machine<'_, '_>) -> Result<Value, Trouble> {
        let place = || {
            let text = shown(program.text());
            format!("the default of output '{}', expression '{text}'", self.name)
        };
        machine.within(place, |machine| {
            let value = machine.evaluate(program)?;
            // The first edition asked only the outputs of rules.
            match machine.env.edition {
                Edition::First => Ok(value),
                Edition::Refined => self.check(value, machine),
            }
        })
    }

    /// Whether a value is one of the words by which the answers are ordered.
    fn is_word(&self, value: &Value, edition: Edition) -> bool {
        let words = self.order.as_ref().and_then(|it| it.words.as_ref());
        let words = words.filter(|_| edition >= Edition::Refined).and_then(Program::constant);
        let words = words.and_then(|it| it.as_list());
        words.is_some_and(|it| it.items().iter().any(|it| it.equals(value) == Some(true)))
    }

    /// The value, if it is one of the allowed ones.
    fn check(&self, value: Value, machine: &mut Machine<'_, '_>) -> Result<Value, Trouble> {
        let value = machine.fit_inside(&self.of, value, || format!("output '{}'", self.name))?;
        let Some(allowed) = &self.allowed else {
            if machine.env.tells_undeclared && !self.is_word(&value, machine.env.edition) {
                machine.tell_undeclared(self.declared.as_ref(), &value);
            }
            return Ok(value);
        };
        if value.is_null() || machine.passes(allowed, &value)? {
            return Ok(value);
        }
        let message = format!("the value {} is none of {}", value.shown(100), allowed.text());
        Err(Trouble::new(message))
    }
}

pub(super) fn place(rule: usize, side: &str, name: &str, text: &str) -> String {
    format!("rule {}, {side} '{name}', expression '{}'", rule + 1, shown(text))
}
