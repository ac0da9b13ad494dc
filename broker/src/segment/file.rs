//! One segment file: its name, its header, and its blocks read one by one.

use std::path::{Path, PathBuf};

use super::Error;
use super::block::{HEADER_BYTES, Header};
use crate::io::preamble::{FIXED_BYTES, Kind, Refusal};
use crate::io::{Attempt, Disk, Failure, File};

/// The newest format version of segment files.
pub const FORMAT_VERSION: u32 = 1;

const KIND: Kind = Kind { magic: *b"BTNSEGMT", version: FORMAT_VERSION };
const DIGITS: usize = 20;
const SUFFIX: &str = ".seg";

value::wire_struct! {
    /// What a segment file says about itself.
    struct SegmentHeader {
        1 => partition: u32,
        2 => first: u64,
        /// The sum of the segment after which it was begun; 0 if there was none, or if an older
        /// version began it.
        3 => before: u32,
    }
}

/// Whose records a segment holds, and from which position on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) partition: u32,
    pub(super) first: u64,
}

/// The file of the segment that begins with `first`.
pub(super) fn path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}{SUFFIX}"))
}

/// The first positions of all segments, ascending.
pub(super) fn list<D: Disk>(disk: &D, dir: &Path) -> Result<Vec<u64>, Error> {
    let names = disk.list(dir).map_err(Failure::of(Attempt::Read, dir))?;
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| first_position(name)).collect();
    firsts.sort_unstable();
    Ok(firsts)
}

fn first_position(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SUFFIX)?;
    let is_ours = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_ours.then(|| digits.parse().ok()).flatten()
}

/// The bytes a segment begins with, after one with the sum `before`.
pub(super) fn preamble(owner: Owner, before: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let Owner { partition, first } = owner;
    KIND.put(&SegmentHeader { partition, first, before }, &mut bytes);
    bytes
}

/// A segment file with the place of its next block.
#[derive(Debug)]
pub(super) struct Segment<F> {
    pub(super) file: F,
    pub(super) path: PathBuf,
    pub(super) owner: Owner,
    /// Where the next block begins.
    pub(super) offset: u64,
    /// The position its first record must have.
    pub(super) next: u64,
    /// The sum of the segment before it; 0 if that is not known.
    pub(super) before: u32,
    /// A checksum of the blocks before that place.
    pub(super) sum: u32,
}

/// What stands at a segment's offset.
#[derive(Debug)]
pub(super) enum Found {
    /// The file ends before or inside a block.
    End,
    /// A block with a sound header and all of its bytes.
    Block(Header),
    /// Something else.
    Bad(&'static str),
}

/// What became of opening a segment.
#[derive(Debug)]
pub(super) enum Opened<F> {
    /// Its header is sound.
    Segment(Segment<F>),
    /// The file ends inside its header, at this length.
    Short(u64),
    /// It is gone.
    Missing,
}

impl<F: File> Segment<F> {
    /// Opens a segment and reads its header; `is_writable` opens it for writing too.
    pub(super) fn open<D: Disk<File = F>>(
        disk: &D,
        dir: &Path,
        owner: Owner,
        is_writable: bool,
    ) -> Result<Opened<F>, Error> {
        let path = path(dir, owner.first);
        let file = if is_writable { disk.open(&path) } else { disk.open_read(&path) };
        let file = match file {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Opened::Missing);
            }
            Err(error) => return Err(Failure::of(Attempt::Open, &path)(error).into()),
        };
        match read_header(&file, &path)? {
            Ok((header, offset))
                if (header.partition, header.first) == (owner.partition, owner.first) =>
            {
                let (next, before) = (owner.first, header.before);
                Ok(Opened::Segment(Self { file, path, owner, offset, next, before, sum: 0 }))
            }
            Ok((header, _)) => {
                let reason = format!(
                    "it should begin with record {} of partition {}, but begins with record {} \
                     of partition {}",
                    owner.first, owner.partition, header.first, header.partition
                );
                Err(Error::damaged(&path, FIXED_BYTES as u64, reason))
            }
            Err(Refusal::Short { found }) => Ok(Opened::Short(found as u64)),
            Err(refusal) => Err(Error::refused(&path, refusal)),
        }
    }

    /// Looks at what stands at the offset.
    pub(super) fn peek(&self) -> Result<Found, Error> {
        let length = self.length()?;
        if length < self.offset + HEADER_BYTES as u64 {
            return Ok(Found::End);
        }
        let mut bytes = [0; HEADER_BYTES];
        if self.read(&mut bytes, self.offset)? < HEADER_BYTES {
            return Ok(Found::End);
        }
        match Header::parse(&bytes, self.owner) {
            Err(reason) => Ok(Found::Bad(reason)),
            Ok(header) if header.first != self.next => {
                Ok(Found::Bad("a block begins with another record than the one expected"))
            }
            Ok(header) if length < self.offset + header.whole_bytes() => Ok(Found::End),
            Ok(header) => Ok(Found::Block(header)),
        }
    }

    /// Reads the payload of the block at the offset, as it stands there.
    pub(super) fn payload(&self, header: &Header) -> Result<Vec<u8>, Error> {
        let mut payload = vec![0; header.packed_bytes as usize];
        let read = self.read(&mut payload, self.offset + HEADER_BYTES as u64)?;
        payload.truncate(read);
        Ok(payload)
    }

    /// Reads header and payload of the block at the offset, as they stand there.
    pub(super) fn block(&self, header: &Header) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; HEADER_BYTES + header.packed_bytes as usize];
        let read = self.read(&mut bytes, self.offset)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Moves behind the block at the offset.
    pub(super) fn pass(&mut self, header: &Header) {
        self.offset += header.whole_bytes();
        self.next = header.next();
        // 0 says that it is not known.
        self.sum = header.after(self.sum).max(1);
    }

    /// Checks that `next`, which goes on behind all of this one, was begun after this one: both are
    /// sound in themselves when one of them is another node's.
    pub(super) fn check_chain(&self, next: &Self) -> Result<(), Error> {
        let name = next.path.file_name().unwrap_or_default().display();
        let begins = if next.owner.first < self.next {
            format!("begins with record {}, which is in this one", next.owner.first)
        } else if next.before != 0 && next.before != self.sum {
            "was begun after another file than this one".to_owned()
        } else {
            return Ok(());
        };
        let reason = format!("'{name}' {begins}: one of them is of another node, or an older copy");
        Err(Error::damaged(&self.path, self.offset, reason))
    }

    /// The file's length in bytes.
    pub(super) fn length(&self) -> Result<u64, Error> {
        Ok(self.file.len().map_err(Failure::of(Attempt::Read, &self.path))?)
    }

    fn read(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Error> {
        Ok(self.file.read_at(buffer, offset).map_err(Failure::of(Attempt::Read, &self.path))?)
    }
}

type HeaderAt = Result<(SegmentHeader, u64), Refusal>;

fn read_header<F: File>(file: &F, path: &Path) -> Result<HeaderAt, Error> {
    let read = |length: usize| -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; length];
        let read = file.read_at(&mut bytes, 0).map_err(Failure::of(Attempt::Read, path))?;
        bytes.truncate(read);
        Ok(bytes)
    };
    let length = match KIND.header_length(&read(FIXED_BYTES)?) {
        Ok(length) => length,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let header = KIND.take::<SegmentHeader>(&read(FIXED_BYTES + length)?);
    Ok(header.map(|(header, end)| (header, end as u64)))
}
