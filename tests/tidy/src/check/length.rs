//! Files stay small: 400 lines of code in the engine, 600 elsewhere, tests apart.

use crate::rust::is_code;
use crate::{File, Tree, Violation};

const ENGINE_LINES_MAX: usize = 400;
const LINES_MAX: usize = 600;

/// Finds source files with more lines of code than allowed.
///
/// Lines that are empty or only a comment do not count: explaining must cost nothing.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let sources = ["rs", "py", "ts", "tsx", "css"];
    let is_source = |file: &&File| sources.iter().any(|extension| file.has_extension(extension));
    tree.files.iter().filter(is_source).filter_map(too_long).collect()
}

fn too_long(file: &File) -> Option<Violation> {
    let max = if file.is_in("engine") { ENGINE_LINES_MAX } else { LINES_MAX };
    let lines = file.production_lines().filter(|(_, line)| is_code(line)).count();
    (lines > max)
        .then(|| file.violation(0, format!("has {lines} lines of code; {max} are allowed")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, lines: usize) -> usize {
        let text = "// A comment.\n\nfn a() {}\n".repeat(lines);
        check(&Tree::of(&[(path, &text)])).len()
    }

    #[test]
    fn a_file_above_its_limit_is_found() {
        assert_eq!(found("engine/src/process/flow.rs", 400), 0);
        assert_eq!(found("engine/src/process/flow.rs", 401), 1);
        assert_eq!(found("gateway/src/rest.rs", 600), 0);
        assert_eq!(found("gateway/src/rest.rs", 601), 1);
    }

    #[test]
    fn tests_may_be_longer() {
        assert_eq!(found("engine/tests/scenarios.rs", 900), 0);
    }
}
