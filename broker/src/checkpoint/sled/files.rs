//! sled's files, before it is open: what it left unfinished, and a lock that is about to go.

use std::path::Path;
use std::time::{Duration, Instant};

use super::super::Error;
use super::super::error::BaseCause;
use super::guard::call;
use crate::io::{Attempt, Disk, Failure, RealDisk};

/// How sled names a snapshot until all of it is written and synced.
const UNFINISHED: &str = ".generating";

/// A database closed a moment ago keeps its file lock until its last thread is gone.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// Up to where the newest snapshot has what sled would replay.
pub(super) fn snapshot_lsn(path: &Path) -> Result<u64, Error> {
    let names = RealDisk.list(path).map_err(Failure::of(Attempt::Read, path))?;
    let lsn = |name: &String| u64::from_str_radix(name.strip_prefix("snap.")?, 16).ok();
    Ok(names.iter().filter_map(lsn).max().unwrap_or(0))
}

pub(super) fn open_patiently(path: &Path, cache_bytes: u64) -> Result<sled::Db, Error> {
    let config = sled::Config::new().path(path).cache_capacity(cache_bytes).flush_every_ms(None);
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

/// Removes snapshots that sled was writing when it ended; false if there was none.
pub(super) fn remove_unfinished(path: &Path) -> Result<bool, Error> {
    let mut found = false;
    for file in RealDisk.list(path).map_err(Failure::of(Attempt::Read, path))? {
        if file.ends_with(UNFINISHED) {
            let file = path.join(file);
            RealDisk.remove(&file).map_err(Failure::of(Attempt::Remove, &file))?;
            found = true;
        }
    }
    Ok(found)
}
