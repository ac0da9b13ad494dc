//! Scenarios of the engine. `UPDATE=1` rewrites the traces: read every line before accepting it.

#![expect(clippy::unwrap_used, reason = "tests may fail where something is missing")]

#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use support::scenario;

/// Checks one scenario, or rewrites its trace.
fn check(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).unwrap();
    let found = scenario::run(&scenario::parse(&text));
    if found == text {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, found).unwrap();
        return Ok(());
    }
    let first = text.lines().zip(found.lines()).position(|(old, new)| old != new);
    let line = first.unwrap_or(text.lines().count().min(found.lines().count()));
    let of = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
    Err(format!(
        "{}:{}\n  expected {}\n  found    {}\n  UPDATE=1 rewrites the trace.",
        path.display(),
        line + 1,
        of(&text),
        of(&found)
    ))
}

fn scenarios() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut found = Vec::new();
    for area in std::fs::read_dir(root).unwrap() {
        let area = area.unwrap().path();
        if area.is_dir() {
            let files = std::fs::read_dir(area).unwrap().map(|it| it.unwrap().path());
            found.extend(files.filter(|it| it.extension().is_some_and(|it| it == "scenario")));
        }
    }
    found.sort();
    found
}

#[test]
fn every_scenario_has_the_trace_in_its_file() {
    let only = std::env::var_os("SCENARIO").map(|it| it.to_string_lossy().into_owned());
    let mut failures = Vec::new();
    for path in scenarios() {
        let name = path.display().to_string();
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let checked = std::panic::catch_unwind(|| check(&path));
        match checked {
            Ok(Ok(())) => {}
            Ok(Err(difference)) => failures.push(difference),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
                failures.push(format!("{name}: {}", text.unwrap_or_default()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
