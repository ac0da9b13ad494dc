//! What the suites share that disturb a running server from outside: what is known of the run, and
//! its judgement.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Follower, Server, http};
use client::Client;
use serde_json::Value;

use crate::load::drain::{DRAIN_CLOCK_MS, Records, drain};
use crate::load::mixed::{Kind, Load};
use crate::load::models::ECHO;
use crate::load::steps::Steps;
use crate::oracle::evidence::{End, Times};
use crate::oracle::probe::{Gauges, Probe, RECOVERY_MAX_MS};
use crate::oracle::replay::copy;
use crate::oracle::{
    Ask, Begun, Call, Evidence, Fact, Ledger, Oracle, Seen, Shape, States, Verdict, What, judge,
    probe,
};
use crate::suite::{ACKNOWLEDGED, LOSSES, Tally};
use draw::Random;

/// What takes longer will never come.
const END_MAX: Duration = Duration::from_mins(1);
/// The record segments are that far behind what is acknowledged at most.
const RECORDS_FOLLOW_MAX: Duration = Duration::from_secs(10);
/// Metrics that contradict health so often are wrong, and not of another moment.
const ASKED_MAX: u32 = 4;
/// The class of a replay of all of the log.
pub(crate) const COLD: &str = "cold replay of all of the log";

/// What is known of a run.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) baton: Baton,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) random: Random,
    pub(crate) verdict: Verdict,
    /// How far log time may be ahead of the wall clock here.
    pub(crate) ahead_ms: i64,
    resumed: Vec<i64>,
    /// What was known when everything had come to its end.
    drained: Option<Evidence>,
    /// Reads the records beside the load, through everything that happens to the server.
    reader: Option<Follower<Seen>>,
    states: States,
}

impl World {
    pub(crate) fn new(baton: Baton, random: Random) -> Self {
        Self {
            baton,
            ledger: Arc::default(),
            random,
            verdict: Verdict::default(),
            ahead_ms: 0,
            resumed: Vec::new(),
            drained: None,
            reader: None,
            states: States::default(),
        }
    }

