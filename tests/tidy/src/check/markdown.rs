//! Markdown has one sentence per line: a change of a sentence is a change of one line.

use crate::{File, Tree, Violation};

/// Endings that look like the end of a sentence and are none.
const ABBREVIATIONS: &[&str] = &["e.g.", "i.e.", "vs.", "cf.", "etc.", "no."];

/// Finds lines with more than one sentence in the top-level files, in `docs/` and in the engine's
/// `README.md`. Tables and code are left alone.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let is_checked = |file: &&File| {
        let top_level = !file.path.contains('/');
        file.has_extension("md")
            && (top_level || file.is_in("docs") || file.path == "engine/README.md")
    };
    tree.files.iter().filter(is_checked).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in file.lines() {
        let text = line.trim_start();
        if text.starts_with("```") {
            in_code = !in_code;
        } else if !in_code && !text.starts_with('|') && has_second_sentence(&without_code(text)) {
            found.push(file.violation(number, "holds more than one sentence: break the line"));
        }
    }
    found
}

/// Whether a sentence ends inside the line and another one begins.
fn has_second_sentence(text: &str) -> bool {
    text.match_indices([' ']).any(|(at, _)| {
        let before = text[..at].trim_end_matches(['*', '_', ')', '"']);
        let ends = before.ends_with(['.', '!', '?']) && !is_number(before);
        let begins = text[at..].trim_start_matches([' ', '*', '_', '(', '"']);
        ends && begins.starts_with(char::is_uppercase)
            && !ABBREVIATIONS.iter().any(|end| before.to_lowercase().ends_with(end))
    })
}

/// Whether the text is the number of a list item, such as `3.`.
fn is_number(text: &str) -> bool {
    text.trim_end_matches('.').chars().all(|c| c.is_ascii_digit() || c == '#' || c == ' ')
}

/// Replaces what stands between backticks by one letter.
fn without_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part } else { "x" }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let found = check(&Tree::of(&[("docs/a.md", text)]));
        found.iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn a_second_sentence_is_found() {
        assert_eq!(lines("First. Second."), [1]);
        assert_eq!(lines("- **First.** Second."), [1]);
        assert_eq!(lines("Is it? It is."), [1]);
    }

    #[test]
    fn one_sentence_per_line_is_clean() {
        assert_eq!(lines("First.\nSecond, e.g. Third.\n\n3. Fourth\n"), [0; 0]);
    }

    #[test]
    fn tables_and_code_are_left_alone() {
        assert_eq!(lines("| A. B |\n```\nA. B\n```\nSee `a. B` there."), [0; 0]);
    }

    #[test]
    fn other_folders_are_not_checked() {
        assert_eq!(check(&Tree::of(&[("clients/examples/a.md", "A. B.")])), []);
    }
}
