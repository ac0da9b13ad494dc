//! The suite `kills`: `kill -9` at random moments under load.
//!
//! ```text
//! each round is a life of one folder:
//! 20 times:   start ─▶ load (creates, publishes, jobs done and failed) ─▶ kill -9
//!             every second time the clock moves by an hour under load
//!             after each kill the folder is replayed, cold and from its checkpoint
//!             what was published before is refused, and an instance with an idempotency key is
//!             not created again
//! then:       start ─▶ hours pass, all jobs are done, all messages come ─▶ nothing is active
//!             a month passes, messages expire ─▶ idle
//! twice:      load, all is done, a month passes ─▶ the second time no more is used
//!             (or not the time after; what is kept of each load grows with each)
//! ```

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Follower, Server};
use client::Client;
use tokio::task::JoinSet;

use crate::environment::{MET, connect, met, now_ms, tells_ready};
use crate::load::clients::{self, CLIENTS, Kind};
use crate::load::drain::{DRAIN_CLOCK_MS, Records, drain};
use crate::load::steps::Steps;
use crate::oracle::evidence::{End, Times};
use crate::oracle::probe::{RECOVERY_MAX_MS, Usage};
use crate::oracle::replay::copy;
use crate::oracle::{Evidence, Fact, Ledger, Oracle, Seen, States, Verdict, judge, probe};
use crate::rest::{self, IDLE, Written};
use crate::suite::{ACKNOWLEDGED, Form, KILLS, LOSSES, Setting, Suite, Tally};
use draw::Random;

/// Kills in the life of one folder.
const KILLS_IN_A_LIFE: u64 = 20;
/// How a server is started that is going to be killed.
const WORKS: &[&str] = &["--checkpoint-interval", "2s", "--checkpoint-base-bytes", "1048576"];
/// How the last server is started: its log is shortened file by file, and soon.
const RESTS: &[&str] = &[
    "--checkpoint-interval",
    "500ms",
    "--log-file-bytes",
    "65536",
    "--checkpoint-base-bytes",
    "1048576",
];
const HOUR_MS: i64 = 60 * 60 * 1000;
/// Fewer commands per second are no load.
const RATE_MIN: u64 = 200;
/// So many commands wait for their answer at each kill.
const IN_FLIGHT_MIN: usize = 3;
/// How often is looked what a load has written.
const LOOK: Duration = Duration::from_millis(20);
/// How long each of the two loads takes at least after which equally much may be used. Loads that
/// would be noticed take minutes, so they are of the long form only.
const EQUAL_LOAD: Duration = Duration::from_secs(15);
/// How much each of them writes at least, so that it would be noticed if it were kept: more than the
/// tolerance for the memory of any server that has this little to do.
const EQUAL_BYTES: u64 = 80 << 20;
/// How often usage may grow from one load to the next. An allocator and the base's cache hold more
/// after one load than after another, so it does now and then; what is kept grows each time.
const GROWTHS_MAX: u32 = 2;
/// On a machine on which that takes longer, nothing is shown, and the suite says so.
const EQUAL_LOAD_MAX: Duration = Duration::from_mins(3);
/// Who makes these loads: the clients of the others, and some with variables that are so many bytes
/// long, which nobody could keep without being noticed.
const EQUAL_CLIENTS: [Kind; 8] = [Kind::Filler(100_000); 8];
/// Longer than any message lives.
const MONTH_MS: i64 = 31 * 24 * HOUR_MS;

