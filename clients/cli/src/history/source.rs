//! Reads record segments, also while a server writes them.

use std::fs;
use std::path::{Path, PathBuf};

use broker::io::RealDisk;
use broker::segment::{Error, FIRST_POSITION, Reader};
use record::{PartitionId, Record};
use value::wire::Message;

use crate::failure::{Exit, Failure};

/// The record segments of all partitions of a data folder.
pub(crate) struct Source {
    partitions: Vec<(PartitionId, Reader<RealDisk>)>,
}

impl Source {
    /// Reads from a position on; from the oldest record that is there if none is given.
    ///
    /// # Errors
    /// A failure when the folder holds no partition.
    pub(crate) fn open(data: &Path, from: Option<u64>) -> Result<Self, Failure> {
        let position = from.unwrap_or(FIRST_POSITION);
        let reader = |(partition, dir): (PartitionId, PathBuf)| {
            (partition, Reader::open(RealDisk, &dir, partition, position))
        };
        Ok(Self { partitions: folders(data)?.into_iter().map(reader).collect() })
    }

    /// The next record of any partition; nothing when no more is written yet.
    ///
    /// Records that retention has removed are skipped, and said to be missing on stderr.
    ///
    /// # Errors
    /// A failure that names the file at fault.
    pub(crate) fn next(&mut self) -> Result<Option<(PartitionId, Record)>, Failure> {
        for (partition, reader) in &mut self.partitions {
            if let Some(record) = next_of(*partition, reader)? {
                return Ok(Some((*partition, record)));
            }
        }
        Ok(None)
    }

    /// Reads all that is written, in order.
    ///
    /// # Errors
    /// As [`Source::next`].
    pub(crate) fn for_each(mut self, mut take: impl FnMut(&Record)) -> Result<(), Failure> {
        while let Some((_, record)) = self.next()? {
            take(&record);
        }
        Ok(())
    }
}

fn next_of(
    partition: PartitionId,
    reader: &mut Reader<RealDisk>,
) -> Result<Option<Record>, Failure> {
    loop {
        let (from, to) = match reader.next() {
            Ok(None) => return Ok(None),
            Ok(Some(found)) => {
                let position = found.position;
                let unreadable = |error| {
                    let text = format!("Record {position} of partition {partition}: {error}.");
                    Failure::new(Exit::Unexpected, text)
                        .hint("Use a newer Baton if one wrote it; else the folder is damaged.")
                };
                return Record::from_bytes(found.bytes).map(Some).map_err(unreadable);
            }
            Err(Error::Gap { from, to, .. }) if to > from => (from, to),
            Err(error) => return Err(Failure::new(Exit::Unexpected, format!("{error}."))),
        };
        eprintln!("partition {partition}: records {from} to {} are no longer here", to - 1);
        reader.seek(to);
    }
}

/// The folders of record segments by partition.
fn folders(data: &Path) -> Result<Vec<(PartitionId, PathBuf)>, Failure> {
    let shown = data.display();
    let none = |why: String| {
        Failure::new(Exit::NotFound, format!("There are no records in '{shown}': {why}."))
            .hint("Name the server's data folder with --data or BATON_DATA.")
    };
    let partitions = data.join("partitions");
    let entries = fs::read_dir(&partitions)
        .map_err(|error| none(format!("{}: {error}", partitions.display())))?;
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        if let Some(partition) = name.to_str().and_then(|name| name.parse().ok()) {
            found.push((partition, partitions.join(&name).join("records")));
        }
    }
    if found.is_empty() {
        return Err(none("it has no partition".to_owned()));
    }
    found.sort_unstable();
    Ok(found)
}
