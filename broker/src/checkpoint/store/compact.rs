//! Writing the base anew, when most of what it uses on disk is of rows that are gone.
//!
//! ```text
//! base, folded ─▶ all rows as one file, durable ─▶ base thrown away ─▶ the file folded into a new one
//! ```
//!
//! The file is one of those that a snapshot is: after a crash anywhere on the way, opening finds
//! either the old base or a file that makes the base irrelevant.

use std::sync::atomic::Ordering;

use super::super::Error;
use super::super::names::delta_path;
use super::super::opening::Pending;
use super::Store;
use crate::io::Disk;

/// A base is written anew when it uses so many times what its rows need.
const GROWTH: u64 = 4;
/// Below it a base is not written anew before it is twice as large as the last time: one without
/// rows needs some space, too.
const SMALL_BYTES: u64 = 2 << 20;
/// What a row needs, as long as none was measured.
pub(super) const ROW_BYTES: u64 = 1 << 10;

impl<D: Disk> Store<D> {
    /// Writes the base anew if most of it is of rows that are gone: if it uses at least `bytes_min`
    /// and several times what its rows need, and `free_bytes` of the disk suffice for two of it.
    /// True if it did. Call it after [`Store::fold`].
    ///
    /// # Errors
    /// As [`Store::fold`] and [`Store::scan`]. When [`Error::is_out_of_space`], all is as it was,
    /// or folding can be called again.
    pub fn compact(&self, bytes_min: u64, free_bytes: u64) -> Result<bool, Error> {
        let mut slot = self.base.lock();
        let base = self.opened(&mut slot)?;
        let Some(marker) = base.marker().cloned().filter(|_| base.folding().is_none()) else {
            return Ok(false);
        };
        let needed = marker.rows.saturating_mul(self.row_bytes.load(Ordering::Relaxed));
        let bytes = base.disk_bytes()?;
        let doubled = self.compacted_bytes.load(Ordering::Relaxed).saturating_mul(2);
        let worth = bytes_min.max(needed.saturating_mul(GROWTH)).max(doubled.min(SMALL_BYTES));
        if bytes < worth || free_bytes / 2 < bytes {
            return Ok(false);
        }
        let path = delta_path(&self.dir, marker.index);
        let mut written = 0;
        self.write_all_rows(base.as_ref(), &marker, &path, &mut |row| {
            written += row;
            Ok(())
        })?;
        self.measured(marker.rows, written);
        let file = Pending { index: marker.index, is_full: true, path };
        self.files.lock().pending.insert(0, file);
        self.fold_all(&mut slot)?;
        let left = self.opened(&mut slot)?.disk_bytes()?;
        self.compacted_bytes.store(left, Ordering::Relaxed);
        tracing::info!(bytes, left, rows = marker.rows, "the base was written anew");
        Ok(true)
    }

    /// Notes how many bytes a row needs.
    pub(super) fn measured(&self, rows: u64, bytes: u64) {
        if let Some(each) = bytes.checked_div(rows) {
            self.row_bytes.store(each.max(1), Ordering::Relaxed);
        }
    }
}
