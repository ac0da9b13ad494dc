//! The guard of a data folder: who it belongs to, what wrote it, and that nobody else writes it.
//!
//! ```text
//! <data>/identity   cluster, node, logic version; replaced atomically
//! <data>/lock       held exclusively by the writing process; its contents mean nothing
//! <data>/restoring  there until a restore is complete
//! <data>/partitions/<p>/owner  whose partition it is
//! ```
//!
//! Programs that only read record segments take no lock and read the identity with [`identify`].

mod owner;

use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::io::preamble::{Kind, Refusal};
use crate::io::{self as disk, Attempt, Disk, Failure, RealDisk};
use crate::sentence::RESTORE;

/// There until a restore is complete.
const RESTORING: &str = "restoring";

const IDENTITY: Kind = Kind { magic: *b"BTNIDENT", version: 1 };

value::wire_struct! {
    /// What a data folder says about itself.
    pub struct Identity {
        /// Random, the same for all nodes of a cluster: 32 hexadecimal digits.
        1 => pub cluster_id: value::Str,
        /// The node this folder belongs to.
        2 => pub node_id: u32,
        /// The highest logic version whose entries may be in it.
        3 => pub logic: u32,
        /// The partitions that were begun here: their logs must be here too.
        4 => pub partitions: Vec<u32>,
    }
}

/// Why a data folder was not opened. Each message says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A newer Baton wrote the folder, in a format this one does not know.
    #[error(
        "The data folder '{}' has format version {found}, which a newer Baton wrote; this one \
         knows {known}. Start it with the newer version.", dir.display()
    )]
    NewerFormat {
        /// The folder.
        dir: PathBuf,
        /// Its version.
        found: u32,
        /// The newest version known.
        known: u32,
    },
    /// The folder holds entries of a logic version this Baton cannot apply.
    #[error(
        "The data folder '{}' has logic version {found}, which a newer Baton wrote; this one \
         knows {known}. Start it with the newer version.", dir.display()
    )]
    NewerLogic {
        /// The folder.
        dir: PathBuf,
        /// Its logic version.
        found: u32,
        /// The newest logic version known.
        known: u32,
    },
    /// The folder belongs to another node.
    #[error(
        "The data folder '{}' belongs to node {found}, not to node {wanted}. Start it with \
         node id {found}, or give node {wanted} a folder of its own.", dir.display()
    )]
    OtherNode {
        /// The folder.
        dir: PathBuf,
        /// Whose it is.
        found: u32,
        /// Who asked.
        wanted: u32,
    },
    /// A partition in the folder is another's.
    #[error(
        "The folder '{}' holds {found}, as its file '{}' says, but the data folder is of {wanted}. \
         {restore} Or put the files of each node where they belong.",
        dir.display(), path.display(), restore = RESTORE
    )]
    OtherOwner {
        /// The folder of the partition.
        dir: PathBuf,
        /// What says whose it is.
        path: PathBuf,
        /// Whose it is.
        found: String,
        /// Whose the data folder is.
        wanted: String,
    },
    /// Another process writes it.
    #[error(
        "The data folder '{}' is already open for writing in another process. Stop that process, \
         or choose another folder.", dir.display()
    )]
    InUse {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder has contents of ours but no identity.
    #[error(
        "The data folder '{}' has lost its file 'identity' but holds '{found}'. {restore} Or put the \
         file back, if a copy of this folder has it.", dir.display(), restore = RESTORE
    )]
    NoIdentity {
        /// The folder.
        dir: PathBuf,
        /// Something that is in it.
        found: String,
    },
    /// A restore into it was not finished.
    #[error(
        "A restore into the data folder '{}' was not finished. Empty the folder and restore again.",
        dir.display()
    )]
    HalfRestored {
        /// The folder.
        dir: PathBuf,
    },
    /// It is not empty, so nothing is restored into it.
    #[error(
        "The data folder '{}' is not empty: it holds '{found}'. Restore into an empty folder, or \
         move this one away.", dir.display()
    )]
    NotEmpty {
        /// The folder.
        dir: PathBuf,
        /// Something that is in it.
        found: String,
    },
    /// The identity is damaged.
    #[error(
        "The file '{}' is damaged: {refusal}. {restore} Or put the file back, if a copy of this \
         folder has it.", path.display(), restore = RESTORE
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        refusal: Refusal,
    },
    /// The disk refused.
    #[error(
        "The data folder cannot be used: could not {0}: {cause}. {way_out}",
        cause = .0.source, way_out = .0.way_out()
    )]
    Disk(#[source] Failure),
}

