//! The task runner behind the Makefile: what is checked before a change goes in, and how.
//!
//! `cargo xtask ci` runs every step, `cargo xtask ci clippy doc` only those, `cargo xtask fix`
//! writes what tools can correct. Nothing but `fix` changes a file outside `target/`.

#![expect(clippy::print_stdout, reason = "a task runner reports on stdout")]

mod acceptance;
mod cargo;
mod count;
mod planted;
mod python;
mod server;
mod step;
mod suite;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::count::Counts;
use crate::step::{STEPS, Step};

const USAGE: &str = "\
usage: cargo xtask ci [STEP...]   run the gate, or only the named steps
       cargo xtask chaos long|short [OPTION...]
                                  faults of every class on the server; `help` lists options
       cargo xtask planted [--trust-suites] [BUG...]
                                  plant bugs in a copy, and see that the suites catch them
       cargo xtask fix            format, and apply what clippy can correct
       cargo xtask venv           create target/venv with tests/requirements.txt
       cargo xtask help           this text";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["ci", names @ ..] => ci(names),
        ["chaos", words @ ..] => chaos(words),
        ["planted", names @ ..] => root().and_then(|root| planted::run(&root, names)),
        ["fix"] => fix(),
        ["venv"] => venv(),
        ["help"] | [] => {
            help();
            Ok(true)
        }
        _ => Err(anyhow::anyhow!("unknown arguments: {}\n{USAGE}", words.join(" "))),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn help() {
    println!("{USAGE}\n\nsteps of ci, in order:");
    for step in STEPS {
        println!("  {:8} {}", step.name, step.about);
    }
}

/// Runs the steps, all of them even after a failure, so that one run shows everything that is
/// wrong. The last line counts tests; a failed step without failed tests counts as one.
fn ci(names: &[&str]) -> Result<bool> {
    let steps = select(names)?;
    let root = root()?;
    let started = Instant::now();
    let mut total = Counts::default();
    let mut failed = Vec::new();
    for step in steps {
        println!("==> {}: {}", step.name, step.about);
        let step_started = Instant::now();
        let counts = (step.run)(&root).unwrap_or_else(|error| {
            println!("{error:#}");
            Counts { failed: 1, ..Counts::default() }
        });
        let verdict = if counts.failed == 0 { "ok" } else { "FAILED" };
        println!("<== {} {verdict} in {:.1} s", step.name, step_started.elapsed().as_secs_f64());
        if counts.failed > 0 {
            failed.push(step.name);
        }
        total += counts;
    }
    let skips_fail = std::env::var_os("BATON_REQUIRE_REFERENCE").is_some_and(|value| value == "1");
    println!();
    if !failed.is_empty() {
        println!("failed: {}; run one alone with `cargo xtask ci STEP`", failed.join(", "));
    }
    if skips_fail && total.skipped > 0 {
        println!("failed: tests were skipped, which BATON_REQUIRE_REFERENCE=1 forbids");
    }
    println!("the gate took {:.0} s", started.elapsed().as_secs_f64());
    println!("{total}");
    Ok(total.failed == 0 && !(skips_fail && total.skipped > 0))
}

fn select(names: &[&str]) -> Result<Vec<&'static Step>> {
    if names.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    let find = |name: &&str| {
        let known = || STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
        STEPS
            .iter()
            .find(|step| step.name == *name)
            .with_context(|| format!("no step is called '{name}'; there are: {}", known()))
    };
    names.iter().map(find).collect()
}

fn fix() -> Result<bool> {
    let root = root()?;
    let clippy =
        ["clippy", "--workspace", "--all-targets", "--fix", "--allow-dirty", "--allow-staged"];
    let fixed = cargo::succeeds(&root, &clippy, &[])?;
    Ok(cargo::succeeds(&root, &["fmt", "--all"], &[])? && fixed)
}

/// Builds the server and the runner of the fault suites, which lies beside it, and runs them.
fn chaos(words: &[&str]) -> Result<bool> {
    let root = root()?;
    let server = step::server(&root)?.path;
    let mut runner = Command::new(server.with_file_name("chaos"));
    let ended = runner.args(words).current_dir(&root).env("BATON_BIN", &server).status();
    Ok(ended.context("start the runner of the fault suites")?.success())
}

fn venv() -> Result<bool> {
    println!("{}", python::interpreter(&root()?)?.display());
    Ok(true)
}

/// The workspace root: two folders above this crate, wherever the command was typed.
fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    match here.ancestors().nth(2) {
        Some(root) if root.join("Cargo.toml").is_file() => Ok(root.to_owned()),
        _ => bail!("'{}' is not inside the workspace it was built in", here.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_run_in_the_order_they_were_named() {
        let names: Vec<_> = select(&["doc", "fmt"]).unwrap().iter().map(|step| step.name).collect();
        assert_eq!(names, ["doc", "fmt"]);
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_known_ones() {
        let Err(error) = select(&["lint"]) else { panic!("'lint' was accepted") };
        assert!(error.to_string().contains("fmt, clippy, test"), "{error}");
    }

    #[test]
    fn no_names_means_all_steps() {
        assert_eq!(select(&[]).unwrap().len(), STEPS.len());
    }
}
