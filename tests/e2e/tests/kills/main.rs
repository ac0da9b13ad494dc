//! `kill -9` at random moments under load: nothing that was acknowledged is lost or done twice.
//!
//! ```text
//! 20 rounds:  start ─▶ load (creates, publishes, jobs done and failed) ─▶ kill -9
//!             every second round moves the clock by an hour under load
//! then:       start ─▶ hours pass, all jobs are done, all messages come ─▶ nothing is active
//! oracle:     what clients were told, held against all records
//! ```
//!
//! `BATON_KILLS_SEED` chooses other moments; the seed is printed.

mod ledger;
mod load;
mod models;
mod oracle;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Random, Record, Server};
use client::Client;
use tokio::task::JoinSet;

use ledger::Ledger;

const ROUNDS: u64 = 20;
const SEED: u64 = 20_260_301;
const HOUR_MS: i64 = 60 * 60 * 1000;
/// Fewer commands per second are no load.
const RATE_MIN: u64 = 200;
/// So many commands wait for their answer at each kill.
const IN_FLIGHT_MIN: usize = 3;

/// What the whole run collects.
struct Run {
    baton: Baton,
    ledger: Arc<Ledger>,
    random: Random,
    /// What the reader that is stopped and continued has seen.
    seen: Vec<Record>,
    /// How long clients worked, without starts.
    loaded: Duration,
    /// How far the clock was moved.
    clock_ms: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_done_twice_by_kills() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let seed = std::env::var("BATON_KILLS_SEED").ok().and_then(|it| it.parse().ok());
    let seed = seed.unwrap_or(SEED);
    println!("repeat with BATON_KILLS_SEED={seed}");
    let ledger = Arc::new(Ledger::default());
    let random = Random::new(seed);
    let mut run =
        Run { baton, ledger, random, seen: Vec::new(), loaded: Duration::ZERO, clock_ms: 0 };

    let mut server = start(&run.baton)?;
    for model in models::all() {
        let file = run.baton.file(&format!("{}.bpmn", model.id));
        fs::write(&file, model.xml)?;
        run.baton.run(&server, &["deploy", &file.to_string_lossy()])?;
    }
    let mut follower = run.baton.follow(1)?;
    for round in 0..ROUNDS {
        run.load_and_kill(server, round).await.with_context(|| format!("round {round}"))?;
        // Every second reader is stopped for the kill, the others read on through it.
        let is_stopped = round % 2 == 0;
        if is_stopped {
            run.seen.extend(follower.stop()?);
            server = start(&run.baton)?;
            follower = run.baton.follow(run.seen.last().map_or(1, |it| it.position() + 1))?;
        } else {
            server = start(&run.baton)?;
        }
    }
    let calls = run.ledger.acknowledged.load(Ordering::SeqCst);
    let rate = calls * 1000 / u64::try_from(run.loaded.as_millis())?.max(1);
    println!("{calls} commands in {:?}, {rate} per second", run.loaded);
    ensure!(rate >= RATE_MIN, "{rate} commands per second are not enough load");

    server.add_to_clock(4 * HOUR_MS)?;
    run.clock_ms += 4 * HOUR_MS;
    load::drain(&connect(&server).await?, &run.ledger).await?;
    run.seen.extend(follower.stop()?);
    let rest = run.baton.records_from(run.seen.last().map_or(1, |it| it.position() + 1))?;
    run.seen.extend(rest);
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let all = run.baton.records()?;
    println!("{} records", all.len());
    oracle::seen_once(&run.seen, &all)?;
    oracle::time(&all, now + run.clock_ms)?;
    oracle::held(&run.ledger.told(), &all)
}

fn start(baton: &Baton) -> Result<Server> {
    baton.start(&["--clock", "controllable", "--checkpoint-interval", "2s"])
}

async fn connect(server: &Server) -> Result<Client> {
    Ok(Client::connect(&server.grpc).await?)
}

impl Run {
    async fn load_and_kill(&mut self, server: Server, round: u64) -> Result<()> {
        let started = Instant::now();
        let mut clients = JoinSet::new();
        self.ledger.is_killed.store(false, Ordering::SeqCst);
        for kind in load::CLIENTS {
            let client = connect(&server).await?;
            let random = Random::new(self.random.number());
            clients.spawn(load::run(*kind, client, self.ledger.clone(), random));
        }
        tokio::time::sleep(Duration::from_millis(200 + self.random.below(400))).await;
        if round % 2 == 1 {
            server.add_to_clock(HOUR_MS)?;
            self.clock_ms += HOUR_MS;
        }
        tokio::time::sleep(Duration::from_millis(100 + self.random.below(600))).await;
        while self.ledger.in_flight.load(Ordering::SeqCst) < IN_FLIGHT_MIN {
            ensure!(started.elapsed() < Duration::from_secs(20), "no commands are in flight");
            tokio::task::yield_now().await;
        }
        self.ledger.is_killed.store(true, Ordering::SeqCst);
        server.kill()?;
        self.loaded += started.elapsed();
        let ended = tokio::time::timeout(Duration::from_secs(20), clients.join_all()).await;
        ended.context("clients hang after the kill")?;
        let unexpected = self.ledger.unexpected();
        ensure!(unexpected.is_empty(), "calls failed before the kill: {unexpected:?}");
        Ok(())
    }
}
