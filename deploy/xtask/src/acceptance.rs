//! Black-box acceptance scenarios: run by their own runner, judged against `tests/acceptance.txt`.
//!
//! The scenarios are not part of this repository; `BATON_ACCEPTANCE` names their folder. Those in
//! the list miss something that Baton refuses today. Any other scenario has to pass, and a listed
//! one that passes has to leave the list, so that the list can only shrink.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::count::Counts;
use crate::server::Server;
use crate::{python, suite};

const LIST: &str = "tests/acceptance.txt";

/// How long the list is. Lower it when the list has shrunk; it never grows.
const LISTED: usize = 25;

/// Scenarios that the runner has on their way at a time.
const PARALLEL: &str = "4";

/// What the runner says about one scenario.
struct Outcome {
    name: String,
    passed: bool,
    /// The step that failed and the difference, or why it was skipped.
    difference: String,
}

/// Runs the scenarios on a server of their own; skips if there are none or no Python.
pub(crate) fn run(root: &Path, binary: &Path) -> Result<Counts> {
    let skipped = |why: &str| {
        println!("  skipped acceptance: {why}");
        Ok(Counts { skipped: 1, ..Counts::default() })
    };
    let Some(folder) = std::env::var_os("BATON_ACCEPTANCE").map(PathBuf::from) else {
        return skipped("BATON_ACCEPTANCE names no folder");
    };
    let runner = folder.join("run.py");
    if !runner.is_file() {
        bail!("BATON_ACCEPTANCE: there is no '{}'", runner.display());
    }
    let python = match python::interpreter(root) {
        Ok(python) => python,
        Err(error) => return skipped(&format!("{error:#}")),
    };
    let list = fs::read_to_string(root.join(LIST)).with_context(|| format!("read '{LIST}'"))?;
    let listed = listed(&list)?;
    if listed.len() != LISTED {
        bail!("{LIST} has {} scenarios and not {LISTED}: it may only shrink", listed.len());
    }
    let server = Server::start(binary, root.join("target/acceptance"))?;
    let outcomes = outcomes(root, &python, runner.as_os_str(), &server)?;
    let (counts, complaints) = judge(&outcomes, &listed);
    for complaint in complaints {
        println!("{complaint}");
    }
    println!("acceptance: {} pass, {} are listed in {LIST}", counts.passed, listed.len());
    Ok(counts)
}

/// Reads the list: the name of a scenario on each line, then what it misses.
fn listed(text: &str) -> Result<BTreeMap<&str, &str>> {
    let mut listed = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let Some((name, misses)) = line.split_once(' ') else {
            bail!("{LIST}: '{line}' does not say what the scenario misses");
        };
        if listed.insert(name, misses.trim()).is_some() {
            bail!("{LIST}: '{name}' stands there twice");
        }
    }
    Ok(listed)
}

fn outcomes(root: &Path, python: &Path, runner: &OsStr, server: &Server) -> Result<Vec<Outcome>> {
    let report = root.join("target/acceptance.json");
    // A report of an earlier run must not be taken for this one's.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut command = Command::new(python);
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(runner)
        .args(["--grpc", &server.grpc, "--rest", &format!("http://{}", server.http)])
        .args(["-j", PARALLEL, "--json"])
        .arg(&report);
    let run = suite::finish(command, suite::TIME_MAX).context("start the acceptance runner")?;
    let Ok(text) = fs::read_to_string(&report) else {
        bail!("the acceptance runner wrote no report: {}", run.output);
    };
    let report: Value = serde_json::from_str(&text).context("read the acceptance report")?;
    let results = report["results"].as_array().context("the acceptance report has no results")?;
    Ok(results.iter().map(outcome).collect())
}

fn outcome(result: &Value) -> Outcome {
    let text = |key: &str| result[key].as_str().unwrap_or_default();
    Outcome {
        name: text("name").to_owned(),
        passed: text("status") == "pass",
        difference: format!("{}: {} {}", text("status"), text("step"), text("difference")),
    }
}

