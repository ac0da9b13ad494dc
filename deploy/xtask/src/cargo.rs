//! Calls of cargo, and what its JSON messages say about the executables it built.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// One executable that cargo built.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Executable {
    /// The package it belongs to.
    pub(crate) package: String,
    /// What cargo calls the target: `lib`, `bin`, `test`, `bench`, `example`.
    pub(crate) kind: String,
    /// Whether it runs tests, or is a program that tests start.
    pub(crate) is_test: bool,
    /// The target's name.
    pub(crate) target: String,
    /// The folder of the package; tests run there.
    pub(crate) folder: PathBuf,
    /// The file to run.
    pub(crate) path: PathBuf,
}

/// The cargo that runs this program, or the one on the path.
fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

pub(crate) fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.current_dir(root).args(arguments);
    command
}

/// Runs cargo with its output shown, and says whether it succeeded.
pub(crate) fn succeeds(root: &Path, arguments: &[&str], env: &[(&str, &str)]) -> Result<bool> {
    let status = command(root, arguments)
        .envs(env.iter().copied())
        .status()
        .with_context(|| format!("start cargo {}", arguments.join(" ")))?;
    Ok(status.success())
}

/// Builds, with diagnostics on stderr, and returns the executables that resulted.
pub(crate) fn executables(root: &Path, arguments: &[&str]) -> Result<Vec<Executable>> {
    let output = command(root, arguments)
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("start cargo {}", arguments.join(" ")))?;
    if !output.status.success() {
        bail!("cargo {} failed", arguments.join(" "));
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| executable(line).transpose())
        .collect()
}

/// Reads one line of cargo's messages; `None` for all that are not about an executable.
fn executable(line: &str) -> Result<Option<Executable>> {
    let message: Value =
        serde_json::from_str(line).with_context(|| format!("read cargo's message: {line}"))?;
    let Some(path) = message["executable"].as_str() else { return Ok(None) };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let manifest = PathBuf::from(text(&message["manifest_path"]));
    Ok(Some(Executable {
        package: package_name(&text(&message["package_id"])),
        kind: text(&message["target"]["kind"][0]),
        is_test: message["profile"]["test"].as_bool().unwrap_or(false),
        target: text(&message["target"]["name"]),
        folder: manifest.parent().unwrap_or(Path::new(".")).to_owned(),
        path: path.into(),
    }))
}

/// Takes the name from a package id such as `path+file:///src/tests/e2e#baton-e2e@0.1.0`, which
/// lacks the name where the folder has the same one: `path+file:///src/xtask#0.1.0`.
fn package_name(id: &str) -> String {
    let (source, fragment) = id.rsplit_once('#').unwrap_or(("", id));
    match fragment.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => source.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_executable_is_read_from_its_message() {
        let line = r#"{"reason":"compiler-artifact","package_id":"path+file:///src/tests/e2e#baton-e2e@0.1.0",
            "manifest_path":"/src/tests/e2e/Cargo.toml","target":{"kind":["test"],"name":"order"},
            "profile":{"test":true},"executable":"/src/target/debug/deps/order-1"}"#;
        let expected = Executable {
            package: "baton-e2e".to_owned(),
            kind: "test".to_owned(),
            is_test: true,
            target: "order".to_owned(),
            folder: "/src/tests/e2e".into(),
            path: "/src/target/debug/deps/order-1".into(),
        };
        assert_eq!(executable(line).unwrap(), Some(expected));
    }

    #[test]
    fn a_library_is_not_an_executable() {
        let line = r#"{"reason":"compiler-artifact","executable":null}"#;
        assert_eq!(executable(line).unwrap(), None);
    }

    #[test]
    fn a_package_named_like_its_folder_has_a_short_id() {
        assert_eq!(package_name("path+file:///src/deploy/xtask#0.1.0"), "xtask");
        assert_eq!(package_name("path+file:///src/clients/cli#baton@0.1.0"), "baton");
    }
}
