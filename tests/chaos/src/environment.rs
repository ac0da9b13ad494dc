//! What the suites share that disturb a running server from outside: a load that goes on through
//! refusals, what is known of the run, and its judgement.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Server, http};
use client::{ActivateJobs, Client, CreateInstance};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::load::drain::{DRAIN_CLOCK_MS, drain};
use crate::load::models::{JOB, WORK};
use crate::load::steps::{Steps, TIME_TO_LIVE};
use crate::oracle::evidence::{End, Times};
use crate::oracle::history::TAG;
use crate::oracle::{Ask, Evidence, Fact, Ledger, Oracle, Stopped, Verdict, What, judge, probe};
use crate::suite::{ACKNOWLEDGED, LOSSES, Tally};
use draw::Random;

/// Breathes, so that many clients make the load and not a few at full speed.
const PAUSE: Duration = Duration::from_millis(8);
/// Clients that go on too long hang.
const END_MAX: Duration = Duration::from_mins(1);
/// The record segments are that far behind what is acknowledged at most.
const RECORDS_FOLLOW_MAX: Duration = Duration::from_secs(10);
/// Shorter than a pause of the server: such locks run out meanwhile.
const SHORT_LOCK: Duration = Duration::from_secs(1);

/// What a client does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Creates instances with a job or a timer.
    Creator,
    /// Creates instances with so many bytes of variables.
    Filler(usize),
    /// Publishes messages and creates who waits for them.
    Publisher,
    /// Does jobs, and fails some.
    Worker,
    /// Does jobs that it holds for a second only, and slowly.
    SlowWorker,
}

/// A load of everything.
pub(crate) const MIXED: &[Kind] = &[
    Kind::Creator,
    Kind::Creator,
    Kind::Creator,
    Kind::Publisher,
    Kind::Publisher,
    Kind::Worker,
    Kind::SlowWorker,
];

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
    is_drained: bool,
}

