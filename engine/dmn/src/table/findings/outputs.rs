//! Constant outputs that are none of the values which the model declares for them.

use feel::{Program, Value};

use super::super::{Output, Table};
use super::{FindingKind, Found, LISTED_MAX, listed, number};
use crate::evaluate::shown;

/// Finds the outputs of rules, and defaults, that are constants and not declared.
pub(super) fn undeclared(table: &Table, found: &mut Found<'_>) {
    for (ix, output) in table.outputs.iter().enumerate() {
        let declared = output.declared.as_ref().or_else(|| output.of.allowed_values());
        // Tests that read something cannot be decided here.
        let Some(declared) = declared.filter(|it| it.condition().is_some()) else { continue };
        let is_wrong = |it: &Value| !it.is_null() && !declared.holds_alone(it);
        let values = table.rules.iter().map(|rule| rule.outputs.get(ix)?.as_ref()?.constant());
        let values = values.enumerate().filter_map(|(rule, value)| Some((rule, value?)));
        let wrong: Vec<(usize, Value)> = values.filter(|it| is_wrong(&it.1)).collect();
        for (rule, value) in wrong.iter().take(LISTED_MAX) {
            let message = format!("Rule {} {}", rule + 1, sentence(output, declared, value));
            found.add(FindingKind::UndeclaredOutput, vec![number(*rule)], message);
        }
        if wrong.len() > LISTED_MAX {
            let rules: Vec<u32> = wrong.iter().skip(LISTED_MAX).map(|it| number(it.0)).collect();
            let message = format!(
                "Values of the output '{}' that are not declared, and not listed here, have the \
                 rules {}.",
                output.name,
                listed(&rules)
            );
            found.add(FindingKind::UndeclaredOutput, rules, message);
        }
        let default = output.default.as_ref().and_then(Program::constant);
        if let Some(value) = default.filter(is_wrong) {
            let message = format!("The default {}", sentence(output, declared, &value));
            found.add(FindingKind::UndeclaredOutput, Vec::new(), message);
        }
    }
}

/// What is wrong with a value, from the verb on.
fn sentence(output: &Output, declared: &Program, value: &Value) -> String {
    format!(
        "answers {} for the output '{}', which is none of the declared values {}.",
        value.shown(100),
        output.name,
        shown(declared.text())
    )
}
