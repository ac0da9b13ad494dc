//! Reading Rust line by line, as far as the checks need it: which lines are code and which are
//! tests. It relies on the code being formatted.

use crate::{File, Tree};

impl Tree {
    /// Marks the files that are tests as a whole: those below a crate's `tests/` or `benches/`, and
    /// modules that are declared under `#[cfg(test)]`. The crates in the top-level folder `tests`
    /// have sources like any other.
    pub(crate) fn with_tests_marked(mut files: Vec<File>) -> Self {
        let modules: Vec<String> = files.iter().flat_map(test_modules).collect();
        for file in &mut files {
            let stem = file.path.strip_suffix(".rs").unwrap_or(&file.path);
            let declared = modules.iter().any(|module| stem == module || file.is_in(module));
            let mut below_crate = file.path.split('/').skip(1);
            file.is_test = declared || below_crate.any(|part| part == "tests" || part == "benches");
        }
        Self { files }
    }
}

/// The paths, without `.rs`, of the modules that a file declares for tests only.
fn test_modules(file: &File) -> Vec<String> {
    let Some(stem) = file.path.strip_suffix(".rs") else { return Vec::new() };
    let folder = match stem.rsplit_once('/') {
        Some((folder, "lib" | "main" | "mod")) => folder,
        _ => stem,
    };
    let lines: Vec<&str> = file.text.lines().collect();
    let declared = |pair: &[&str]| {
        let name = pair[1].trim_start_matches("pub(crate) ").strip_prefix("mod ")?;
        let name = name.strip_suffix(';').filter(|_| pair[0] == "#[cfg(test)]")?;
        Some(format!("{folder}/{name}"))
    };
    lines.windows(2).filter_map(declared).collect()
}

impl File {
    /// The lines up to the test module at the end of the file; none if all of it is tests.
    pub fn production_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = if self.is_test { 0 } else { self.test_module_line() };
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
        assert_eq!(tree.files.iter().map(|file| file.is_test).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn a_module_declared_for_tests_is_a_test_with_all_below_it() {
        let files = [
            ("engine/src/dec.rs", "#[cfg(test)]\nmod oracle;\nmod parse;\n"),
            ("engine/src/dec/oracle.rs", ""),
            ("engine/src/dec/oracle/data.rs", ""),
            ("engine/src/dec/parse.rs", ""),
            ("engine/src/lib.rs", "#[cfg(test)]\nmod tests;\n"),
            ("engine/src/tests.rs", ""),
        ];
        let tree = Tree::of(&files);
        let tests: Vec<_> = tree.files.iter().map(|file| file.is_test).collect();
        assert_eq!(tests, [false, true, true, false, false, true]);
    }

    #[test]
    fn strings_are_cut_out_of_a_line() {
        assert_eq!(without_strings(r#"say("a \" b", c)"#), "say(, c)");
    }
}