/// Clients at work.
pub(crate) struct Load {
    clients: JoinSet<()>,
    stop: Arc<AtomicBool>,
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
            is_drained: false,
        }
    }

    /// Starts a server, whose clock can be moved at the end.
    pub(crate) fn start(&mut self, arguments: &[&str]) -> Result<Server> {
        let server = self.baton.start(&[&["--clock", "controllable"], arguments].concat())?;
        self.resumed()?;
        Ok(server)
    }

    pub(crate) async fn deploy(&self, server: &Server) -> Result<()> {
        let deployed = Steps::new(connect(server).await?, &self.ledger).deploy().await;
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
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        for kind in kinds {
            let (client, ledger) = (connect(server).await?, self.ledger.clone());
            clients.spawn(run(*kind, client, ledger, self.random.fork(), stop.clone()));
        }
        Ok(Load { clients, stop })
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
        let steps = Steps::new(connect(server).await?, &ledger);
        while !matches!(steps.create_job().await, Ok(Some(_))) {
            ensure!(since.elapsed() < END_MAX, "{what}: no command is acknowledged any more");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let took_ms = u64::try_from(since.elapsed().as_millis())?;
        probe::check_recovery(what, took_ms, max_ms, &mut self.verdict);
        self.resumed()
    }

    /// Lets everything come to its end.
    pub(crate) async fn drain(&mut self, server: &Server) -> Result<()> {
        let ledger = self.ledger.clone();
        let steps = Steps::new(connect(server).await?, &ledger);
        let facts = self.facts()?;
        self.ahead_ms += DRAIN_CLOCK_MS;
        drain(server, &steps, &facts).await?;
        self.resumed()?;
        self.is_drained = true;
        // The record segments follow what is acknowledged, and a server that is killed now leaves
        // their end to its next start. What is missing for good is judged in the end.
        let started = Instant::now();
        while !judge(&self.evidence()?).is_clean() && started.elapsed() < RECORDS_FOLLOW_MAX {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    fn facts(&self) -> Result<Vec<Fact>> {
        let mut facts = Vec::new();
        self.baton.each_record(1, |record| facts.push(Fact::from(&record)))?;
        Ok(facts)
    }

    /// What is known of the run.
    pub(crate) fn evidence(&self) -> Result<Evidence> {
        let facts = self.facts()?;
        let (resumed, latest) = (self.resumed.clone(), now_ms()? + self.ahead_ms);
        Ok(Evidence {
            history: self.ledger.history(),
            readers: vec![facts.iter().map(Fact::seen).collect()],
            facts,
            end: End { active: 0, is_drained: self.is_drained },
            times: Times { latest, resumed, ..Times::default() },
        })
    }

    /// Judges the run, and shows that the judgement would notice.
    pub(crate) fn finish(mut self, tally: &mut Tally) -> Result<()> {
        let evidence = self.evidence()?;
        self.verdict.merge(judge(&evidence));
        notices(&evidence)?;
        self.verdict.require(&[
            Oracle::Acknowledged,
            Oracle::Origin,
            Oracle::CompletedOnce,
            Oracle::JobKept,
            Oracle::RealTimeOrder,
            Oracle::Stream,
            Oracle::Conservation,
            Oracle::Timers,
            Oracle::Messages,
            Oracle::Keys,
            Oracle::Answers,
            Oracle::Liveness,
        ])?;
        tally.count(ACKNOWLEDGED, self.ledger.acknowledged());
        tally.count(LOSSES, 0);
        Ok(())
    }
}

/// Plants a loss, a second completion and an early timer in what is known of a run: each must be
/// noticed, or the run shows nothing.
fn notices(evidence: &Evidence) -> Result<()> {
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

impl Load {
    /// Ends it when the calls at hand are answered.
    pub(crate) async fn end(self) -> Result<()> {
        self.stop.store(true, Ordering::SeqCst);
        let ended = tokio::time::timeout(END_MAX, self.clients.join_all()).await;
        ended.context("clients hang")?;
        Ok(())
    }
}

async fn run(
    kind: Kind,
    client: Client,
    ledger: Arc<Ledger>,
    mut random: Random,
    stop: Arc<AtomicBool>,
) {
    let steps = Steps::new(client, &ledger);
    while !stop.load(Ordering::SeqCst) {
        let done = match kind {
            Kind::Creator => create(&steps, &mut random).await,
            Kind::Filler(bytes) => fill(&steps, bytes, &mut random).await,
            Kind::Publisher => message(&steps).await,
            Kind::Worker => work(&steps, &mut random).await,
            Kind::SlowWorker => work_slowly(&steps, &stop).await,
        };
        // The server may be stopped, refuse, or answer too late: all that is noted.
        let pause = if done.is_err() { PAUSE * 10 } else { PAUSE };
        tokio::time::sleep(pause).await;
    }
}

async fn create(steps: &Steps<'_>, random: &mut Random) -> Result<(), Stopped> {
    if random.percent(60) {
        steps.create_job().await?;
    } else {
        steps.create_timer(random.one_of(&["PT0.2S", "PT1S", "PT2S", "PT30M", "PT3H"])).await?;
    }
    Ok(())
}

async fn fill(steps: &Steps<'_>, bytes: usize, random: &mut Random) -> Result<(), Stopped> {
    let tag = steps.ledger.tag("fill");
    // It must not become small by compression.
    let ballast: Vec<u64> = (0..bytes / 16).map(|_| random.number() >> 12).collect();
    let variables = json!({TAG: tag, "ballast": ballast});
    let request = CreateInstance { variables, ..CreateInstance::latest(JOB) };
    let call = Box::pin(steps.client.create_instance(request));
    let ask = Ask::Create { process: JOB.to_owned(), tag };
    steps.ledger.call(ask, steps.patience, call, |it| vec![it.instance]).await?;
    Ok(())
}

async fn message(steps: &Steps<'_>) -> Result<(), Stopped> {
    let key = steps.ledger.tag("key");
    steps.publish(&key, TIME_TO_LIVE).await?;
    steps.create_waiting(&key).await.map(drop)
}

async fn work(steps: &Steps<'_>, random: &mut Random) -> Result<(), Stopped> {
    for job in steps.activate(4).await? {
        if random.percent(20) {
            steps.fail(&job).await?;
        } else {
            steps.complete(job.key).await?;
        }
    }
    Ok(())
}

async fn work_slowly(steps: &Steps<'_>, stop: &AtomicBool) -> Result<(), Stopped> {
    let tag = steps.ledger.tag("slow");
    let request = ActivateJobs {
        job_type: WORK.to_owned(),
        worker: tag.clone(),
        timeout: SHORT_LOCK,
        jobs_max: 2,
        fetch_variables: Vec::new(),
        wait: None,
    };
    let call = Box::pin(steps.client.activate_jobs(request));
    let keys = |jobs: &Vec<client::Job>| jobs.iter().map(|it| it.key).collect();
    let ask = Ask::Activate { tag };
    let jobs = steps.ledger.call(ask, steps.patience, call, keys).await?.unwrap_or_default();
    if !jobs.is_empty() && !stop.load(Ordering::SeqCst) {
        // Near the end of the lock: some come too late.
        tokio::time::sleep(SHORT_LOCK.saturating_sub(Duration::from_millis(50))).await;
    }
    for job in jobs {
        steps.complete(job.key).await?;
    }
    Ok(())
}

pub(crate) async fn connect(server: &Server) -> Result<Client> {
    Ok(Client::connect(&server.grpc).await?)
}

/// What health says: whether it is ready, and why not.
pub(crate) fn health(address: &str) -> Result<(bool, Vec<String>)> {
    let (status, body) = http::call(address, "GET /health/ready", "")?;
    let body: Value = serde_json::from_str(&body).context("health is JSON")?;
    let reasons = body["reasons"].as_array().into_iter().flatten();
    let reasons = reasons.map(|it| it.as_str().unwrap_or_default().to_owned()).collect();
    Ok((status == 200, reasons))
}

pub(crate) fn now_ms() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}