    /// The classes of what every run of a world is held against.
    pub(crate) fn classes() -> impl Iterator<Item = &'static str> {
        Oracle::OF_EACH_RUN.into_iter().map(Oracle::class).chain(MET)
    }

    /// Starts a server, whose clock can be moved at the end.
    pub(crate) fn start(&mut self, arguments: &[&str]) -> Result<Server> {
        self.start_as(&mut self.baton.serve(&[&["--clock", "controllable"], arguments].concat()))
    }

    /// Starts a server with a command line of its own.
    pub(crate) fn start_as(&mut self, command: &mut Command) -> Result<Server> {
        let started = Instant::now();
        let server = self.baton.start_as(command)?;
        let took_ms = u64::try_from(started.elapsed().as_millis())?;
        probe::check_recovery("a start", took_ms, RECOVERY_MAX_MS, &mut self.verdict);
        self.resumed()?;
        Ok(server)
    }

    /// Deploys the models, and begins to read the records.
    pub(crate) async fn deploy(&mut self, server: &Server) -> Result<()> {
        self.reader = Some(self.baton.follow_for(1, |it| Fact::from(&it).seen())?);
        let deployed =
            Steps::new(connect(server).await?, &server.http, &self.ledger).deploy_all().await;
        ensure!(deployed.is_ok(), "{:?}", self.ledger.unexpected());
        Ok(())
    }

    /// Notes that the server can work again from now on.
    pub(crate) fn resumed(&mut self) -> Result<()> {
        self.resumed.push(now_ms()? + self.ahead_ms);
        Ok(())
    }

    /// Begins a load.
    pub(crate) async fn load(&mut self, server: &Server, kinds: &[Kind]) -> Result<Load> {
        let mut clients = Vec::new();
        for kind in kinds {
            let line = (connect(server).await?, server.http.clone());
            clients.push((*kind, line, self.random.fork()));
        }
        Ok(Load::begin(clients, &self.ledger))
    }

    /// Waits until a command is acknowledged, and notes how long after `since` it was.
    pub(crate) async fn recovers(
        &mut self,
        server: &Server,
        what: &str,
        since: Instant,
        max_ms: u64,
    ) -> Result<()> {
        let ledger = self.ledger.clone();
        let steps = Steps::new(connect(server).await?, &server.http, &ledger);
        while !matches!(steps.create_job().await, Ok(Some(_))) {
            ensure!(since.elapsed() < END_MAX, "{what}: no command is acknowledged any more");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let took_ms = u64::try_from(since.elapsed().as_millis())?;
        probe::check_recovery(what, took_ms, max_ms, &mut self.verdict);
        tells_ready(&server.http, what, &mut self.verdict).await?;
        self.witness(&steps.client).await?;
        self.resumed()
    }

    /// Notes what the server says about its state.
    async fn witness(&mut self, client: &Client) -> Result<()> {
        self.states.ask("the server", client, &mut self.verdict).await?;
        Ok(())
    }

    /// Replays what a server left, from its checkpoint, and cold if its log goes back so far.
    pub(crate) fn replay(&mut self, tally: &mut Tally) -> Result<()> {
        let folder = tempfile::tempdir()?;
        copy(&self.baton.data(), folder.path())?;
        if self.states.replay(folder.path(), &mut self.verdict)? {
            tally.hit(COLD);
        }
        Ok(())
    }

    /// Lets everything come to its end.
    pub(crate) async fn drain(&mut self, server: &Server) -> Result<()> {
        let ledger = self.ledger.clone();
        let steps = Steps::new(connect(server).await?, &server.http, &ledger);
        self.ahead_ms += DRAIN_CLOCK_MS;
        let records = Records { baton: &self.baton, first: 1 };
        drain(server, &steps, records, &mut self.states, &mut self.verdict).await?;
        self.resumed()?;
        self.witness(&steps.client).await?;
        // The record segments follow what is acknowledged, and a server that is killed now leaves
        // their end to its next start. What is missing for good is judged in the end.
        let started = Instant::now();
        self.drained = loop {
            let evidence = self.evidence()?;
            if judge(&evidence).is_clean() || started.elapsed() > RECORDS_FOLLOW_MAX {
                break Some(evidence);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        Ok(())
    }

    fn facts(&self) -> Result<Vec<Fact>> {
        Records { baton: &self.baton, first: 1 }.read()
    }

    /// What is known of the run, in which everything has come to its end.
    fn evidence(&self) -> Result<Evidence> {
        let facts = self.facts()?;
        let (resumed, latest) = (self.resumed.clone(), now_ms()? + self.ahead_ms);
        Ok(Evidence {
            history: self.ledger.history(),
            readers: Vec::new(),
            facts,
            said: self.states.said().to_vec(),
            end: End { is_drained: true },
            times: Times { latest, resumed, ..Times::default() },
        })
    }

    /// Judges the run, and shows that the judgement would notice.
    pub(crate) fn finish(mut self, tally: &mut Tally) -> Result<()> {
        let reader = self.reader.take().context("nobody read the records")?;
        let mut seen = reader.stop()?;
        let next = seen.last().map_or(1, |it| it.position + 1);
        // What it had not read yet when it was stopped, it reads now.
        tally.count("records read beside the load", next - 1);
        self.baton.each_record(next, |record| seen.push(Fact::from(&record).seen()))?;
        let drained = self.drained.take().context("not everything came to its end")?;
        let evidence = Evidence { readers: vec![seen], ..drained };
        self.verdict.merge(judge(&evidence));
        self.replay(tally).context("replay of the end")?;
        notices(&evidence)?;
        self.verdict.require(&Oracle::OF_EACH_RUN)?;
        tally.judged(&self.verdict);
        met(&evidence).for_each(|it| tally.hit(it));
        tally.count(ACKNOWLEDGED, self.ledger.acknowledged());
        tally.count(LOSSES, 0);
        Ok(())
    }
}

/// What happens seldom enough under load that a run must say whether it did.
pub(crate) const MET: [&str; 19] = [
    "jobs that were pushed to a stream",
    "cycles that came again",
    "user tasks that somebody did",
    "instances that were called",
    "signals that somebody heard",
    "activities that were undone",
    "decisions of a process",
    "messages of a process",
    "errors that were caught",
    "instances that were moved",
    "instances that were migrated",
    "instances that stood still",
    "event subprocesses",
    "complex gateways",
    "events that waited for any of several",
    "events that waited for all of several",
    "instances that a signal started",
    "instances that a condition started",
    "definitions that were deleted",
];

/// What of that happened.
pub(crate) fn met(evidence: &Evidence) -> impl Iterator<Item = &'static str> + use<> {
    let is_pushed = |it: &Call| matches!(it.ask, Ask::Stream { .. }) && !it.keys().is_empty();
    let is_pushed = evidence.history.calls.iter().any(is_pushed);
    let has = |is_it: fn(&What) -> bool| evidence.facts.iter().any(|it| is_it(&it.what));
    let is_there = |wanted: Shape| {
        let is_it =
            |it: &Fact| matches!(it.what, What::ElementActivating { shape, .. } if shape == wanted);
        evidence.facts.iter().any(is_it)
    };
    let happened = [
        is_pushed,
        // Others come once, and these oftener in the beginning.
        has(|it| matches!(it, What::TimerCreated { repetitions: 2, .. })),
        has(|it| matches!(it, What::TaskCompleted { .. })),
        has(|it| matches!(it, What::InstanceBegun { by: Begun::Called(_), .. })),
        has(|it| matches!(it, What::SignalNotAwaited)),
        has(|it| matches!(it, What::UndoDone)),
        has(|it| matches!(it, What::Decided { .. })),
        has(|it| matches!(it, What::MessagePublished { name, .. } if name == ECHO)),
        has(|it| matches!(it, What::JobThrown { .. })),
        has(|it| matches!(it, What::Modified { .. })),
        has(|it| matches!(it, What::Migrated { .. })),
        has(|it| matches!(it, What::InstanceResumed)),
        is_there(Shape::EventSubprocess),
        is_there(Shape::ComplexGateway),
        is_there(Shape::Multiple),
        is_there(Shape::ParallelMultiple),
        has(|it| matches!(it, What::InstanceBegun { by: Begun::Signal(_), .. })),
        has(|it| matches!(it, What::InstanceBegun { by: Begun::Condition(_), .. })),
        has(|it| matches!(it, What::ProcessDeleted)),
    ];
    MET.into_iter().zip(happened).filter(|(_, happened)| *happened).map(|(name, _)| name)
}

/// Plants a loss, a second completion, an early timer and a changed record in what is known of a
/// run: each must be noticed, or the run shows nothing.
fn notices(evidence: &Evidence) -> Result<()> {
    let mut changed = evidence.clone();
    let read = changed.readers.first_mut().and_then(|it| it.first_mut());
    read.context("no record was read")?.fingerprint += 1;
    ensure!(judge(&changed).blames(Oracle::Stream), "a changed record was not noticed");
    let plant = |oracle: Oracle, change: &dyn Fn(&mut Vec<Fact>) -> bool| {
        let mut planted = evidence.clone();
        ensure!(change(&mut planted.facts), "there is nothing to plant a fault in for {oracle}");
        ensure!(judge(&planted).blames(oracle), "a planted fault was not noticed: {oracle}");
        Ok(())
    };
    let find =
        |facts: &[Fact], is_it: fn(&What) -> bool| facts.iter().position(|it| is_it(&it.what));
    let is_completion = |it: &What| matches!(it, What::JobCompleted { .. });
    plant(Oracle::Acknowledged, &|facts| {
        find(facts, is_completion).map(|at| facts.remove(at)).is_some()
    })?;
    plant(Oracle::CompletedOnce, &|facts| {
        let Some(at) = find(facts, is_completion) else { return false };
        let again = facts[at].clone();
        facts.push(again);
        true
    })?;
    plant(Oracle::Timers, &|facts| {
        let fired = |it: &What| matches!(it, What::TimerTriggered { .. });
        let Some(at) = find(facts, fired) else { return false };
        if let What::TimerTriggered { due } = &facts[at].what {
            facts[at].timestamp = due - 1;
        }
        true
    })
}

pub(crate) async fn connect(server: &Server) -> Result<Client> {
    Ok(Client::connect(&server.grpc).await?)
}

/// What metrics say about readiness.
fn gauges(address: &str) -> Result<Gauges> {
    let (status, metrics) = http::call(address, "GET /metrics", "")?;
    ensure!(status == 200, "no metrics: {status}");
    Gauges::read(&metrics)
}

/// What health and metrics say, at this time after `since`. Where space comes and goes, a question a
/// moment later may have another answer, so they are asked again when they disagree.
pub(crate) fn probe(address: &str, since: Instant) -> Result<Probe> {
    let mut asked = 0;
    loop {
        let (is_ready, reasons) = health(address)?;
        let gauges = gauges(address)?;
        // They are of the same moment if nothing changed meanwhile.
        let is_same = health(address)?.0 == is_ready;
        asked += 1;
        if (is_same && gauges.is_ready == is_ready) || asked == ASKED_MAX {
            let at_ms = u64::try_from(since.elapsed().as_millis())?;
            let gauges = Some(gauges).filter(|_| is_same);
            return Ok(Probe { at_ms, is_ready, reasons, gauges });
        }
    }
}

/// What health says: whether it is ready, and why not.
pub(crate) fn health(address: &str) -> Result<(bool, Vec<String>)> {
    let (status, body) = http::call(address, "GET /health/ready", "")?;
    let body: Value = serde_json::from_str(&body).context("health is JSON")?;
    let reasons = body["reasons"].as_array().into_iter().flatten();
    let reasons = reasons.map(|it| it.as_str().unwrap_or_default().to_owned()).collect();
    Ok((status == 200, reasons))
}

/// O15: metrics and health call a server ready whose commands commit since this moment.
pub(crate) async fn tells_ready(address: &str, what: &str, verdict: &mut Verdict) -> Result<()> {
    let committed = Instant::now();
    // Metrics first: they must be true although nobody has asked for health.
    for who in ["metrics", "health"] {
        let is_ready = || match who {
            "metrics" => gauges(address).map(|it| it.is_ready),
            _ => health(address).map(|it| it.0),
        };
        while !is_ready()? {
            ensure!(committed.elapsed() < END_MAX, "{what}: {who} never call it ready");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let late_ms = u64::try_from(committed.elapsed().as_millis())?;
        probe::check_ready(what, who, late_ms, verdict);
    }
    Ok(())
}

pub(crate) fn now_ms() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}
