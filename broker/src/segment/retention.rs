//! How long segments are kept: by size and by age.

use std::time::{Duration, SystemTime};

use super::Error;
use super::file::path;
use super::writer::Writer;
use crate::io::{Attempt, Disk, Failure, File};

/// How much is kept. The last segment always stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct Retention {
    /// The most bytes of all segments together.
    pub bytes_max: Option<u64>,
    /// The longest time since a segment was last written.
    pub age_max: Option<Duration>,
}

impl<D: Disk> Writer<D> {
    /// Removes the oldest segments that exceed the retention; returns how many. Readers that are
    /// still there meet [`Error::Gap`].
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn retain(&mut self, retention: Retention, now: SystemTime) -> Result<usize, Error> {
        let mut kept_bytes = 0u64;
        let mut keep_from = None;
        for (at, &first) in self.segments().iter().enumerate().rev() {
            let path = path(self.dir(), first);
            let read = Failure::of(Attempt::Read, &path);
            let file = self.disk().open_read(&path).map_err(Failure::of(Attempt::Open, &path))?;
            kept_bytes += file.len().map_err(read)?;
            let written = self.disk().modified(&path).map_err(Failure::of(Attempt::Read, &path))?;
            // A clock that went back makes a segment young, never old.
            let age = now.duration_since(written).unwrap_or(Duration::ZERO);
            let is_last = at + 1 == self.segments().len();
            let is_too_much = retention.bytes_max.is_some_and(|limit| kept_bytes > limit);
            let is_too_old = retention.age_max.is_some_and(|limit| age > limit);
            if !is_last && (is_too_much || is_too_old) {
                break;
            }
            keep_from = Some(first);
        }
        match keep_from {
            Some(first) => self.drop_before(first),
            None => Ok(0),
        }
    }
}
