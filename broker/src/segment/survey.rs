//! A look at all records that are here, behind the running node.
//!
//! A start reads only the segments that the newest checkpoint has not passed: reading all of them
//! would let a start take as long as there is history. Damage to older ones harms no instance, and
//! must not stay hidden until somebody reads them.

use std::path::Path;
use std::time::Duration;

use super::file::list;
use super::reader::Reader;
use super::{Error, FIRST_POSITION};
use crate::io::Disk;

/// After so many bytes of records the disk is left to others for a moment.
const BYTES_AT_ONCE: usize = 1 << 20;
const BREAK: Duration = Duration::from_millis(2);

/// Reads all records below `end` once, and shows what is damaged or missing. It ends early when
/// `is_stopped` says so, or after the first error of the disk itself.
pub fn survey<D: Disk>(
    disk: D,
    dir: &Path,
    partition: u32,
    end: u64,
    is_stopped: impl Fn() -> bool,
    mut found: impl FnMut(Error),
) {
    let firsts = match list(&disk, dir) {
        Ok(firsts) => firsts,
        Err(error) => return found(error),
    };
    let oldest = firsts.first().copied().unwrap_or(end).min(end);
    if oldest > FIRST_POSITION {
        found(Error::Missing {
            path: dir.to_owned(),
            offset: None,
            from: FIRST_POSITION,
            to: oldest,
        });
    }
    let mut reader = Reader::open(disk, dir, partition, oldest);
    let mut bytes = 0;
    while reader.position() < end && !is_stopped() {
        let position = reader.position();
        let error = match reader.next() {
            Ok(Some(record)) => {
                bytes += record.bytes.len();
                if bytes > BYTES_AT_ONCE {
                    bytes = 0;
                    std::thread::sleep(BREAK);
                }
                continue;
            }
            Ok(None) => return,
            Err(error) => error,
        };
        let next = match &error {
            Error::Gap { to, .. } => Some(*to),
            Error::Damaged { .. } => firsts.iter().copied().find(|first| *first > position),
            Error::Disk(_)
            | Error::Newer { .. }
            | Error::Missing { .. }
            | Error::Hole { .. }
            | Error::Differs { .. }
            | Error::Stopped
            | Error::TooLarge { .. } => None,
        };
        found(error);
        match next {
            Some(next) => reader.seek(next),
            None => return,
        }
    }
}
