//! What is done to the files of a stopped node.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::fields::Format;
use super::folders;

/// One damage to one file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    /// The file or folder, within the data folder.
    pub(super) path: PathBuf,
    /// What happens to it.
    pub(super) kind: Kind,
}

/// What happens to a file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// These bits are turned over: byte offset, and number of the bit.
    Flip(Vec<(u64, u8)>),
    /// The file ends at this length.
    Truncate(u64),
    /// So many bytes from an offset on are zero.
    Zero(u64, u64),
    /// It and this other file change places.
    Swap(PathBuf),
    /// The same file or folder of an older copy stands here; a name of moment in [`folders`].
    Stale(&'static str),
    /// This other file of an older copy, or of another node, stands here.
    Other(&'static str, PathBuf),
    /// It is full of noise, of so many bytes.
    Filled(usize),
    /// A crash left it, with noise of so many bytes in it; it was not there before.
    Left(usize),
    /// It is gone.
    Missing,
    /// A copy of it stands under another name.
    Copied(PathBuf),
    /// It has another name.
    Renamed(PathBuf),
}

impl Kind {
    /// The class that a run must have hit, with the kind of file; none for folders, but for older
    /// ones.
    pub(super) fn class_of(&self, format: Option<Format>) -> Option<&'static str> {
        let Some(format) = format else {
            return match self {
                Self::Stale(from) if folders::is_foreign(from) => Some("folder foreign"),
                Self::Stale(_) => Some("folder stale"),
                _ => None,
            };
        };
        let name = match self {
            Self::Flip(_) => "flip",
            Self::Truncate(_) => "truncate",
            Self::Zero(..) => "zero",
            Self::Swap(_) => "swap",
            Self::Other(from, _) if folders::is_foreign(from) => "foreign",
            Self::Stale(_) | Self::Other(..) => "stale",
            Self::Filled(_) => "filled",
            Self::Left(_) => "left",
            Self::Missing => "missing",
            Self::Copied(_) => "copied",
            Self::Renamed(_) => "renamed",
        };
        format.classes().into_iter().find(|class| class.ends_with(name))
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            Kind::Flip(bits) => write!(f, "{path}: bits {bits:?} turned over"),
            Kind::Truncate(length) => write!(f, "{path}: cut to {length} bytes"),
            Kind::Zero(at, length) => write!(f, "{path}: {length} zeros at offset {at}"),
            Kind::Swap(with) => write!(f, "{path} and {} swapped", with.display()),
            Kind::Stale(from) => write!(f, "{path} as it was in '{from}'"),
            Kind::Other(from, file) => {
                write!(f, "{path} replaced by {} of '{from}'", file.display())
            }
            Kind::Filled(bytes) => write!(f, "{path} filled with {bytes} bytes"),
            Kind::Left(bytes) => write!(f, "{path} left with {bytes} bytes"),
            Kind::Missing => write!(f, "{path} missing"),
            Kind::Copied(to) => write!(f, "{path} copied to {}", to.display()),
            Kind::Renamed(to) => write!(f, "{path} renamed to {}", to.display()),
        }
    }
}

impl Damage {
    /// Does it to the folder `data`, whose older copies lie in `place`.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn apply(&self, data: &Path, place: &Path) -> Result<()> {
        let path = data.join(&self.path);
        let done = match &self.kind {
            Kind::Flip(bits) => flip(&path, bits),
            Kind::Truncate(length) => {
                OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(*length))
            }
            Kind::Zero(at, length) => zero(&path, *at, *length),
            Kind::Swap(with) => swap(&path, &data.join(with)),
            Kind::Stale(from) => return self.make_stale(&path, &place.join(from)),
            Kind::Other(from, file) => fs::copy(place.join(from).join(file), &path).map(drop),
            Kind::Filled(bytes) | Kind::Left(bytes) => fs::write(&path, vec![0xa5; *bytes]),
            Kind::Missing => remove(&path),
            Kind::Copied(to) => fs::copy(&path, data.join(to)).map(drop),
            Kind::Renamed(to) => fs::rename(&path, data.join(to)),
        };
        done.with_context(|| self.to_string())
    }

    /// Whether what stands here is sound in itself, and another node's.
    pub(super) fn is_foreign(&self) -> bool {
        matches!(&self.kind, Kind::Other(from, _) | Kind::Stale(from) if folders::is_foreign(from))
    }

    fn make_stale(&self, path: &Path, older: &Path) -> Result<()> {
        let older = older.join(&self.path);
        remove(path)?;
        if older.is_dir() {
            folders::copy(&older, path)
        } else {
            fs::copy(&older, path).map(drop).with_context(|| self.to_string())
        }
    }

    /// Whether a sentence names what is damaged: by its name, or what only that can be.
    pub(super) fn is_named_in(&self, sentence: &str) -> bool {
        self.names().iter().any(|name| holds(sentence, name))
            || self.number().is_some_and(|it| counts(sentence, it))
    }

    /// The number of a file that is missing: which records or entries are missing says it as well.
    fn number(&self) -> Option<u64> {
        let (Kind::Missing | Kind::Renamed(_)) = &self.kind else { return None };
        let digits: String = name(&self.path).chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|it| *it > 0)
    }

    /// The names of which a refusal must hold one.
    fn names(&self) -> Vec<String> {
        let mut names = vec![name(&self.path)];
        match &self.kind {
            Kind::Swap(other) | Kind::Copied(other) | Kind::Renamed(other) => {
                names.push(name(other));
            }
            Kind::Other(..) | Kind::Stale(_) if self.is_foreign() => {
                if Format::of(&self.path) == Some(Format::Identity) {
                    // Of the node's number it is the only witness, so the folder is named; of the
                    // cluster another one is, which is named.
                    names.extend(["belongs to node".to_owned(), "/owner'".to_owned()]);
                } else {
                    // That two things are not of one node only shows when they are put together.
                    names.extend(self.path.parent().map(|it| format!("/{}'", name(it))));
                    names.extend(["/log'", "/checkpoints'", "/owner'"].map(str::to_owned));
                }
            }
            Kind::Flip(_)
            | Kind::Truncate(_)
            | Kind::Zero(..)
            | Kind::Stale(_)
            | Kind::Other(..)
            | Kind::Filled(_)
            | Kind::Left(_)
            | Kind::Missing => {}
        }
        if Format::of(&self.path) == Some(Format::Restoring) {
            // What it is for is named, not the file.
            names.push("A restore into the data folder".to_owned());
        }
        if let Kind::Missing | Kind::Renamed(_) = &self.kind {
            // The folder, in which it is missing.
            names.extend(self.path.parent().map(|it| format!("/{}'", name(it))));
        }
        // sled's files are one thing to us, and its rows are named.
        if self.path.components().any(|it| it.as_os_str() == "base") {
            names.push("base".to_owned());
        }
        names
    }
}

