//! A reader: follows the segments from a position on, while they are written.

use std::path::{Path, PathBuf};

use value::wire;

use super::Error;
use super::file::{Found, Opened, Owner, Segment, list, path};
use crate::io::Disk;

/// A record, borrowed from its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its number.
    pub position: u64,
    /// The version of its encoding.
    pub version: u16,
    /// The encoded record.
    pub bytes: &'a [u8],
}

/// Reads records in order, without a lock and without writing anything.
#[derive(Debug)]
pub struct Reader<D: Disk> {
    disk: D,
    dir: PathBuf,
    partition: u32,
    /// The position to be read next.
    position: u64,
    segment: Option<Segment<D::File>>,
    /// The segment that was read to its end, and goes on in the next one.
    finished: Option<Segment<D::File>>,
    block: Block,
}

/// The block at hand, unpacked.
#[derive(Debug, Default)]
struct Block {
    raw: Vec<u8>,
    /// Where the next record begins.
    at: usize,
    /// Its position.
    next: u64,
    end: u64,
    version: u16,
}

/// What a step through the files led to.
enum Step {
    /// A block that holds the position is unpacked.
    Filled,
    /// Another step is needed.
    Again,
    /// The record is not written yet.
    NotYet,
}

impl<D: Disk> Reader<D> {
    /// A reader of the segments in `dir` that begins with `position`. The folder and the record
    /// may come into being later.
    pub fn open(disk: D, dir: &Path, partition: u32, position: u64) -> Self {
        let dir = dir.to_owned();
        let block = Block::default();
        Self { disk, dir, partition, position, segment: None, finished: None, block }
    }

    /// The position to be read next.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Goes on with another position.
    pub fn seek(&mut self, position: u64) {
        self.position = position;
        self.segment = None;
        self.finished = None;
        self.block = Block::default();
    }