/// Counts what passed and what is wrong, each with a sentence. Listed scenarios that do not pass
/// count as neither: what they miss is refused, which other tests show.
fn judge(outcomes: &[Outcome], listed: &BTreeMap<&str, &str>) -> (Counts, Vec<String>) {
    let mut counts = Counts::default();
    let mut complaints = Vec::new();
    for outcome in outcomes {
        let Outcome { name, difference, .. } = outcome;
        let misses = listed.get(name.as_str());
        let until = misses.and_then(|it| it.split_once("; until step "));
        match (outcome.passed, misses.is_some()) {
            (true, false) => counts.passed += 1,
            (false, true) => {
                if let Some((_, step)) = until
                    && !difference.contains(step)
                {
                    complaints.push(format!("{name}: step '{step}' was not reached: {difference}"));
                }
            }
            (false, false) => complaints.push(format!("{name}: {difference}")),
            (true, true) => complaints.push(format!("{name} passes: remove it from {LIST}")),
        }
    }
    for name in listed.keys() {
        if !outcomes.iter().any(|outcome| outcome.name == *name) {
            complaints.push(format!("{name} is no scenario: remove it from {LIST}"));
        }
    }
    counts.failed = u32::try_from(complaints.len()).unwrap_or(u32::MAX);
    (counts, complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(results: &[(&str, bool)], list: &str) -> (Counts, Vec<String>) {
        let outcome = |(name, passed): &(&str, bool)| Outcome {
            name: (*name).to_owned(),
            passed: *passed,
            difference: "fail: 2 work expected one job".to_owned(),
        };
        let outcomes: Vec<_> = results.iter().map(outcome).collect();
        judge(&outcomes, &listed(list).unwrap())
    }

    #[test]
    fn a_listed_scenario_may_fail_and_the_others_pass() {
        let (counts, complaints) =
            judged(&[("gw-loop", true), ("mi-empty", false)], "mi-empty  element X\n");
        assert_eq!(counts, Counts { passed: 1, ..Counts::default() });
        assert_eq!(complaints, [""; 0]);
    }

    #[test]
    fn a_scenario_outside_the_list_that_does_not_pass_is_a_failure() {
        let (counts, complaints) = judged(&[("gw-loop", false)], "# Nothing is missing.\n");
        assert_eq!(counts.failed, 1);
        assert_eq!(complaints, ["gw-loop: fail: 2 work expected one job"]);
    }

    #[test]
    fn a_listed_scenario_that_passes_has_to_leave_the_list() {
        let (counts, complaints) = judged(&[("mi-empty", true)], "mi-empty  element X\n");
        assert_eq!((counts.passed, counts.failed), (0, 1));
        assert!(complaints[0].contains("remove it"), "{complaints:?}");
    }

    #[test]
    fn a_listed_scenario_passes_until_the_step_that_the_list_names() {
        let list = |step: &str| format!("dep-rules  rule of old; until step {step}\n");
        let results = [("dep-rules", false)];
        assert_eq!(judged(&results, &list("2 work")).0.failed, 0);
        assert_eq!(judged(&results, &list("3 work")).0.failed, 1);
    }

    #[test]
    fn a_listed_name_without_scenario_is_a_failure() {
        assert_eq!(judged(&[], "mi-empty  element X\n").0.failed, 1);
    }

    #[test]
    fn a_list_entry_says_what_it_misses_and_stands_there_once() {
        assert!(listed("mi-empty\n").is_err());
        assert!(listed("mi-empty  element X\nmi-empty  element X\n").is_err());
    }

    #[test]
    fn a_skip_of_the_runner_is_not_a_pass() {
        let result = serde_json::json!({"name": "a", "status": "skip", "difference": "no REST"});
        assert!(!outcome(&result).passed);
    }
}
