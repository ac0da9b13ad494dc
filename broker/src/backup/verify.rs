//! Reading all of a backup, and comparing it with what it was when it was made.

use std::path::Path;

use engine::{Engine, StateRow};

use super::folder;
use super::manifest::{FilePart, Manifest, PartitionPart, partition_dir};
use super::{Error, Progress};
use crate::checkpoint::{self, delta_path};
use crate::io::{Attempt, Disk, Failure, File, RealDisk};
use crate::segment;

/// How much is read at once.
const READ_BYTES: usize = 1 << 20;

/// Reads every byte of a backup.
///
/// The state is put together as a node would do it, and its hash compared with the one that the
/// node had; so this needs as much memory as the node.
///
/// # Errors
/// The first damage, with file and offset.
pub fn verify(folder: &Path, id: u64, progress: Progress<'_>) -> Result<Manifest, Error> {
    let manifest = folder::complete(folder, id)?;
    if manifest.logic > record::LOGIC {
        let (found, known) = (manifest.logic, record::LOGIC);
        return Err(Error::NewerLogic { id, found, known });
    }
    let dir = folder::dir(folder, id);
    let total = manifest.bytes() * 2;
    for part in &manifest.partitions {
        verify_partition(&dir, part, &mut |bytes| progress(bytes, total))?;
    }
    Ok(manifest)
}

fn verify_partition(
    dir: &Path,
    part: &PartitionPart,
    done: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let dir = partition_dir(dir, part.partition);
    for file in &part.files {
        check_length(&dir, file)?;
    }
    // What knows its own format tells the place of a damage; the checksums find everything else.
    let engine = restore_engine(&dir, part)?;
    done(part.files.first().map_or(0, |it| it.bytes));
    for (what, expected, found) in [
        ("the hash", part.state_hash, engine.state_hash()),
        ("the output hash", part.output_hash, engine.output_hash()),
        ("the last position", part.last_position, engine.last_position()),
    ] {
        if expected != found {
            let partition = part.partition;
            return Err(Error::State { partition, what, expected, found });
        }
    }
    segment::check(
        &RealDisk,
        &dir.join("records"),
        part.partition,
        part.last_position,
        &mut |bytes| {
            done(bytes);
            Ok(())
        },
    )?;
    for file in &part.files {
        check_sum(&dir, file, done)?;
    }
    Ok(())
}

/// Puts the state together.
pub(super) fn restore_engine(dir: &Path, part: &PartitionPart) -> Result<Engine, Error> {
    let path = delta_path(dir, part.index);
    let mut rows = Vec::new();
    checkpoint::read_full(&RealDisk, &path, (part.partition, part.index), &mut |row| {
        let value = row.value.map(|it| (it.version, it.bytes));
        let (version, value) = value.unwrap_or_default();
        rows.push(StateRow { key: row.key, version, value });
        Ok(())
    })?;
    Engine::restore(part.partition, rows)
        .map_err(|error| Error::Rows { partition: part.partition, reason: error.to_string() })
}

fn check_length(dir: &Path, file: &FilePart) -> Result<(), Error> {
    let path = dir.join(&*file.path);
    let found = match std::fs::metadata(&path) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::FileMissing { path });
        }
        Err(error) => return Err(Failure::of(Attempt::Read, &path)(error).into()),
    };
    if found == file.bytes {
        return Ok(());
    }
    let (offset, expected) = (found.min(file.bytes), format!("{} bytes", file.bytes));
    Err(Error::File { path, offset, expected, found: format!("{found} bytes") })
}

fn check_sum(dir: &Path, file: &FilePart, done: &mut dyn FnMut(u64)) -> Result<(), Error> {
    let path = dir.join(&*file.path);
    let (_, found) = sum(&RealDisk, &path, done)?;
    if found == file.checksum {
        return Ok(());
    }
    let expected = format!("checksum {:08x} of the whole file", file.checksum);
    Err(Error::File { path, offset: 0, expected, found: format!("{found:08x}") })
}

/// Length and checksum of a file.
pub(super) fn sum<D: Disk>(
    disk: &D,
    path: &Path,
    done: &mut dyn FnMut(u64),
) -> Result<(u64, u32), Error> {
    let file = disk.open_read(path).map_err(Failure::of(Attempt::Open, path))?;
    let mut hasher = crc32fast::Hasher::new();
    let (mut buffer, mut offset) = (vec![0; READ_BYTES], 0);
    loop {
        let read = file.read_at(&mut buffer, offset).map_err(Failure::of(Attempt::Read, path))?;
        hasher.update(&buffer[..read]);
        offset += read as u64;
        done(read as u64);
        if read < buffer.len() {
            return Ok((offset, hasher.finalize()));
        }
    }
}
