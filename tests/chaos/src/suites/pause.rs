//! The suite `pause`: the whole server stands still for a while and goes on, as a virtual machine
//! that was suspended does. Timers come due and locks of jobs run out meanwhile.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Server};

use crate::environment::{COLD, World, connect};
use crate::load::mixed::MIXED;
use crate::rest::{self, IDLE};
use crate::suite::{Form, KILLS, Setting, Suite, Tally};

/// After it goes on, a command is acknowledged within this time.
const RESUME_MAX_MS: u64 = 5_000;
const RESUME_MAX: Duration = Duration::from_millis(RESUME_MAX_MS);
/// So many commands wait for their answer when it is stopped.
const IN_FLIGHT_MIN: usize = 2;
const STOPPED: &str = "SIGSTOP under load";

/// A server that stands still.
#[derive(Debug)]
pub(super) struct Pause;

impl Suite for Pause {
    fn name(&self) -> &'static str {
        "pause"
    }

    fn about(&self) -> &'static str {
        "SIGSTOP under load with timers and locked jobs, then it goes on"
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        Ok(setting.form.pick(1, 4))
    }

    fn classes(&self, _form: Form) -> Vec<&'static str> {
        [STOPPED, IDLE, COLD].into_iter().chain(World::classes()).collect()
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let pause = setting.form.pick(Duration::from_secs(3), Duration::from_secs(30));
        let random = setting.random(self.name(), round);
        let world = World::new(Baton::of(&setting.binary)?, random);
        tokio::runtime::Runtime::new()?.block_on(stand_still(world, pause, tally))
    }
}

async fn stand_still(mut world: World, pause: Duration, tally: &mut Tally) -> Result<()> {
    // No checkpoint: all of this life can be replayed cold.
    let server = world.start(&["--checkpoint-interval", "1h"])?;
    world.deploy(&server).await?;
    stop_under_load(&mut world, &server, pause, tally).await.context("the first pause")?;
    server.kill()?;
    tally.count(KILLS, 1);
    world.replay(tally).context("replay after the first pause")?;

    let server = world.start(&["--checkpoint-interval", "1s"])?;
    stop_under_load(&mut world, &server, pause, tally).await.context("the second pause")?;
    world.drain(&server).await?;
    let client = connect(&server).await?;
    rest::watch_idle(&client, &world.baton.data(), &mut world.verdict).await?;
    tally.hit(IDLE);
    drop(server);
    world.finish(tally)
}

async fn stop_under_load(
    world: &mut World,
    server: &Server,
    pause: Duration,
    tally: &mut Tally,
) -> Result<()> {
    world.ledger.let_fail(false);
    let load = world.load(server, MIXED).await?;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let unexpected = world.ledger.unexpected();
    ensure!(unexpected.is_empty(), "calls failed before it: {unexpected:?}");
    let started = Instant::now();
    while world.ledger.in_flight() < IN_FLIGHT_MIN {
        ensure!(started.elapsed() < RESUME_MAX, "no commands are under way");
        tokio::task::yield_now().await;
    }
    world.ledger.let_fail(true);
    signal(server, "-STOP")?;
    tally.hit(STOPPED);
    let before = world.ledger.acknowledged();
    tokio::time::sleep(pause).await;
    // One that was on its way may still arrive.
    ensure!(world.ledger.acknowledged() <= before + MIXED.len() as u64, "it was not stopped");
    signal(server, "-CONT")?;
    let since = Instant::now();
    world.resumed()?;
    world.recovers(server, "a pause", since, RESUME_MAX_MS).await?;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    load.end().await
}

fn signal(server: &Server, signal: &str) -> Result<()> {
    let sent = Command::new("kill").args([signal, &server.process_id().to_string()]).status();
    ensure!(sent.context("kill")?.success(), "the signal was not sent");
    Ok(())
}
