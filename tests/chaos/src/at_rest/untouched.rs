//! What a start that is refused must leave as it was: every file, but for a few.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::folders;

/// A file that a refused start may change, and why.
struct Exception {
    /// How its path ends, or which folder it is in.
    name: &'static str,
    /// Only of starts that were refused for one of these; empty for all.
    only: &'static [&'static str],
    /// Only of starts that were refused for something else than this.
    unless: &'static str,
    /// The reason, for who reads the list.
    #[expect(dead_code, reason = "no exception is without")]
    reason: &'static str,
}

/// What the log's entries lead to is known when all of them are applied.
const SEEN_IN_FORCE: &[&str] = &["its logic differs", "it is older than the records"];

/// All of them.
const EXCEPTIONS: [Exception; 5] = [
    Exception {
        name: ".tmp",
        only: &[],
        unless: "",
        reason: "a crash left it before it got its name",
    },
    Exception {
        name: "/checkpoints/base",
        only: &[],
        unless: "base",
        reason: "sled, opened because the base is sound, clears what nothing leads to, and its \
                 snapshot and the mark follow; log or records were refused later",
    },
    Exception {
        name: "/checkpoints/reserve",
        only: &[],
        unless: "",
        reason: "space that is kept for the next start; its contents mean nothing",
    },
    Exception {
        name: "/log",
        only: SEEN_IN_FORCE,
        unless: "",
        reason: "the log is sound, and what it leads to shows only when the node leads, whose term \
                 the log notes",
    },
    Exception {
        name: "/records",
        only: SEEN_IN_FORCE,
        unless: "",
        reason: "what goes beyond the checkpoint is cut, and comes again with the log's entries",
    },
];

/// What the files of a folder hold, by name.
pub(super) struct Held(Vec<(PathBuf, Vec<u8>)>);

impl Held {
    /// Reads all files.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut held = Vec::new();
        for path in folders::files(folder)? {
            let bytes = fs::read(folder.join(&path))?;
            held.push((path, bytes));
        }
        Ok(Self(held))
    }

    /// The files that are not as they were, and that this refusal does not excuse.
    pub(super) fn changed(&self, after: &Self, sentence: &str) -> Vec<PathBuf> {
        let lacks = |one: &Self, other: &Self| -> Vec<PathBuf> {
            let gone = one.0.iter().filter(|it| !other.0.contains(it));
            gone.map(|(path, _)| path.clone()).collect()
        };
        let mut changed = lacks(self, after);
        changed.extend(lacks(after, self));
        changed.sort();
        changed.dedup();
        changed.retain(|path| !is_excused(path, sentence));
        changed
    }
}

fn is_excused(path: &Path, sentence: &str) -> bool {
    let path = format!("/{}", path.display());
    EXCEPTIONS.iter().any(|it| {
        (path.ends_with(it.name) || (it.name.starts_with('/') && path.contains(it.name)))
            && (it.unless.is_empty() || !sentence.contains(it.unless))
            && (it.only.is_empty() || it.only.iter().any(|it| sentence.contains(it)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_noticed_unless_the_refusal_excuses_it() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let base = folder.path().join("partitions/1/checkpoints/base");
        fs::create_dir_all(&base)?;
        fs::write(base.join("db"), "rows")?;
        fs::write(folder.path().join("identity"), "mine")?;
        let before = Held::read(folder.path())?;
        let (of_base, of_log) = ("In 'x/checkpoints/base' a row is damaged.", "The log 'x/log'.");
        let none: [PathBuf; 0] = [];
        assert_eq!(before.changed(&Held::read(folder.path())?, of_base), none);
        fs::write(base.join("db"), "row")?;
        fs::write(base.join("snap.07"), "pages")?;
        let after = Held::read(folder.path())?;
        let names = ["db", "snap.07"].map(|it| Path::new("partitions/1/checkpoints/base").join(it));
        assert_eq!(before.changed(&after, of_base), names);
        assert_eq!(before.changed(&after, of_log), none);
        let log = folder.path().join("partitions/1/log");
        fs::create_dir_all(&log)?;
        fs::write(log.join("head"), "mark")?;
        let after = Held::read(folder.path())?;
        assert_eq!(before.changed(&after, of_log), [Path::new("partitions/1/log/head")]);
        for seen in SEEN_IN_FORCE {
            assert_eq!(before.changed(&after, &format!("This Baton: {seen}.")), none);
        }
        fs::remove_dir_all(&log)?;
        fs::remove_file(folder.path().join("identity"))?;
        assert_eq!(before.changed(&Held::read(folder.path())?, of_log), [Path::new("identity")]);
        Ok(())
    }
}
