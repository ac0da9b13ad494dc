//! Making a backup of a running node.
//!
//! ```text
//! cut of every partition ─▶ space? ─▶ rows to one file ─▶ records up to the cut ─▶ manifest
//! (checkpoint, state hash)            (no newer checkpoint)  (all goes on)
//! ```

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use record::{Millis, PartitionId};
use tokio_util::sync::CancellationToken;

use super::Error;
use super::folder::{self, Making, Started};
use super::manifest::{FilePart, Manifest, PartitionPart, partition_dir};
use super::verify::sum;
use crate::checkpoint::{self, Store, delta_path};
use crate::folder::Identity;
use crate::io::{Attempt, Disk, Failure};
use crate::partition::cut::{Cut, NoCut};
use crate::partition::handle::Partition;
use crate::platform::Platform;
use crate::segment;

/// What must stay free on a disk that is not the data folder's.
const FREE_BYTES_MIN: u64 = 16 << 20;
/// The free space is looked at each time so many bytes were written.
const LOOK_BYTES: u64 = 16 << 20;

/// What is to be backed up, and where to.
pub(crate) struct Job<P: Platform> {
    pub(crate) platform: P,
    pub(crate) folder: PathBuf,
    pub(crate) id: u64,
    pub(crate) data: PathBuf,
    /// What must stay free on the disk of the data folder.
    pub(crate) disk_free_min_bytes: u64,
    pub(crate) identity: Identity,
    pub(crate) partitions: Vec<Arc<Partition<P>>>,
    pub(crate) stop: CancellationToken,
    pub(crate) done: Arc<Done>,
}

/// How far it is.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) bytes: AtomicU64,
    pub(crate) total: AtomicU64,
}

/// What is copied of one partition.
struct Part<D> {
    id: PartitionId,
    disk: D,
    store: Arc<Store<D>>,
    records: PathBuf,
    cut: Cut,
}

impl<P: Platform> Job<P> {
    /// Makes the backup. When this fails, what is left says that it failed.
    pub(crate) async fn make(self) -> Result<Manifest, Error> {
        let started_at = self.platform.wall();
        folder::check(&self.folder, self.id, &self.data)?;
        let mut parts = Vec::new();
        for partition in &self.partitions {
            let cut = self.stop.run_until_cancelled(partition.cut()).await;
            let cut = cut.ok_or(Error::Stopped)?.map_err(|why| no_cut(partition.id(), why))?;
            let (store, records) = partition.files();
            let disk = self.platform.disk().clone();
            parts.push(Part { id: partition.id(), disk, store, records, cut });
        }
        let platform = self.platform.clone();
        let written = platform.compute(move || self.write(started_at, parts));
        written.await.unwrap_or(Err(Error::Stopped))
    }

    fn write(self, started_at: Millis, parts: Vec<Part<P::Disk>>) -> Result<Manifest, Error> {
        let needed = parts.iter().map(Part::bytes).sum::<Result<u64, Error>>()?;
        let kept = self.kept_bytes()?;
        self.done.total.store(needed, Ordering::Relaxed);
        check_space(&self.folder, needed, kept)?;
        let started = Started {
            id: self.id,
            started_at,
            cluster_id: self.identity.cluster_id.clone(),
            node_id: self.identity.node_id,
        };
        let making = Making::begin(&self.folder, &started)?;
        let result = self.fill(&making.dir, started_at, parts, kept);
        match result {
            Ok(manifest) => Ok(manifest),
            Err(error) => {
                making.fail(&error);
                Err(error)
            }
        }
    }

    fn fill(
        &self,
        dir: &Path,
        started_at: Millis,
        parts: Vec<Part<P::Disk>>,
        kept: u64,
    ) -> Result<Manifest, Error> {
        let mut pace =
            Pace { done: &self.done, stop: &self.stop, dir, kept, unlooked: 0, why: None };
        let mut partitions = Vec::new();
        for part in parts {
            let copied = part.copy(dir, &mut pace);
            // Who watches ends the work in the words of who works.
            partitions.push(copied.map_err(|error| pace.why.take().unwrap_or(error))?);
        }
        let manifest = Manifest {
            id: self.id,
            started_at,
            finished_at: self.platform.wall(),
            cluster_id: self.identity.cluster_id.clone(),
            node_id: self.identity.node_id,
            made_by: format!("baton {}", env!("CARGO_PKG_VERSION")).into(),
            // The folder learns of a raise a moment after the state does.
            logic: partitions.iter().fold(self.identity.logic, |all, it| all.max(it.logic)),
            partitions,
        };
        manifest.write(dir)?;
        Ok(manifest)
    }

