//! All rows of the newest checkpoint: those of the base, under the files that are not folded.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::Error;
use super::super::backend::{Base, Row, Value};
use super::super::delta::DeltaReader;
use super::super::opening::Pending;
use super::fold::Touched;
use crate::io::Disk;

/// Gets key, version and value of a row.
type EachRow<'a> = &'a mut dyn FnMut(&[u8], u32, &[u8]) -> Result<(), Error>;

/// Shows every row of the newest checkpoint once, in no particular order.
///
/// # Errors
/// As [`super::Store::scan`].
pub(in crate::checkpoint) fn scan<D: Disk>(
    disk: &D,
    base: &dyn Base,
    pending: &[Pending],
    each: EachRow<'_>,
) -> Result<(), Error> {
    let (full, pending) = match pending.split_first() {
        Some((first, rest)) if first.is_full => (Some(first), rest),
        Some(_) | None => (None, pending),
    };
    let mut overlay: BTreeMap<Vec<u8>, Option<Value>> = BTreeMap::new();
    let mut touched = Touched::default();
    for file in pending {
        let is_half_folded = base.folding() == Some(file.index);
        read_file(disk, &file.path, |row| {
            if is_half_folded {
                touched.insert(&row.key);
            }
            overlay.insert(row.key, row.value);
            Ok(())
        })?;
    }
    match full {
        Some(file) => read_file(disk, &file.path, |row| match row.value {
            Some(value) if !overlay.contains_key(&row.key) => {
                each(&row.key, value.version, &value.bytes)
            }
            Some(_) | None => Ok(()),
        })?,
        None => base.scan(&|key| touched.contains(key), &mut |row| {
            if overlay.contains_key(&row.key) {
                return Ok(());
            }
            let value = row.value?;
            each(&row.key, value.version, &value.bytes)
        })?,
    }
    for (key, value) in &overlay {
        if let Some(value) = value {
            each(key, value.version, &value.bytes)?;
        }
    }
    Ok(())
}

/// Shows the rows of a checkpoint file.
pub(super) fn read_file<D: Disk>(
    disk: &D,
    path: &Path,
    mut each: impl FnMut(Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut reader = DeltaReader::open(disk, path)?;
    let mut rows = Vec::new();
    while reader.next_block(&mut rows)? {
        rows.drain(..).try_for_each(&mut each)?;
    }
    Ok(())
}
