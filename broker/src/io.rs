//! The file-system operations that checkpoints, segments and the data folder are built on.
//!
//! They all stand behind two small traits, so that the same code runs on a real disk
//! ([`RealDisk`]) and on a simulated one that forgets what was not synced ([`MemoryDisk`]).
//! A file is durable after [`File::sync`], its name after [`Disk::sync_dir`]: never assume one
//! from the other.

mod failure;
mod memory;
pub mod preamble;
mod real;
mod trouble;

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::time::SystemTime;

pub use failure::{Attempt, Failure};
pub use memory::{Loss, MemoryDisk, MemoryFile, MemoryLock};
pub use real::{RealDisk, RealFile};
pub use trouble::{Trouble, origin, origin_in};

/// A disk: names in folders, and the files behind them.
pub trait Disk: Clone + Debug + Send + Sync + 'static {
    /// An open file.
    type File: File;
    /// A lock that is held; dropping it releases it.
    type Lock: Debug + Send + Sync + 'static;

    /// Locks a file against everybody else, and creates it where missing. `None` if somebody
    /// holds it.
    fn lock(&self, path: &Path) -> io::Result<Option<Self::Lock>>;
    /// Creates a file for reading and writing; an existing one is emptied.
    fn create(&self, path: &Path) -> io::Result<Self::File>;
    /// Opens an existing file for reading and writing.
    fn open(&self, path: &Path) -> io::Result<Self::File>;
    /// Opens an existing file for reading only.
    fn open_read(&self, path: &Path) -> io::Result<Self::File>;
    /// Renames a file inside one folder, replacing what had the new name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Creates a folder and those above it, durably; an existing one is left as it is.
    fn create_dir_all(&self, dir: &Path) -> io::Result<()>;
    /// The names of the files in a folder, sorted; empty when there is no such folder.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// When the file was last written.
    fn modified(&self, path: &Path) -> io::Result<SystemTime>;
}

/// An open file, read and written at explicit offsets.
pub trait File: Debug + Send + Sync + 'static {
    /// Reads into `buffer` from `offset` until it is full or the file ends; returns the count.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all of `bytes` at `offset`. After an error any part of them may be there.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts the file, or extends it with zeros.
    fn set_len(&self, bytes: u64) -> io::Result<()>;
    /// The length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// True when the file has no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// Makes contents and length durable. After an error the file must not be used again: what
    /// the disk holds is unknown.
    fn sync(&self) -> io::Result<()>;
}

/// Writes a small file so that it is there whole or not at all, durably when this returns.
///
/// # Errors
/// Any [`Failure`]; the old file, if any, is then still there under `path`.
pub fn write_atomically<D: Disk>(disk: &D, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let temporary = path.with_extension("tmp");
    let file = disk.create(&temporary).map_err(Failure::of(Attempt::Create, &temporary))?;
    let written = file.write_at(bytes, 0).map_err(Failure::of(Attempt::Write, &temporary));
    if let Err(failure) = written {
        // Best effort: a left-over is overwritten by the next attempt.
        let _ = disk.remove(&temporary);
        return Err(failure);
    }
    file.sync().map_err(Failure::of(Attempt::Sync, &temporary))?;
    publish(disk, &temporary, path)
}

/// Gives a synced file its final name, durably.
///
/// # Errors
/// Any [`Failure`].
pub fn publish<D: Disk>(disk: &D, from: &Path, to: &Path) -> Result<(), Failure> {
    disk.rename(from, to).map_err(Failure::of(Attempt::Rename, to))?;
    sync_parent(disk, to)
}

/// Makes the name of `path` in its folder durable.
///
/// # Errors
/// A [`Failure`] of the sync.
pub fn sync_parent<D: Disk>(disk: &D, path: &Path) -> Result<(), Failure> {
    let dir = path.parent().unwrap_or(path);
    disk.sync_dir(dir).map_err(Failure::of(Attempt::Sync, dir))
}

/// Reads a whole file; `None` when there is none.
///
/// # Errors
/// A [`Failure`] other than "not found".
pub fn read_optional<D: Disk>(disk: &D, path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let file = match disk.open_read(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::of(Attempt::Open, path)(error)),
    };
    let length = file.len().map_err(Failure::of(Attempt::Read, path))?;
    let length = usize::try_from(length)
        .map_err(|_| Failure::of(Attempt::Read, path)(io::ErrorKind::FileTooLarge.into()))?;
    let mut bytes = vec![0; length];
    let read = file.read_at(&mut bytes, 0).map_err(Failure::of(Attempt::Read, path))?;
    bytes.truncate(read);
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests;
