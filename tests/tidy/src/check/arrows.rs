//! Which crate of ours may use which: arrows only go down (see `ARCHITECTURE.md`).

use crate::manifest::{Member, Workspace};
use crate::{Tree, Violation};

/// Crates of ours that a crate may use.
enum May {
    /// Only these, in product and build.
    Use(&'static [&'static str]),
    /// All of them: it composes and starts things, and nothing depends on it.
    UseAll,
}

use May::{Use, UseAll};

/// The allowed arrows, from folder to folder. A crate that is not listed is refused.
const ARROWS: &[(&str, May)] = &[
    ("engine/value", Use(&[])),
    ("engine/feel", Use(&["engine/value"])),
    ("engine/xml", Use(&["engine/value"])),
    ("engine/dmn", Use(&["engine/value", "engine/feel", "engine/xml"])),
    ("engine/bpmn", Use(&["engine/value", "engine/feel", "engine/xml"])),
    ("engine/record", Use(&["engine/value"])),
    ("engine", Use(&["engine/value", "engine/feel", "engine/dmn", "engine/bpmn", "engine/record"])),
    ("engine/insight", Use(&["engine/value", "engine/record", "engine/bpmn"])),
    ("proto", Use(&[])),
    ("broker/api", Use(&["engine/value", "engine/record"])),
    (
        "broker",
        Use(&[
            "broker/api",
            "engine",
            "engine/insight",
            "engine/record",
            "engine/value",
            "engine/feel",
            "engine/dmn",
            "engine/bpmn",
            "proto",
        ]),
    ),
    ("gateway", Use(&["broker/api", "engine/record", "engine/value", "proto"])),
    ("clients/rust", Use(&["proto"])),
    (
        "clients/cli",
        Use(&[
            "clients/rust",
            "broker",
            "broker/api",
            "gateway",
            "proto",
            "engine/record",
            "engine/value",
            "engine/bpmn",
            "engine/dmn",
            "engine/feel",
        ]),
    ),
    ("deploy/xtask", Use(&[])),
    ("tests/tidy", Use(&[])),
    ("tests/draw", Use(&[])),
    ("tests/e2e", UseAll),
    ("tests/chaos", UseAll),
    ("tests/load", UseAll),
    ("tests/sim", UseAll),
    ("tests/fuzz", UseAll),
    ("tests/conformance", UseAll),
];

/// What the tests of a crate may use on top of that.
const ARROWS_OF_TESTS: &[(&str, &[&str])] = &[
    // `log.proto` is held against the codec that writes the log.
    ("proto", &["engine/record", "engine/value"]),
    // Random models know no engine.
    ("engine", &["tests/draw"]),
];

/// Finds arrows that are not allowed, and crates that the table does not know.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let (workspace, members) = match Workspace::read(tree) {
        Ok(read) => read,
        Err(violation) => return vec![violation],
    };
    members.iter().flat_map(|member| check_member(&workspace, member)).collect()
}

fn check_member(workspace: &Workspace, member: &Member<'_>) -> Vec<Violation> {
    let folder = member.folder();
    let Some((_, may)) = ARROWS.iter().find(|(one, _)| *one == folder) else {
        let what = "is a new crate: say in tests/tidy/src/check/arrows.rs what it may use";
        return vec![member.file.violation(0, what)];
    };
    let May::Use(allowed) = may else { return Vec::new() };
    let of_tests = ARROWS_OF_TESTS.iter().find(|(one, _)| *one == folder);
    let of_tests = of_tests.map_or(&[][..], |(_, more)| *more);
    let mut found = Vec::new();
    for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
        for (name, _) in member.dependencies(section) {
            let Some(target) = workspace.ours.get(name).map(String::as_str) else { continue };
            let in_tests = section == "dev-dependencies" && of_tests.contains(&target);
            if !allowed.contains(&target) && !in_tests {
                let what = format!("[{section}] must not use '{target}': no arrow goes there");
                found.push(member.file.violation(0, what));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = r#"
        [workspace]
        members = ["engine", "gateway"]
        [workspace.dependencies]
        engine = { package = "baton-engine", path = "engine" }
        gateway = { package = "baton-gateway", path = "gateway" }
        tokio = "1"
    "#;

    fn found(engine: &str, gateway: &str) -> Vec<String> {
        let files =
            [("Cargo.toml", ROOT), ("engine/Cargo.toml", engine), ("gateway/Cargo.toml", gateway)];
        check(&Tree::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_arrow_that_goes_up_is_found_in_every_section() {
        for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let found = found(&format!("[{section}]\ngateway.workspace = true"), "");
            let expected = "must not use 'gateway': no arrow goes there";
            assert_eq!(found, [format!("engine/Cargo.toml: [{section}] {expected}")]);
        }
    }

    #[test]
    fn an_arrow_of_one_platform_only_is_found() {
        let gateway = "[target.'cfg(unix)'.dependencies]\nengine.workspace = true";
        assert_eq!(found("", gateway).len(), 1);
    }

    #[test]
    fn dependencies_of_others_are_not_arrows() {
        assert_eq!(found("", "[dependencies]\ntokio.workspace = true"), [""; 0]);
    }

    #[test]
    fn a_crate_that_the_table_does_not_know_is_found() {
        let root = "[workspace]\nmembers = [\"engine/magic\"]";
        let tree = Tree::of(&[("Cargo.toml", root), ("engine/magic/Cargo.toml", "")]);
        assert!(check(&tree)[0].what.starts_with("is a new crate"));
    }

    #[test]
    fn a_member_without_a_manifest_is_found() {
        let tree = Tree::of(&[("Cargo.toml", "[workspace]\nmembers = [\"engine\"]")]);
        assert_eq!(check(&tree)[0].to_string(), "engine/Cargo.toml: is missing");
    }

    #[test]
    fn the_table_itself_has_no_cycle() {
        // Crates are listed below those they use, except that `engine` stands after its parts.
        for (at, (folder, may)) in ARROWS.iter().enumerate() {
            let May::Use(allowed) = may else { continue };
            let later = ARROWS.iter().skip(at).map(|(one, _)| *one);
            for target in later {
                assert!(!allowed.contains(&target), "{folder} uses {target}, listed after it");
            }
        }
    }
}
