//! How COLLECT makes one value of the outputs of several rules, and which output keeps it from that.

use std::cmp::Ordering;

use feel::{Edition, Value};

use super::evaluate::place;
use super::{Aggregator, Table};
use crate::trouble::Trouble;

/// An output that keeps an aggregation from having a result.
pub(super) struct Unfit<'o> {
    /// Its rule, from 0.
    rule: usize,
    output: &'o Value,
    why: Why<'o>,
}

/// Why an output does not fit.
enum Why<'o> {
    NoNumber,
    /// With it the sum is larger than any number.
    TooLarge,
    NoOrder,
    /// It does not compare with the output of this rule.
    Incomparable(&'o (usize, Value)),
}

/// One value of the outputs of rules.
pub(super) fn aggregate(
    aggregator: Aggregator,
    outputs: &[(usize, Value)],
) -> Result<Value, Unfit<'_>> {
    match aggregator {
        Aggregator::Count => Ok(Value::Int(i64::try_from(outputs.len()).unwrap_or(i64::MAX))),
        Aggregator::Sum => {
            let mut sum = value::Dec::ZERO;
            for (rule, output) in outputs {
                let unfit = |why| Unfit { rule: *rule, output, why };
                let number = output.as_dec().ok_or_else(|| unfit(Why::NoNumber))?;
                sum = sum.checked_add(number).ok_or_else(|| unfit(Why::TooLarge))?;
            }
            Ok(Value::from_dec(sum))
        }
        Aggregator::Min => extreme(outputs, Ordering::Less),
        Aggregator::Max => extreme(outputs, Ordering::Greater),
    }
}

fn extreme(outputs: &[(usize, Value)], wanted: Ordering) -> Result<Value, Unfit<'_>> {
    let mut best: Option<&(usize, Value)> = None;
    for current in outputs {
        let (rule, output) = current;
        let unfit = |why| Unfit { rule: *rule, output, why };
        let order = match best {
            None => output.order(output).map(|_| wanted).ok_or(Why::NoOrder),
            Some(best) => best_order(output, best),
        };
        if order.map_err(unfit)? == wanted {
            best = Some(current);
        }
    }
    Ok(best.map_or(Value::Null, |it| it.1.clone()))
}

/// How an output is ordered to the best one so far.
fn best_order<'o>(output: &Value, best: &'o (usize, Value)) -> Result<Ordering, Why<'o>> {
    let order = output.order(&best.1);
    order.ok_or_else(|| match output.order(output) {
        Some(_) => Why::Incomparable(best),
        None => Why::NoOrder,
    })
}

impl Table {
    /// Tells why an aggregation has no result, where the output at fault stands.
    pub(super) fn not_aggregated(
        &self,
        aggregator: Aggregator,
        unfit: Unfit<'_>,
        edition: Edition,
    ) -> Trouble {
        let Unfit { rule, output, why } = unfit;
        let name = match aggregator {
            Aggregator::Sum => "SUM",
            Aggregator::Count => "COUNT",
            Aggregator::Min => "MIN",
            Aggregator::Max => "MAX",
        };
        let shown = output.shown(100);
        if edition < Edition::Refined {
            let wanted =
                if aggregator == Aggregator::Sum { "numbers" } else { "values with an order" };
            return Trouble::new(format!(
                "the hit policy COLLECT with {name} needs {wanted}, but an output is {shown}"
            ));
        }
        let why = match why {
            Why::NoNumber => format!("needs numbers, but this output is {shown}"),
            Why::TooLarge => {
                format!("has a sum that is larger than any number with this output, {shown}")
            }
            Why::NoOrder => format!("needs values with an order, but this output is {shown}"),
            Why::Incomparable((best, value)) => format!(
                "needs values that compare with each other, but this output is {shown} and that of \
                 rule {} is {}",
                best + 1,
                value.shown(100)
            ),
        };
        let program = self.rules.get(rule).and_then(|it| it.outputs.first()?.as_ref());
        let column = self.outputs.first().map_or("", |it| &it.name);
        Trouble::new(format!("the hit policy COLLECT with {name} {why}")).within(|| match program {
            Some(program) => place(rule, "output", column, program.text()),
            None => format!("rule {}, output '{column}'", rule + 1),
        })
    }
}
