//! sled's files, before it is open: what beside the data is damaged, and a lock that is about to go.
//!
//! ```text
//! conf         settings · crc32 u32 of them
//! snap.<lsn>   pages · length u64 of them · crc32 u32 of them; has `.generating` behind its name
//!              until it is written and synced
//! ```
//!
//! sled makes both anew when they are not there: the settings are always the same, and the pages
//! are in the data, of which a snapshot only saves reading the older part.

use std::path::Path;
use std::time::{Duration, Instant};

use xxhash_rust::xxh3::Xxh3;

use super::super::Error;
use super::super::error::BaseCause;
use super::guard::call;
use crate::io::{Attempt, Disk, Failure, RealDisk, read_optional};

const SETTINGS: &str = "conf";
const SNAPSHOT: &str = "snap.";
/// How sled names a snapshot until all of it is written and synced.
const UNFINISHED: &str = ".generating";
/// Length and checksum at the end of a snapshot.
const SNAPSHOT_END: usize = 12;

/// A database closed a moment ago keeps its file lock until its last thread is gone.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// Up to where the newest snapshot has what sled would replay.
pub(super) fn snapshot_lsn(path: &Path) -> Result<u64, Error> {
    let names = names_beside(path)?;
    let lsn = |name: &String| u64::from_str_radix(name.strip_prefix(SNAPSHOT)?, 16).ok();
    Ok(names.iter().filter_map(lsn).max().unwrap_or(0))
}

/// The files beside the data, sorted.
fn names_beside(path: &Path) -> Result<Vec<String>, Failure> {
    let mut names = RealDisk.list(path).map_err(Failure::of(Attempt::Read, path))?;
    names.retain(|it| it == SETTINGS || it.starts_with(SNAPSHOT));
    Ok(names)
}

/// The files beside the data that are not as they were written.
///
/// # Errors
/// A [`Failure`] to read them.
pub(super) fn damaged_beside(path: &Path) -> Result<Vec<String>, Failure> {
    let mut damaged = Vec::new();
    for name in names_beside(path)? {
        let bytes = read_optional(&RealDisk, &path.join(&name))?;
        // How long what is not in the checksum is, and what sled takes for nothing.
        let (end, least) = if name == SETTINGS { (4, 9) } else { (SNAPSHOT_END, 13) };
        if bytes.is_some_and(|it| it.len() < least || !is_whole(&it, end)) {
            damaged.push(name);
        }
    }
    Ok(damaged)
}

/// Whether the last bytes are the checksum of all but the last `end` ones.
fn is_whole(bytes: &[u8], end: usize) -> bool {
    let body = bytes.get(..bytes.len().saturating_sub(end)).unwrap_or_default();
    bytes.last_chunk::<4>().is_some_and(|it| *it == crc32fast::hash(body).to_le_bytes())
}

/// Removes the files beside the data that are damaged: sled makes them anew.
///
/// # Errors
/// A [`Failure`].
pub(super) fn remove_damaged_beside(path: &Path) -> Result<(), Failure> {
    for name in damaged_beside(path)? {
        let file = path.join(&name);
        if name.ends_with(UNFINISHED) {
            tracing::info!(file = %file.display(), "a snapshot that was not finished is removed");
        } else {
            tracing::warn!(file = %file.display(), "a damaged file is made anew from the data");
        }
        RealDisk.remove(&file).map_err(Failure::of(Attempt::Remove, &file))?;
    }
    Ok(())
}

/// A checksum of the files beside the data, with their names.
///
/// # Errors
/// A [`Failure`] to read them.
pub(super) fn checksum_beside(path: &Path) -> Result<u64, Failure> {
    let mut hasher = Xxh3::new();
    for name in names_beside(path)? {
        let bytes = read_optional(&RealDisk, &path.join(&name))?.unwrap_or_default();
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(hasher.digest())
}

/// Opens the database in the folder `files`, which is told as `path`.
pub(super) fn open_patiently(
    files: &Path,
    path: &Path,
    cache_bytes: u64,
) -> Result<sled::Db, Error> {
    let config = sled::Config::new().path(files).cache_capacity(cache_bytes).flush_every_ms(None);
    let started = Instant::now();
    loop {
        match call(path, "open", || config.open()) {
            Err(error)
                if is_because_of(&error, BaseCause::Locked)
                    && started.elapsed() < LOCK_PATIENCE =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            result => return result,
        }
    }
}

/// True if a base refused for this reason.
pub(super) fn is_because_of(error: &Error, wanted: BaseCause) -> bool {
    matches!(error, Error::Base { cause, .. } if *cause == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_and_byte_of_settings_and_snapshot_counts() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let base = dir.path();
        drop(open_patiently(base, base, 1 << 20).expect("opens"));
        // The first start of what is there writes a snapshot.
        drop(open_patiently(base, base, 1 << 20).expect("opens"));
        let names = names_beside(base).expect("lists");
        assert!(names.len() == 2 && names[0] == SETTINGS, "{names:?}");
        assert_eq!(damaged_beside(base).expect("reads"), Vec::<String>::new());
        let sound = checksum_beside(base).expect("reads");
        for name in names {
            let path = base.join(&name);
            let whole = std::fs::read(&path).expect("reads");
            let damaged = |bytes: &[u8]| {
                std::fs::write(&path, bytes).expect("writes");
                assert_ne!(checksum_beside(base).expect("reads"), sound);
                damaged_beside(base).expect("reads") == [name.clone()]
            };
            for at in 0..whole.len() {
                let mut bad = whole.clone();
                bad[at] ^= 1 << (at % 8);
                // How long a snapshot was before it was compressed, which it never is, is not read.
                let is_unread =
                    name != SETTINGS && (whole.len() - SNAPSHOT_END..whole.len() - 4).contains(&at);
                assert!(damaged(&bad) != is_unread, "'{name}', byte {at}");
                assert!(damaged(&whole[..at]), "'{name}' cut to {at}");
            }
            std::fs::write(&path, &whole).expect("writes");
        }
        assert_eq!(checksum_beside(base).expect("reads"), sound);
    }
}