    /// The oldest position that is still here; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn first_position(&self) -> Result<Option<u64>, Error> {
        Ok(list(&self.disk, &self.dir)?.first().copied())
    }

    /// The next record; `None` when it is not written yet (ask again later).
    ///
    /// # Errors
    /// [`Error::Gap`] when the record is no longer here: go on with [`Reader::seek`].
    /// [`Error::Damaged`], [`Error::Newer`], [`Error::Disk`]; the same call may be made again.
    #[expect(
        clippy::should_implement_trait,
        reason = "the record borrows the reader, so this cannot be an iterator"
    )]
    pub fn next(&mut self) -> Result<Option<Record<'_>>, Error> {
        let mut may_retry = true;
        while !self.block.holds(self.position) {
            match self.step() {
                Ok(Step::Filled | Step::Again) => {}
                Ok(Step::NotYet) => return Ok(None),
                // The writer may have cut and rewritten the end: look once more, from the start
                // of the segment.
                Err(Error::Damaged { .. }) if may_retry => {
                    may_retry = false;
                    self.segment = None;
                }
                Err(error) => {
                    self.segment = None;
                    return Err(error);
                }
            }
        }
        let position = self.position;
        let version = self.block.version;
        let Some((start, end)) = self.block.advance(position) else {
            let path = self.segment.as_ref().map_or(self.dir.clone(), |it| it.path.clone());
            let offset = self.segment.as_ref().map_or(0, |it| it.offset);
            self.seek(position);
            return Err(Error::damaged(&path, offset, "a record before this offset is malformed"));
        };
        self.position += 1;
        Ok(Some(Record { position, version, bytes: &self.block.raw[start..end] }))
    }

    fn step(&mut self) -> Result<Step, Error> {
        let Some(segment) = &mut self.segment else { return self.find_segment() };
        let header = match segment.peek()? {
            Found::Block(header) => header,
            Found::Bad(reason) => {
                return Err(Error::damaged(&segment.path, segment.offset, reason));
            }
            Found::End => return self.at_end(),
        };
        if header.next() > self.position {
            let damaged = |reason| Error::damaged(&segment.path, segment.offset, reason);
            let raw = header.unpack(segment.payload(&header)?).map_err(damaged)?;
            let (next, end, version) = (header.first, header.next(), header.version);
            self.block = Block { raw, at: 0, next, end, version };
            segment.pass(&header);
            return Ok(Step::Filled);
        }
        segment.pass(&header);
        Ok(Step::Again)
    }

    /// Opens the segment that holds the position.
    fn find_segment(&mut self) -> Result<Step, Error> {
        let firsts = list(&self.disk, &self.dir)?;
        let Some(&oldest) = firsts.first() else { return Ok(Step::NotYet) };
        let at = firsts.partition_point(|&first| first <= self.position);
        let Some(at) = at.checked_sub(1) else {
            return Err(Error::Gap { path: self.dir.clone(), from: self.position, to: oldest });
        };
        let owner = Owner { partition: self.partition, first: firsts[at] };
        match Segment::open(&self.disk, &self.dir, owner, false)? {
            Opened::Segment(segment) => {
                self.check_chain(&segment)?;
                self.segment = Some(segment);
                Ok(Step::Again)
            }
            // Being created, or removed just now.
            Opened::Short(_) if at + 1 == firsts.len() => Ok(Step::NotYet),
            Opened::Missing => Ok(Step::NotYet),
            Opened::Short(length) => {
                let path = path(&self.dir, owner.first);
                Err(Error::damaged(&path, length, "the file ends inside its header"))
            }
        }
    }

    /// A segment was begun after the one that was read before it; the first that is read has none.
    fn check_chain(&mut self, segment: &Segment<D::File>) -> Result<(), Error> {
        // A gap is told as one.
        let is_behind =
            |it: &Segment<D::File>| (it.owner.first + 1..=it.next).contains(&segment.owner.first);
        let Some(finished) = self.finished.take_if(|it| is_behind(it)) else { return Ok(()) };
        if finished.check_chain(segment).is_ok() {
            return Ok(());
        }
        // A writer that started again may have cut and rewritten its end since it was read.
        let Opened::Segment(mut again) =
            Segment::open(&self.disk, &self.dir, finished.owner, false)?
        else {
            return Ok(());
        };
        while let Found::Block(header) = again.peek()? {
            again.pass(&header);
        }
        let checked = again.check_chain(segment);
        self.finished = checked.is_err().then_some(again);
        checked
    }

    /// The segment has no further whole block: wait, or go on with the next segment.
    fn at_end(&mut self) -> Result<Step, Error> {
        let firsts = list(&self.disk, &self.dir)?;
        let Some(segment) = &self.segment else { return Ok(Step::Again) };
        let length = segment.length()?;
        let next_first = firsts.iter().find(|&&first| first > segment.owner.first).copied();
        let is_listed = firsts.contains(&segment.owner.first);
        let Some(next_first) = next_first else {
            if length < segment.offset || !is_listed {
                // Cut or removed by a writer that started again.
                self.segment = None;
            }
            return Ok(Step::NotYet);
        };
        // With a successor this one is final: look again, it may have grown before that.
        if let Found::Block(_) | Found::Bad(_) = segment.peek()? {
            return Ok(Step::Again);
        }
        if length > segment.offset && is_listed {
            let reason = "the file ends inside a block, but is not the last one";
            return Err(Error::damaged(&segment.path, segment.offset, reason));
        }
        let end = segment.next.max(self.position);
        let path = segment.path.clone();
        self.finished = self.segment.take();
        if next_first > end {
            return Err(Error::Gap { path, from: end, to: next_first });
        }
        Ok(Step::Again)
    }
}

impl Block {
    fn holds(&self, position: u64) -> bool {
        (self.next..self.end).contains(&position)
    }

    /// Where the record at `position` lies; moves behind it.
    fn advance(&mut self, position: u64) -> Option<(usize, usize)> {
        loop {
            let rest = self.raw.get(self.at..)?;
            let mut input = wire::Reader::new(rest);
            let length = usize::try_from(input.varint().ok()?).ok()?;
            let prefix = varint_bytes(length as u64);
            let start = self.at.checked_add(prefix)?;
            let end = start.checked_add(length).filter(|&end| end <= self.raw.len())?;
            self.at = end;
            self.next += 1;
            if self.next > position {
                return Some((start, end));
            }
        }
    }
}

/// How long a varint is.
fn varint_bytes(value: u64) -> usize {
    let bits = (64 - value.leading_zeros()).max(1);
    bits.div_ceil(7) as usize
}
