//! Copies of segments: up to a record, every block checked on the way.

use std::path::Path;

use value::wire;

use super::block::{Builder, HEADER_BYTES, Header};
use super::file::{Found, Opened, Owner, Segment, list, path, preamble};
use super::{Error, FIRST_POSITION};
use crate::io::{Attempt, Disk, Failure, File};

/// Told how many bytes were done since the last call; an error ends the work.
pub type Watch<'a> = &'a mut dyn FnMut(u64) -> Result<(), Error>;

/// Copies the records up to `last` from one folder to another, which is empty, while the first is
/// written. Returns the names of the files, which are durable when this returns.
///
/// # Errors
/// [`Error::Damaged`] names what is rotten in the source, [`Error::Missing`] says that records are
/// missing at its end; [`Error::Newer`], [`Error::Disk`], and what `watch` returns.
pub fn copy<D: Disk>(
    disk: &D,
    (from, to): (&Path, &Path),
    partition: u32,
    last: u64,
    watch: Watch<'_>,
) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    disk.create_dir_all(to).map_err(Failure::of(Attempt::Create, to))?;
    walk(disk, from, partition, last, &mut |segment, blocks| {
        let target = path(to, segment.owner.first);
        let mut bytes = preamble(segment.owner, segment.before);
        let file = disk.create(&target).map_err(Failure::of(Attempt::Create, &target))?;
        let mut offset = 0;
        loop {
            file.write_at(&bytes, offset).map_err(Failure::of(Attempt::Write, &target))?;
            offset += bytes.len() as u64;
            watch(bytes.len() as u64)?;
            match blocks.next(segment)? {
                Some(block) => bytes = block.up_to(last, segment)?,
                None => break,
            }
        }
        file.sync().map_err(Failure::of(Attempt::Sync, &target))?;
        names.extend(target.file_name().map(|it| it.to_string_lossy().into_owned()));
        Ok(())
    })?;
    disk.sync_dir(to).map_err(Failure::of(Attempt::Sync, to))?;
    Ok(names)
}

/// Checks that the records up to `last` are in a folder, and none after it: every block is read.
///
/// # Errors
/// As [`copy`].
pub fn check<D: Disk>(
    disk: &D,
    dir: &Path,
    partition: u32,
    last: u64,
    watch: Watch<'_>,
) -> Result<(), Error> {
    walk(disk, dir, partition, last, &mut |segment, blocks| {
        while let Some(block) = blocks.next(segment)? {
            watch(block.bytes.len() as u64)?;
            let beyond = block.header.next() > last.saturating_add(1);
            let raw = block.raw(segment)?;
            let records = records(&raw);
            if beyond || records.is_none_or(|it| it.len() != block.header.count as usize) {
                let reason = "a block holds other records than its header says";
                return Err(Error::damaged(&segment.path, block.offset, reason));
            }
        }
        let (length, end) = (segment.length()?, segment.offset);
        if length > end {
            let reason = "there are bytes after the last record";
            return Err(Error::damaged(&segment.path, end, reason));
        }
        Ok(())
    })
}

/// The blocks of one segment up to a record.
struct Blocks {
    last: u64,
}

/// A block as it stands in its file.
struct Block {
    header: Header,
    /// Header and payload.
    bytes: Vec<u8>,
    offset: u64,
}

impl Blocks {
    /// Reads the next block and passes it; `None` behind the last record that is wanted.
    fn next<F: File>(&mut self, segment: &mut Segment<F>) -> Result<Option<Block>, Error> {
        if segment.next > self.last {
            return Ok(None);
        }
        let header = match segment.peek()? {
            Found::Block(header) => header,
            Found::Bad(reason) => {
                return Err(Error::damaged(&segment.path, segment.offset, reason));
            }
            Found::End if segment.length()? > segment.offset => {
                let reason = "the file ends inside a block";
                return Err(Error::damaged(&segment.path, segment.offset, reason));
            }
            Found::End => return Ok(None),
        };
        let (offset, bytes) = (segment.offset, segment.block(&header)?);
        let payload = bytes.get(HEADER_BYTES..).unwrap_or_default();
        header.check(payload).map_err(|it| Error::damaged(&segment.path, offset, it))?;
        segment.pass(&header);
        Ok(Some(Block { header, bytes, offset }))
    }
}

impl Block {
    /// The records, unpacked.
    fn raw<F>(&self, segment: &Segment<F>) -> Result<Vec<u8>, Error> {
        let payload = self.bytes.get(HEADER_BYTES..).unwrap_or_default().to_vec();
        self.header
            .unpack(payload)
            .map_err(|reason| Error::damaged(&segment.path, self.offset, reason))
    }

    /// The block with no record after `last`.
    fn up_to<F>(self, last: u64, segment: &Segment<F>) -> Result<Vec<u8>, Error> {
        if self.header.next() <= last.saturating_add(1) {
            return Ok(self.bytes);
        }
        let raw = self.raw(segment)?;
        let Some(records) = records(&raw) else {
            let reason = "a record of the block is malformed";
            return Err(Error::damaged(&segment.path, self.offset, reason));
        };
        let mut kept = Builder::default();
        for (position, record) in (self.header.first..=last).zip(records) {
            kept.push(position, record);
        }
        Ok(kept.pack(self.header.version, segment.owner).1)
    }
}

fn records(raw: &[u8]) -> Option<Vec<&[u8]>> {
    let mut input = wire::Reader::new(raw);
    let mut records = Vec::new();
    while !input.is_empty() {
        records.push(input.slice().ok()?);
    }
    Some(records)
}

type Each<'a, F> = &'a mut dyn FnMut(&mut Segment<F>, &mut Blocks) -> Result<(), Error>;

/// Shows every segment that holds records up to `last`, and checks that they reach so far.
fn walk<D: Disk>(
    disk: &D,
    dir: &Path,
    partition: u32,
    last: u64,
    each: Each<'_, D::File>,
) -> Result<(), Error> {
    let firsts = list(disk, dir)?;
    let mut next = firsts.first().copied().unwrap_or(FIRST_POSITION);
    let mut before: Option<Segment<D::File>> = None;
    for &first in firsts.iter().filter(|first| **first <= last) {
        let owner = Owner { partition, first };
        let mut segment = match Segment::open(disk, dir, owner, false)? {
            Opened::Segment(segment) => segment,
            Opened::Short(length) => {
                let reason = "the file ends inside its header";
                return Err(Error::damaged(&path(dir, first), length, reason));
            }
            // Retention removed it: the oldest go first.
            Opened::Missing => continue,
        };
        if let Some(before) = before.filter(|it| it.next >= first) {
            before.check_chain(&segment)?;
        }
        each(&mut segment, &mut Blocks { last })?;
        next = segment.next;
        before = Some(segment);
    }
    if next > last {
        return Ok(());
    }
    let (path, offset) = before.map_or((dir.to_owned(), None), |it| (it.path, Some(it.offset)));
    Err(Error::Missing { path, offset, from: next, to: last + 1 })
}
