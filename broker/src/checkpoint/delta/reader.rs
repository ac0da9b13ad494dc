//! Reading a checkpoint file, block by block, believing nothing.

use std::path::{Path, PathBuf};

use value::wire;

use super::super::{Error, Row, Value};
use super::{
    BLOCK_HEADER_BYTES, END_LENGTH, END_PAYLOAD_BYTES, Header, KIND, PAYLOAD_BYTES_MAX,
    block_checksum, malformed,
};
use crate::io::preamble::{FIXED_BYTES, checksum, u32_at, u64_at};
use crate::io::{Attempt, Disk, Failure, File};

/// Reads a checkpoint file.
#[derive(Debug)]
pub(in crate::checkpoint) struct DeltaReader<F> {
    file: F,
    path: PathBuf,
    header: Header,
    length: u64,
    offset: u64,
    blocks: u64,
    rows: u64,
    whole: crc32fast::Hasher,
    is_done: bool,
}

impl<F: File> DeltaReader<F> {
    /// Opens the file and reads its header.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::Incomplete`], [`Error::Damaged`], [`Error::Newer`].
    pub(in crate::checkpoint) fn open<D: Disk<File = F>>(
        disk: &D,
        path: &Path,
    ) -> Result<Self, Error> {
        let file = disk.open_read(path).map_err(Failure::of(Attempt::Open, path))?;
        let length = file.len().map_err(Failure::of(Attempt::Read, path))?;
        let mut bytes = vec![0; FIXED_BYTES];
        let read = file.read_at(&mut bytes, 0).map_err(Failure::of(Attempt::Read, path))?;
        bytes.truncate(read);
        let header_length = KIND.header_length(&bytes).map_err(|it| Error::refused(path, it))?;
        bytes.resize(FIXED_BYTES + header_length, 0);
        let read = file.read_at(&mut bytes, 0).map_err(Failure::of(Attempt::Read, path))?;
        bytes.truncate(read);
        let (header, end) =
            KIND.take::<Header>(&bytes).map_err(|refusal| Error::refused(path, refusal))?;
        let mut whole = crc32fast::Hasher::new();
        whole.update(&bytes);
        let path = path.to_owned();
        let offset = end as u64;
        Ok(Self { file, path, header, length, offset, blocks: 0, rows: 0, whole, is_done: false })
    }

    /// What the file says about itself.
    pub(in crate::checkpoint) fn header(&self) -> &Header {
        &self.header
    }

    /// Checks the whole file and forgets the rows.
    ///
    /// # Errors
    /// As [`DeltaReader::next_block`].
    pub(in crate::checkpoint) fn verify(mut self) -> Result<Header, Error> {
        let mut rows = Vec::new();
        while self.next_block(&mut rows)? {}
        Ok(self.header)
    }

    /// Replaces `rows` by those of the next block; `false` at the end of a file that is whole.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::Incomplete`], [`Error::Damaged`].
    pub(in crate::checkpoint) fn next_block(&mut self, rows: &mut Vec<Row>) -> Result<bool, Error> {
        rows.clear();
        if self.is_done {
            return Ok(false);
        }
        let start = self.offset;
        let mut fields = [0; BLOCK_HEADER_BYTES];
        self.read(&mut fields, start)?;
        let [length, count, sum, own] = [0, 4, 8, 12].map(|at| u32_at(&fields, at).unwrap_or(0));
        if own != block_checksum(&self.header, self.blocks, &fields[..12]) {
            return Err(self.damaged(start, "a block header's checksum differs"));
        }
        let is_end = length == END_LENGTH;
        let length = if is_end { END_PAYLOAD_BYTES } else { length as usize };
        if length > PAYLOAD_BYTES_MAX {
            return Err(self.damaged(start, "a block is impossibly long"));
        }
        let body = start + BLOCK_HEADER_BYTES as u64;
        if body + length as u64 > self.length {
            return Err(self.incomplete());
        }
        let mut payload = vec![0; length];
        self.read(&mut payload, body)?;
        if sum != checksum(&[&payload]) {
            return Err(self.damaged(body, "a block's checksum differs"));
        }
        self.offset = body + length as u64;
        if is_end {
            self.check_end(start, &payload)?;
            return Ok(false);
        }
        self.whole.update(&fields);
        self.whole.update(&payload);
        self.blocks += 1;
        self.rows += u64::from(count);
        parse_rows(&payload, rows).ok_or_else(|| malformed(&self.path, body))?;
        if rows.len() as u64 != u64::from(count) {
            return Err(self.damaged(start, "a block has another number of rows"));
        }
        Ok(true)
    }

    fn check_end(&mut self, start: u64, payload: &[u8]) -> Result<(), Error> {
        self.is_done = true;
        let whole = self.whole.clone().finalize();
        if u64_at(payload, 0) != Some(self.rows) || u64_at(payload, 8) != Some(start) {
            return Err(self.damaged(start, "blocks are missing or too many"));
        }
        if u32_at(payload, 16) != Some(whole) {
            return Err(self.damaged(start, "the file's checksum differs"));
        }
        if self.offset != self.length {
            return Err(self.damaged(self.offset, "there are bytes after the end"));
        }
        Ok(())
    }

    fn read(&self, buffer: &mut [u8], offset: u64) -> Result<(), Error> {
        let read =
            self.file.read_at(buffer, offset).map_err(Failure::of(Attempt::Read, &self.path))?;
        if read < buffer.len() { Err(self.incomplete()) } else { Ok(()) }
    }

    fn incomplete(&self) -> Error {
        Error::Incomplete { path: self.path.clone(), offset: self.length }
    }

    fn damaged(&self, offset: u64, reason: &str) -> Error {
        Error::damaged(&self.path, offset, reason)
    }
}

fn parse_rows(payload: &[u8], rows: &mut Vec<Row>) -> Option<()> {
    let mut input = wire::Reader::new(payload);
    while !input.is_empty() {
        let key = input.slice().ok()?.to_vec();
        let value = match input.varint().ok()? {
            0 => None,
            version => Some(Value {
                version: u32::try_from(version - 1).ok()?,
                bytes: input.slice().ok()?.to_vec(),
            }),
        };
        rows.push(Row { key, value });
    }
    Some(())
}
