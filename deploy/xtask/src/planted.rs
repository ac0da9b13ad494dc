//! Planted bugs: each patch in `tests/planted` breaks the product in one way, and each suite that it
//! names must notice. A bug that no suite notices is a missing test.
//!
//! ```text
//! HEAD ─worktree─▶ target/planted/tree ─every suite once─▶ all green, or nothing is proven
//!                          └─ patch ─build─▶ suite ─▶ it must fail ─▶ patch taken back
//! ```
//!
//! A patch file begins with `suite: NAME`, `bug: one sentence` and `told: words`, which the suite must
//! print when it fails, so that a failure for another reason does not count; then a blank line and
//! the diff. A bug that several suites must notice has a line `suite` and a line `told` for each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::cargo;
use crate::suite::finish;

/// How long a suite may take with a bug in it; one that takes longer has noticed nothing.
const TIME_MAX: Duration = Duration::from_mins(10);

/// A suite that notices bugs: how it is built, and how it is run.
#[derive(Debug)]
struct Suite {
    name: &'static str,
    build: &'static [&'static str],
    run: &'static [&'static str],
}

/// The short form of a suite that breaks the real server.
macro_rules! crash_suite {
    ($name:literal) => {
        Suite {
            name: $name,
            build: &["build", "--profile", "quick", "-p", "baton", "-p", "baton-chaos"],
            run: &[
                "run",
                "--profile",
                "quick",
                "-p",
                "baton-chaos",
                "--bin",
                "chaos",
                "--",
                "short",
                "--suite",
                $name,
                "--seed",
                "1",
            ],
        }
    };
}

/// The suites that patches may name.
const SUITES: &[Suite] = &[
    Suite {
        name: "engine",
        build: &["test", "-p", "baton-engine", "--no-run"],
        run: &["test", "-p", "baton-engine"],
    },
    Suite {
        name: "broker",
        build: &["test", "-p", "baton-broker", "--no-run"],
        run: &["test", "-p", "baton-broker"],
    },
    Suite {
        name: "sim",
        build: &["build", "-p", "baton-sim", "--profile", "sim"],
        run: &[
            "run",
            "-p",
            "baton-sim",
            "--profile",
            "sim",
            "--",
            "--seeds",
            "1..201",
            "--steps",
            "1000",
        ],
    },
    Suite {
        name: "gateway",
        build: &["test", "-p", "baton-gateway", "--no-run"],
        run: &["test", "-p", "baton-gateway"],
    },
    crash_suite!("kills"),
    crash_suite!("cuts"),
    crash_suite!("kill-points"),
    crash_suite!("failed-syncs"),
    crash_suite!("full-disk"),
    crash_suite!("at-rest"),
];

/// One planted bug.
#[derive(Debug)]
struct Bug {
    name: String,
    /// What is wrong, as a sentence.
    about: String,
    /// Who must notice.
    notices: Vec<Notice>,
    file: PathBuf,
}

/// That a suite notices a bug.
#[derive(Debug)]
struct Notice {
    suite: &'static Suite,
    /// What the suite prints then.
    told: String,
}

/// Plants each bug, or only the named ones, and says which suite caught it.
///
/// # Errors
/// The tree cannot be made, a patch does not apply or compile, or a suite fails without a bug.
pub(crate) fn run(root: &Path, names: &[&str]) -> Result<bool> {
    let bugs = bugs(root, names)?;
    let tree = Tree::at_head(root)?;
    let is_named = |suite: &&Suite| {
        bugs.iter().flat_map(|it| &it.notices).any(|it| it.suite.name == suite.name)
    };
    for suite in SUITES.iter().filter(is_named) {
        println!("==> {} without a bug", suite.name);
        tree.build(suite)?;
        ensure!(tree.passes(suite)?.passes, "the suite '{}' fails without a bug", suite.name);
    }
    let started = Instant::now();
    let mut missed = Vec::new();
    for (done, bug) in bugs.iter().enumerate() {
        let left = remaining(started.elapsed(), done, bugs.len());
        println!("==> {} ({} of {}{left}): {}", bug.name, done + 1, bugs.len(), bug.about);
        tree.plant(bug)?;
        let mut is_caught = true;
        for notice in &bug.notices {
            is_caught &= tree.notices(bug, notice)?;
        }
        tree.reset()?;
        if !is_caught {
            missed.push(bug.name.as_str());
        }
    }
    println!("\n{} bugs, {} caught", bugs.len(), bugs.len() - missed.len());
    if !missed.is_empty() {
        println!("not caught: {}; each is a missing test", missed.join(", "));
    }
    Ok(missed.is_empty())
}

