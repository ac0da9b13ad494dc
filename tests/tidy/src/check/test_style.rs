//! Tests always run, are named by sentences, and say what they expect.

use crate::rust::without_strings;
use crate::{Tree, Violation};

/// What must not appear in tests, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("#[ignore", "a test that does not run proves nothing; print `skipped: why` instead"),
    ("#[should_panic", "catch the one panic that is meant, or return an error"),
];

const PREFIX: &str = "a test's name is a sentence; the prefix `test_` says nothing";

/// Finds tests that are switched off, expect any panic, or have a name that says nothing.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let mut after_attribute = false;
        for (number, line) in file.lines() {
            let code = without_strings(line);
            let code = code.trim_start();
            if let Some((_, what)) = FORBIDDEN.iter().find(|(start, _)| code.starts_with(start)) {
                found.push(file.violation(number, *what));
            }
            if after_attribute && code.contains("fn test_") {
                found.push(file.violation(number, PREFIX));
            }
            after_attribute = code.starts_with("#[") && (after_attribute || code.contains("test"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_break_a_rule_are_found() {
        for (start, _) in FORBIDDEN {
            let tree = Tree::of(&[("engine/src/tests.rs", &format!("    {start}"))]);
            assert_eq!(check(&tree).len(), 1, "{start}");
        }
    }

    #[test]
    fn the_prefix_is_found_on_tests_only() {
        let found = |text| check(&Tree::of(&[("engine/src/a.rs", text)])).len();
        assert_eq!(found("#[test]\nfn test_timers() {"), 1);
        assert_eq!(found("#[tokio::test]\n#[cfg(unix)]\nasync fn test_timers() {"), 1);
        assert_eq!(found("fn test_executables() {"), 0);
    }
}
