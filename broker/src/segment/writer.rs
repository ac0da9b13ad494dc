//! The one writer of a partition's segments.

use std::path::{Path, PathBuf};

use super::block::Builder;
use super::file::{Owner, Segment, path, preamble};
use super::reader::Reader;
use super::tail::{self, Scope, Tail};
use super::{Error, FIRST_POSITION, RECORD_BYTES_MAX};
use crate::io::{Attempt, Disk, Failure, File};

/// How a writer writes.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The partition whose records these are.
    pub partition: u32,
    /// The encoding version of the records that will be appended.
    pub record_version: u16,
    /// A block is written when its records reach this many bytes.
    pub block_bytes: usize,
    /// A new segment begins when one has reached this many bytes.
    pub segment_bytes: u64,
}

impl Options {
    /// The usual sizes: blocks of 256 KiB, segments of 64 MiB.
    pub fn new(partition: u32, record_version: u16) -> Self {
        Self { partition, record_version, block_bytes: 256 << 10, segment_bytes: 64 << 20 }
    }
}

/// Where a writer begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With this position, the first that the engine offers again: all before it must be here.
    At(u64),
    /// With this position, because a snapshot of another replica brings the state: what is missing
    /// before it becomes a gap that readers are told of. Open the writer this way *before* the
    /// snapshot is installed: after a crash in between, the old state finds its records as they
    /// were.
    Skip(u64),
}

/// The one writer of a partition's segments.
#[derive(Debug)]
pub struct Writer<D: Disk> {
    disk: D,
    dir: PathBuf,
    options: Options,
    firsts: Vec<u64>,
    last: Option<Segment<D::File>>,
    buffer: Builder,
    /// The position after the last record accepted.
    next: u64,
    synced: u64,
    overlap: Option<Overlap<D>>,
}

/// Records that are here already and come again after a restart.
#[derive(Debug)]
struct Overlap<D: Disk> {
    reader: Reader<D>,
    end: u64,
}

impl<D: Disk> Writer<D> {
    /// Opens the segments in `dir` and cuts a torn end.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a record before the start is not sound, [`Error::Missing`] when one is
    /// missing, [`Error::Newer`], [`Error::Disk`].
    pub fn open(disk: D, dir: &Path, options: Options, start: Start) -> Result<Self, Error> {
        disk.create_dir_all(dir).map_err(Failure::of(Attempt::Create, dir))?;
        let (from, durable) = match start {
            Start::At(position) => (position, position),
            Start::Skip(position) => (position, 0),
        };
        let scope = Scope { from, durable };
        let Tail { firsts, last } = tail::find(&disk, dir, options.partition, scope)?;
        let end = last.as_ref().map_or(FIRST_POSITION, |segment| segment.next);
        let overlap = (from < end).then(|| Overlap {
            reader: Reader::open(disk.clone(), dir, options.partition, from),
            end,
        });
        let dir = dir.to_owned();
        let buffer = Builder::default();
        let synced = from.min(end);
        let mut writer =
            Self { disk, dir, options, firsts, last, buffer, next: end, synced, overlap };
        match start {
            Start::At(_) if end < from => {
                let (path, offset) = match writer.last {
                    Some(segment) => (segment.path, Some(segment.offset)),
                    None => (writer.dir, None),
                };
                Err(Error::Missing { path, offset, from: end, to: from })
            }
            Start::Skip(_) if end < from => {
                writer.skip(from)?;
                Ok(writer)
            }
            Start::At(_) | Start::Skip(_) => Ok(writer),
        }
    }

