//! The engine crates are plain functions: the same input gives the same output on every replica.
//!
//! Clippy refuses most of it (`engine/clippy.toml`); this is what it has no lint for, and a second
//! pair of eyes on crates that forgot their configuration.

use crate::rust::{is_code, without_strings};
use crate::{Tree, Violation};

/// What must not appear, and what to use instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("async ", "the engine is synchronous"),
    ("std::thread", "the engine is one thread's plain function"),
    ("std::fs", "the engine does no IO"),
    ("std::net", "the engine does no IO"),
    ("std::env", "what `apply` uses is state, changed by a command"),
    ("SystemTime", "time comes with the entry"),
    ("Instant::now", "budgets are counted in steps, not in time"),
    ("Timestamp::now", "time comes with the entry"),
    ("Zoned::now", "time comes with the entry"),
    ("TimeZone::system", "the zone is a setting in the state"),
    ("HashMap", "use BTreeMap: iteration order must be the same on every replica"),
    ("HashSet", "use BTreeSet: iteration order must be the same on every replica"),
];

/// Finds code in engine crates, tests apart, whose result could differ between replicas.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| file.is_in("engine")) {
        for (number, line) in file.production_lines().filter(|(_, line)| is_code(line)) {
            let code = without_strings(line);
            let forbidden = FORBIDDEN.iter().find(|(text, _)| contains_name(&code, text));
            if let Some((text, instead)) = forbidden {
                found.push(file.violation(number, format!("'{}': {instead}", text.trim())));
            }
        }
    }
    found
}

/// Whether the text stands in the code and is not only the end of a longer name.
fn contains_name(code: &str, text: &str) -> bool {
    code.match_indices(text).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, line: &str) -> usize {
        check(&Tree::of(&[(path, line)])).len()
    }

    #[test]
    fn what_differs_between_replicas_is_found() {
        for (text, _) in FORBIDDEN {
            assert_eq!(found("engine/feel/src/a.rs", text), 1, "{text}");
        }
    }

    #[test]
    fn other_crates_may_use_it() {
        assert_eq!(found("broker/src/a.rs", "use std::fs;"), 0);
    }

    #[test]
    fn longer_names_are_something_else() {
        assert_eq!(found("engine/src/a.rs", "let is_async = event.awaits;"), 0);
    }

    #[test]
    fn comments_and_texts_may_name_it() {
        assert_eq!(found("engine/src/a.rs", "// A HashMap would not do."), 0);
        assert_eq!(found("engine/src/a.rs", "let a = \"std::fs\";"), 0);
    }
}
