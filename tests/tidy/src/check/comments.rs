//! Comments say why: no open ends, no code that was commented out.

use crate::rust::plain_comment;
use crate::{Tree, Violation};

// Put together so that this file does not contain them.
const FIX_MARK: &str = concat!("FIX", "ME");
const TO_DO_MARK: &str = concat!("TO", "DO");

/// Finds marks of unfinished work, and code that was commented out.
///
/// A mark that names who will do it and under which issue number may stay.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in &tree.files {
        let is_rust = file.has_extension("rs");
        for (number, line) in file.lines() {
            if line.contains(FIX_MARK) {
                found.push(file.violation(number, "repair it now, or file an issue"));
            }
            if line.contains(TO_DO_MARK) && !names_an_issue(line) {
                let form = format!("needs an owner and an issue: `{TO_DO_MARK}(name): … #12`");
                found.push(file.violation(number, form));
            }
            if is_rust && plain_comment(line).is_some_and(looks_like_code) {
                found.push(file.violation(number, "remove code instead of commenting it out"));
            }
        }
    }
    found
}

fn names_an_issue(line: &str) -> bool {
    let after = line.split_once(TO_DO_MARK).map_or("", |(_, after)| after);
    let number = after.split_once('#').map_or("", |(_, number)| number);
    after.starts_with('(') && number.starts_with(|c: char| c.is_ascii_digit())
}

/// Statements end in a way that prose does not. Comments may still quote a name or a formula.
fn looks_like_code(comment: &str) -> bool {
    let begins = ["let ", "use ", "pub ", "fn ", "return ", "mod ", "#[", "}", "self."];
    let begins = begins.iter().any(|word| comment.starts_with(word));
    let calls = comment.contains('(') || comment.contains(" = ");
    (comment.ends_with(';') && (begins || calls))
        || (comment.ends_with('{') && begins)
        || matches!(comment, "}" | "});" | "})" | "},")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> usize {
        check(&Tree::of(&[("engine/src/a.rs", line)])).len()
    }

    #[test]
    fn marks_of_unfinished_work_are_found() {
        assert_eq!(found(&format!("// {FIX_MARK}: wrong")), 1);
        assert_eq!(found(&format!("// {TO_DO_MARK}: later")), 1);
        assert_eq!(found(&format!("// {TO_DO_MARK}(ada): later")), 1);
    }

    #[test]
    fn a_mark_with_owner_and_issue_may_stay() {
        assert_eq!(found(&format!("// {TO_DO_MARK}(ada): fold ranges, #12")), 0);
    }

    #[test]
    fn marks_are_found_in_other_files_too() {
        assert_eq!(check(&Tree::of(&[("README.md", FIX_MARK)])).len(), 1);
    }

    #[test]
    fn commented_out_code_is_found() {
        for code in ["let a = 1;", "self.emit(event);", "fn a() {", "}", "state.count = 3;"] {
            assert_eq!(found(&format!("    // {code}")), 1, "{code}");
        }
    }

    #[test]
    fn prose_is_not_code() {
        for prose in [
            "The log is read twice; that is the price;",
            "See `apply`.",
            "let go of the lock first",
            "a = b + c",
        ] {
            assert_eq!(found(&format!("// {prose}")), 0, "{prose}");
        }
    }

    #[test]
    fn examples_in_documentation_are_not_commented_out() {
        assert_eq!(found("/// let a = 1;"), 0);
    }
}
