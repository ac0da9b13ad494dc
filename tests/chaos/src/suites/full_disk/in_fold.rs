//! A kill while rows are folded into the base, on a disk that has no room for a copy of it: the base
//! cannot be tried before it is opened, and must be opened all the same.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use baton_e2e::wait_for;

use super::{FILL_MAX, RESUME_MAX_MS, SmallDisk, log, wait_until_ready};
use crate::environment::World;
use crate::load::mixed::{Kind, MIXED};
use crate::suite::{KILLS, Tally};

/// A checkpoint is folded nearly all the time.
const FOLDING: &[&str] = &["--free-disk-min-bytes", "1048576", "--checkpoint-interval", "200ms"];
/// What a server needs to take commands, and less than a copy of the base.
const LEFT_BYTES: u64 = 2 << 20;
/// A base of so many bytes has no room for a copy then.
const BASE_BYTES_MIN: u64 = 4 << 20;
/// About what a fold takes.
const FOLD_MS: u64 = 30;
/// So often it is killed, until one kill met a fold.
const KILLS_MAX: u64 = 30;
/// What the server says then.
const OPENED: &str = "there is no space to try the base on a copy: it is opened as it is";

pub(super) async fn run(world: &mut World, disk: &SmallDisk, tally: &mut Tally) -> Result<()> {
    let checkpoints = world.baton.data().join("partitions/1/checkpoints");
    let base = checkpoints.join("base/db");
    let mut server = world.start(FOLDING)?;
    world.deploy(&server).await?;
    world.ledger.let_fail(true);
    // Instances that stay, so that the base does.
    let load = world.load(&server, &[Kind::Keeper(40_000); 4]).await?;
    wait_for("a base that is larger than what is left of the disk", || {
        Ok(fs::metadata(&base).is_ok_and(|it| it.len() > BASE_BYTES_MIN).then_some(()))
    })?;
    load.end().await?;
    for _ in 0..KILLS_MAX {
        let load = world.load(&server, MIXED).await?;
        let moment = Duration::from_millis(world.random.below(FOLD_MS));
        begins_to_fold(&checkpoints).await?;
        tokio::time::sleep(moment).await;
        server.kill()?;
        tally.count(KILLS, 1);
        load.end().await?;

        disk.fill_but(LEFT_BYTES)?;
        let started = Instant::now();
        server = world.start(FOLDING)?;
        wait_until_ready(&server)?;
        world.recovers(&server, "a start without room", started, RESUME_MAX_MS).await?;
        disk.free()?;
        if log(world).contains(OPENED) {
            wait_until_ready(&server)?;
            return world.drain(&server).await;
        }
    }
    bail!("no kill of {KILLS_MAX} met a fold")
}

/// Waits until a checkpoint is written: it is folded next.
async fn begins_to_fold(checkpoints: &Path) -> Result<()> {
    let before = newest(checkpoints)?;
    let started = Instant::now();
    while newest(checkpoints)? == before {
        ensure!(started.elapsed() < FILL_MAX, "no checkpoint is written after {before:?}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

/// The name of the newest checkpoint file that is there.
fn newest(checkpoints: &Path) -> Result<Option<OsString>> {
    let names = fs::read_dir(checkpoints)?.map(|it| it.map(|it| it.file_name()));
    let names: Vec<_> = names.collect::<std::io::Result<_>>()?;
    Ok(names.into_iter().filter(|it| it.to_string_lossy().ends_with(".delta")).max())
}
