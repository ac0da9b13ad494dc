//! The cases that do not pass, with reasons.

use std::collections::BTreeMap;

/// Case and reason of each line of `not-passed.tsv`. A line may name all cases of a folder that do
/// not pass only one by one: there are no patterns.
pub(crate) fn read() -> BTreeMap<String, String> {
    let text = include_str!("not-passed.tsv");
    let mut listed = BTreeMap::new();
    for line in text.lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
        let (key, reason) = line.split_once('\t').unwrap_or_else(|| panic!("no reason: {line}"));
        assert!(!reason.trim().is_empty(), "no reason: {line}");
        let before = listed.insert(key.to_owned(), reason.to_owned());
        assert!(before.is_none(), "listed twice: {key}");
    }
    listed
}
