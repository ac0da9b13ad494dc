//! Full checkpoint files outside of a store: what a backup keeps.

use std::path::Path;

use super::delta::DeltaReader;
use super::{Error, Restored, Row};
use crate::io::Disk;

/// Reads a file that [`super::Store::export`] wrote, from beginning to end, and shows every row.
///
/// # Errors
/// [`Error::NotASnapshot`] if it is of another partition or index, or holds changes only;
/// [`Error::Damaged`], [`Error::Incomplete`], [`Error::Newer`], [`Error::Disk`], and what `each`
/// returns.
pub fn read_full<D: Disk>(
    disk: &D,
    path: &Path,
    (partition, index): (u32, u64),
    each: &mut dyn FnMut(Row) -> Result<(), Error>,
) -> Result<Restored, Error> {
    let mut reader = DeltaReader::open(disk, path)?;
    let header = reader.header().clone();
    if !header.full || (header.partition, header.index) != (partition, index) {
        let what = if header.full { "all rows" } else { "changes" };
        let reason = format!(
            "it should hold all rows of partition {partition} at index {index}, but holds {what} \
             of partition {} at index {}",
            header.partition, header.index
        );
        return Err(Error::NotASnapshot { path: path.to_owned(), reason });
    }
    let mut rows = Vec::new();
    while reader.next_block(&mut rows)? {
        rows.drain(..).try_for_each(&mut *each)?;
    }
    Ok(Restored { index, meta: header.meta })
}
