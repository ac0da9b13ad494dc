//! Hit policies: what a table answers when several rules match.

use feel::Value;

use super::Table;
use super::aggregation::aggregate;
use crate::evaluate::Machine;
use crate::trouble::Trouble;

/// The hit policies (DMN 1.5 §8.2.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Unique,
    First,
    Priority,
    Any,
    Collect(Option<Aggregator>),
    RuleOrder,
    OutputOrder,
}

/// How COLLECT makes one value of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregator {
    Sum,
    Count,
    Min,
    Max,
}

/// A rule that matched, from 0, and its outputs.
pub(crate) struct Match {
    pub(crate) rule: usize,
    pub(crate) outputs: Vec<Value>,
}

impl Policy {
    /// The name as in the notation.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unique => "UNIQUE",
            Self::First => "FIRST",
            Self::Priority => "PRIORITY",
            Self::Any => "ANY",
            Self::Collect(_) => "COLLECT",
            Self::RuleOrder => "RULE ORDER",
            Self::OutputOrder => "OUTPUT ORDER",
        }
    }
}

impl Table {
    /// The result of the rules that matched; at least one did.
    pub(super) fn settle(
        &self,
        mut matches: Vec<Match>,
        machine: &mut Machine<'_, '_>,
    ) -> Result<Value, Trouble> {
        match self.policy {
            Policy::Unique if matches.len() > 1 => {
                let rules: Vec<String> =
                    matches.iter().take(10).map(|it| (it.rule + 1).to_string()).collect();
                Err(Trouble::new(format!(
                    "the rules {} match, but the hit policy UNIQUE allows only one",
                    rules.join(", ")
                )))
            }
            Policy::Any => {
                if let Some(other) = differing(&matches) {
                    return Err(Trouble::new(format!(
                        "the rules {} and {} match with different outputs, which the hit policy \
                         ANY does not allow",
                        matches[0].rule + 1,
                        other + 1
                    )));
                }
                self.first(matches, machine)
            }
            Policy::Priority => {
                self.sort(&mut matches, machine)?;
                self.first(matches, machine)
            }
            Policy::Unique | Policy::First => self.first(matches, machine),
            Policy::OutputOrder => {
                self.sort(&mut matches, machine)?;
                self.list(matches, machine)
            }
            Policy::RuleOrder | Policy::Collect(None) => self.list(matches, machine),
            Policy::Collect(Some(aggregator)) => {
                machine.env.budget.steps(matches.len() as u64)?;
                let outputs =
                    matches.into_iter().map(|it| (it.rule, it.outputs.into_iter().next()));
                let outputs: Vec<(usize, Value)> =
                    outputs.filter_map(|(rule, output)| Some((rule, output?))).collect();
                aggregate(aggregator, &outputs)
                    .map_err(|it| self.not_aggregated(aggregator, it, machine.env.edition))
            }
        }
    }

    fn first(&self, matches: Vec<Match>, machine: &mut Machine<'_, '_>) -> Result<Value, Trouble> {
        match matches.into_iter().next() {
            Some(first) => self.result(first.outputs, machine),
            None => Ok(Value::Null),
        }
    }

    fn list(&self, matches: Vec<Match>, machine: &mut Machine<'_, '_>) -> Result<Value, Trouble> {
        let mut items = Vec::with_capacity(matches.len());
        for matched in matches {
            items.push(self.result(matched.outputs, machine)?);
        }
        Ok(machine.env.list(items)?)
    }

    /// The value of one output, or a context of several.
    pub(super) fn result(
        &self,
        outputs: Vec<Value>,
        machine: &mut Machine<'_, '_>,
    ) -> Result<Value, Trouble> {
        if self.outputs.len() == 1 {
            return Ok(outputs.into_iter().next().unwrap_or(Value::Null));
        }
        let keys = self.outputs.iter().map(|it| it.key.clone());
        Ok(machine.env.context(keys.zip(outputs))?)
    }

    /// Sorts by the order of the output values, the first column first; equal ones stay in the
    /// order of the rules.
    fn sort(&self, matches: &mut Vec<Match>, machine: &mut Machine<'_, '_>) -> Result<(), Trouble> {
        let mut orders = Vec::with_capacity(self.outputs.len());
        for output in &self.outputs {
            let order = output.order.as_ref();
            orders.push(match order.and_then(|it| it.list(machine.env.edition)) {
                Some(program) => machine.evaluate(program)?.as_list(),
                None => None,
            });
        }
        let mut ranked = Vec::with_capacity(matches.len());
        for matched in matches.drain(..) {
            let mut ranks = Vec::with_capacity(orders.len());
            for (value, order) in matched.outputs.iter().zip(&orders) {
                let items = order.as_ref().map_or(&[][..], |it| it.items());
                machine.env.budget.steps(items.len() as u64)?;
                let rank = items.iter().position(|it| stands_for(it, value));
                ranks.push(rank.unwrap_or(usize::MAX));
            }
            ranked.push((ranks, matched));
        }
        ranked.sort_by(|left, right| left.0.cmp(&right.0));
        matches.extend(ranked.into_iter().map(|it| it.1));
        Ok(())
    }
}

fn stands_for(item: &Value, value: &Value) -> bool {
    match item {
        Value::Range(range) => range.includes(value) == Some(true),
        _ => item.equals(value) == Some(true),
    }
}

/// The first rule whose outputs differ from those of the first match.
fn differing(matches: &[Match]) -> Option<usize> {
    let (first, others) = matches.split_first()?;
    let same = |other: &Match| {
        first
            .outputs
            .iter()
            .zip(&other.outputs)
            .all(|(left, right)| left.equals(right) == Some(true))
    };
    others.iter().find(|it| !same(it)).map(|it| it.rule)
}
