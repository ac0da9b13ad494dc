//! The folders that are damaged: copies of one node's folder at different moments of two lives.
//!
//! ```text
//! fresh     no checkpoint yet: the log and the records alone
//! early     a checkpoint, folded, and log after it        (also the source of older copies)
//! before    later, just before the checkpoint of `tail`
//! after     just after that checkpoint
//! tail      one checkpoint further, and log after it: as after a kill
//! pending   `tail` with the base of `before`: as after a kill between writing and folding
//! clean     after an orderly end
//! restored  a backup of all that, restored: nothing has started on it yet
//!
//! stranger-*      `fresh` and `tail` of a node of another cluster, with the same number
//! neighbour-*     the same of a node with another number
//!
//! founded         the identity alone, as it was before the partition began
//! other-cluster   that of a node of another cluster, with the same number
//! other-node      that of another node of the same cluster
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use broker::backup::restore;
use broker::folder::{Folder, identify};
use broker::io::RealDisk;

use super::life::Life;
use draw::Random;

/// The folders that are damaged.
pub const TARGETS: [&str; 5] = ["fresh", "tail", "pending", "clean", RESTORED];
const RESTORED: &str = "restored";
/// The moments in their order.
const MOMENTS: [&str; 6] = ["fresh", "early", "before", "after", "tail", "clean"];
/// Where the identity of before the partition began lies.
pub(super) const FOUNDED: &str = "founded";
/// Where the identities of others lie.
pub(super) const OTHERS: [&str; 2] = ["other-cluster", "other-node"];
/// Where the folders of others lie.
pub(super) const STRANGERS: [&str; 4] =
    ["stranger-fresh", "stranger-tail", "neighbour-fresh", "neighbour-tail"];
const ROUNDS_MAX: u64 = 60;

/// Whether this is of another node, or of another cluster.
pub(super) fn is_foreign(from: &str) -> bool {
    OTHERS.contains(&from) || STRANGERS.contains(&from)
}

/// Writes all folders below `place`.
///
/// # Errors
/// The node does not do what the script asks.
pub async fn write(place: &Path, seed: u64) -> Result<()> {
    let own = write_own(place, seed);
    let [stranger, neighbour] = [("stranger", 0), ("neighbour", 1)]
        .map(|(name, node_id)| write_other(place, name, node_id, seed + 1));
    let (own, stranger, neighbour) = tokio::join!(own, stranger, neighbour);
    own.and(stranger).and(neighbour)
}

/// Writes the folders of another node: other commands, and so other records.
async fn write_other(place: &Path, name: &str, node_id: u32, seed: u64) -> Result<()> {
    let data = place.join(name);
    let mut random = Random::new(seed);
    let mut life = Life::begin_as(&data, node_id).await.map_err(anyhow::Error::msg)?;
    life.deploy().await?;
    life.pass_a_minute().await?;
    let mut round = 0;
    work(&mut life, &mut random, &mut round).await?;
    keep(&data, place, &format!("{name}-fresh"))?;
    for _ in 0..2 {
        until_checkpoint(&mut life, &data, &mut random, &mut round).await?;
        work(&mut life, &mut random, &mut round).await?;
    }
    keep(&data, place, &format!("{name}-tail"))?;
    life.end().await;
    Ok(())
}

async fn write_own(place: &Path, seed: u64) -> Result<()> {
    let data = place.join("data");
    let mut random = Random::new(seed);
    let mut life = begin(&data).await?;
    life.deploy().await?;
    life.pass_a_minute().await?;
    let mut round = 0;
    for _ in 0..2 {
        work(&mut life, &mut random, &mut round).await?;
    }
    ensure!(life.checkpoint() == 0, "the first checkpoint came too early");
    keep(&data, place, "fresh")?;
    until_checkpoint(&mut life, &data, &mut random, &mut round).await?;
    work(&mut life, &mut random, &mut round).await?;
    keep(&data, place, "early")?;
    life.end().await;

    let mut life = begin(&data).await?;
    until_checkpoint(&mut life, &data, &mut random, &mut round).await?;
    work(&mut life, &mut random, &mut round).await?;
    keep(&data, place, "before")?;
    until_checkpoint(&mut life, &data, &mut random, &mut round).await?;
    keep(&data, place, "after")?;
    work(&mut life, &mut random, &mut round).await?;
    keep(&data, place, "tail")?;
    life.back_up(&place.join("backups")).await?;
    life.end().await;
    keep(&data, place, "clean")?;
    restore(&place.join("backups"), 1, &place.join(RESTORED), &mut |_, _| {})?;
    identities(place)?;
    unfold(place)
}

