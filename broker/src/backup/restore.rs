//! A data folder out of a backup: the same state, in a cluster of its own.

use std::path::{Path, PathBuf};

use engine::Engine;
use openraft::EntryPayload;
use record::{Command, CommandBody, EntryBody, Seen, SkipKeys};
use value::wire::Message as _;

use super::manifest::{FilePart, Manifest, PartitionPart, partition_dir};
use super::verify::{restore_engine, sum, verify};
use super::{Error, Progress, folder};
use crate::checkpoint::{self, delta_path};
use crate::folder::{Identity, Restoring};
use crate::io::{Attempt, Disk, Failure, RealDisk, sync_parent};
use crate::node::new_cluster_id;
use crate::partition::marker::Marker;
use crate::platform::{Platform as _, Real};
use crate::raft::log_store;
use crate::raft::types::{Entry, LeaderId, LogId, Payload};

/// Keys that a restored partition leaves out: the old node may have handed them out after the
/// backup was made, and workers and other systems may still hold them. 2 000 restores fit into
/// the keys of a partition, each of which leaves out what a million keys per second fill in 12
/// days.
const KEYS_SKIPPED: u64 = 1 << 40;

/// What must stay free beside what is restored.
const FREE_BYTES_MIN: u64 = 16 << 20;

/// A restored data folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Restored {
    /// What it was restored from.
    pub manifest: Manifest,
    /// The new cluster.
    pub cluster_id: String,
}

/// Verifies a backup and restores it into a data folder that is empty or not there.
///
/// The state is the one of the backup. The cluster is a new one with an id of its own, because the
/// old one may still be there; and the log begins with an entry that leaves out keys.
///
/// # Errors
/// As [`verify`]; [`Error::Data`] if the folder is not empty, [`Error::NoSpace`], [`Error::Disk`].
pub fn restore(
    backups: &Path,
    id: u64,
    data: &Path,
    progress: Progress<'_>,
) -> Result<Restored, Error> {
    let manifest = folder::complete(backups, id)?;
    let bytes = manifest.bytes();
    check_space(data, bytes)?;
    let restoring = Restoring::begin(data)?;
    let total = bytes * 3;
    match fill(backups, id, data, &mut |done, _| progress(done, total)) {
        Ok(manifest) => finish(restoring, manifest),
        Err(error) => {
            restoring.abandon(error.leaves_disk_in_doubt());
            Err(error)
        }
    }
}

/// Puts everything in its place but the identity.
fn fill(backups: &Path, id: u64, data: &Path, progress: Progress<'_>) -> Result<Manifest, Error> {
    let manifest = verify(backups, id, progress)?;
    let source = folder::dir(backups, id);
    for part in &manifest.partitions {
        let from = partition_dir(&source, part.partition);
        let to = partition_dir(data, part.partition);
        restore_partition((&from, &to), &manifest, part, &mut |done| progress(done, 0))?;
    }
    Ok(manifest)
}

fn finish(restoring: Restoring, manifest: Manifest) -> Result<Restored, Error> {
    let identity = Identity {
        cluster_id: new_cluster_id(&Real::default()).into(),
        node_id: manifest.node_id,
        logic: manifest.logic,
        partitions: manifest.partitions.iter().map(|it| it.partition).collect(),
    };
    let cluster_id = identity.cluster_id.to_string();
    restoring.finish(&identity)?;
    Ok(Restored { manifest, cluster_id })
}

fn check_space(data: &Path, bytes: u64) -> Result<(), Error> {
    let (free, needed, kept) = (folder::free_bytes(data)?, bytes, FREE_BYTES_MIN);
    if free >= needed.saturating_add(kept) {
        return Ok(());
    }
    Err(Error::NoSpace { folder: data.to_owned(), free, needed, kept })
}

fn restore_partition(
    (from, to): (&Path, &Path),
    manifest: &Manifest,
    part: &PartitionPart,
    done: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let checkpoints = to.join("checkpoints");
    let records = to.join("records");
    for dir in [&checkpoints, &records] {
        RealDisk.create_dir_all(dir).map_err(Failure::of(Attempt::Create, dir))?;
    }
    for file in &part.files {
        let target = match file.path.strip_prefix("records/") {
            Some(name) => records.join(name),
            None => checkpoints.join(&*file.path),
        };
        copy(&from.join(&*file.path), target, file, done)?;
    }
    for dir in [&checkpoints, &records] {
        RealDisk.sync_dir(dir).map_err(Failure::of(Attempt::Sync, dir))?;
    }
    let engine = restore_engine(&checkpoints, part)?;
    begin_log(&checkpoints, &to.join("log"), manifest, part, &engine)
}

/// Copies a file, durably, and checks the copy.
fn copy(from: &Path, to: PathBuf, file: &FilePart, done: &mut dyn FnMut(u64)) -> Result<(), Error> {
    std::fs::copy(from, &to).map_err(Failure::of(Attempt::Write, &to))?;
    let handle = std::fs::File::open(&to).map_err(Failure::of(Attempt::Open, &to))?;
    handle.sync_all().map_err(Failure::of(Attempt::Sync, &to))?;
    sync_parent(&RealDisk, &to)?;
    let (bytes, found) = sum(&RealDisk, &to, done)?;
    if (bytes, found) == (file.bytes, file.checksum) {
        return Ok(());
    }
    let expected = format!("{} bytes with checksum {:08x}", file.bytes, file.checksum);
    let found = format!("{bytes} bytes with checksum {found:08x}");
    Err(Error::File { path: to, offset: 0, expected, found })
}

/// Begins the log where the checkpoint ends, in a term of its own, with the entry that leaves out
/// keys.
fn begin_log(
    checkpoints: &Path,
    log: &Path,
    manifest: &Manifest,
    part: &PartitionPart,
    engine: &Engine,
) -> Result<(), Error> {
    let path = delta_path(checkpoints, part.index);
    let read =
        checkpoint::read_full(&RealDisk, &path, (part.partition, part.index), &mut |_| Ok(()))?;
    let unreadable = |reason: String| Error::Rows { partition: part.partition, reason };
    let marker = Marker::from_bytes(&read.meta).map_err(|error| unreadable(error.to_string()))?;
    let Some(applied) = marker.applied() else {
        return Err(unreadable("its place in the log is missing".to_owned()));
    };
    let (node, term) = (u64::from(manifest.node_id), applied.committed_leader_id().term + 1);
    let command = Command {
        body: CommandBody::SkipKeys(SkipKeys { count: KEYS_SKIPPED }),
        ..Command::default()
    };
    let body = EntryBody {
        now: engine.now(),
        seed: Real::default().random(),
        logic: engine.logic(),
        seen: Seen { index: engine.applied_index(), hash: engine.output_hash() },
        command,
        units_max: 0,
    };
    let first = Entry {
        log_id: LogId::new(LeaderId { term, node_id: node }, applied.index + 1),
        payload: EntryPayload::Normal(Payload(body.to_bytes().into())),
    };
    log_store::begin_after(log, applied, first)?;
    Ok(())
}
