//! The steps of the gate, in the order in which they run.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::cargo::{self, Executable};
use crate::count::Counts;
use crate::{acceptance, python, suite};

/// One named part of the gate.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Path) -> Result<Counts>,
}

pub(crate) const STEPS: &[Step] = &[
    Step { name: "fmt", about: "the code is formatted", run: fmt },
    Step { name: "clippy", about: "no lint complains", run: clippy },
    Step {
        name: "test",
        about: "unit tests, scenarios, tidy and documentation examples",
        run: test,
    },
    Step { name: "doc", about: "the documentation builds without broken links", run: doc },
    Step { name: "build", about: "the server builds with the profile of `make run`", run: build },
    Step { name: "e2e", about: "end-to-end tests on that server", run: e2e },
    Step { name: "chaos", about: "faults of every class on that server, short forms", run: chaos },
    Step { name: "acceptance", about: "black-box scenarios on that server", run: acceptance },
];

/// Packages whose tests start the server's binary, with the step in which they run.
const OUTSIDE: &[(&str, &str)] = &[("baton-e2e", "e2e"), ("baton-chaos", "chaos")];

fn fmt(root: &Path) -> Result<Counts> {
    check(root, &["fmt", "--all", "--check"], &[])
}

fn clippy(root: &Path) -> Result<Counts> {
    let arguments =
        ["clippy", "--workspace", "--all-targets", "--keep-going", "--", "-D", "warnings"];
    check(root, &arguments, &[])
}

fn doc(root: &Path) -> Result<Counts> {
    let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items", "--keep-going"];
    check(root, &arguments, &[("RUSTDOCFLAGS", "-D warnings")])
}

/// A check that is not made of tests counts only when it fails.
fn check(root: &Path, arguments: &[&str], env: &[(&str, &str)]) -> Result<Counts> {
    let failed = u32::from(!cargo::succeeds(root, arguments, env)?);
    Ok(Counts { failed, ..Counts::default() })
}

fn test(root: &Path) -> Result<Counts> {
    let mut total = Counts::default();
    for executable in &test_executables(root, None)? {
        total += suite::run(executable, &[])?;
    }
    total += suite::doctests(root)?;
    Ok(total)
}

fn build(root: &Path) -> Result<Counts> {
    let server = server(root)?;
    println!("{}", server.path.display());
    Ok(Counts::default())
}

fn e2e(root: &Path) -> Result<Counts> {
    outside(root, "e2e")
}

/// The suites judge hundreds of thousands of records and replay whole logs: as slow as unit tests
/// are, that would take longer than what they disturb.
fn chaos(root: &Path) -> Result<Counts> {
    let is_suite = |one: &Executable| one.kind == "test";
    let mut tests = test_executables(root, Some("chaos"))?;
    tests.retain(|one| !is_suite(one));
    let suites = cargo::executables(root, &selected(&["test", "--test", "*", "--no-run"]))?;
    tests.extend(suites.into_iter().filter(is_suite));
    on_server(root, &tests)
}

fn outside(root: &Path, step: &str) -> Result<Counts> {
    on_server(root, &test_executables(root, Some(step))?)
}

/// Builds the server first, so that what is tested is what the sources say, and passes its path.
fn on_server(root: &Path, tests: &[Executable]) -> Result<Counts> {
    let server = server(root)?;
    let mut env = vec![("BATON_BIN", server.path.into_os_string())];
    match python::interpreter(root) {
        Ok(path) => env.push(("BATON_PYTHON", path.into_os_string())),
        Err(error) => println!("no Python, tests that need it will be skipped: {error:#}"),
    }
    let mut total = Counts::default();
    for executable in tests {
        total += suite::run(executable, &env)?;
    }
    Ok(total)
}

fn acceptance(root: &Path) -> Result<Counts> {
    acceptance::run(root, &server(root)?.path)
}

/// The test executables of a step that has packages of its own, or those of all other packages.
///
/// All steps build everything: a smaller selection would unify features differently and compile
/// the dependencies again.
fn test_executables(root: &Path, step: Option<&str>) -> Result<Vec<Executable>> {
    let mut all = cargo::executables(root, &["test", "--workspace", "--no-run"])?;
    all.retain(|one| one.is_test);
    if all.is_empty() {
        bail!("cargo reported no test executables");
    }
    let step_of = |one: &Executable| {
        OUTSIDE.iter().find(|(package, _)| *package == one.package).map(|(_, step)| *step)
    };
    all.retain(|one| step_of(one) == step);
    Ok(all)
}

/// The server, and beside it the programs of the fault suites.
pub(crate) fn server(root: &Path) -> Result<Executable> {
    let built = cargo::executables(root, &selected(&["build", "--bins"]))?;
    built.into_iter().find(|one| one.target == "baton").context("cargo built no binary `baton`")
}

/// A call of cargo for the server and the fault suites: built apart, they would enable different
/// features of what they share, and all of that would be compiled twice.
fn selected<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &["--profile", "quick", "--package", "baton", "--package", "baton-chaos"]].concat()
}
