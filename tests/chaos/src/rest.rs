//! A server with nothing to do: it writes nothing, and uses no more than after the load before.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use baton_e2e::Server;
use client::Client;

use crate::oracle::probe::{Usage, check_idle, disk_bytes};
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
pub(crate) const SLACK: Usage = Usage { memory_bytes: 16 << 20, disk_bytes: 4 << 20 };

/// Waits until all is done and a checkpoint covers it; the index of the last entry.
pub(crate) async fn still(client: &Client) -> Result<u64> {
    let (mut last, mut since, started) = (0, Instant::now(), Instant::now());
    loop {
        let status = client.status().await?.partitions;
        let applied = status.iter().map(|it| it.applied_index).sum();
        let covered: u64 = status.iter().map(|it| it.checkpoint_index).sum();
        if applied != last {
            (last, since) = (applied, Instant::now());
        }
        if since.elapsed() >= STILL && covered == applied {
            return Ok(applied);
        }
        ensure!(
            started.elapsed() < STILL_MAX,
            "O14 (Liveness): it does not come to rest: entry {applied}, checkpoint {covered}"
        );
        tokio::time::sleep(LOOK).await;
    }
}

/// O14: watches a server that has nothing to do.
pub(crate) async fn watch_idle(client: &Client, data: &Path, verdict: &mut Verdict) -> Result<()> {
    let before = still(client).await?;
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
    still(client).await?;
    Usage::of(server.process_id(), data)
}