    /// Leaves a gap: begins a segment at once, so that a restart finds where the records go on.
    fn skip(&mut self, position: u64) -> Result<(), Error> {
        self.next = position;
        self.synced = position;
        let old = self.last.take();
        self.roll(old.as_ref(), position)?;
        match old {
            Some(old) if old.next == old.owner.first => {
                // Without a record it only hides where the gap begins.
                self.disk.remove(&old.path).map_err(Failure::of(Attempt::Remove, &old.path))?;
                self.firsts.retain(|&first| first != old.owner.first);
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    /// The position that must be appended next.
    pub fn next_position(&self) -> u64 {
        self.next
    }

    /// The position below which every record is durable.
    pub fn synced_position(&self) -> u64 {
        self.synced
    }

    /// The first position of each segment, ascending.
    pub fn segments(&self) -> &[u64] {
        &self.firsts
    }

    /// Appends a record. One that is here already is compared and otherwise ignored: `false`.
    ///
    /// # Errors
    /// [`Error::Hole`], [`Error::Differs`], [`Error::TooLarge`], [`Error::Disk`]; the record is
    /// then not accepted and can be offered again.
    pub fn append(&mut self, position: u64, record: &[u8]) -> Result<bool, Error> {
        if position < self.next {
            self.compare(position, record)?;
            return Ok(false);
        }
        if position > self.next {
            return Err(Error::Hole { expected: self.next, offered: position });
        }
        if record.len() > RECORD_BYTES_MAX {
            let (bytes, limit) = (record.len(), RECORD_BYTES_MAX);
            return Err(Error::TooLarge { position, bytes, limit });
        }
        if self.buffer.raw_bytes() >= self.options.block_bytes {
            self.flush()?;
        }
        self.buffer.push(position, record);
        self.next += 1;
        Ok(true)
    }

    /// Compares a record that comes again with the one that is here.
    fn compare(&mut self, position: u64, record: &[u8]) -> Result<(), Error> {
        let Some(overlap) = &mut self.overlap else { return Ok(()) };
        if position >= overlap.end {
            self.overlap = None;
            return Ok(());
        }
        if overlap.reader.position() != position {
            overlap.reader.seek(position);
        }
        match overlap.reader.next() {
            Ok(Some(found)) if found.position != position || found.bytes != record => {
                Err(Error::Differs { position })
            }
            // Retention may have removed it in between.
            Ok(_) | Err(Error::Gap { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes what is buffered, so that readers see it.
    ///
    /// # Errors
    /// [`Error::Disk`]; the records stay buffered and the call can be made again.
    pub fn flush(&mut self) -> Result<(), Error> {
        if self.buffer.count == 0 {
            return Ok(());
        }
        self.roll_if_full()?;
        let Some(segment) = &mut self.last else { return Ok(()) };
        let (header, bytes) = self.buffer.pack(self.options.record_version, segment.owner);
        if let Err(error) = segment.file.write_at(&bytes, segment.offset) {
            // Best effort: the half block is overwritten by the next attempt.
            let _ = segment.file.set_len(segment.offset);
            return Err(Failure::of(Attempt::Write, &segment.path)(error).into());
        }
        segment.pass(&header);
        self.buffer.clear();
        Ok(())
    }

    /// Makes every record accepted so far durable.
    ///
    /// # Errors
    /// [`Error::Disk`]; after [`Error::is_failed_sync`] the process must end.
    pub fn sync(&mut self) -> Result<(), Error> {
        self.flush()?;
        if self.synced < self.next
            && let Some(segment) = &self.last
        {
            segment.file.sync().map_err(Failure::of(Attempt::Sync, &segment.path))?;
        }
        self.synced = self.next;
        Ok(())
    }

    /// Begins a new segment for the block at hand when the last one is full.
    fn roll_if_full(&mut self) -> Result<(), Error> {
        let is_full = |it: &Segment<D::File>| it.offset >= self.options.segment_bytes;
        if self.last.as_ref().is_some_and(|it| !is_full(it)) {
            return Ok(());
        }
        let old = self.last.take();
        let rolled = self.roll(old.as_ref(), self.buffer.first);
        if rolled.is_err() {
            self.last = old;
        }
        rolled
    }

    /// Begins the segment of `first`; the old one is durable before.
    fn roll(&mut self, old: Option<&Segment<D::File>>, first: u64) -> Result<(), Error> {
        if let Some(old) = old {
            old.file.sync().map_err(Failure::of(Attempt::Sync, &old.path))?;
        }
        // What a snapshot skips is missing between them.
        let before = old.filter(|it| it.next == first).map_or(0, |it| it.sum);
        let segment = self.begin_segment(first, before)?;
        self.firsts.push(first);
        self.last = Some(segment);
        Ok(())
    }

    fn begin_segment(&self, first: u64, before: u32) -> Result<Segment<D::File>, Error> {
        let owner = Owner { partition: self.options.partition, first };
        let path = path(&self.dir, first);
        let bytes = preamble(owner, before);
        let file = self.disk.create(&path).map_err(Failure::of(Attempt::Create, &path))?;
        if let Err(error) = file.write_at(&bytes, 0) {
            // Best effort: creating it again empties it.
            let _ = self.disk.remove(&path);
            return Err(Failure::of(Attempt::Write, &path)(error).into());
        }
        file.sync().map_err(Failure::of(Attempt::Sync, &path))?;
        self.disk.sync_dir(&self.dir).map_err(Failure::of(Attempt::Sync, &self.dir))?;
        let offset = bytes.len() as u64;
        Ok(Segment { file, path, owner, offset, next: first, before, sum: 0 })
    }

    /// Removes the segments whose records all lie below `position`, never the last one; returns
    /// how many.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn drop_before(&mut self, position: u64) -> Result<usize, Error> {
        let ends = self.firsts.iter().skip(1);
        let count = ends.take_while(|&&next_first| next_first <= position).count();
        // The oldest first: a crash in between leaves no hole.
        for _ in 0..count {
            let path = path(&self.dir, self.firsts[0]);
            match self.disk.remove(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::of(Attempt::Remove, &path)(error).into());
                }
                Ok(()) | Err(_) => {}
            }
            self.firsts.remove(0);
        }
        if count > 0 {
            self.disk.sync_dir(&self.dir).map_err(Failure::of(Attempt::Sync, &self.dir))?;
        }
        Ok(count)
    }

    pub(super) fn disk(&self) -> &D {
        &self.disk
    }

    /// Where the segments are.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }
}
