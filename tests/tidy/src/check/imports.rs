//! Imports name what they import: no globs outside tests.
//!
//! A `lib.rs` may publish all of a module (`pub use command::*;`): it is the table of contents.

use crate::rust::without_strings;
use crate::{Tree, Violation};

/// Finds glob imports outside tests, and glob re-exports outside `lib.rs`.
///
/// Lines of a `use` tree that goes over several lines are recognised by their end.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let mut inside = false;
        for (number, line) in file.production_lines() {
            let code = without_strings(line);
            let code = code.trim();
            let visibility = code.strip_prefix("pub").map_or(code, |rest| {
                rest.trim_start().trim_start_matches("(crate)").trim_start_matches("(super)")
            });
            let publishes = file.name() == "lib.rs" && code.starts_with("pub use ");
            inside |= visibility.trim_start().starts_with("use ") && !publishes;
            if inside && (code.ends_with("::*;") || code.contains("::*,") || code.contains("::*}"))
            {
                found.push(file.violation(number, "names what it imports instead of `*`"));
            }
            inside &= !code.ends_with(';');
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let found = check(&Tree::of(&[("engine/src/a.rs", text)]));
        found.iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn globs_are_found_in_every_form() {
        assert_eq!(lines("use std::fmt::*;"), [1]);
        assert_eq!(lines("pub use crate::state::*;"), [1]);
        assert_eq!(lines("pub(crate) use crate::state::*;"), [1]);
        assert_eq!(lines("    use Kind::{self, Inner::*};"), [1]);
        assert_eq!(lines("use std::{\n    fmt::*,\n    io,\n};"), [2]);
    }

    #[test]
    fn globs_in_tests_are_fine() {
        assert_eq!(lines("#[cfg(test)]\nmod tests {\n    use super::*;\n}\n"), [0; 0]);
        let tree = Tree::of(&[("engine/tests/a.rs", "use engine::*;")]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn a_library_may_publish_all_of_a_module() {
        let text = "pub use command::*;\nuse std::fmt::*;\n";
        let found = check(&Tree::of(&[("engine/record/src/lib.rs", text)]));
        assert_eq!(found.iter().map(|violation| violation.line).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn multiplication_is_not_a_glob() {
        assert_eq!(lines("use std::fmt;\n\nconst A: u64 = u64::MAX;\nlet b = a *c;"), [0; 0]);
    }
}
