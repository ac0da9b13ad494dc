//! What the engine crates take from others is listed, with a reason, in `engine/README.md`.

use std::collections::BTreeMap;

use crate::manifest::Workspace;
use crate::{File, Tree, Violation};

const LIST: &str = "engine/README.md";

/// Finds dependencies of engine crates that the list lacks, and rows that no crate needs.
///
/// A row is `` | `name` | used by | reason | ``.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let (workspace, members) = match Workspace::read(tree) {
        Ok(read) => read,
        Err(violation) => return vec![violation],
    };
    let Some(list) = tree.file(LIST) else {
        let what = "is missing: it lists the dependencies of the engine crates".to_owned();
        return vec![Violation { path: LIST.to_owned(), line: 0, what }];
    };
    let mut rows = rows(list);
    let mut used = Vec::new();
    let mut found = Vec::new();
    for member in members {
        if member.folder() != "engine" && !member.folder().starts_with("engine/") {
            continue;
        }
        for section in ["dependencies", "build-dependencies"] {
            for (name, _) in member.dependencies(section) {
                if workspace.ours.contains_key(name) {
                    continue;
                }
                used.push(name.to_owned());
                let reason = rows.get(name).map(|row| row.reason);
                if reason.is_none_or(str::is_empty) {
                    let what = format!("'{name}' needs a row with its reason in {LIST}");
                    found.push(member.file.violation(0, what));
                }
            }
        }
    }
    rows.retain(|name, _| !used.iter().any(|one| one == name));
    let stale = |(name, row): (&str, Row<'_>)| {
        list.violation(row.line, format!("no engine crate uses '{name}': remove its row"))
    };
    found.extend(rows.into_iter().map(stale));
    found
}

struct Row<'a> {
    line: usize,
    reason: &'a str,
}

fn rows(list: &File) -> BTreeMap<&str, Row<'_>> {
    let row = |(line, text)| {
        let (name, rest) = str::strip_prefix(text, "| `")?.split_once("` |")?;
        let reason = rest.trim_end().strip_suffix('|')?.rsplit('|').next()?.trim();
        Some((name, Row { line, reason }))
    };
    list.lines().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &str) -> Vec<String> {
        let root = "[workspace]\nmembers = [\"engine/feel\"]\n\
            [workspace.dependencies]\nvalue = { path = \"engine/value\" }";
        let feel = "[dependencies]\nvalue.workspace = true\njiff.workspace = true";
        let files = [("Cargo.toml", root), ("engine/feel/Cargo.toml", feel), (LIST, list)];
        check(&Tree::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_dependency_with_a_reason_is_clean() {
        assert_eq!(found("| `jiff` | feel | Dates and zones. |"), [""; 0]);
    }

    #[test]
    fn a_dependency_without_row_or_without_reason_is_found() {
        for list in ["", "| `jiff` | feel |  |"] {
            let expected = "engine/feel/Cargo.toml: 'jiff' needs a row with its reason";
            assert_eq!(found(list), [format!("{expected} in {LIST}")], "{list}");
        }
    }

    #[test]
    fn a_row_that_no_crate_needs_is_found() {
        let list = "| `jiff` | feel | Dates. |\n| `rand` | feel | Luck. |";
        let expected = "engine/README.md:2: no engine crate uses 'rand': remove its row";
        assert_eq!(found(list), [expected]);
    }
}
