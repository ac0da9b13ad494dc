//! Checkpoint files on their way into the base.

use std::collections::{BTreeMap, HashSet};

use xxhash_rust::xxh3::xxh3_128;

use super::super::backend::{Base, Digest, Row, Value};
use super::super::delta::DeltaReader;
use super::super::names::{base_dir, delta_index};
use super::super::opening::{Pending, remove};
use super::super::{CHUNK_BYTES_MAX, CHUNK_ROWS_MAX, Error};
use super::Store;
use super::scan::read_file;
use crate::io::{Attempt, Disk, Failure};

/// The rows that a file puts or deletes, by the 128-bit hash of their keys: the keys themselves
/// would be most of what folding needs in memory.
#[derive(Debug, Default)]
pub(super) struct Touched(HashSet<u128>);

impl Touched {
    /// Counts a key in; false if it is there already.
    pub(super) fn insert(&mut self, key: &[u8]) -> bool {
        self.0.insert(xxh3_128(key))
    }

    /// Whether the file has a row with this key.
    pub(super) fn contains(&self, key: &[u8]) -> bool {
        !self.0.is_empty() && self.0.contains(&xxh3_128(key))
    }
}

/// Closes a base that is thrown away then. Without space that may stay undone.
fn close(base: Option<Box<dyn Base>>) -> Result<(), Error> {
    let Some(base) = base else { return Ok(()) };
    match base.close() {
        Err(error) if error.is_out_of_space() => {
            tracing::warn!(%error, "the base was not closed in order");
            Ok(())
        }
        closed => closed,
    }
}

impl<D: Disk> Store<D> {
    pub(super) fn fold_all(&self, slot: &mut Option<Box<dyn Base>>) -> Result<u64, Error> {
        loop {
            let Some(file) = self.files.lock().pending.first().cloned() else {
                return Ok(self.files.lock().folded);
            };
            let folded = self.fold_file(slot, &file);
            if folded.is_err() {
                // What the base has in memory is no longer known.
                *slot = None;
            }
            folded?;
            {
                let mut files = self.files.lock();
                files.folded = file.index;
                files.pending.retain(|it| it.index > file.index);
            }
            self.remove_older(file.index)?;
        }
    }

    fn fold_file(&self, slot: &mut Option<Box<dyn Base>>, file: &Pending) -> Result<(), Error> {
        let path = base_dir(&self.dir);
        if file.is_full {
            close(slot.take())?;
            self.backend.remove(&path)?;
        }
        let base = self.opened(slot)?;
        let replaced =
            if file.is_full { Digest::default() } else { self.count_touched(base.as_ref(), file)? };
        let mut reader = DeltaReader::open(&self.disk, &file.path)?;
        base.begin(file.index, replaced)?;
        let mut chunk = Chunk::default();
        let mut rows = Vec::new();
        while reader.next_block(&mut rows)? {
            for row in rows.drain(..) {
                if chunk.is_full() {
                    base.apply(chunk.take())?;
                }
                chunk.put(row);
            }
        }
        if !chunk.rows.is_empty() {
            base.apply(chunk.take())?;
        }
        base.commit(file.index, &reader.header().meta)
    }

    /// Counts the rows of the base that the file replaces or deletes.
    fn count_touched(&self, base: &dyn Base, file: &Pending) -> Result<Digest, Error> {
        let mut touched = Touched::default();
        let mut digest = Digest::default();
        read_file(&self.disk, &file.path, |row| {
            if touched.insert(&row.key)
                && let Some(checksum) = base.claimed_checksum(&row.key)?
            {
                digest.add(checksum);
            }
            Ok(())
        })?;
        Ok(digest)
    }

    /// Removes files below the one folded last; that one stays until the next is folded.
    pub(super) fn remove_older(&self, index: u64) -> Result<(), Error> {
        let names = self.disk.list(&self.dir).map_err(Failure::of(Attempt::Read, &self.dir))?;
        let old = names.iter().filter(|name| delta_index(name).is_some_and(|it| it < index));
        for name in old {
            remove(&self.disk, &self.dir.join(name))?;
        }
        // Not synced: a file that comes back is removed the next time.
        Ok(())
    }
}

/// Rows on their way into the base; a later row replaces an earlier one of the same key.
#[derive(Debug, Default)]
struct Chunk {
    rows: BTreeMap<Vec<u8>, Option<Value>>,
    bytes: usize,
}

impl Chunk {
    fn is_full(&self) -> bool {
        self.rows.len() >= CHUNK_ROWS_MAX || self.bytes >= CHUNK_BYTES_MAX
    }

    fn put(&mut self, row: Row) {
        self.bytes += row.key.len() + row.value.as_ref().map_or(0, |value| value.bytes.len());
        self.rows.insert(row.key, row.value);
    }

    fn take(&mut self) -> Vec<Row> {
        self.bytes = 0;
        let rows = std::mem::take(&mut self.rows);
        rows.into_iter().map(|(key, value)| Row { key, value }).collect()
    }
}
