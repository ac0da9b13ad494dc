//! The record segments hold every record once, in order, with the bytes that the engine put out.

use broker::segment::{FIRST_POSITION, Reader};
use xxhash_rust::xxh3::xxh3_64;

use crate::disk::SimDisk;
use crate::node::{PARTITION, SimNode};

/// A reader of the segments.
#[derive(Debug)]
pub struct Segments {
    reader: Reader<SimDisk>,
}

impl Segments {
    /// A reader that begins so many records before `position`.
    pub fn open(node: &SimNode, position: u64, back: u64) -> Self {
        let from = position.saturating_sub(back).max(FIRST_POSITION);
        let disk = node.machine.disk.clone();
        Self { reader: Reader::open(disk, &node.records(), PARTITION, from) }
    }

    /// Reads on, and compares with the records that must be there. Answers the last position.
    ///
    /// # Errors
    /// A record is missing, differs, or cannot be read.
    pub fn check(&mut self, expected: &[u64]) -> Result<u64, String> {
        loop {
            let position = self.reader.position();
            if position > expected.len() as u64 {
                return Ok(position - 1);
            }
            match self.reader.next() {
                Ok(None) => return Ok(position - 1),
                Ok(Some(record)) => {
                    let index = usize::try_from(position - 1).unwrap_or(usize::MAX);
                    let is_right = expected.get(index) == Some(&xxh3_64(record.bytes));
                    if record.position != position || !is_right {
                        return Err(format!("record {position} is another one in the segments"));
                    }
                }
                Err(error) => return Err(format!("record {position}: {error}")),
            }
        }
    }
}
