//! Regular expressions that are constants and cannot be compiled.

use feel::Program;

use super::super::{Cell, Table};
use super::{FindingKind, Found, LISTED_MAX, listed, number};

/// Finds them in inputs, cells, outputs and defaults. The model is not refused for them, because
/// the standard answers null; but that is never what was meant.
pub(super) fn refused(table: &Table, found: &mut Found<'_>) {
    for input in &table.inputs {
        tell(&input.expression, &format!("The input '{}':", input.name), &[], found);
    }
    let mut not_listed = Vec::new();
    let mut listed_count = 0;
    for (ix, rule) in table.rules.iter().enumerate() {
        let cells = table.inputs.iter().zip(&rule.cells).filter_map(|(input, cell)| match cell {
            Cell::Any => None,
            Cell::Constants { program, .. } | Cell::Program(program) => {
                Some((program, format!("input '{}'", input.name)))
            }
        });
        let outputs = table.outputs.iter().zip(&rule.outputs).filter_map(|(output, program)| {
            Some((program.as_ref()?, format!("output '{}'", output.name)))
        });
        for (program, column) in cells.chain(outputs) {
            if program.pattern_problems().is_empty() {
                continue;
            }
            if listed_count == LISTED_MAX {
                not_listed.push(number(ix));
                continue;
            }
            listed_count += 1;
            let place = format!("Rule {}, {column}:", number(ix));
            tell(program, &place, &[number(ix)], found);
        }
    }
    if !not_listed.is_empty() {
        not_listed.dedup();
        let rules = listed(&not_listed);
        let message = format!(
            "Regular expressions that cannot be compiled, and are not listed here, have the rules \
             {rules}."
        );
        found.add(FindingKind::Pattern, not_listed, message);
    }
    for output in &table.outputs {
        if let Some(default) = &output.default {
            let place = format!("The default of the output '{}':", output.name);
            tell(default, &place, &[], found);
        }
    }
}

fn tell(program: &Program, place: &str, rules: &[u32], found: &mut Found<'_>) {
    for problem in program.pattern_problems() {
        let message = format!(
            "{place} {}; the function with it always gives null. Mend the regular expression.",
            problem.trim_end_matches('.')
        );
        found.add(FindingKind::Pattern, rules.to_vec(), message);
    }
}