/// Whether a sentence holds a name, and not as a part of another.
fn holds(sentence: &str, name: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.');
    // A name that brings its own bounds needs no others.
    let is_open = (name.starts_with(is_part), name.ends_with(is_part));
    sentence.match_indices(name).any(|(at, _)| {
        let (before, after) = (&sentence[..at], &sentence[at + name.len()..]);
        // A full stop may end a sentence.
        let mut next = after.chars();
        let goes_on = match next.next() {
            Some('.') => next.next().is_some_and(char::is_alphanumeric),
            other => other.is_some_and(is_part),
        };
        !(is_open.0 && before.ends_with(is_part) || is_open.1 && goes_on)
    })
}

/// Whether a sentence speaks of the record, entry or index with this number.
fn counts(sentence: &str, number: u64) -> bool {
    const COUNTED: [&str; 6] = ["record", "records", "entry", "entries", "index", "indexes"];
    // How many words before the number may say what it is of, as in "records 4 to 9".
    const BEFORE: usize = 3;
    let number = number.to_string();
    let bare = |it: &'_ str| it.trim_matches(|it: char| !it.is_alphanumeric()).to_owned();
    let words: Vec<String> = sentence.split_whitespace().map(bare).collect();
    words.iter().enumerate().filter(|(_, it)| **it == number).any(|(at, _)| {
        words[at.saturating_sub(BEFORE)..at].iter().any(|it| COUNTED.contains(&it.as_str()))
    })
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |it| it.to_string_lossy().into_owned())
}

fn flip(path: &Path, bits: &[(u64, u8)]) -> std::io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    for (offset, bit) in bits {
        let mut byte = [0];
        file.read_exact_at(&mut byte, *offset)?;
        file.write_all_at(&[byte[0] ^ (1 << bit)], *offset)?;
    }
    Ok(())
}

fn zero(path: &Path, at: u64, length: u64) -> std::io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    let end = file.metadata()?.len();
    let zeros = vec![0; usize::try_from(end.saturating_sub(at).min(length)).unwrap_or(0)];
    file.write_all_at(&zeros, at)
}

fn swap(one: &Path, other: &Path) -> std::io::Result<()> {
    let aside = one.with_extension("aside");
    fs::rename(one, &aside)?;
    fs::rename(other, one)?;
    fs::rename(aside, other)
}

fn remove(path: &Path) -> std::io::Result<()> {
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(path: &str) -> Damage {
        Damage { path: PathBuf::from(path), kind: Kind::Missing }
    }

    #[test]
    fn a_missing_file_is_not_named_by_any_number() {
        let segment = missing("data/partitions/1/records/00000000000000000001.seg");
        for vague in [
            "Something in 'data/partitions/1' is wrong.",
            "In 'data/partitions/1/records/00000000000000000011.seg' 1 file is wrong.",
            "The records 11 to 12 are missing.",
            "It is of partition 1.",
        ] {
            assert!(!segment.is_named_in(vague), "{vague}");
        }
        for clear in [
            "In 'data/partitions/1/records' something is missing.",
            "The records 1 to 12 are missing.",
            "It ends before record 1.",
            "The file '00000000000000000001.seg' is missing.",
        ] {
            assert!(segment.is_named_in(clear), "{clear}");
        }
        let delta = missing("data/partitions/1/checkpoints/checkpoint-00000000000000000009.delta");
        assert!(delta.is_named_in("A file of index 9 is missing."));
        assert!(!delta.is_named_in("A file of 9 bytes is missing."));
    }

    #[test]
    fn a_name_that_is_part_of_another_is_not_that_name() {
        let head = Damage { path: PathBuf::from("log/head"), kind: Kind::Truncate(7) };
        assert!(head.is_named_in("The file 'log/head' is damaged."));
        assert!(head.is_named_in("Look at log/head."));
        for other in ["The file 'log/head.tmp' is damaged.", "It was read ahead.", "The header"] {
            assert!(!head.is_named_in(other), "{other}");
        }
    }
}
