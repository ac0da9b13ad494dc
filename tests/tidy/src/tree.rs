//! The files that are checked, and what a check says about them.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// What holds nothing we wrote.
const FOREIGN: &[&str] =
    &[".git", "target", "node_modules", "dist", "__pycache__", ".venv", "baton-data"];

/// Files larger than this are data, not sources.
const FILE_SIZE_BYTES_MAX: u64 = 1 << 20;

/// The text files of a source tree, in the order of their paths.
#[derive(Debug, Default)]
pub struct Tree {
    /// The files.
    pub files: Vec<File>,
}

/// One text file.
#[derive(Debug)]
pub struct File {
    /// The path from the root of the tree, with `/` between its parts.
    pub path: String,
    /// What it contains.
    pub text: String,
    /// Whether all of it is tests or benchmarks.
    pub(crate) is_test: bool,
}

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Violation {
    /// The file.
    pub path: String,
    /// The line, counted from one; 0 when the whole file is meant.
    pub line: usize,
    /// Which rule is broken, and what to do about it.
    pub what: String,
}

impl Tree {
    /// Reads all text files below `root`, except those that tools generate.
    ///
    /// # Errors
    /// A folder or file cannot be read.
    pub fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder);
            for entry in entries.with_context(|| format!("list '{}'", folder.display()))? {
                let entry = entry?;
                let (path, kind) = (entry.path(), entry.file_type()?);
                let name = entry.file_name().to_string_lossy().into_owned();
                if FOREIGN.contains(&name.as_str()) {
                    continue;
                }
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() && entry.metadata()?.len() <= FILE_SIZE_BYTES_MAX {
                    let bytes =
                        fs::read(&path).with_context(|| format!("read '{}'", path.display()))?;
                    // What is not text has nothing to check.
                    let Ok(text) = String::from_utf8(bytes) else { continue };
                    let path = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                    files.push(File { path, text, is_test: false });
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self::with_tests_marked(files))
    }

    /// A tree of given paths and texts, to plant violations in.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
            is_test: false,
        };
        Self::with_tests_marked(files.iter().map(file).collect())
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// All Rust sources.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.has_extension("rs"))
    }
}

impl File {
    /// Whether the name ends in a dot and this extension.
    pub fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|one| one == extension)
    }

    /// Whether the file lies in this folder or below it.
    pub fn is_in(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The lines with their numbers, counted from one.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().zip(1..).map(|(line, number)| (number, line))
    }

    /// A violation in one line of this file.
    pub fn violation(&self, line: usize, what: impl Into<String>) -> Violation {
        Violation { path: self.path.clone(), line, what: what.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}
