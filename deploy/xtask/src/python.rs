//! The Python environment of the suites that use public clients: `target/venv`.
//!
//! Made when a suite asks for it, from the pinned packages in `tests/requirements.txt`, and made
//! anew when that file changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The Debian package that brings what a virtual environment needs.
const DEBIAN_PACKAGE: &str = "python3-venv";

/// Returns the environment's interpreter, after creating the environment if need be.
///
/// # Errors
/// Python or its `venv` module is missing and cannot be installed, or a package cannot be fetched.
pub(crate) fn interpreter(root: &Path) -> Result<PathBuf> {
    let wanted = root.join("tests/requirements.txt");
    let folder = root.join("target/venv");
    let python = folder.join("bin/python");
    let installed = folder.join("requirements.txt");
    let requirements =
        fs::read_to_string(&wanted).with_context(|| format!("read '{}'", wanted.display()))?;
    if python.is_file() && fs::read_to_string(&installed).is_ok_and(|text| text == requirements) {
        return Ok(python);
    }
    println!("creating {} from tests/requirements.txt", folder.display());
    create(&folder)?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(Command::new(&python).args(pip).arg(&wanted))
        .context("install tests/requirements.txt; is the package index reachable?")?;
    // Last, so that an environment that broke half way is made again.
    fs::write(&installed, requirements)?;
    Ok(python)
}

fn create(folder: &Path) -> Result<()> {
    let attempt = || run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder));
    let Err(error) = attempt() else { return Ok(()) };
    let hint = format!("install Python 3.10 or newer with its venv module ({DEBIAN_PACKAGE})");
    if !is_root() || !succeeds("apt-get", &["--version"]) {
        return Err(error.context(hint));
    }
    println!("installing the Debian package {DEBIAN_PACKAGE}");
    if !succeeds("apt-get", &["install", "--yes", "--no-install-recommends", DEBIAN_PACKAGE]) {
        // A fresh image has no package lists yet.
        run(Command::new("apt-get").args(["update"]))?;
        let install = ["install", "--yes", "--no-install-recommends", DEBIAN_PACKAGE];
        run(Command::new("apt-get").args(install)).context(hint)?;
    }
    attempt()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}");
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("start {shown}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!("{shown} failed: {}", said.trim());
    }
    Ok(())
}