    /// What must stay free where the backup goes: a backup must not stop the server.
    fn kept_bytes(&self) -> Result<u64, Error> {
        let device = |path: &Path| -> Result<u64, Error> {
            let existing = path.ancestors().find(|it| it.exists()).unwrap_or(Path::new("/"));
            let found = std::fs::metadata(existing);
            Ok(found.map_err(Failure::of(Attempt::Read, existing))?.dev())
        };
        let is_shared = device(&self.folder)? == device(&self.data)?;
        Ok(if is_shared { self.disk_free_min_bytes.max(FREE_BYTES_MIN) } else { FREE_BYTES_MIN })
    }
}

fn no_cut(partition: PartitionId, why: NoCut) -> Error {
    match why {
        NoCut::Stopped => Error::PartitionStopped { partition },
        NoCut::NoSpace(reason) => Error::NoCheckpoint { partition, reason },
    }
}

fn check_space(folder: &Path, needed: u64, kept: u64) -> Result<(), Error> {
    let free = folder::free_bytes(folder)?;
    if free >= needed.saturating_add(kept) {
        return Ok(());
    }
    Err(Error::NoSpace { folder: folder.to_owned(), free, needed, kept })
}

impl<D: Disk> Part<D> {
    /// About the bytes of its files.
    fn bytes(&self) -> Result<u64, Error> {
        let names = self.disk.list(&self.records);
        let mut bytes = self.cut.bytes;
        for name in names.map_err(Failure::of(Attempt::Read, &self.records))? {
            // A file that goes away meanwhile needs no space.
            bytes += std::fs::metadata(self.records.join(name)).map_or(0, |it| it.len());
        }
        Ok(bytes)
    }

    fn copy(self, dir: &Path, pace: &mut Pace<'_>) -> Result<PartitionPart, Error> {
        let Self { id, disk, store, records, cut } = self;
        let dir = partition_dir(dir, id);
        disk.create_dir_all(&dir).map_err(Failure::of(Attempt::Create, &dir))?;
        let path = delta_path(&dir, cut.index);
        let exported = store.export(&path, &mut |bytes| {
            pace.go_on(bytes).then_some(()).ok_or(checkpoint::Error::Stopped)
        })?;
        let found = exported.map_or(0, |it| it.index);
        if found != cut.index {
            let (what, expected) = ("the log index", cut.index);
            return Err(Error::State { partition: id, what, expected, found });
        }
        let mut part = PartitionPart {
            partition: id,
            index: cut.index,
            last_position: cut.last_position,
            now: cut.now,
            logic: cut.logic,
            state_hash: cut.state_hash,
            output_hash: cut.output_hash,
            rows: cut.rows,
            instances: cut.instances,
            files: Vec::new(),
        };
        // Checkpoints may go on: records that are written stay as they are.
        drop(cut);
        let copies = dir.join("records");
        let (from_to, last) = ((records.as_path(), copies.as_path()), part.last_position);
        let names = segment::copy(&disk, from_to, id, last, &mut |bytes| {
            pace.go_on(bytes).then_some(()).ok_or(segment::Error::Stopped)
        })?;
        let checkpoint = path.file_name().map(|it| it.to_string_lossy().into_owned());
        let names = names.into_iter().map(|name| format!("records/{name}"));
        for name in checkpoint.into_iter().chain(names) {
            let (bytes, checksum) = sum(&disk, &dir.join(&name), &mut |_| {})?;
            part.files.push(FilePart { path: name.into(), bytes, checksum });
        }
        disk.sync_dir(&dir).map_err(Failure::of(Attempt::Sync, &dir))?;
        Ok(part)
    }
}

/// Counts what was written, and says when to end.
struct Pace<'a> {
    done: &'a Done,
    stop: &'a CancellationToken,
    dir: &'a Path,
    kept: u64,
    /// Bytes written since the free space was looked at.
    unlooked: u64,
    why: Option<Error>,
}

impl Pace<'_> {
    fn go_on(&mut self, bytes: u64) -> bool {
        self.done.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.unlooked += bytes;
        if self.unlooked >= LOOK_BYTES {
            self.unlooked = 0;
            self.why = check_space(self.dir, 0, self.kept).err();
        }
        if self.stop.is_cancelled() {
            self.why = Some(Error::Stopped);
        }
        self.why.is_none()
    }
}
