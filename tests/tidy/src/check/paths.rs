//! The project speaks of itself alone: no folder of the machine or user it was written on.

use crate::{Tree, Violation};

/// Where people and build machines keep their working copies.
const FOLDERS: &[&str] =
    &["/home/", "/root/", "/Users/", "C:\\Users", "/work/", "/workspace/", "/builds/"];

/// The file that holds the list above.
const THIS_FILE: &str = "tests/tidy/src/check/paths.rs";

/// Finds absolute paths that exist on one machine only.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.path != THIS_FILE) {
        for (number, line) in file.lines() {
            if let Some(folder) = FOLDERS.iter().find(|folder| names(line, folder)) {
                let what = format!("names a folder of one machine ('{folder}')");
                found.push(file.violation(number, what));
            }
        }
    }
    found
}

/// Whether the line contains the folder as the beginning of a path: after another name it is only
/// a part, as in a relative path or an address.
fn names(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_' | '~' | '}'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> usize {
        check(&Tree::of(&[("docs/a.md", line)])).len()
    }

    #[test]
    fn a_folder_of_one_machine_is_found() {
        assert_eq!(found("see `/home/ada/baton`"), 1);
        assert_eq!(found("--data=/root/data"), 1);
    }

    #[test]
    fn the_same_name_inside_a_path_or_an_address_is_fine() {
        assert_eq!(found("GET http://localhost:8080/work/items"), 0);
        assert_eq!(found("gateway/home/page.ts"), 0);
        assert_eq!(found("/var/lib/baton"), 0);
    }
}
