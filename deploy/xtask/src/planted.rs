//! Planted bugs: each patch in `tests/planted` breaks the product in one way, and each suite that it
//! names must notice. A bug that no suite notices is a missing test.
//!
//! ```text
//! HEAD ─worktree─▶ target/planted/tree ─every suite once─▶ all green, or nothing is proven
//!                          └─ patch ─build─▶ suite ─▶ it must fail ─▶ patch taken back
//! ```
//!
//! A patch file begins with `bug: one sentence`, `suite: NAME` and `told: words`, which the suite must
//! print when it fails, so that a failure for another reason does not count; then a blank line and
//! the diff. A bug that several suites must notice has these lines for each of them. Several lines
//! `told` behind a suite are ways in which it may tell the same bug: one is enough. A suite without a
//! bug must print none of the words. What each run printed is kept in `target/planted/told`.
//!
//! `--trust-suites` leaves out the runs without a bug, for who works on one patch beside suites that
//! are known to pass.

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
    crash_suite!("backups"),
    crash_suite!("pause"),
    crash_suite!("clock"),
    crash_suite!("slow-syncs"),
    crash_suite!("disk-errors"),
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
    /// What the suite prints then: one of these.
    told: Vec<String>,
}

/// The option that leaves out the runs without a bug.
const TRUST: &str = "--trust-suites";

/// Plants each bug, or only the named ones, and says which suite caught it.
///
/// # Errors
/// The tree cannot be made, a patch does not apply or compile, or a suite fails without a bug.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<bool> {
    let is_trusted = words.contains(&TRUST);
    let names: Vec<&str> = words.iter().copied().filter(|it| *it != TRUST).collect();
    let bugs = bugs(root, &names)?;
    let tree = Tree::at_head(root)?;
    println!("==> planted in {}", tree.commit);
    let is_named = |suite: &&Suite| {
        bugs.iter().flat_map(|it| &it.notices).any(|it| it.suite.name == suite.name)
    };
    for suite in SUITES.iter().filter(is_named) {
        if is_trusted {
            println!("==> {} is not run without a bug", suite.name);
            continue;
        }
        println!("==> {} without a bug", suite.name);
        tree.check_healthy(suite, &bugs)?;
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
    let notices = notices(&text).with_context(|| format!("read {}", file.display()))?;
    let about =
        values("bug").pop().with_context(|| format!("{} has no line 'bug: …'", file.display()))?;
    Ok(Bug { name, about, notices, file })
}

/// The suites that a patch names, each with the words behind it.
fn notices(text: &str) -> Result<Vec<Notice>> {
    let mut notices: Vec<Notice> = Vec::new();
    for line in text.lines().take_while(|it| !it.is_empty()) {
        if let Some(name) = line.strip_prefix("suite: ") {
            let Some(suite) = SUITES.iter().find(|it| it.name == name) else {
                let known: Vec<_> = SUITES.iter().map(|it| it.name).collect();
                bail!("it names the suite '{name}'; there are: {}", known.join(", "));
            };
            notices.push(Notice { suite, told: Vec::new() });
        }
        if let Some(words) = line.strip_prefix("told: ") {
            let notice = notices.last_mut().context("a line 'told: …' comes before any suite")?;
            notice.told.push(words.to_owned());
        }
    }
    ensure!(!notices.is_empty(), "it has no line 'suite: …'");
    let silent = notices.iter().find(|it| it.told.is_empty()).map(|it| it.suite.name);
    ensure!(silent.is_none(), "no line 'told: …' is behind the suite '{}'", silent.unwrap_or(""));
    Ok(notices)
}

/// A copy of the last commit, with a target folder of its own.
struct Tree {
    folder: PathBuf,
    target: PathBuf,
    /// What it is a copy of.
    commit: String,
    /// What the suites printed.
    told: PathBuf,
}

/// What a run of a suite came to.
struct Outcome {
    passes: bool,
    output: String,
}

impl Outcome {
    /// The first line that has some of the words, if any has.
    fn line(&self, told: &[String]) -> Option<&str> {
        let is_told = |it: &&str| {
            told.iter().any(|words| it.contains(words.as_str())) && !it.ends_with("... ok")
        };
        self.output.lines().find(is_told).map(str::trim)
    }

