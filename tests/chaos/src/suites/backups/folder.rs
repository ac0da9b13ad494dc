//! What a folder is that was restored, or half restored.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use baton_e2e::{Baton, Finished, finish};
use broker::backup::verify;

use super::ID;
use crate::oracle::Seen;
use crate::oracle::replay::{Replay, partition};
use crate::oracle::stream::read;
use crate::powerfs::disk::Disk;

/// What a folder holds to which a backup was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Restored {
    /// The log index of the cut.
    index: u64,
    /// The hash of the state there.
    state: u64,
    records: Vec<Seen>,
}

/// What a restore that met a fault left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    /// All of it.
    Whole,
    /// Some of it.
    Half,
    /// It had not begun: there is nothing but a lock, or files that did not get their names.
    Nothing,
}

impl Restored {
    /// What the disk has in its data folder, which must be what its backup is of.
    pub(super) fn of(disk: &Disk) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        disk.write_to(folder.path())?;
        let manifest = verify(&folder.path().join("backups"), ID, &mut |_, _| {})?;
        let part = &manifest.partitions[0];
        let restored = Self::in_folder(&folder.path().join("data"))?;
        let (found, of_cut) = ((restored.index, restored.state), (part.index, part.state_hash));
        ensure!(found == of_cut, "index and hash {found:x?} instead of {of_cut:x?}");
        let last = restored.records.last().map_or(0, |it| it.position);
        ensure!(last == part.last_position, "the records end at {last}: {part:?}");
        Ok(restored)
    }

    /// What a data folder has, before a server was started on it.
    fn in_folder(data: &Path) -> Result<Self> {
        let hashes = Replay::from_checkpoint(data)?.hashes();
        let (records, damage) = read(&partition(data).join("records"));
        ensure!(damage.is_none(), "{damage:?}");
        let (index, state) = (hashes.index, hashes.state);
        Ok(Self { index, state, records })
    }

    /// The records of a disk, on which a server went on, begin with those of the backup.
    pub(super) fn check_begins(&self, disk: &Disk) -> Result<()> {
        let folder = tempfile::tempdir()?;
        disk.write_part_to(Path::new("data"), folder.path())?;
        let (records, damage) = read(&partition(folder.path()).join("records"));
        ensure!(damage.is_none(), "{damage:?}");
        ensure!(records.starts_with(&self.records), "the restored node has other records");
        Ok(())
    }
}

impl Became {
    /// What is in the data folder of a disk.
    pub(super) fn of(disk: &Disk, restored: &Restored) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        disk.write_part_to(Path::new("data"), folder.path())?;
        let has = |name: &str| folder.path().join(name).exists();
        if !has("partitions") && !has("identity") && !has("restoring") {
            return Ok(Self::Nothing);
        }
        if has("restoring") || !has("identity") {
            return Ok(Self::Half);
        }
        let found = Restored::in_folder(folder.path())?;
        ensure!(found == *restored, "a folder that can be started has {found:?}");
        Ok(Self::Whole)
    }
}

/// Whether there is nothing but an empty folder.
pub(super) fn is_absent(folder: &Path) -> Result<bool> {
    Ok(!folder.exists() || fs::read_dir(folder)?.next().is_none())
}

/// A command on the backups in a folder.
pub(super) fn as_command(binary: &Path, words: &[&str], backups: &Path) -> Result<Finished> {
    let baton = Baton::of(binary)?;
    let mut command = baton.command(words);
    finish(command.args([OsStr::new("--backups"), backups.as_os_str()]))
}
