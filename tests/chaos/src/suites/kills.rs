//! The suite `kills`: `kill -9` at random moments under load.
//!
//! ```text
//! each round is a life of one folder:
//! 20 times:   start ─▶ load (creates, publishes, jobs done and failed) ─▶ kill -9
//!             every second time the clock moves by an hour under load
//!             after each kill the folder is replayed, cold and from its checkpoint
//! then:       start ─▶ hours pass, all jobs are done, all messages come ─▶ nothing is active
//! ```

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Server};
use client::Client;
use tokio::task::JoinSet;

use crate::load::clients::{self, CLIENTS};
use crate::load::drain::{DRAIN_CLOCK_MS, drain};
use crate::load::steps::Steps;
use crate::oracle::equality::Hashes;
use crate::oracle::evidence::{End, Times};
use crate::oracle::replay::{Log, Replay, copy};
use crate::oracle::{Equality, Evidence, Fact, Ledger, Oracle, Seen, Verdict, judge, probe};
use crate::suite::{ACKNOWLEDGED, Form, KILLS, LOSSES, Setting, Suite, Tally};
use draw::Random;

/// Kills in the life of one folder.
const KILLS_IN_A_LIFE: u64 = 20;
const HOUR_MS: i64 = 60 * 60 * 1000;
/// Fewer commands per second are no load.
const RATE_MIN: u64 = 200;
/// So many commands wait for their answer at each kill.
const IN_FLIGHT_MIN: usize = 3;
/// A start reads back a log under load of a second or two.
const START_MAX_MS: u64 = 15_000;

const KILL_UNDER_LOAD: &str = "kill -9 with commands in flight";
const CLOCK_MOVED: &str = "clock moved an hour forward under load";
const READ_THROUGH: &str = "reader that reads on through a kill";
const READ_AGAIN: &str = "reader that is stopped and continued";

/// `kill -9` at random moments under load.
#[derive(Debug)]
pub(super) struct Kills;

impl Suite for Kills {
    fn name(&self) -> &'static str {
        "kills"
    }

    fn about(&self) -> &'static str {
        "kill -9 at random moments under load"
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        Ok(setting.form.pick(1, 10))
    }

    fn classes(&self, _form: Form) -> Vec<&'static str> {
        vec![KILL_UNDER_LOAD, CLOCK_MOVED, READ_THROUGH, READ_AGAIN]
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let runtime = tokio::runtime::Runtime::new()?;
        let random = setting.random(self.name(), round);
        let baton = Baton::of(&setting.binary)?;
        runtime.block_on(Life::new(baton, random).live(tally))
    }
}

/// What the life of a folder collects.
struct Life {
    baton: Baton,
    ledger: Arc<Ledger>,
    random: Random,
    /// What the reader that is stopped and continued has seen.
    seen: Vec<Seen>,
    /// How long clients worked, without starts.
    loaded: Duration,
    /// How far the clock was moved.
    clock_ms: i64,
    resumed: Vec<i64>,
    equality: Equality,
    cold: Replay,
    verdict: Verdict,
}

impl Life {
    fn new(baton: Baton, random: Random) -> Self {
        Self {
            baton,
            ledger: Arc::default(),
            random,
            seen: Vec::new(),
            loaded: Duration::ZERO,
            clock_ms: 0,
            resumed: Vec::new(),
            equality: Equality::default(),
            cold: Replay::default(),
            verdict: Verdict::default(),
        }
    }

    async fn live(mut self, tally: &mut Tally) -> Result<()> {
        let mut server = self.start()?;
        let deployed = Steps::new(connect(&server).await?, &self.ledger).deploy().await;
        ensure!(deployed.is_ok(), "{:?}", self.ledger.unexpected());
        let mut follower = self.baton.follow(1)?;
        for kill in 0..KILLS_IN_A_LIFE {
            self.load_and_kill(server, kill, tally)
                .await
                .with_context(|| format!("kill {kill}"))?;
            self.replay().with_context(|| format!("replay after kill {kill}"))?;
            // Every second reader is stopped for the kill, the others read on through it.
            if kill % 2 == 0 {
                self.seen.extend(follower.stop()?.iter().map(|it| Fact::from(it).seen()));
                server = self.start()?;
                follower = self.baton.follow(self.next_position())?;
                tally.hit(READ_AGAIN);
            } else {
                server = self.start()?;
                tally.hit(READ_THROUGH);
            }
        }
        let rate =
            self.ledger.acknowledged() * 1000 / u64::try_from(self.loaded.as_millis())?.max(1);
        ensure!(rate >= RATE_MIN, "{rate} commands per second are not enough load");
        let facts = facts(&self.baton)?;
        let steps_ledger = self.ledger.clone();
        let steps = Steps::new(connect(&server).await?, &steps_ledger);
        drain(&server, &steps, &facts).await?;
        self.clock_ms += DRAIN_CLOCK_MS;
        self.resumed.push(now_ms()? + self.clock_ms);
        self.witness(&steps.client, "the server after the last start").await?;
        self.seen.extend(follower.stop()?.iter().map(|it| Fact::from(it).seen()));
        drop(server);
        let seen = &mut self.seen;
        let next = seen.last().map_or(1, |it| it.position + 1);
        self.baton.each_record(next, |record| seen.push(Fact::from(&record).seen()))?;
        self.finish(tally)
    }