/// A data folder open for writing; the lock is released when it is dropped.
#[derive(Debug)]
pub struct Folder<D: Disk = RealDisk> {
    disk: D,
    dir: PathBuf,
    identity: Identity,
    _lock: D::Lock,
}

impl<D: Disk> Folder<D> {
    /// Opens the folder for writing as node `node_id`, or makes a new one of that node.
    ///
    /// The end of `logic` is the newest logic version this program can apply. A new folder begins
    /// with its start, and with a new `cluster_id`; an existing one keeps its version until
    /// [`Folder::raise_logic`].
    ///
    /// # Errors
    /// Each [`Error`] names the value at fault and the way out.
    pub fn open(
        disk: D,
        dir: &Path,
        node_id: u32,
        logic: RangeInclusive<u32>,
        cluster_id: impl FnOnce() -> String,
    ) -> Result<Self, Error> {
        disk.create_dir_all(dir).map_err(failed(Attempt::Create, dir))?;
        let lock = lock(&disk, dir)?;
        let names = disk.list(dir).map_err(failed(Attempt::Read, dir))?;
        if names.iter().any(|it| it == RESTORING) {
            return Err(Error::HalfRestored { dir: dir.to_owned() });
        }
        let (logic_first, logic) = logic.into_inner();
        let identity = match identify_on(&disk, dir)? {
            Some(identity) => identity,
            None => found(&disk, dir, node_id, logic_first, cluster_id)?,
        };
        if identity.node_id != node_id {
            return Err(Error::OtherNode {
                dir: dir.to_owned(),
                found: identity.node_id,
                wanted: node_id,
            });
        }
        if identity.logic > logic {
            return Err(Error::NewerLogic {
                dir: dir.to_owned(),
                found: identity.logic,
                known: logic,
            });
        }
        owner::check(&disk, dir, &identity)?;
        Ok(Self { disk, dir: dir.to_owned(), identity, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// Whose it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Notes that entries up to logic version `logic` may be written from now on; durable when
    /// this returns. A lower version changes nothing.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn raise_logic(&mut self, logic: u32) -> Result<(), Error> {
        if logic <= self.identity.logic {
            return Ok(());
        }
        let raised = Identity { logic, ..self.identity.clone() };
        write(&self.disk, &self.dir, &raised)?;
        self.identity = raised;
        Ok(())
    }

    /// Whether a partition was begun here: then it has a log that is not empty.
    pub fn has_partition(&self, partition: u32) -> bool {
        self.identity.partitions.contains(&partition)
    }

    /// Notes that the log of a partition has begun and is durable, and whose it is; durable when
    /// this returns. It was opened before: a partition that is refused is claimed by nobody.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn note_partition(&mut self, partition: u32) -> Result<(), Error> {
        if self.has_partition(partition) {
            return owner::note_if_missing(&self.disk, &self.dir, &self.identity, partition);
        }
        let mut begun = self.identity.clone();
        begun.partitions.push(partition);
        owner::note(&self.disk, &self.dir, &begun, partition)?;
        write(&self.disk, &self.dir, &begun)?;
        self.identity = begun;
        Ok(())
    }

    /// Takes over the cluster id of the cluster this node joins; durable when this returns.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn join(&mut self, cluster_id: &str) -> Result<(), Error> {
        let joined = Identity { cluster_id: cluster_id.into(), ..self.identity.clone() };
        // A start in between finds a folder that says nothing, which is no contradiction.
        owner::forget(&self.disk, &self.dir, &joined)?;
        write(&self.disk, &self.dir, &joined)?;
        for &partition in &joined.partitions {
            owner::note(&self.disk, &self.dir, &joined, partition)?;
        }
        self.identity = joined;
        Ok(())
    }
}

/// A data folder that is being filled from a backup; locked until it is dropped.
#[derive(Debug)]
pub(crate) struct Restoring {
    dir: PathBuf,
    _lock: <RealDisk as Disk>::Lock,
}

impl Restoring {
    /// Begins to fill a folder that is empty or not there.
    ///
    /// # Errors
    /// [`Error::NotEmpty`], [`Error::InUse`], [`Error::Disk`].
    pub(crate) fn begin(dir: &Path) -> Result<Self, Error> {
        RealDisk.create_dir_all(dir).map_err(failed(Attempt::Create, dir))?;
        let names = RealDisk.list(dir).map_err(failed(Attempt::Read, dir))?;
        // A disk of its own has this folder from the start.
        if let Some(found) = names.into_iter().find(|it| it != "lost+found") {
            return Err(Error::NotEmpty { dir: dir.to_owned(), found });
        }
        let lock = lock(&RealDisk, dir)?;
        let marker = dir.join(RESTORING);
        disk::write_atomically(&RealDisk, &marker, b"").map_err(Error::Disk)?;
        Ok(Self { dir: dir.to_owned(), _lock: lock })
    }

