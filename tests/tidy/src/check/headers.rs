//! Every Rust file says in its first line what it is for.

use crate::{Tree, Violation};

/// Finds Rust files that do not begin with `//!` and a sentence.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let says_nothing = |text: &str| {
        let first = text.lines().next().unwrap_or_default();
        first.strip_prefix("//!").is_none_or(|rest| rest.trim().is_empty())
    };
    tree.rust()
        .filter(|file| says_nothing(&file.text))
        .map(|file| file.violation(1, "must begin with `//!` and what the file is for"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_header_is_found() {
        for text in ["", "use std::fmt;\n", "//!\n//! Late.\n", "// Not documentation.\n"] {
            assert_eq!(check(&Tree::of(&[("engine/src/a.rs", text)])).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_file_with_a_header_is_clean() {
        assert_eq!(check(&Tree::of(&[("engine/src/a.rs", "//! Timers.\n")])), []);
    }
}
