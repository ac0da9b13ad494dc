//! Reading Rust line by line, as far as the checks need it: which lines are code and which are
//! tests. It relies on the code being formatted.

use crate::File;

impl File {
    /// Whether the whole file is tests or benchmarks: `tests.rs`, or below a crate's `tests/` or
    /// `benches/`. The crates in the top-level folder `tests` have sources like any other.
    pub fn is_test(&self) -> bool {
        let below_crate = self.path.split('/').skip(1);
        let in_folder = below_crate.clone().any(|part| part == "tests" || part == "benches");
        in_folder || self.name() == "tests.rs" || self.name().ends_with("_tests.rs")
    }

    /// The lines up to the test module at the end of the file; none if all of it is tests.
    pub fn production_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = if self.is_test() { 0 } else { self.test_module_line() };
        self.lines().take_while(move |(number, _)| *number < end)
    }

    /// The line of the `#[cfg(test)]` that stands before an inline module, or the line after the
    /// last one.
    fn test_module_line(&self) -> usize {
        let lines: Vec<&str> = self.text.lines().collect();
        let starts_module = |pair: &[&str]| {
            pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
        };
        lines.windows(2).position(starts_module).unwrap_or(lines.len()) + 1
    }
}

/// Whether a line holds code: it is neither empty nor only a comment.
pub(crate) fn is_code(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with("//")
}

/// The text of a line comment that documents nothing, without its slashes.
pub(crate) fn plain_comment(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("//")?;
    if rest.starts_with('/') || rest.starts_with('!') { None } else { Some(rest.trim()) }
}

/// A line without the texts between quotes, so that words inside them are not taken for code.
/// Texts that go over several lines are not recognised; no check depends on it.
pub(crate) fn without_strings(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut inside = false;
    let mut escaped = false;
    for c in line.chars() {
        match (inside, c) {
            (true, _) if escaped => escaped = false,
            (true, '\\') => escaped = true,
            (_, '"') => inside = !inside,
            (true, _) => {}
            (false, _) => kept.push(c),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tree;

    #[test]
    fn the_test_module_at_the_end_is_not_production() {
        let text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        let tree = Tree::of(&[("engine/src/a.rs", text)]);
        let lines: Vec<_> = tree.files[0].production_lines().collect();
        assert_eq!(lines, [(1, "fn a() {}"), (2, "")]);
    }

    #[test]
    fn a_declared_test_module_does_not_end_production() {
        let tree = Tree::of(&[("engine/src/a.rs", "#[cfg(test)]\nmod tests;\n\nfn a() {}\n")]);
        assert_eq!(tree.files[0].production_lines().count(), 4);
    }

    #[test]
    fn crates_below_the_folder_tests_have_production_code() {
        let tree = Tree::of(&[("tests/tidy/src/lib.rs", "\n"), ("tests/tidy/tests/tree.rs", "\n")]);
        assert_eq!(tree.files.iter().map(File::is_test).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn strings_are_cut_out_of_a_line() {
        assert_eq!(without_strings(r#"say("a \" b", c)"#), "say(, c)");
    }
}
