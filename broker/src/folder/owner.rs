//! Whose partition a folder holds, so that one of another node or cluster is not taken for it.
//!
//! `<data>/partitions/<p>/owner` says it beside the log, checkpoints and records, which are moved
//! together; the data folder's identity must say the same.

use std::path::{Path, PathBuf};

use super::{Error, Identity, failed};
use crate::io::preamble::{Kind, Refusal};
use crate::io::{self as disk, Attempt, Disk};

const OWNER: Kind = Kind { magic: *b"BTNOWNER", version: 1 };
const NAME: &str = "owner";

value::wire_struct! {
    /// Whose partition this is.
    struct Owner {
        /// The cluster.
        1 => cluster_id: value::Str,
        /// The node.
        2 => node_id: u32,
        /// The partition.
        3 => partition: u32,
    }
}

impl Owner {
    fn of(identity: &Identity, partition: u32) -> Self {
        Self { cluster_id: identity.cluster_id.clone(), node_id: identity.node_id, partition }
    }
}

fn partition_dir(dir: &Path, partition: u32) -> PathBuf {
    dir.join("partitions").join(partition.to_string())
}

/// Checks that the partitions of a data folder are its own. Nothing says it in one of an older
/// version, or if the file was lost.
pub(super) fn check<D: Disk>(disk: &D, dir: &Path, identity: &Identity) -> Result<(), Error> {
    for &partition in &identity.partitions {
        let place = partition_dir(dir, partition);
        let path = place.join(NAME);
        let Some(bytes) = disk::read_optional(disk, &path).map_err(Error::Disk)? else {
            continue;
        };
        let found = read(dir, &path, &bytes)?;
        let wanted = Owner::of(identity, partition);
        if found != wanted {
            let [found, wanted] = [found, wanted].map(|it| {
                format!(
                    "partition {} of node {} in cluster {}",
                    it.partition, it.node_id, it.cluster_id
                )
            });
            return Err(Error::OtherOwner { dir: place, path, found, wanted });
        }
    }
    Ok(())
}

fn read(dir: &Path, path: &Path, bytes: &[u8]) -> Result<Owner, Error> {
    let damaged = |refusal| Error::Damaged { path: path.to_owned(), refusal };
    match OWNER.take::<Owner>(bytes) {
        Ok((owner, end)) if end == bytes.len() => Ok(owner),
        Ok((_, end)) => {
            Err(damaged(Refusal::Damaged { offset: end as u64, reason: "bytes after the end" }))
        }
        Err(Refusal::Newer { found, known }) => {
            Err(Error::NewerFormat { dir: dir.to_owned(), found, known })
        }
        Err(refusal @ (Refusal::Short { .. } | Refusal::Damaged { .. })) => Err(damaged(refusal)),
    }
}

/// Says whose a partition is where nothing does yet; durable when this returns.
pub(super) fn note_if_missing<D: Disk>(
    disk: &D,
    dir: &Path,
    identity: &Identity,
    partition: u32,
) -> Result<(), Error> {
    let path = partition_dir(dir, partition).join(NAME);
    match disk::read_optional(disk, &path).map_err(Error::Disk)? {
        Some(_) => Ok(()),
        None => note(disk, dir, identity, partition),
    }
}

/// Says whose a partition is; durable when this returns. One that is not there is nobody's.
pub(super) fn note<D: Disk>(
    disk: &D,
    dir: &Path,
    identity: &Identity,
    partition: u32,
) -> Result<(), Error> {
    let place = partition_dir(dir, partition);
    if disk.list(&place).map_err(failed(Attempt::Read, &place))?.is_empty() {
        return Ok(());
    }
    let mut bytes = Vec::new();
    OWNER.put(&Owner::of(identity, partition), &mut bytes);
    disk::write_atomically(disk, &place.join(NAME), &bytes).map_err(Error::Disk)
}

/// Takes back what is said of all partitions: they get another owner.
pub(super) fn forget<D: Disk>(disk: &D, dir: &Path, identity: &Identity) -> Result<(), Error> {
    for &partition in &identity.partitions {
        let place = partition_dir(dir, partition);
        let names = disk.list(&place).map_err(failed(Attempt::Read, &place))?;
        if names.iter().any(|it| it == NAME) {
            let path = place.join(NAME);
            disk.remove(&path).map_err(failed(Attempt::Remove, &path))?;
            disk.sync_dir(&place).map_err(failed(Attempt::Sync, &place))?;
        }
    }
    Ok(())
}
