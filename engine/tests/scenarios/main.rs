//! Scenarios of the engine. `UPDATE=1` rewrites the traces: read every line before accepting it.

#![expect(clippy::unwrap_used, reason = "tests may fail where something is missing")]

mod limits;
mod lives;
mod migrated;
mod placed;
#[path = "../random/mod.rs"]
mod random;
#[path = "../support/mod.rs"]
mod support;
mod wrapped;

use std::path::{Path, PathBuf};
use support::coverage::Coverage;
use support::scenario;
use wrapped::Frame;

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

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

fn scenarios() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for area in std::fs::read_dir(folder()).unwrap() {
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

#[test]
fn the_coverage_matrix_is_full_and_up_to_date() {
    let mut coverage = Coverage::default();
    let mut wrong = Vec::new();
    for path in scenarios() {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(folder()).unwrap().with_extension("");
        let name = name.display().to_string().replace('\\', "/");
        for claim in scenario::parse(&text).covers {
            wrong.extend(coverage.claim(&name, &claim, &text).err());
        }
    }
    coverage.swept("migrated", &migrated::lives().shown);
    coverage.swept("inside a multi-instance", &wrapped::shown(Frame::MultiInstance));
    coverage.swept("inside an event subprocess", &wrapped::shown(Frame::EventSubProcess));
    coverage.swept("modified into", &placed::shown());
    coverage.reasons(&std::fs::read_to_string(folder().join("reasons.txt")).unwrap());
    coverage.differences(&std::fs::read_to_string(folder().join("differences.md")).unwrap());
    let page = coverage.markdown().map_err(|it| wrong.push(it)).unwrap_or_default();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/bpmn-coverage.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "docs/bpmn-coverage.md is stale; UPDATE=1 renews it");
}
