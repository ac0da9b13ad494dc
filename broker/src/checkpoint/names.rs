//! Names of checkpoint files.

use std::path::{Path, PathBuf};

const PREFIX: &str = "checkpoint-";
const SUFFIX: &str = ".delta";
const DIGITS: usize = 20;

/// The file of the checkpoint at `index`.
pub(crate) fn delta_path(dir: &Path, index: u64) -> PathBuf {
    dir.join(delta_name(index))
}

/// The name of that file.
pub(super) fn delta_name(index: u64) -> String {
    format!("{PREFIX}{index:020}{SUFFIX}")
}

/// The index in a file name of ours.
pub(super) fn delta_index(name: &str) -> Option<u64> {
    let digits = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let is_ours = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_ours.then(|| digits.parse().ok()).flatten()
}

/// True for what an interrupted write left behind.
pub(super) fn is_left_over(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == "tmp")
}

/// The folder of the base.
pub(super) fn base_dir(dir: &Path) -> PathBuf {
    dir.join("base")
}