fn remaining(elapsed: Duration, done: usize, all: usize) -> String {
    let Some(per_bug) = elapsed.checked_div(u32::try_from(done).unwrap_or(u32::MAX)) else {
        return String::new();
    };
    let left = per_bug * u32::try_from(all - done).unwrap_or(u32::MAX);
    format!(", about {} minutes left", left.as_secs() / 60 + 1)
}

fn bugs(root: &Path, names: &[&str]) -> Result<Vec<Bug>> {
    let folder = root.join("tests/planted");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| format!("read {}", folder.display()))?
        .map(|entry| entry.map(|it| it.path()))
        .collect::<std::io::Result<_>>()?;
    files.retain(|it| it.extension().is_some_and(|it| it == "patch"));
    files.sort();
    let all: Vec<Bug> = files.into_iter().map(bug).collect::<Result<_>>()?;
    for name in names {
        ensure!(all.iter().any(|it| it.name == *name), "no planted bug is called '{name}'");
    }
    let is_meant = |bug: &Bug| names.is_empty() || names.contains(&bug.name.as_str());
    Ok(all.into_iter().filter(is_meant).collect())
}

fn bug(file: PathBuf) -> Result<Bug> {
    let text = fs::read_to_string(&file)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let values = |key: &str| {
        let key = format!("{key}: ");
        let value = |line: &str| line.strip_prefix(&key).map(str::to_owned);
        text.lines().take_while(|it| !it.is_empty()).filter_map(value).collect::<Vec<_>>()
    };
    let (suites, told) = (values("suite"), values("told"));
    ensure!(
        !suites.is_empty() && suites.len() == told.len(),
        "{} needs a line 'told: …' for each line 'suite: …'",
        file.display()
    );
    let mut notices = Vec::new();
    for (suite, told) in suites.into_iter().zip(told) {
        let Some(suite) = SUITES.iter().find(|it| it.name == suite) else {
            let known: Vec<_> = SUITES.iter().map(|it| it.name).collect();
            bail!("{} names the suite '{suite}'; there are: {}", file.display(), known.join(", "));
        };
        notices.push(Notice { suite, told });
    }
    let about =
        values("bug").pop().with_context(|| format!("{} has no line 'bug: …'", file.display()))?;
    Ok(Bug { name, about, notices, file })
}

/// A copy of the last commit, with a target folder of its own.
struct Tree {
    folder: PathBuf,
    target: PathBuf,
}

/// What a run of a suite came to.
struct Outcome {
    passes: bool,
    output: String,
}

impl Outcome {
    /// The line with which a suite that failed tells the bug.
    fn fault(&self, told: &str) -> Option<&str> {
        let is_told = |it: &&str| it.contains(told) && !it.ends_with("... ok");
        let line = self.output.lines().find(is_told)?;
        (!self.passes).then_some(line.trim())
    }

    /// Why it tells nothing.
    fn says(&self, told: &str) -> String {
        if self.passes {
            return "it passes".to_owned();
        }
        let words = ["FAILED", "panicked at", "failed", "error:", "stopped:"];
        let is_fault =
            |it: &&str| !it.ends_with("... ok") && words.iter().any(|word| it.contains(word));
        let fault = self.output.lines().find(is_fault).unwrap_or("it ended with an error");
        format!("it does not tell '{told}', but: {}", fault.trim())
    }
}

impl Tree {
    fn at_head(root: &Path) -> Result<Self> {
        let folder = root.join("target/planted/tree");
        let target = root.join("target/planted/target");
        if !folder.join(".git").exists() {
            git(root, &["worktree", "prune"])?;
            let path = folder.to_string_lossy();
            git(root, &["worktree", "add", "--detach", "--force", &path, "HEAD"])?;
        }
        let head = git(root, &["rev-parse", "HEAD"])?;
        git(&folder, &["checkout", "--force", "--detach", head.trim()])?;
        let tree = Self { folder, target };
        tree.reset()?;
        Ok(tree)
    }