    fn start(&mut self) -> Result<Server> {
        let started = Instant::now();
        let server =
            self.baton.start(&["--clock", "controllable", "--checkpoint-interval", "2s"])?;
        let took = u64::try_from(started.elapsed().as_millis())?;
        probe::check_recovery("a kill", took, START_MAX_MS, &mut self.verdict);
        self.resumed.push(now_ms()? + self.clock_ms);
        Ok(server)
    }

    fn next_position(&self) -> u64 {
        self.seen.last().map_or(1, |it| it.position + 1)
    }

    async fn load_and_kill(&mut self, server: Server, kill: u64, tally: &mut Tally) -> Result<()> {
        let started = Instant::now();
        let mut clients = JoinSet::new();
        self.ledger.let_fail(false);
        let watcher = connect(&server).await?;
        for kind in CLIENTS {
            let client = connect(&server).await?;
            clients.spawn(clients::run(*kind, client, self.ledger.clone(), self.random.fork()));
        }
        tokio::time::sleep(Duration::from_millis(200 + self.random.below(400))).await;
        if kill % 2 == 1 {
            server.add_to_clock(HOUR_MS)?;
            self.clock_ms += HOUR_MS;
            self.resumed.push(now_ms()? + self.clock_ms);
            tally.hit(CLOCK_MOVED);
        }
        tokio::time::sleep(Duration::from_millis(100 + self.random.below(600))).await;
        self.witness(&watcher, "the server under load").await?;
        while self.ledger.in_flight() < IN_FLIGHT_MIN {
            ensure!(started.elapsed() < Duration::from_secs(20), "no commands are in flight");
            tokio::task::yield_now().await;
        }
        self.ledger.let_fail(true);
        server.kill()?;
        tally.hit(KILL_UNDER_LOAD);
        tally.count(KILLS, 1);
        self.loaded += started.elapsed();
        let ended = tokio::time::timeout(Duration::from_secs(20), clients.join_all()).await;
        ended.context("clients hang after the kill")?;
        let unexpected = self.ledger.unexpected();
        ensure!(unexpected.is_empty(), "calls failed before the kill: {unexpected:?}");
        Ok(())
    }

    /// Notes what the server says about its state.
    async fn witness(&mut self, client: &Client, who: &str) -> Result<()> {
        for it in client.status().await?.partitions {
            let hashes =
                Hashes { index: it.applied_index, state: it.state_hash, output: it.output_hash };
            self.equality.hear(who, hashes, &mut self.verdict);
        }
        Ok(())
    }

    /// Replays what the server left, cold and from its checkpoint.
    fn replay(&mut self) -> Result<()> {
        let folder = tempfile::tempdir()?;
        copy(&self.baton.data(), folder.path())?;
        let log = Log::read(folder.path())?;
        let (equality, verdict) = (&mut self.equality, &mut self.verdict);
        let known = equality.clone();
        let mut follow = |who: &str, replay: &mut Replay| {
            replay.follow(&log, |it| known.knows(it), |it| equality.hear(who, it, verdict))
        };
        follow("a cold replay of the log", &mut self.cold)?;
        let mut restored = Replay::from_checkpoint(folder.path())?;
        follow("the checkpoint and the log after it", &mut restored)
    }

    fn finish(mut self, tally: &mut Tally) -> Result<()> {
        let facts = facts(&self.baton)?;
        let records = facts.len() as u64;
        let history = self.ledger.history();
        let times =
            Times { latest: now_ms()? + self.clock_ms, resumed: self.resumed, ..Times::default() };
        let evidence = Evidence {
            history,
            facts,
            readers: vec![self.seen],
            end: End { active: 0, is_drained: true },
            times,
        };
        self.verdict.merge(judge(&evidence));
        self.verdict.require(&Oracle::OF_EACH_RUN)?;
        tally.count(ACKNOWLEDGED, self.ledger.acknowledged());
        tally.count(LOSSES, 0);
        tally.count("records read once each", records);
        Ok(())
    }
}

async fn connect(server: &Server) -> Result<Client> {
    Ok(Client::connect(&server.grpc).await?)
}

fn now_ms() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

/// All records that are written.
fn facts(baton: &Baton) -> Result<Vec<Fact>> {
    let mut facts = Vec::new();
    baton.each_record(1, |record| facts.push(Fact::from(&record)))?;
    Ok(facts)
}