const KILL_UNDER_LOAD: &str = "kill -9 with commands in flight";
const CLOCK_MOVED: &str = "clock moved an hour forward under load";
const READ_THROUGH: &str = "reader that reads on through a kill";
const READ_AGAIN: &str = "reader that is stopped and continued";
const PUBLISHED_TWICE: &str = "message published again after a kill";
const CREATED_TWICE: &str = "instance created again with its idempotency key after a kill";
const BOUNDED: &str = "load after which no more was used than before";

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

    fn classes(&self, form: Form) -> Vec<&'static str> {
        let mut classes = vec![KILL_UNDER_LOAD, CLOCK_MOVED, READ_THROUGH, READ_AGAIN, IDLE];
        classes.extend(form.pick(None, Some(BOUNDED)));
        classes.extend(Oracle::OF_EACH_RUN.map(Oracle::class));
        classes.extend([Oracle::Bounded.class(), PUBLISHED_TWICE, CREATED_TWICE]);
        classes.extend(MET);
        classes
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let runtime = tokio::runtime::Runtime::new()?;
        let random = setting.random(self.name(), round);
        let baton = Baton::of(&setting.binary)?;
        let load = setting.form.pick(None, Some(EQUAL_LOAD));
        runtime.block_on(Life::new(baton, random).live(load, tally))
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
    states: States,
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
            states: States::default(),
            verdict: Verdict::default(),
        }
    }

    async fn live(mut self, load: Option<Duration>, tally: &mut Tally) -> Result<()> {
        let mut server = self.start(WORKS)?;
        let deployed =
            Steps::new(connect(&server).await?, &server.http, &self.ledger).deploy_all().await;
        ensure!(deployed.is_ok(), "{:?}", self.ledger.unexpected());
        let mut follower = self.follow()?;
        for kill in 0..KILLS_IN_A_LIFE {
            let message = self
                .load_and_kill(server, kill, tally)
                .await
                .with_context(|| format!("kill {kill}"))?;
            let is_cold = self.replay().with_context(|| format!("replay after kill {kill}"))?;
            ensure!(is_cold, "the log was shortened, so that it cannot be replayed cold");
            // Every second reader is stopped for the kill, the others read on through it.
            let how = if kill + 1 == KILLS_IN_A_LIFE { RESTS } else { WORKS };
            if kill % 2 == 0 {
                self.seen.extend(follower.stop()?);
                server = self.start(how)?;
                follower = self.follow()?;
                tally.hit(READ_AGAIN);
            } else {
                server = self.start(how)?;
                tally.hit(READ_THROUGH);
            }
            self.publish_again(&server, &message, tally).await?;
        }
        let rate =
            self.ledger.acknowledged() * 1000 / u64::try_from(self.loaded.as_millis())?.max(1);
        ensure!(rate >= RATE_MIN, "{rate} commands per second are not enough load");
        self.rest(&server, load, tally).await?;
        self.seen.extend(follower.stop()?);
        drop(server);
        let seen = &mut self.seen;
        let next = seen.last().map_or(1, |it| it.position + 1);
        self.baton.each_record(next, |record| seen.push(Fact::from(&record).seen()))?;
        self.replay().context("replay of the end")?;
        self.finish(tally)
    }

    /// Brings everything to its end, and looks at a server that has nothing to do: it writes
    /// nothing, and if there is a load to be done it uses no more than before.
    async fn rest(
        &mut self,
        server: &Server,
        load: Option<Duration>,
        tally: &mut Tally,
    ) -> Result<()> {
        let data = self.baton.data();
        let client = connect(server).await?;
        self.drain(server, &client, 1).await?;
        tells_ready(&server.http, "the kills", &mut self.verdict).await?;
        // Nothing is kept after that: no instance, no job, no timer, no message.
        self.move_clock(server, MONTH_MS)?;
        rest::watch_idle(&client, &data, &mut self.verdict).await?;
        tally.hit(IDLE);
        if let Some(load) = load {
            self.equal_loads(server, &client, load, tally).await?;
        }
        self.witness(&client, "the server after the last start").await
    }

    /// After a load it uses no more than after an equal one before.
    async fn equal_loads(
        &mut self,
        server: &Server,
        client: &Client,
        load: Duration,
        tally: &mut Tally,
    ) -> Result<()> {
        let (mut before, _) = self.usage_after(server, client, load).await?;
        let (mut after, mut written_bytes) = self.usage_after(server, client, load).await?;
        for _ in 0..GROWTHS_MAX {
            if probe::is_bounded(before, after, rest::SLACK) {
                break;
            }
            tally.count("loads after which more was used than before", 1);
            before = after;
            (after, written_bytes) = self.usage_after(server, client, load).await?;
        }
        if probe::would_notice(before, written_bytes, rest::SLACK) {
            probe::check_bounds(before, after, rest::SLACK, &mut self.verdict);
            tally.hit(BOUNDED);
        }
        tally.greatest("MiB of memory at rest before an equal load", before.memory_bytes >> 20);
        tally.greatest("MiB of memory at rest", after.memory_bytes >> 20);
        tally.greatest("KiB of log and checkpoints at rest before", before.disk_bytes >> 10);
        tally.greatest("KiB of log and checkpoints at rest", after.disk_bytes >> 10);
        tally.greatest("KiB written by a load that leaves nothing", written_bytes >> 10);
        Ok(())
    }

    /// What is used after a load of which nothing is kept, and how much it wrote.
    async fn usage_after(
        &mut self,
        server: &Server,
        client: &Client,
        load: Duration,
    ) -> Result<(Usage, u64)> {
        let data = self.baton.data();
        let done = client.status().await?.partitions.iter().map(|it| it.last_position).sum::<u64>();
        let mut written = Written::from_now(&data)?;
        let clients = self.clients(server, &EQUAL_CLIENTS).await?;
        let started = Instant::now();
        let mut bytes = 0;
        while started.elapsed() < load
            || (bytes < EQUAL_BYTES && started.elapsed() < EQUAL_LOAD_MAX)
        {
            tokio::time::sleep(LOOK).await;
            bytes = written.look(&data)?;
        }
        self.ledger.let_fail(true);
        ended(clients).await?;
        self.drain(server, client, done + 1).await?;
        self.move_clock(server, MONTH_MS)?;
        Ok((rest::usage(server, client, &data).await?, written.look(&data)?))
    }

    /// Brings to its end what began with the record at `from`.
    async fn drain(&mut self, server: &Server, client: &Client, from: u64) -> Result<()> {
        let ledger = self.ledger.clone();
        self.clock_ms += DRAIN_CLOCK_MS;
        let steps = Steps::new(client.clone(), &server.http, &ledger);
        let records = Records { baton: &self.baton, first: from };
        drain(server, &steps, records, &mut self.states, &mut self.verdict).await?;
        self.resumed()
    }

    fn move_clock(&mut self, server: &Server, by_ms: i64) -> Result<()> {
        server.add_to_clock(by_ms)?;
        self.clock_ms += by_ms;
        self.resumed()
    }

    fn resumed(&mut self) -> Result<()> {
        self.resumed.push(now_ms()? + self.clock_ms);
        Ok(())
    }

    fn start(&mut self, how: &[&str]) -> Result<Server> {
        let started = Instant::now();
        let server = self.baton.start(&[&["--clock", "controllable"], how].concat())?;
        let took = u64::try_from(started.elapsed().as_millis())?;
        probe::check_recovery("a kill", took, RECOVERY_MAX_MS, &mut self.verdict);
        self.resumed()?;
        Ok(server)
    }

    /// Reads on where the reader before was stopped.
    fn follow(&self) -> Result<Follower<Seen>> {
        let next = self.seen.last().map_or(1, |it| it.position + 1);
        self.baton.follow_for(next, |it| Fact::from(&it).seen())
    }

    /// The id of a message that was acknowledged before a kill is still taken after it, and so is
    /// the idempotency key of an instance, which O1 compares with the one before.
    async fn publish_again(&mut self, server: &Server, id: &str, tally: &mut Tally) -> Result<()> {
        let ledger = self.ledger.clone();
        let steps = Steps::new(connect(server).await?, &server.http, &ledger);
        let again = steps.publish_once(id).await;
        self.verdict.expect(Oracle::Messages, again == Ok(None), || {
            format!("the message with id '{id}' was published again after a kill: {again:?}")
        });
        tally.hit(PUBLISHED_TWICE);
        let again = steps.create_once(id, true).await;
        ensure!(matches!(again, Ok(Some(_))), "'{id}' was not created again: {again:?}");
        tally.hit(CREATED_TWICE);
        Ok(())
    }

    /// Returns the id of a message and idempotency key of an instance that were acknowledged.
    async fn load_and_kill(
        &mut self,
        server: Server,
        kill: u64,
        tally: &mut Tally,
    ) -> Result<String> {
        let started = Instant::now();
        let watcher = connect(&server).await?;
        let clients = self.clients(&server, &[]).await?;
        tokio::time::sleep(Duration::from_millis(200 + self.random.below(400))).await;
        if kill % 2 == 1 {
            self.move_clock(&server, HOUR_MS)?;
            tally.hit(CLOCK_MOVED);
        }
        tokio::time::sleep(Duration::from_millis(100 + self.random.below(600))).await;
        let (ledger, message) = (self.ledger.clone(), self.ledger.tag("id"));
        let steps = Steps::new(watcher.clone(), &server.http, &ledger);
        let published = steps.publish_once(&message).await;
        ensure!(matches!(published, Ok(Some(_))), "{published:?}");
        let created = steps.create_once(&message, false).await;
        ensure!(matches!(created, Ok(Some(_))), "{created:?}");
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
        ended(clients).await.context("after the kill")?;
        let unexpected = self.ledger.unexpected();
        ensure!(unexpected.is_empty(), "calls failed before the kill: {unexpected:?}");
        Ok(message)
    }

    /// Lets clients work until calls may fail.
    async fn clients(&mut self, server: &Server, more: &[Kind]) -> Result<JoinSet<()>> {
        let mut clients = JoinSet::new();
        self.ledger.let_fail(false);
        for kind in CLIENTS.iter().chain(more) {
            let line = (connect(server).await?, server.http.clone());
            clients.spawn(clients::run(*kind, line, self.ledger.clone(), self.random.fork()));
        }
        Ok(clients)
    }

    /// Notes what the server says about its state.
    async fn witness(&mut self, client: &Client, who: &str) -> Result<()> {
        self.states.ask(who, client, &mut self.verdict).await?;
        Ok(())
    }

    /// Replays what the server left, from its checkpoint, and cold; false if its log was shortened
    /// so far that this is impossible.
    fn replay(&mut self) -> Result<bool> {
        let folder = tempfile::tempdir()?;
        copy(&self.baton.data(), folder.path())?;
        self.states.replay(folder.path(), &mut self.verdict)
    }

    fn finish(mut self, tally: &mut Tally) -> Result<()> {
        let facts = facts(&self.baton, 1)?;
        let records = facts.len() as u64;
        let history = self.ledger.history();
        let times =
            Times { latest: now_ms()? + self.clock_ms, resumed: self.resumed, ..Times::default() };
        let evidence = Evidence {
            history,
            facts,
            readers: vec![self.seen],
            said: self.states.said().to_vec(),
            end: End { is_drained: true },
            times,
        };
        self.verdict.merge(judge(&evidence));
        self.verdict.require(&Oracle::OF_EACH_RUN)?;
        met(&evidence).for_each(|it| tally.hit(it));
        tally.count(ACKNOWLEDGED, self.ledger.acknowledged());
        tally.count(LOSSES, 0);
        tally.count("records read once each", records);
        tally.judged(&self.verdict);
        Ok(())
    }
}

async fn ended(clients: JoinSet<()>) -> Result<()> {
    let ended = tokio::time::timeout(Duration::from_secs(20), clients.join_all()).await;
    ended.context("clients hang")?;
    Ok(())
}

/// All records that are written, from a position on.
fn facts(baton: &Baton, from: u64) -> Result<Vec<Fact>> {
    Records { baton, first: from }.read()
}
