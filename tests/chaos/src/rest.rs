//! A server with nothing to do: it writes nothing, and uses no more than after the load before.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use baton_e2e::Server;
use client::Client;

use crate::oracle::probe::{Usage, check_idle, disk_bytes};
use crate::oracle::replay::partition;
use crate::oracle::{Oracle, Verdict};

/// Nothing happens any more once nothing has happened for so long.
const STILL: Duration = Duration::from_millis(300);
/// What is under way ends sooner.
const STILL_MAX: Duration = Duration::from_secs(20);
/// How long an idle server is watched.
const WATCHED: Duration = Duration::from_secs(1);
/// How often is looked.
const LOOK: Duration = Duration::from_millis(20);

/// The class of an idle server that was watched.
pub(crate) const IDLE: &str = "idle server that wrote nothing";

/// What does not matter for [`crate::oracle::probe::check_bounds`]: what an allocator keeps of a
/// load, and what the base and the log reserve at once.
pub(crate) const SLACK: Usage = Usage { memory_bytes: 4 << 20, disk_bytes: 512 << 10 };

/// Waits until all is done, and a checkpoint covers it and is folded; the index of the last entry.
async fn still(client: &Client, data: &Path) -> Result<u64> {
    let (mut last, mut since, started) = ((0, 0), Instant::now(), Instant::now());
    loop {
        let status = client.status().await?.partitions;
        let applied = status.iter().map(|it| it.applied_index).sum();
        let covered: u64 = status.iter().map(|it| it.checkpoint_index).sum();
        let now = (applied, disk_bytes(data)?);
        if now != last {
            (last, since) = (now, Instant::now());
        }
        if since.elapsed() >= STILL && covered == applied {
            return Ok(applied);
        }
        ensure!(
            started.elapsed() < STILL_MAX,
            "O14 (Liveness): it does not come to rest: entry {applied}, checkpoint {covered}, {} bytes",
            now.1
        );
        tokio::time::sleep(LOOK).await;
    }
}

/// O14: watches a server that has nothing to do.
pub(crate) async fn watch_idle(client: &Client, data: &Path, verdict: &mut Verdict) -> Result<()> {
    let before = still(client, data).await?;
    let size_before = disk_bytes(data)?;
    tokio::time::sleep(WATCHED).await;
    let status = client.status().await?.partitions;
    check_idle(before, status.iter().map(|it| it.applied_index).sum(), verdict);
    let size = disk_bytes(data)?;
    verdict.expect(Oracle::Bounded, size <= size_before, || {
        format!("the folder grew from {size_before} to {size} bytes while nothing was to be done")
    });
    Ok(())
}

/// What the server uses when all is done.
pub(crate) async fn usage(server: &Server, client: &Client, data: &Path) -> Result<Usage> {
    still(client, data).await?;
    Usage::of(server.process_id(), data)
}

/// What is written to log and checkpoints from a moment on, whether it is removed again or not.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Each file that was seen, at its greatest.
    files: BTreeMap<PathBuf, u64>,
    bytes_before: u64,
}

impl Written {
    /// Begins to look.
    pub(crate) fn from_now(data: &Path) -> Result<Self> {
        let mut written = Self::default();
        written.bytes_before = written.look(data)?;
        Ok(written)
    }

    /// Looks again; the bytes that were written so far. Files that come and go between two looks are
    /// not seen.
    pub(crate) fn look(&mut self, data: &Path) -> Result<u64> {
        for (folder, extension) in [("log", "wal"), ("checkpoints", "delta")] {
            for entry in fs::read_dir(partition(data).join(folder))? {
                let path = entry?.path();
                // One that is gone by now was seen before, or is not counted.
                let Ok(file) = fs::metadata(&path) else { continue };
                if path.extension().is_some_and(|it| it == extension) {
                    let greatest = self.files.entry(path).or_default();
                    *greatest = file.len().max(*greatest);
                }
            }
        }
        Ok(self.files.values().sum::<u64>() - self.bytes_before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_removed_again_was_written_all_the_same() -> Result<()> {
        let data = tempfile::tempdir()?;
        let folder = partition(data.path());
        fs::create_dir_all(folder.join("log"))?;
        fs::create_dir_all(folder.join("checkpoints/base"))?;
        let write = |name: &str, bytes: usize| fs::write(folder.join(name), vec![1; bytes]);
        write("log/r-1.wal", 100)?;
        let mut written = Written::from_now(data.path())?;
        write("log/r-1.wal", 130)?;
        write("checkpoints/checkpoint-1.delta", 7)?;
        write("log/head", 50)?;
        assert_eq!(written.look(data.path())?, 37);
        fs::remove_file(folder.join("log/r-1.wal"))?;
        write("log/r-2.wal", 3)?;
        assert_eq!(written.look(data.path())?, 40);
        Ok(())
    }
}
