//! Links in Markdown to files of this repository lead somewhere.

use crate::{File, Tree, Violation};

/// Finds links to files that do not exist. Addresses and places inside a page are not followed.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let pages = tree.files.iter().filter(|file| file.has_extension("md"));
    pages.flat_map(|page| check_page(tree, page)).collect()
}

fn check_page(tree: &Tree, page: &File) -> Vec<Violation> {
    let mut found = Vec::new();
    for (number, line) in page.lines() {
        for target in targets(line) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            if !exists(tree, &resolve(&page.path, file)) {
                found
                    .push(page.violation(number, format!("links to '{target}', which is missing")));
            }
        }
    }
    found
}

/// What stands in `](…)`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
}

/// The path from the root for a link relative to a page.
fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn exists(tree: &Tree, path: &str) -> bool {
    tree.files.iter().any(|file| file.path == path || file.is_in(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let tree = Tree::of(&[("docs/a.md", text), ("docs/b.md", ""), ("engine/README.md", "")]);
        check(&tree).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn links_to_files_and_folders_that_exist_are_clean() {
        let text = "[b](b.md#place) ![e](../engine/README.md) [f](../engine) [g](#here)";
        assert_eq!(found(text), [""; 0]);
    }

    #[test]
    fn a_link_to_a_missing_file_is_found() {
        assert_eq!(found("[b](b.md), [c](../c.md)"), ["links to '../c.md', which is missing"]);
    }

    #[test]
    fn addresses_are_not_followed() {
        assert_eq!(found("[x](https://example.com/c.md) [y](mailto:ada@example.com)"), [""; 0]);
    }
}