/// Makes the identities that could stand in the place of this one.
fn identities(place: &Path) -> Result<()> {
    let own = identify(&place.join("clean"))?.context("the folder has no identity")?;
    let [other_cluster, other_node] = OTHERS;
    for (name, cluster_id, node_id) in [
        (FOUNDED, own.cluster_id.to_string(), own.node_id),
        (other_cluster, "0123456789abcdef0123456789abcdef".to_owned(), own.node_id),
        (other_node, own.cluster_id.to_string(), own.node_id + 1),
    ] {
        let logic = own.logic..=own.logic;
        let mut folder = Folder::open(RealDisk, &place.join(name), node_id, logic, || cluster_id)?;
        if name != FOUNDED {
            for partition in &own.partitions {
                folder.note_partition(*partition)?;
            }
        }
    }
    Ok(())
}

/// The moments before that of a target.
pub(super) fn older(target: &str) -> impl Iterator<Item = &'static str> + use<> {
    let target = if target == "pending" { "tail" } else { target };
    let count = MOMENTS.iter().position(|it| *it == target).unwrap_or(0);
    MOMENTS.into_iter().take(count)
}

/// Begins a life in a folder that one of this process may have held until now: Raft lets go of the
/// log a little later than the node says that it ended.
async fn begin(data: &Path) -> Result<Life> {
    let mut tries = 0;
    loop {
        match Life::begin(data).await {
            Err(sentence) if tries < 100 && sentence.contains("is open in another process") => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            begun => return begun.map_err(anyhow::Error::msg),
        }
    }
}

async fn work(life: &mut Life, random: &mut Random, round: &mut u64) -> Result<()> {
    *round += 1;
    life.work(random, *round).await
}

/// Works until the next checkpoint is durable and folded.
async fn until_checkpoint(
    life: &mut Life,
    data: &Path,
    random: &mut Random,
    round: &mut u64,
) -> Result<()> {
    let before = life.checkpoint();
    for _ in 0..ROUNDS_MAX {
        if life.checkpoint() > before {
            break;
        }
        work(life, random, round).await?;
    }
    let index = life.checkpoint();
    ensure!(index > before, "no checkpoint came in {ROUNDS_MAX} rounds");
    // Folded when the file before it is gone; the first has none before it.
    for _ in 0..500 {
        if deltas(data)?.len() == 1 && before > 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        if before == 0
            && deltas(data)?.len() == 1
            && is_old(&data.join("partitions/1/checkpoints/base/db"))?
        {
            return Ok(());
        }
    }
    anyhow::bail!("the checkpoint at {index} was not folded")
}

/// Whether a file was last written some time ago.
fn is_old(path: &Path) -> Result<bool> {
    let age = fs::metadata(path)?.modified()?.elapsed().unwrap_or_default();
    Ok(age > Duration::from_millis(500))
}

/// Names of checkpoint files.
fn deltas(data: &Path) -> Result<Vec<String>> {
    let mut names = names(&data.join("partitions/1/checkpoints"))?;
    names.retain(|name| Path::new(name).extension().is_some_and(|it| it == "delta"));
    Ok(names)
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn keep(data: &Path, place: &Path, name: &str) -> Result<()> {
    copy(data, &place.join(name))
}

/// Makes `pending`: what a kill after writing a checkpoint and before folding it leaves.
fn unfold(place: &Path) -> Result<()> {
    let (before, pending) = (place.join("before"), place.join("pending"));
    copy(&place.join("tail"), &pending)?;
    let checkpoints = "partitions/1/checkpoints";
    fs::remove_dir_all(pending.join(checkpoints).join("base"))?;
    copy(&before.join(checkpoints), &pending.join(checkpoints))?;
    ensure!(deltas(&pending)?.len() == 2, "one checkpoint must wait: {:?}", deltas(&pending)?);
    Ok(())
}

/// Copies a folder into another one, over what is there.
///
/// # Errors
/// The disk refuses.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("list {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// All files of a folder, as paths within it, sorted.
///
/// # Errors
/// The disk refuses.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(within) = open.pop() {
        for entry in fs::read_dir(folder.join(&within))? {
            let entry = entry?;
            let path = within.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
