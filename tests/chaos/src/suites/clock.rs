//! The suite `clock`: the wall clock of the server jumps by an hour under load, forward and back,
//! and the server is killed and started again while it is wrong.
//!
//! A small library between the server and the operating system moves the clock (`shim/clock.c`);
//! the test clock of the server is another thing, and only used to bring everything to its end.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use baton_e2e::{Baton, Server};

use crate::environment::{COLD, World, connect, now_ms};
use crate::load::mixed::MIXED;
use crate::suite::{Form, KILLS, Setting, Suite, Tally};

const HOUR_MS: i64 = 60 * 60 * 1000;
/// After a jump a command is acknowledged within this time.
const RESUME_MAX_MS: u64 = 5_000;
/// What the server takes for log time may differ so much from what it was told.
const SLACK_MS: i64 = 5_000;

const FORWARD: &str = "wall clock an hour forward";
const BACK: &str = "wall clock an hour back";
const BEHIND: &str = "started with a wall clock behind log time";

/// A wall clock that jumps.
#[derive(Debug)]
pub(super) struct Clock;

impl Suite for Clock {
    fn name(&self) -> &'static str {
        "clock"
    }

    fn about(&self) -> &'static str {
        "the wall clock jumps by an hour, forward and back, under load and before a start"
    }

    fn skipped(&self) -> Option<String> {
        let folder = match tempfile::tempdir() {
            Ok(folder) => folder,
            Err(error) => return Some(error.to_string()),
        };
        compile(folder.path()).err().map(|error| format!("needs a C compiler: {error:#}"))
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        Ok(setting.form.pick(1, 10))
    }

    fn classes(&self, _form: Form) -> Vec<&'static str> {
        [FORWARD, BACK, BEHIND, COLD].into_iter().chain(World::classes()).collect()
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let baton = Baton::of(&setting.binary)?;
        let wall = Wall::new(&baton)?;
        let world = World::new(baton, setting.random(self.name(), round));
        tokio::runtime::Runtime::new()?.block_on(jump(world, &wall, tally))
    }
}

async fn jump(mut world: World, wall: &Wall, tally: &mut Tally) -> Result<()> {
    // No checkpoint: all of this life can be replayed cold.
    let server = start(&mut world, wall, "1h")?;
    world.deploy(&server).await?;
    let load = world.load(&server, MIXED).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;

    wall.set(HOUR_MS)?;
    world.ahead_ms = HOUR_MS;
    world.resumed()?;
    went_on(&mut world, &server, "the clock went forward").await?;
    ensure!(log_time(&server).await? >= now_ms()? + HOUR_MS - SLACK_MS, "the jump was not seen");
    tally.hit(FORWARD);

    // Back to the truth, and an hour behind it: log time stays where it was and goes on.
    for (offset_ms, name) in [(0, BACK), (-HOUR_MS, BACK)] {
        let before = log_time(&server).await?;
        wall.set(offset_ms)?;
        world.resumed()?;
        went_on(&mut world, &server, name).await?;
        ensure!(log_time(&server).await? > before, "log time went back or stands still");
        tally.hit(name);
    }
    world.ledger.let_fail(true);
    let before = log_time(&server).await?;
    server.kill()?;
    tally.count(KILLS, 1);
    load.end().await?;
    world.replay(tally).context("replay after the kill")?;

    let server = start(&mut world, wall, "1s")?;
    world.ledger.let_fail(false);
    ensure!(log_time(&server).await? >= before, "log time went back with the start");
    let load = world.load(&server, MIXED).await?;
    went_on(&mut world, &server, BEHIND).await?;
    load.end().await?;
    tally.hit(BEHIND);
    let unexpected = world.ledger.unexpected();
    ensure!(unexpected.is_empty(), "calls failed although only the clock moved: {unexpected:?}");
    // Once more ahead of log time, or the hours of the end would begin behind it.
    wall.set(HOUR_MS)?;
    world.resumed()?;
    world.drain(&server).await?;
    drop(server);
    world.finish(tally)
}

fn start(world: &mut World, wall: &Wall, checkpoints: &str) -> Result<Server> {
    let mut command = world.baton.serve(&["--clock", "controllable"]);
    command.args(["--checkpoint-interval", checkpoints]);
    command.env("LD_PRELOAD", &wall.library).env("BATON_CHAOS_CLOCK", &wall.file);
    world.start_as(&mut command)
}

/// Commands are acknowledged, and time passes for a while.
async fn went_on(world: &mut World, server: &Server, what: &str) -> Result<()> {
    world.recovers(server, what, Instant::now(), RESUME_MAX_MS).await?;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    Ok(())
}

async fn log_time(server: &Server) -> Result<i64> {
    let status = connect(server).await?.status().await?;
    status.partitions.first().map(|it| it.log_time_ms).context("the server has no partition")
}

/// The wall clock of a server.
struct Wall {
    library: PathBuf,
    file: PathBuf,
    offset: File,
}

impl Wall {
    fn new(baton: &Baton) -> Result<Self> {
        let library = baton.file("clock.so");
        compile_to(&library)?;
        let file = baton.file("clock");
        let offset = File::options().create(true).truncate(false).write(true).open(&file)?;
        let wall = Self { library, file, offset };
        wall.set(0)?;
        Ok(wall)
    }

    fn set(&self, offset_ms: i64) -> Result<()> {
        Ok(self.offset.write_all_at(&offset_ms.to_ne_bytes(), 0)?)
    }
}

fn compile(folder: &Path) -> Result<()> {
    compile_to(&folder.join("clock.so"))
}

fn compile_to(library: &Path) -> Result<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("shim/clock.c");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .arg(library)
        .arg(source)
        .output()
        .context("start cc")?;
    if !compiled.status.success() {
        bail!("cc: {}", String::from_utf8_lossy(&compiled.stderr));
    }
    Ok(())
}