    fn reset(&self) -> Result<()> {
        git(&self.folder, &["checkout", "--force", "."])?;
        git(&self.folder, &["clean", "-fdq"])?;
        Ok(())
    }

    fn plant(&self, bug: &Bug) -> Result<()> {
        let file = bug.file.to_string_lossy();
        git(&self.folder, &["apply", "--recount", &file])
            .with_context(|| format!("{} does not apply to the last commit", bug.name))?;
        Ok(())
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo::command(&self.folder, arguments);
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    fn build(&self, suite: &Suite) -> Result<()> {
        let built = finish(self.cargo(suite.build), TIME_MAX * 3)?;
        if !built.succeeded {
            println!("{}", built.output);
            bail!("cargo {} failed", suite.build.join(" "));
        }
        Ok(())
    }

    /// Whether a suite notices the bug that is planted.
    fn notices(&self, bug: &Bug, notice: &Notice) -> Result<bool> {
        let Notice { suite, told } = notice;
        self.build(suite).with_context(|| format!("{} does not compile", bug.name))?;
        let outcome = self.passes(suite)?;
        let fault = outcome.fault(told);
        match fault {
            Some(fault) => println!("<== caught by {}: {fault}", suite.name),
            None => println!("<== NOT CAUGHT by {}: {}", suite.name, outcome.says(told)),
        }
        Ok(fault.is_some())
    }

    fn passes(&self, suite: &Suite) -> Result<Outcome> {
        let run = finish(self.cargo(suite.run), TIME_MAX)?;
        Ok(Outcome { passes: run.succeeded, output: run.output })
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .output()
        .with_context(|| format!("start git {}", arguments.join(" ")))?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_planted_bug_names_its_suite_and_what_is_wrong() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let bugs = bugs(&root, &[]).expect("every patch file has its lines");
        assert!(!bugs.is_empty());
        for bug in &bugs {
            assert!(!bug.about.is_empty() && !bug.about.ends_with('.'), "{bug:?}");
            assert!(bug.notices.iter().all(|it| it.told.len() > 8), "{bug:?}");
        }
    }

    #[test]
    fn every_planted_bug_fits_the_code() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize().expect("the tree is there");
        let bugs = bugs(&root, &[]).expect("every patch file has its lines");
        let is_unfit = |bug: &&Bug| {
            git(&root, &["apply", "--check", "--recount", &bug.file.to_string_lossy()]).is_err()
        };
        let unfit: Vec<_> = bugs.iter().filter(is_unfit).map(|bug| &bug.name).collect();
        assert!(unfit.is_empty(), "make these patches again for the code of today: {unfit:?}");
    }

    #[test]
    fn a_failure_for_another_reason_has_noticed_nothing() {
        let of = |passes, output: &str| Outcome { passes, output: output.to_owned() };
        let told = "a timer fired early";
        assert_eq!(
            of(false, "a\n  a timer fired early by 1 ms").fault(told),
            Some("a timer fired early by 1 ms")
        );
        assert_eq!(of(true, "a timer fired early").fault(told), None);
        assert_eq!(of(false, "test a timer fired early ... ok").fault(told), None);
        let other = of(false, "1 passed\nstopped: it ran longer than a suite may");
        assert_eq!(other.fault(told), None);
        assert!(other.says(told).contains("ran longer"), "{}", other.says(told));
    }

    #[test]
    fn an_unknown_bug_is_refused_by_name() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let error = bugs(&root, &["no-such-bug"]).expect_err("there is none");
        assert!(error.to_string().contains("'no-such-bug'"), "{error}");
    }

    #[test]
    fn time_left_is_an_average_of_what_was_done() {
        assert_eq!(remaining(Duration::from_mins(1), 0, 4), "");
        assert_eq!(remaining(Duration::from_mins(2), 2, 4), ", about 3 minutes left");
    }
}
