//! The page for users says what is true: each line of its tables is evaluated.

#![expect(clippy::unwrap_used, reason = "a broken page must fail loudly")]

use std::collections::BTreeSet;
use std::fmt::Write;

use feel::{Budget, Env, NoVariables, Program, Scope, Value};
use jiff::tz::TimeZone;

const PAGE: &str = include_str!("../../../docs/feel.md");

/// 2024-03-15T10:30:00Z.
const NOW_MS: i64 = 1_710_498_600_000;

fn evaluate(text: &str) -> Result<Value, String> {
    let program = Program::compile(text).map_err(|it| it.to_string())?;
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let mut budget = Budget::default();
    let mut env = Env::new(NOW_MS, &zone, 7, &mut budget);
    program.evaluate(&NoVariables, &mut env).map_err(|it| it.to_string())
}

/// Expression and result of a line `| `expression` | `result` |`.
fn example(line: &str) -> Option<(&str, &str)> {
    let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let (expression, result) = cells.rsplit_once(" | ")?;
    Some((code(expression)?, code(result)?))
}

/// What stands between one or more backticks at both ends.
fn code(cell: &str) -> Option<&str> {
    let bare = cell.trim_matches('`');
    let quotes = cell.len() - cell.trim_start_matches('`').len();
    if quotes == 0 {
        return None;
    }
    // With two backticks the code may itself start and end with one, behind a blank.
    Some(if quotes == 1 { bare } else { cell[quotes..cell.len() - quotes].trim() })
}

#[test]
fn every_example_gives_what_the_page_says() {
    let mut wrong = String::new();
    let mut count = 0;
    for line in PAGE.lines() {
        let Some((expression, result)) = example(line) else { continue };
        count += 1;
        match (evaluate(expression), evaluate(result)) {
            (Ok(found), Ok(expected)) if found.equals(&expected) == Some(true) => {}
            (found, expected) => {
                let _ = writeln!(wrong, "{expression}: {found:?}, but the page says {expected:?}");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(count > 130, "only {count} examples were found");
}

/// What a program of the page gives; unary tests are asked of the value.
fn run(program: &Program, input: Option<Value>) -> Result<Value, String> {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let mut budget = Budget::default();
    let mut env = Env::new(NOW_MS, &zone, 7, &mut budget);
    let value = match input {
        Some(input) => program.evaluate_unary_tests(input, &NoVariables, &mut env),
        None => program.evaluate(&NoVariables, &mut env),
    };
    value.map_err(|it| it.to_string())
}

/// What is wrong with a claim "`a` is `b`", or "the cell `a` holds for `b`", in these surroundings.
fn disproof(left: &str, verb: &str, right: &str, scope: Option<&Scope>) -> Option<String> {
    let compile = |text: &str| match scope {
        Some(scope) => Program::compile_in(text, scope).unwrap(),
        None => Program::compile(text).unwrap(),
    };
    let value = run(&compile(right), None).unwrap();
    let (found, expected) = if verb == "is" {
        (run(&compile(left), None), value)
    } else {
        let cell = Program::compile_unary_tests_in(left, &Scope::for_camunda()).unwrap();
        (run(&cell, Some(value)), Value::from(true))
    };
    let is_true = found
        .as_ref()
        .is_ok_and(|it| it.equals(&expected) == Some(true) || (it.is_null() && expected.is_null()));
    (!is_true).then(|| format!("`{left}` {verb} `{right}`: {found:?}"))
}

#[test]
fn what_the_table_of_differences_claims_of_values_is_true() {
    let table = PAGE.split_once("## Where Baton differs").unwrap().1;
    let (mut wrong, mut count) = (Vec::new(), 0);
    for line in table.lines().filter(|it| it.starts_with("| ")) {
        let what = line.split(" | ").nth(1).unwrap();
        let scopes = [Scope::new(), Scope::for_camunda()];
        let scopes: Vec<Option<&Scope>> = if what.contains("in all DMN models") {
            scopes.iter().map(Some).collect()
        } else {
            vec![None]
        };
        let parts: Vec<&str> = what.split('`').collect();
        for at in (1..parts.len().saturating_sub(2)).step_by(2) {
            let (left, verb, right) = (parts[at], parts[at + 1].trim(), parts[at + 2]);
            if verb == "is" || verb == "holds for" {
                count += 1;
                wrong.extend(scopes.iter().filter_map(|it| disproof(left, verb, right, *it)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count >= 15, "only {count} claims were found");
}

#[test]
fn a_number_is_no_reason_to_warn() {
    let program = Program::compile("number(5)").unwrap();
    let zone = TimeZone::UTC;
    let mut budget = Budget::default();
    let mut env = Env::new(NOW_MS, &zone, 7, &mut budget);
    program.evaluate(&NoVariables, &mut env).unwrap();
    assert!(env.warnings.is_empty(), "{:?}", env.warnings);
}

#[test]
fn every_built_in_has_an_example() {
    let examples: Vec<&str> = PAGE.lines().filter_map(example).map(|it| it.0).collect();
    let called = |expression: &str, name: &str| {
        expression
            .match_indices(&format!("{name}("))
            .any(|(at, _)| at == 0 || expression[..at].ends_with('('))
    };
    let names: BTreeSet<&str> = feel::function_names().collect();
    let missing: Vec<&&str> =
        names.iter().filter(|name| !examples.iter().any(|it| called(it, name))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(names.len() >= 103, "only {} functions", names.len());
}
