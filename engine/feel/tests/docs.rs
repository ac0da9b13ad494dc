//! The page for users says what is true: each line of its tables is evaluated.

#![expect(clippy::unwrap_used, reason = "a broken page must fail loudly")]

use std::collections::BTreeSet;
use std::fmt::Write;

use feel::{Budget, Env, NoVariables, Program, Value};
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
