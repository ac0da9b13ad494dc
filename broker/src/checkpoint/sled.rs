//! The base in sled 0.34, used in the one manner that survived every power cut.
//!
//! Its own flush is no durability point (it neither flushes the device cache nor the file's
//! length), so every chunk is followed by `flush()` *and* an fdatasync of its file; its background
//! flusher is off; the marker is written after all rows are durable.
//!
//! ```text
//! tree "checkpoint"   "marker" -> Marker     "folding" -> Folding
//! tree "rows"         key length u8 · key · piece u32 (big-endian)  ->  piece of the value
//!                     piece 0 begins with: length u32 · version u32 · checksum u64
//! ```
//!
//! Values are cut into pieces because sled writes pages above 128 KiB as separate blob files that
//! it never syncs; a leaf of 17 pieces stays below that. Opening and every call are guarded
//! against panics, which is how sled reports some kinds of damage. What opening a base may cost is
//! tried on a copy, unless the base is as its mark says.

mod base;
mod files;
mod guard;
mod handles;
mod log;
mod mark;
mod rehearsal;
mod reserve;
mod rows;

use std::path::{Path, PathBuf};

use super::Error;
use super::backend::{Backend, Base, Survey, Trial};
use crate::io::{Attempt, Failure, RealDisk, sync_parent};
use base::SledBase;

/// Opens sled bases.
#[derive(Debug, Clone, Copy)]
pub struct SledBackend {
    /// Memory for sled's page cache, at most [`SledBackend::CACHE_BYTES_MAX`].
    pub cache_bytes: u64,
}

impl SledBackend {
    /// The largest page cache.
    pub const CACHE_BYTES_MAX: u64 = 64 << 20;
}

impl Default for SledBackend {
    fn default() -> Self {
        Self { cache_bytes: 32 << 20 }
    }
}

impl SledBackend {
    fn cache_bytes(self) -> u64 {
        self.cache_bytes.min(Self::CACHE_BYTES_MAX)
    }
}

impl Backend for SledBackend {
    fn survey(&self, dir: &Path) -> Result<Survey, Error> {
        rehearsal::clear(dir)?;
        if dir.exists() { mark::survey(dir) } else { Ok(Survey::Absent) }
    }

    fn rehearse(&self, dir: &Path, trial: Trial<'_>) -> Result<(), Error> {
        // What is kept for sled when it is opened stays for that.
        rehearsal::rehearse(dir, self.cache_bytes(), trial)
    }

    fn open(&self, dir: &Path) -> Result<Box<dyn Base>, Error> {
        clear_old(dir)?;
        let cache_bytes = self.cache_bytes();
        if !dir.exists() {
            create(dir, cache_bytes)?;
        }
        let base = match SledBase::open(dir, cache_bytes) {
            Err(error) if error.is_out_of_space() && reserve::give_up(dir) => {
                SledBase::open(dir, cache_bytes)?
            }
            opened => {
                let base = opened?;
                reserve::keep(dir);
                base
            }
        };
        Ok(Box::new(base))
    }

    fn remove(&self, dir: &Path) -> Result<(), Error> {
        clear_old(dir)?;
        if !dir.exists() {
            return Ok(());
        }
        // Renamed first: half a folder must never be opened as a base.
        let old = old_dir(dir);
        std::fs::rename(dir, &old).map_err(Failure::of(Attempt::Rename, &old))?;
        sync_parent(&RealDisk, dir)?;
        clear_old(dir)
    }
}

/// Makes an empty base. sled creates its files one by one and syncs none of them, and half of them
/// is damage: so they get their name when all are durable.
fn create(dir: &Path, cache_bytes: u64) -> Result<(), Error> {
    let new = dir.with_extension("new");
    if new.exists() {
        std::fs::remove_dir_all(&new).map_err(Failure::of(Attempt::Remove, &new))?;
    }
    Box::new(SledBase::open(&new, cache_bytes)?).close()?;
    std::fs::rename(&new, dir).map_err(Failure::of(Attempt::Rename, dir))?;
    sync_parent(&RealDisk, dir)?;
    Ok(())
}

fn old_dir(dir: &Path) -> PathBuf {
    dir.with_extension("old")
}

fn clear_old(dir: &Path) -> Result<(), Error> {
    let old = old_dir(dir);
    if old.exists() {
        std::fs::remove_dir_all(&old).map_err(Failure::of(Attempt::Remove, &old))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
