//! Writing the base anew, when most of what it uses on disk is of rows that are gone.
//!
//! ```text
//! base, folded ─▶ all rows as one file, durable ─▶ base thrown away ─▶ the file folded into a new one
//! ```
//!
//! The file is one of those that a snapshot is: after a crash anywhere on the way, opening finds
//! either the old base or a file that makes the base irrelevant.

use super::super::Error;
use super::super::names::delta_path;
use super::super::opening::Pending;
use super::Store;
use crate::io::Disk;

/// A base is written anew when it uses so many times what its rows have.
const GROWTH: u64 = 4;
/// Below it a base is not written anew before it is twice as large as the last time: one without
/// rows needs some space, too.
const SMALL_BYTES: u64 = 2 << 20;

/// How a base was when it had been written anew.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Compacted {
    /// What it used of the disk.
    bytes: u64,
    /// What the keys and values of its rows had.
    row_bytes: u64,
}

impl Compacted {
    /// What a base with so many bytes of rows may use, before writing it anew gives much back.
    ///
    /// Small rows cost several times their size: what they cost when nothing else was there, twice,
    /// is no growth.
    fn bytes_max(self, row_bytes: u64) -> u64 {
        let doubled = self.bytes.saturating_mul(2);
        let cost = u128::from(doubled) * u128::from(row_bytes);
        let usual = cost.checked_div(self.row_bytes.into()).unwrap_or(0);
        let usual = u64::try_from(usual).unwrap_or(u64::MAX);
        row_bytes.saturating_mul(GROWTH).max(usual).max(doubled.min(SMALL_BYTES))
    }
}

impl<D: Disk> Store<D> {
    /// Writes the base anew if most of it is of rows that are gone: if it uses at least `bytes_min`
    /// and several times what its rows have, and `free_bytes` of the disk suffice for two of it.
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
        let bytes = base.disk_bytes()?;
        if bytes < bytes_min || free_bytes / 2 < bytes {
            return Ok(false);
        }
        let row_bytes = base.row_bytes()?;
        if bytes < self.compacted.lock().bytes_max(row_bytes) {
            return Ok(false);
        }
        let path = delta_path(&self.dir, marker.index);
        self.write_all_rows(base.as_ref(), &marker, &path, &mut |_| Ok(()))?;
        let file = Pending { index: marker.index, is_full: true, path };
        self.files.lock().pending.insert(0, file);
        self.fold_all(&mut slot)?;
        let base = self.opened(&mut slot)?;
        let left = Compacted { bytes: base.disk_bytes()?, row_bytes: base.row_bytes()? };
        *self.compacted.lock() = left;
        tracing::info!(bytes, left = left.bytes, rows = marker.rows, "the base was written anew");
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::Compacted;

    #[test]
    fn rows_that_cost_much_are_not_written_anew_again_and_again() {
        let small = Compacted { bytes: 90 << 20, row_bytes: 10 << 20 };
        assert_eq!(small.bytes_max(10 << 20), 180 << 20, "nine times is usual for them");
        assert_eq!(small.bytes_max(1 << 20), 18 << 20, "fewer rows are left");
        assert_eq!(small.bytes_max(0), 2 << 20, "none is left");
        let empty = Compacted { bytes: 500 << 10, row_bytes: 0 };
        assert_eq!(empty.bytes_max(0), 1_000 << 10);
        assert_eq!(empty.bytes_max(10 << 20), 40 << 20);
        assert_eq!(Compacted::default().bytes_max(0), 0);
        let vast = Compacted { bytes: u64::MAX, row_bytes: 1 };
        assert_eq!(vast.bytes_max(u64::MAX), u64::MAX);
    }
}
