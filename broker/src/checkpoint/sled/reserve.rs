//! Space that is kept for opening sled, which writes before anybody can read: a node must start on
//! a disk without a free byte, to say so.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};

/// More than sled writes while it is opened.
const BYTES: u64 = 4 << 20;

/// Keeps the space, where the file system can promise it. Without it a start needs free space.
pub(super) fn keep(base: &Path) {
    let path = path(base);
    if fs::metadata(&path).is_ok_and(|it| it.len() == BYTES) {
        return;
    }
    let kept = File::create(&path)
        .and_then(|file| Ok(fallocate(&file, FallocateFlags::empty(), 0, BYTES)?));
    if let Err(error) = kept {
        tracing::debug!(%error, "no space is kept for the next start");
        give_up(base);
    }
}

/// Gives the space up; false if there was none.
pub(super) fn give_up(base: &Path) -> bool {
    fs::remove_file(path(base)).is_ok()
}

fn path(base: &Path) -> PathBuf {
    base.with_file_name("reserve")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_kept_once_and_given_up_once() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let base = dir.path().join("base");
        assert!(!give_up(&base));
        keep(&base);
        keep(&base);
        if path(&base).exists() {
            assert_eq!(fs::metadata(path(&base)).expect("is there").len(), BYTES);
            assert!(give_up(&base));
        }
        assert!(!path(&base).exists());
    }
}
