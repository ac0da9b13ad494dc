//! Writing a checkpoint file.

use std::path::{Path, PathBuf};

use value::wire::put_varint;

use super::super::Error;
use super::{BLOCK_BYTES, END_LENGTH, Header, KIND, block_checksum, check_sizes};
use crate::io::preamble::checksum;
use crate::io::{Attempt, Disk, Failure, File};

/// Writes rows to a file under a temporary name; [`DeltaWriter::finish`] makes them durable.
#[derive(Debug)]
pub(in crate::checkpoint) struct DeltaWriter<F> {
    file: F,
    path: PathBuf,
    header: Header,
    offset: u64,
    payload: Vec<u8>,
    payload_rows: u32,
    blocks: u64,
    rows: u64,
    whole: crc32fast::Hasher,
}

impl<F: File> DeltaWriter<F> {
    /// Creates the file and writes its header.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub(in crate::checkpoint) fn create<D: Disk<File = F>>(
        disk: &D,
        path: &Path,
        header: Header,
    ) -> Result<Self, Error> {
        let file = disk.create(path).map_err(Failure::of(Attempt::Create, path))?;
        let mut preamble = Vec::new();
        KIND.put(&header, &mut preamble);
        let mut writer = Self {
            file,
            path: path.to_owned(),
            header,
            offset: 0,
            payload: Vec::with_capacity(BLOCK_BYTES),
            payload_rows: 0,
            blocks: 0,
            rows: 0,
            whole: crc32fast::Hasher::new(),
        };
        writer.write(&preamble)?;
        Ok(writer)
    }

    /// Appends a row; no value means that the row was deleted.
    ///
    /// # Errors
    /// [`Error::RowTooLarge`], [`Error::Disk`].
    pub(in crate::checkpoint) fn put(
        &mut self,
        key: &[u8],
        value: Option<(u32, &[u8])>,
    ) -> Result<(), Error> {
        check_sizes(key, value.map(|(_, bytes)| bytes))?;
        put_varint(key.len() as u64, &mut self.payload);
        self.payload.extend_from_slice(key);
        match value {
            None => put_varint(0, &mut self.payload),
            Some((version, bytes)) => {
                put_varint(u64::from(version) + 1, &mut self.payload);
                put_varint(bytes.len() as u64, &mut self.payload);
                self.payload.extend_from_slice(bytes);
            }
        }
        self.payload_rows += 1;
        if self.payload.len() >= BLOCK_BYTES { self.close_block() } else { Ok(()) }
    }

    /// Writes the end and makes the file durable under the name it has.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub(in crate::checkpoint) fn finish(mut self) -> Result<(), Error> {
        if self.payload_rows > 0 {
            self.close_block()?;
        }
        let mut end = Vec::new();
        end.extend_from_slice(&self.rows.to_le_bytes());
        end.extend_from_slice(&self.offset.to_le_bytes());
        end.extend_from_slice(&self.whole.clone().finalize().to_le_bytes());
        self.write_block(END_LENGTH, 0, &end)?;
        self.file.sync().map_err(Failure::of(Attempt::Sync, &self.path))?;
        Ok(())
    }

    fn close_block(&mut self) -> Result<(), Error> {
        let payload = std::mem::take(&mut self.payload);
        // The size checks keep a payload far below this.
        let length = u32::try_from(payload.len()).unwrap_or(END_LENGTH);
        self.write_block(length, self.payload_rows, &payload)?;
        self.rows += u64::from(self.payload_rows);
        self.payload = payload;
        self.payload.clear();
        self.payload_rows = 0;
        Ok(())
    }

    fn write_block(&mut self, length: u32, rows: u32, payload: &[u8]) -> Result<(), Error> {
        let mut header = Vec::with_capacity(super::BLOCK_HEADER_BYTES);
        header.extend_from_slice(&length.to_le_bytes());
        header.extend_from_slice(&rows.to_le_bytes());
        header.extend_from_slice(&checksum(&[payload]).to_le_bytes());
        let own = block_checksum(&self.header, self.blocks, &header);
        header.extend_from_slice(&own.to_le_bytes());
        self.write(&header)?;
        self.write(payload)?;
        self.blocks += 1;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_at(bytes, self.offset).map_err(Failure::of(Attempt::Write, &self.path))?;
        self.whole.update(bytes);
        self.offset += bytes.len() as u64;
        Ok(())
    }
}