    /// The line with which a suite that failed tells the bug.
    fn fault(&self, told: &[String]) -> Option<&str> {
        self.line(told).filter(|_| !self.passes)
    }

    /// Why it tells nothing.
    fn says(&self, told: &[String]) -> String {
        if self.passes {
            return "it passes".to_owned();
        }
        // The plainest words first: others stand in the titles of suites as well.
        let words = ["reproduce:", "FAILED", "panicked at", "error:", "stopped:", "failed"];
        let has = |word: &&str| {
            self.output.lines().find(|it| !it.ends_with("... ok") && it.contains(word))
        };
        let fault = words.iter().find_map(has).unwrap_or("it ended with an error");
        format!("it does not tell '{}', but: {}", told.join("' or '"), fault.trim())
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
        let told = root.join("target/planted/told");
        fs::create_dir_all(&told).with_context(|| format!("create {}", told.display()))?;
        let commit = head.trim().to_owned();
        let tree = Self { folder, target, commit, told };
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

    /// A suite passes without a bug, and says nothing that would tell one.
    fn check_healthy(&self, suite: &Suite, bugs: &[Bug]) -> Result<()> {
        self.build(suite)?;
        let outcome = self.outcome(suite, "no-bug")?;
        ensure!(outcome.passes, "the suite '{}' fails without a bug", suite.name);
        for bug in bugs {
            let mut of_suite = bug.notices.iter().filter(|it| it.suite.name == suite.name);
            let line = of_suite.find_map(|it| outcome.line(&it.told));
            ensure!(
                line.is_none(),
                "the words of {} tell nothing: '{}' prints them without a bug: {}",
                bug.name,
                suite.name,
                line.unwrap_or_default()
            );
        }
        Ok(())
    }

    /// Whether a suite notices the bug that is planted.
    fn notices(&self, bug: &Bug, notice: &Notice) -> Result<bool> {
        let Notice { suite, told } = notice;
        self.build(suite).with_context(|| format!("{} does not compile", bug.name))?;
        let outcome = self.outcome(suite, &bug.name)?;
        let fault = outcome.fault(told);
        match fault {
            Some(fault) => println!("<== caught by {}: {fault}", suite.name),
            None => println!("<== NOT CAUGHT by {}: {}", suite.name, outcome.says(told)),
        }
        Ok(fault.is_some())
    }

    /// Runs a suite, and keeps what it printed.
    fn outcome(&self, suite: &Suite, bug: &str) -> Result<Outcome> {
        let run = finish(self.cargo(suite.run), TIME_MAX)?;
        let file = self.told.join(format!("{bug}.{}.txt", suite.name));
        fs::write(&file, &run.output).with_context(|| format!("write {}", file.display()))?;
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
            let mut words = bug.notices.iter().flat_map(|it| &it.told);
            // The harness prints the name of a test that is slow, whether it fails or not.
            assert!(words.all(|it| it.len() > 12 && it.trim().contains(' ')), "{bug:?}");
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
        let told = &["another word".to_owned(), "a timer fired early".to_owned()];
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
    fn words_belong_to_the_suite_before_them() {
        let text = "suite: sim\nbug: b\ntold: one way\ntold: another\nsuite: cuts\ntold: a third\n\ntold: x";
        let notices = notices(text).expect("it has all lines");
        let read: Vec<_> = notices.iter().map(|it| (it.suite.name, it.told.join("|"))).collect();
        assert_eq!(read, [("sim", "one way|another".into()), ("cuts", "a third".into())]);
        let refused = |text| format!("{:#}", super::notices(text).expect_err("it lacks lines"));
        assert!(refused("bug: b\ntold: x").contains("before any suite"));
        assert!(refused("suite: sim\nsuite: cuts\ntold: x").contains("behind the suite 'sim'"));
        assert!(refused("suite: simm\ntold: x").contains("'simm'"));
        assert!(refused("bug: b").contains("suite: …"));
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
