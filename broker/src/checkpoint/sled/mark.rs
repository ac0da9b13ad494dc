//! The mark beside a base: how its files were when they were made durable last.
//!
//! A base that is as its mark says, and sound, can be opened without a loss. One that is not was
//! cut by a kill or a power cut, or is damaged or another one: which of these, its rows must tell.
//! So a mark that is missing, older or damaged costs a copy of the base at the next start, and
//! nothing else depends on it.

use std::path::{Path, PathBuf};

use super::super::Error;
use super::super::backend::{Place, Survey};
use super::files::{checksum_beside, damaged_beside};
use super::log;
use crate::io::preamble::Kind;
use crate::io::{
    Attempt, Disk as _, Failure, File as _, RealDisk, read_optional, write_atomically,
};

const MARK: Kind = Kind { magic: *b"BTNBMARK", version: 1 };

value::wire_struct! {
    /// How the files of a base were when they were made durable.
    pub(super) struct Mark {
        /// The checkpoint folded last, 0 for none.
        1 => pub(super) index: u64,
        /// Where the log of sled's file ended.
        2 => offset: u64,
        /// The log sequence number there.
        3 => lsn: u64,
        /// A checksum of where its segments were.
        4 => segments: u64,
        /// A checksum of settings and snapshot.
        5 => beside: u64,
    }
}

impl Mark {
    /// The mark that the files of a base have now; nothing without data.
    fn of(base: &Path, index: u64, beside: u64) -> Result<Option<Self>, Failure> {
        let tail = log::tail(&base.join("db"))?;
        Ok(tail.map(|it| Self {
            index,
            offset: it.offset,
            lsn: it.lsn,
            segments: it.segments,
            beside,
        }))
    }
}

/// The file.
pub(super) fn path(base: &Path) -> PathBuf {
    base.with_extension("mark")
}

/// Notes how the files of a base are, all of which are durable. On a disk without space the older
/// mark is written over, which may tear it: then the base is tried at the next start.
///
/// # Errors
/// A [`Failure`].
pub(super) fn note(base: &Path, index: u64, beside: u64) -> Result<(), Failure> {
    let Some(mark) = Mark::of(base, index, beside)? else { return Ok(()) };
    let mut bytes = Vec::new();
    MARK.put(&mark, &mut bytes);
    match write_atomically(&RealDisk, &path(base), &bytes) {
        Err(failure) if failure.is_out_of_space() => match write_over(&path(base), &bytes) {
            Err(failure) if !failure.is_failed_sync() => {
                tracing::debug!(error = %failure, "the base was not marked");
                Ok(())
            }
            written => written,
        },
        noted => noted,
    }
}

/// Writes over a file that is there, which needs no space.
fn write_over(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let file = RealDisk.open(path).map_err(Failure::of(Attempt::Open, path))?;
    file.write_at(bytes, 0).map_err(Failure::of(Attempt::Write, path))?;
    file.set_len(bytes.len() as u64).map_err(Failure::of(Attempt::Write, path))?;
    file.sync().map_err(Failure::of(Attempt::Sync, path))
}

/// Looks at a base that is not open.
///
/// # Errors
/// [`Error::Disk`].
pub(super) fn survey(base: &Path) -> Result<Survey, Error> {
    let Some(noted) = read(base)? else { return Ok(Survey::Unsure) };
    let found = Mark::of(base, noted.index, checksum_beside(base)?)?;
    if found.as_ref() != Some(&noted) || !damaged_beside(base)?.is_empty() {
        return Ok(Survey::Unsure);
    }
    Ok(match log::look(&base.join("db"), 0)? {
        place @ Place::EndsAt(_) => Survey::AsSynced { folded: noted.index, place },
        Place::DamagedAt(_) | Place::Missing => Survey::Unsure,
    })
}

fn read(base: &Path) -> Result<Option<Mark>, Error> {
    let path = path(base);
    let Some(bytes) = read_optional(&RealDisk, &path)? else { return Ok(None) };
    match MARK.take::<Mark>(&bytes) {
        Ok((mark, end)) if end == bytes.len() => Ok(Some(mark)),
        Ok(_) => {
            tracing::warn!(file = %path.display(), "a mark has bytes behind its end; it is not used");
            Ok(None)
        }
        Err(error) => {
            tracing::warn!(file = %path.display(), %error, "a mark is damaged; it is not used");
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_is_written_over_is_the_new_one() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("base.mark");
        write_over(&path, b"no file").expect_err("there is none, which would need space");
        std::fs::write(&path, b"a longer one").expect("writes");
        write_over(&path, b"short").expect("writes");
        assert_eq!(std::fs::read(&path).expect("reads"), b"short");
    }

    #[test]
    fn a_mark_keeps_its_bytes_and_one_that_is_damaged_or_cut_is_none() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let base = dir.path().join("base");
        let mark = Mark { index: 7, offset: 300, lsn: 600, segments: 9, beside: 11 };
        let mut bytes = Vec::new();
        MARK.put(&mark, &mut bytes);
        assert_eq!(&bytes[..16], b"BTNBMARK\x01\0\0\0\x0c\0\0\0");
        assert_eq!(bytes[24..], [8, 7, 16, 0xac, 2, 24, 0xd8, 4, 32, 9, 40, 11]);
        assert_eq!(read(&base).expect("reads"), None);
        std::fs::write(path(&base), &bytes).expect("writes");
        assert_eq!(read(&base).expect("reads"), Some(mark));
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 1 << (at % 8);
            for bad in [&bad[..], &bytes[..at], &[&bytes[..], &[0]].concat()] {
                std::fs::write(path(&base), bad).expect("writes");
                assert_eq!(read(&base).expect("reads"), None, "byte {at}");
            }
        }
    }
}
