//! The manifest: what a backup is of, and every file with its length and checksum.

use std::path::{Path, PathBuf};

use record::{Millis, PartitionId};
use value::{Str, wire_struct};

use super::Error;
use crate::io::preamble::{Kind, Refusal};
use crate::io::{self as disk, RealDisk};

const MANIFEST: Kind = Kind { magic: *b"BTNBCKUP", version: 1 };

/// The name of its file.
pub(super) const NAME: &str = "manifest";

wire_struct! {
    /// What a backup holds.
    pub struct Manifest {
        /// Names it in its folder.
        1 => pub id: u64,
        /// Wall time.
        2 => pub started_at: Millis,
        /// Wall time.
        3 => pub finished_at: Millis,
        /// The cluster it was made of.
        4 => pub cluster_id: Str,
        /// The node it was made of.
        5 => pub node_id: u32,
        /// The version of the program that made it, for people.
        6 => pub made_by: Str,
        /// The logic version of the data folder.
        7 => pub logic: u32,
        /// What the node had of each partition.
        8 => pub partitions: Vec<PartitionPart>,
    }
}

wire_struct! {
    /// A partition at one log index.
    pub struct PartitionPart {
        /// The partition.
        1 => pub partition: PartitionId,
        /// The last log index whose entry is part of the state.
        2 => pub index: u64,
        /// The position of the last record.
        3 => pub last_position: u64,
        /// Log time.
        4 => pub now: Millis,
        /// The logic version in force.
        5 => pub logic: u32,
        /// The hash of all rows of the state.
        6 => pub state_hash: u64,
        /// The running hash of all outputs.
        7 => pub output_hash: u64,
        /// Rows of the state.
        8 => pub rows: u64,
        /// Process instances that have not ended.
        9 => pub instances: u64,
        /// The files, the checkpoint first.
        10 => pub files: Vec<FilePart>,
    }
}

wire_struct! {
    /// A file.
    pub struct FilePart {
        /// Its place in the folder of the partition.
        1 => pub path: Str,
        /// Its length.
        2 => pub bytes: u64,
        /// CRC-32 of all of it.
        3 => pub checksum: u32,
    }
}

impl Manifest {
    /// The bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.partitions.iter().map(PartitionPart::bytes).sum()
    }

    /// Files stand in the folder of the partition, or in its folder of records.
    fn has_safe_paths(&self) -> bool {
        let mut files = self.partitions.iter().flat_map(|it| &it.files);
        files.all(|file| {
            let name = file.path.strip_prefix("records/").unwrap_or(&file.path);
            !name.is_empty() && !name.starts_with('.') && !name.contains('/')
        })
    }

    /// Writes it, durably: from then on the backup is complete.
    pub(super) fn write(&self, dir: &Path) -> Result<(), Error> {
        let mut bytes = Vec::new();
        MANIFEST.put(self, &mut bytes);
        Ok(disk::write_atomically(&RealDisk, &dir.join(NAME), &bytes)?)
    }

    /// Reads the manifest of a backup; `None` if it has none.
    pub(super) fn read(dir: &Path) -> Result<Option<Self>, Error> {
        let path = dir.join(NAME);
        let Some(bytes) = disk::read_optional(&RealDisk, &path)? else { return Ok(None) };
        match MANIFEST.take::<Self>(&bytes) {
            Ok((manifest, end)) if end == bytes.len() && manifest.has_safe_paths() => {
                Ok(Some(manifest))
            }
            Ok((_, end)) => {
                let refusal = Refusal::Damaged {
                    offset: end as u64,
                    reason: "bytes or paths that do not belong there",
                };
                Err(Error::Manifest { path, refusal })
            }
            Err(refusal) => Err(Error::Manifest { path, refusal }),
        }
    }
}

impl PartitionPart {
    /// The bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|it| it.bytes).sum()
    }
}

/// The folder of a partition in a backup or a data folder.
pub(super) fn partition_dir(dir: &Path, partition: PartitionId) -> PathBuf {
    dir.join("partitions").join(partition.to_string())
}
