//! Runs the tables in `tests/cases`: one case per line, `expression | context | expected`.
//!
//! - The context is a JSON object and may be left out.
//! - Expected is JSON, `text T` for the value as FEEL writes it, `syntax error T` or `failure T`
//!   with a part of the message; ` ! KIND, ...` after it lists the warnings, ` !` alone none.
//! - `? input :: tests | ...` evaluates unary tests on an input in JSON.
//! - `first edition: ` before a case evaluates it by the first edition.
//! - Lines that are empty or start with `#` are skipped; ` | ` may stand in expressions.
//!
//! The clock stands at 2024-03-15T10:30:00Z, the zone is Europe/Berlin.

#![expect(clippy::unwrap_used, reason = "a broken case must fail loudly")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use feel::{Budget, Edition, Env, Program, Value, Variables};
use jiff::tz::TimeZone;
use value::json;
use value::msgpack::Reader;

#[path = "cases/coverage.rs"]
mod coverage;

const NOW_MS: i64 = 1_710_498_600_000;

struct Json(BTreeMap<String, Vec<u8>>);

impl Json {
    fn parse(text: &str) -> Self {
        let bytes = json::to_msgpack(text).unwrap();
        let entries = Reader::new(&bytes).map().unwrap();
        let entry =
            |(key, value): (&str, Reader<'_>)| (key.to_owned(), value.skip().unwrap().to_vec());
        Self(entries.map(entry).collect())
    }
}

impl Variables for Json {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }
}

struct Case<'t> {
    expression: &'t str,
    edition: Edition,
    input: Option<&'t str>,
    context: &'t str,
    expected: &'t str,
    warnings: Option<&'t str>,
}

fn case(line: &str) -> Option<Case<'_>> {
    let (rest, expected) = line.rsplit_once(" | ")?;
    let (expression, context) = match rest.rsplit_once(" | ") {
        Some((expression, context)) if context.trim().starts_with("{\"") => (expression, context),
        _ => (rest, "{}"),
    };
    let (expected, warnings) = match expected.rsplit_once(" !") {
        Some((expected, warnings)) => (expected, Some(warnings.trim())),
        None => (expected, None),
    };
    let (edition, expression) = match expression.strip_prefix("first edition: ") {
        Some(expression) => (Edition::First, expression),
        None => (Edition::Refined, expression),
    };
    let (input, expression) = match expression.strip_prefix("? ") {
        Some(test) => {
            let (input, tests) = test.split_once(" :: ")?;
            (Some(input), tests)
        }
        None => (None, expression),
    };
    let (expression, context) = (expression.trim(), context.trim());
    Some(Case { expression, edition, input, context, expected: expected.trim(), warnings })
}

/// What is wrong with a case, if anything.
fn check(case: &Case<'_>) -> Result<(), String> {
    let compiled = match case.input {
        Some(_) => Program::compile_unary_tests(case.expression),
        None => Program::compile(case.expression),
    };
    let program = match (compiled, case.expected.strip_prefix("syntax error")) {
        (Ok(program), None) => program,
        (Ok(_), Some(_)) => return Err("it compiles".to_owned()),
        (Err(error), None) => return Err(error.to_string()),
        (Err(error), Some(part)) => return contains(&error.to_string(), part),
    };
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let mut budget = Budget::default();
    let mut env = Env::new(NOW_MS, &zone, 7, &mut budget);
    env.edition = case.edition;
    let variables = Json::parse(case.context);
    let result = match case.input {
        Some(input) => {
            let input = Value::from_msgpack(&json::to_msgpack(input).unwrap());
            program.evaluate_unary_tests(input, &variables, &mut env)
        }
        None => program.evaluate(&variables, &mut env),
    };
    let found: Vec<&str> = env.warnings.iter().map(|it| it.kind().name()).collect();
    let found = found.join(", ");
    match (result, case.expected.strip_prefix("failure")) {
        (Ok(value), None) => same(&value, case.expected)?,
        (Ok(value), Some(_)) => return Err(format!("it gives {}", value.feel_text())),
        (Err(failure), None) => return Err(format!("it fails: {failure}")),
        (Err(failure), Some(part)) => contains(&failure.to_string(), part)?,
    }
    match case.warnings {
        Some(expected) if expected != found => {
            let texts: Vec<String> = env.warnings.iter().map(ToString::to_string).collect();
            Err(format!("the warnings are {texts:?}"))
        }
        _ => Ok(()),
    }
}

fn same(value: &Value, expected: &str) -> Result<(), String> {
    if let Some(text) = expected.strip_prefix("text ") {
        let found = value.feel_text();
        return if found == text { Ok(()) } else { Err(format!("it gives {found}")) };
    }
    let mut found = Vec::new();
    value.to_msgpack(&mut found);
    let expected = json::to_msgpack(expected).map_err(|it| format!("expected: {it}"))?;
    if found == expected {
        return Ok(());
    }
    Err(format!("it gives {}", json::value_to_json(&found)))
}

fn contains(found: &str, part: &str) -> Result<(), String> {
    if found.contains(part.trim()) { Ok(()) } else { Err(format!("the message is '{found}'")) }
}

/// The tables: names of files and their texts.
fn tables() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let paths = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|it| it.extension().is_some_and(|it| it == "feel")).collect();
    paths.sort();
    let name = |it: &Path| it.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|it| (name(it), std::fs::read_to_string(it).unwrap())).collect()
}

#[test]
fn every_case_gives_what_its_line_says() {
    let mut wrong = String::new();
    let mut count = 0;
    for (name, text) in tables() {
        for (ix, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            count += 1;
            let outcome = match case(line) {
                Some(case) => check(&case),
                None => Err("the line is no case".to_owned()),
            };
            if let Err(message) = outcome {
                let _ = writeln!(wrong, "{name}:{}: {line}\n    {message}", ix + 1);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(count >= 1_000, "only {count} cases were found");
}

#[test]
fn no_case_is_there_twice() {
    let (mut seen, mut twice) = (BTreeMap::new(), String::new());
    for (name, text) in tables() {
        for (ix, line) in text.lines().enumerate().filter(|it| !it.1.starts_with('#')) {
            let Some(case) = case(line) else { continue };
            // What FEEL writes is one case, and what leaves is another.
            let is_text = case.expected.starts_with("text ");
            let key = (case.edition == Edition::First, case.input, case.expression, case.context);
            let key = format!("{key:?}{is_text}");
            let place = format!("{name}:{}", ix + 1);
            if let Some(first) = seen.insert(key, place.clone()) {
                let _ = writeln!(twice, "{place}: {line}\n    is {first}, too");
            }
        }
    }
    assert!(twice.is_empty(), "\n{twice}");
}