    /// Gives up: what was written is removed, as far as that goes. What stays behind makes the
    /// folder be refused, so nothing is lost by a failure here.
    ///
    /// The mark goes when it is certain that nothing comes back after a power cut: without it nobody
    /// would know what the rest is. After a sync that failed (`is_disk_in_doubt`) nothing is.
    pub(crate) fn abandon(self, is_disk_in_doubt: bool) {
        let is_gone = match fs::remove_dir_all(self.dir.join("partitions")) {
            Err(error) => error.kind() == io::ErrorKind::NotFound,
            Ok(()) => !is_disk_in_doubt && RealDisk.sync_dir(&self.dir).is_ok(),
        };
        if is_gone {
            let _ = fs::remove_file(self.dir.join("lock"));
            let _ = fs::remove_file(self.dir.join(RESTORING));
        }
    }

    /// Makes it a data folder; durable when this returns.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub(crate) fn finish(self, identity: &Identity) -> Result<(), Error> {
        for &partition in &identity.partitions {
            owner::note(&RealDisk, &self.dir, identity, partition)?;
        }
        write(&RealDisk, &self.dir, identity)?;
        let marker = self.dir.join(RESTORING);
        RealDisk.remove(&marker).map_err(failed(Attempt::Remove, &marker))?;
        RealDisk.sync_dir(&self.dir).map_err(failed(Attempt::Sync, &self.dir))
    }
}

/// Reads the identity of a folder without locking it; `None` when it has none.
///
/// # Errors
/// [`Error::NewerFormat`], [`Error::Damaged`], [`Error::Disk`].
pub fn identify(dir: &Path) -> Result<Option<Identity>, Error> {
    identify_on(&RealDisk, dir)
}

fn identify_on<D: Disk>(disk: &D, dir: &Path) -> Result<Option<Identity>, Error> {
    let path = dir.join("identity");
    let Some(bytes) = disk::read_optional(disk, &path).map_err(Error::Disk)? else {
        return Ok(None);
    };
    match IDENTITY.take::<Identity>(&bytes) {
        Ok((identity, end)) if end == bytes.len() => Ok(Some(identity)),
        Ok((_, end)) => {
            let refusal = Refusal::Damaged { offset: end as u64, reason: "bytes after the end" };
            Err(Error::Damaged { path, refusal })
        }
        Err(Refusal::Newer { found, known }) => {
            Err(Error::NewerFormat { dir: dir.to_owned(), found, known })
        }
        Err(refusal @ (Refusal::Short { .. } | Refusal::Damaged { .. })) => {
            Err(Error::Damaged { path, refusal })
        }
    }
}

fn lock<D: Disk>(disk: &D, dir: &Path) -> Result<D::Lock, Error> {
    let path = dir.join("lock");
    let lock = disk.lock(&path).map_err(failed(Attempt::Open, &path))?;
    lock.ok_or_else(|| Error::InUse { dir: dir.to_owned() })
}

/// Founds a new folder. A folder that holds anything of ours is not new: it lost its identity.
fn found<D: Disk>(
    disk: &D,
    dir: &Path,
    node_id: u32,
    logic: u32,
    cluster_id: impl FnOnce() -> String,
) -> Result<Identity, Error> {
    let names = disk.list(dir).map_err(failed(Attempt::Read, dir))?;
    if names.iter().any(|it| it == "partitions") {
        return Err(Error::NoIdentity { dir: dir.to_owned(), found: "partitions".to_owned() });
    }
    let identity =
        Identity { cluster_id: cluster_id().into(), node_id, logic, partitions: Vec::new() };
    write(disk, dir, &identity)?;
    Ok(identity)
}

fn write<D: Disk>(disk: &D, dir: &Path, identity: &Identity) -> Result<(), Error> {
    let mut bytes = Vec::new();
    IDENTITY.put(identity, &mut bytes);
    disk::write_atomically(disk, &dir.join("identity"), &bytes).map_err(Error::Disk)
}

fn failed(attempt: Attempt, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let failure = Failure::of(attempt, path);
    move |error| Error::Disk(failure(error))
}

#[cfg(test)]
mod tests;
