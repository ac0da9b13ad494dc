//! A small disk of its own for a suite, and others that use it up.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// A disk in memory of a given size. Dropping it takes it away.
pub(super) struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    pub(super) fn mount(bytes: u64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let size = format!("size={bytes}");
        quietly(
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()),
        )?;
        Ok(Self { folder })
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(super) fn resize(&self, bytes: u64) -> Result<()> {
        let options = format!("remount,size={bytes}");
        quietly(Command::new("mount").args(["-o", &options]).arg(self.folder.path()))
    }

    /// Takes every byte that is left, as somebody else would.
    pub(super) fn fill(&self) -> Result<()> {
        let mut file = File::options().create(true).append(true).open(self.ballast())?;
        // As fast as a disk, not as fast as memory.
        let block = vec![0x5a; 1 << 20];
        while file.write_all(&block).is_ok() {
            std::thread::sleep(Duration::from_millis(10));
        }
        for size in [4096, 1] {
            let block = vec![0x5a; size];
            while file.write_all(&block).is_ok() {}
        }
        Ok(())
    }

    /// Takes all but so many bytes.
    pub(super) fn fill_but(&self, bytes: u64) -> Result<()> {
        let mut file = File::options().create(true).append(true).open(self.ballast())?;
        let block = vec![0x5a; 64 << 10];
        while self.free_bytes()? > bytes {
            file.write_all(&block)?;
        }
        Ok(())
    }

    pub(super) fn free_bytes(&self) -> Result<u64> {
        let found = rustix::fs::statvfs(self.folder.path())?;
        Ok(found.f_bavail * found.f_frsize)
    }

    pub(super) fn free(&self) -> Result<()> {
        Ok(fs::remove_file(self.ballast())?)
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A server that still dies holds it: then it goes with the last file.
        let _ = quietly(Command::new("umount").arg("-l").arg(self.folder.path()));
    }
}

/// Runs a command, whose words count only when it fails.
pub(super) fn quietly(command: &mut Command) -> Result<()> {
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    ensure!(done.status.success(), "{command:?}: {said}");
    Ok(())
}
