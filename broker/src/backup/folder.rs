//! The folder of one backup: where it may be, and who is writing it.

use std::fs::{self, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use record::Millis;
use value::{Str, wire_struct};

use super::manifest::{self, Manifest};
use super::{Error, sentence};
use crate::io::preamble::Kind;
use crate::io::{self as disk, Attempt, Disk, Failure, RealDisk};

const STARTED: Kind = Kind { magic: *b"BTNBEGUN", version: 1 };
const STARTED_NAME: &str = "started";
/// Why it failed, as text: only for people, so it may be missing.
const FAILED_NAME: &str = "failed";

wire_struct! {
    /// What a backup says of itself before there is anything in it.
    #[expect(clippy::struct_field_names, reason = "when it was started, as the manifest says it")]
    pub(super) struct Started {
        1 => pub(super) id: u64,
        2 => pub(super) started_at: Millis,
        3 => pub(super) cluster_id: Str,
        4 => pub(super) node_id: u32,
    }
}

/// The folder of a backup that is being made. Its lock is released when this is dropped.
#[derive(Debug)]
pub(super) struct Making {
    pub(super) dir: PathBuf,
    _lock: fs::File,
}

/// The folder of a backup.
pub(super) fn dir(folder: &Path, id: u64) -> PathBuf {
    folder.join(id.to_string())
}

/// Checks that a backup can be made here.
pub(super) fn check(folder: &Path, id: u64, data: &Path) -> Result<(), Error> {
    if !folder.is_absolute() {
        return Err(Error::NotAbsolute { folder: folder.to_owned() });
    }
    let data = resolved(data)?;
    if resolved(folder)?.starts_with(&data) {
        return Err(Error::InsideData { folder: folder.to_owned(), data });
    }
    let dir = dir(folder, id);
    match fs::symlink_metadata(&dir) {
        Ok(_) => Err(Error::Exists { id, folder: folder.to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::of(Attempt::Read, &dir)(error).into()),
    }
}

/// The path without links and dots, also when its end does not exist yet.
fn resolved(path: &Path) -> Result<PathBuf, Error> {
    let mut existing = path;
    loop {
        match fs::canonicalize(existing) {
            Ok(found) => {
                // Joining nothing would add a slash.
                return Ok(match path.strip_prefix(existing) {
                    Ok(rest) if !rest.as_os_str().is_empty() => found.join(rest),
                    Ok(_) | Err(_) => found,
                });
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => match existing.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => existing = parent,
                Some(_) | None => existing = Path::new("."),
            },
            Err(error) => return Err(Failure::of(Attempt::Read, existing)(error).into()),
        }
    }
}

impl Making {
    /// Makes the folder of a backup, and locks it.
    pub(super) fn begin(folder: &Path, started: &Started) -> Result<Self, Error> {
        RealDisk.create_dir_all(folder).map_err(Failure::of(Attempt::Create, folder))?;
        let dir = dir(folder, started.id);
        fs::create_dir(&dir).map_err(Failure::of(Attempt::Create, &dir))?;
        RealDisk.sync_dir(folder).map_err(Failure::of(Attempt::Sync, folder))?;
        let lock = write_locked(&dir.join(STARTED_NAME), started)?;
        Ok(Self { dir, _lock: lock })
    }

    /// Gives the space back, and leaves a note that says why it failed.
    pub(super) fn fail(self, error: &Error) {
        // Best effort: without the note it is marked as failed too.
        let _ = fs::remove_file(self.dir.join(manifest::NAME).with_extension("tmp"));
        match fs::remove_file(self.dir.join(manifest::NAME)) {
            // Nothing says that it is whole, so it need not be.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let _ = fs::remove_dir_all(self.dir.join("partitions"));
            }
            // The manifest could not be made durable, and may be there again after a power cut:
            // then the rest must be there too.
            Ok(()) | Err(_) => {}
        }
        let _ = fs::write(self.dir.join(FAILED_NAME), sentence(error));
    }
}

/// Writes the file so that it is locked when it gets its name: nobody sees it without.
fn write_locked(path: &Path, started: &Started) -> Result<fs::File, Error> {
    let temporary = path.with_extension("tmp");
    let failed = |attempt| Failure::of(attempt, &temporary);
    let mut file = fs::File::create(&temporary).map_err(failed(Attempt::Create))?;
    file.lock().map_err(failed(Attempt::Open))?;
    let mut bytes = Vec::new();
    STARTED.put(started, &mut bytes);
    file.write_all(&bytes).map_err(failed(Attempt::Write))?;
    file.sync_all().map_err(failed(Attempt::Sync))?;
    disk::publish(&RealDisk, &temporary, path)?;
    Ok(file)
}

/// A backup that has no manifest.
#[derive(Debug)]
pub(super) enum Unfinished {
    /// It is being made.
    Running(Started),
    /// It will never be finished.
    Failed(Option<Started>, String),
}

/// The manifest of a backup, or why there is none.
pub(super) fn open(dir: &Path) -> Result<Result<Manifest, Unfinished>, Error> {
    if let Some(manifest) = Manifest::read(dir)? {
        return Ok(Ok(manifest));
    }
    let path = dir.join(STARTED_NAME);
    let started = disk::read_optional(&RealDisk, &path)?;
    let started = started.and_then(|bytes| STARTED.take::<Started>(&bytes).ok());
    let Some((started, _)) = started else {
        let reason = "it was stopped when it had just begun".to_owned();
        return Ok(Err(Unfinished::Failed(None, reason)));
    };
    let file = fs::File::open(&path).map_err(Failure::of(Attempt::Open, &path))?;
    if let Err(TryLockError::WouldBlock) = file.try_lock_shared() {
        return Ok(Err(Unfinished::Running(started)));
    }
    // It may have been finished between the two looks.
    if let Some(manifest) = Manifest::read(dir)? {
        return Ok(Ok(manifest));
    }
    let noted = fs::read_to_string(dir.join(FAILED_NAME)).ok();
    let reason = noted.map(|it| it.trim_end_matches('.').to_owned());
    let reason = reason
        .unwrap_or_else(|| format!("it has no '{}', so the server ended before", manifest::NAME));
    Ok(Err(Unfinished::Failed(Some(started), reason)))
}

/// The manifest of a complete backup.
pub(super) fn complete(folder: &Path, id: u64) -> Result<Manifest, Error> {
    let dir = dir(folder, id);
    if !dir.is_dir() {
        return Err(Error::Missing { id, folder: folder.to_owned() });
    }
    match open(&dir)? {
        Ok(manifest) if manifest.id != id => {
            let (path, found) = (dir.join(manifest::NAME), manifest.id);
            Err(Error::OtherManifest { id, path, found })
        }
        Ok(manifest) => Ok(manifest),
        Err(Unfinished::Running(_)) => Err(Error::Unfinished { id }),
        Err(Unfinished::Failed(_, reason)) => Err(Error::Failed { id, reason }),
    }
}

/// Free bytes of the disk that a folder is or will be on.
pub(super) fn free_bytes(folder: &Path) -> Result<u64, Error> {
    let existing = folder.ancestors().find(|it| it.exists()).unwrap_or(Path::new("/"));
    let found = rustix::fs::statvfs(existing)
        .map_err(|error| Failure::of(Attempt::Read, existing)(error.into()))?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}
