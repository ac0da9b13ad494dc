//! Manifests of members: versions stand in the root only, and everyone has the workspace's lints.

use toml::Value;

use crate::manifest::{Member, Workspace};
use crate::{Tree, Violation};

/// Crates of generated code, which follows its generator's rules.
const WITHOUT_LINTS: &[&str] = &["proto"];

/// Keys of `[package]` that have one value in the whole workspace.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

/// Finds versions outside the root manifest, and members without the lints of the workspace.
pub fn check(tree: &Tree) -> Vec<Violation> {
    match Workspace::read(tree) {
        Ok((_, members)) => members.iter().flat_map(check_member).collect(),
        Err(violation) => vec![violation],
    }
}

fn check_member(member: &Member<'_>) -> Vec<Violation> {
    let inherits = |value: Option<&Value>| {
        value.and_then(|it| it.get("workspace")).and_then(Value::as_bool) == Some(true)
    };
    let mut found = Vec::new();
    for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
        for (name, spec) in member.dependencies(section) {
            if !inherits(Some(spec)) {
                let what = format!("'{name}' must be `{name}.workspace = true`");
                found.push(member.file.violation(0, what));
            }
        }
    }
    let package = member.table.get("package");
    for key in INHERITED {
        if !inherits(package.and_then(|it| it.get(*key))) {
            found.push(member.file.violation(0, format!("must say `{key}.workspace = true`")));
        }
    }
    if !inherits(member.table.get("lints")) && !WITHOUT_LINTS.contains(&member.folder()) {
        found.push(member.file.violation(0, "must say `[lints] workspace = true`"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
        [package]\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\
        [lints]\nworkspace = true\n";

    fn found(manifest: &str) -> Vec<String> {
        let root = "[workspace]\nmembers = [\"engine\"]";
        let tree = Tree::of(&[("Cargo.toml", root), ("engine/Cargo.toml", manifest)]);
        check(&tree).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn a_manifest_that_inherits_everything_is_clean() {
        let manifest = format!("{GOOD}[dependencies]\njiff = {{ workspace = true }}\n");
        assert_eq!(found(&manifest), [""; 0]);
    }

    #[test]
    fn a_version_in_a_member_is_found() {
        for spec in ["\"1\"", "{ version = \"1\" }", "{ path = \"../jiff\" }"] {
            let manifest = format!("{GOOD}[dev-dependencies]\njiff = {spec}\n");
            assert_eq!(found(&manifest), ["'jiff' must be `jiff.workspace = true`"], "{spec}");
        }
    }

    #[test]
    fn missing_lints_are_found() {
        let manifest = GOOD.replace("[lints]\nworkspace = true\n", "");
        assert_eq!(found(&manifest), ["must say `[lints] workspace = true`"]);
    }

    #[test]
    fn an_edition_of_its_own_is_found() {
        let manifest = GOOD.replace("edition.workspace = true", "edition = \"2021\"");
        assert_eq!(found(&manifest), ["must say `edition.workspace = true`"]);
    }
}
