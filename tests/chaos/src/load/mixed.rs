//! Clients that go on through refusals, for faults that a server survives.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use client::{ActivateJobs, Client};
use tokio::task::JoinSet;

use super::models::{CYCLE, WORK};
use super::steps::{Steps, TIME_TO_LIVE};
use super::{clients, pushed};
use crate::oracle::{Ask, Ledger, Stopped};
use draw::Random;

/// Breathes, so that many clients make the load and not a few at full speed.
const PAUSE: Duration = Duration::from_millis(8);
/// Clients that go on too long hang.
const END_MAX: Duration = Duration::from_mins(1);
/// Shorter than a pause of the server: such locks run out meanwhile.
const SHORT_LOCK: Duration = Duration::from_secs(1);

/// What a client does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Creates instances with a job or a timer.
    Creator,
    /// Creates instances with so many bytes of variables.
    Filler(usize),
    /// Creates instances that keep so many bytes of variables for hours.
    Keeper(usize),
    /// Publishes messages and creates who waits for them.
    Publisher,
    /// Creates instances of all other elements, moves, migrates and suspends some,
    /// starts some by signals and conditions, and deletes what they began by.
    Mixer,
    /// Does jobs, and fails some.
    Worker,
    /// Does jobs that it holds for a second only, and slowly.
    SlowWorker,
    /// Does jobs that are pushed to it.
    Pushed,
}

/// A load of everything.
pub(crate) const MIXED: &[Kind] = &[
    Kind::Creator,
    Kind::Creator,
    Kind::Mixer,
    Kind::Publisher,
    Kind::Publisher,
    Kind::Worker,
    Kind::SlowWorker,
    Kind::Pushed,
];

/// Clients at work.
#[derive(Debug)]
pub(crate) struct Load {
    clients: JoinSet<()>,
    stop: Arc<AtomicBool>,
}

impl Load {
    /// Lets clients of these kinds work until it ends.
    pub(crate) fn begin(
        kinds: impl IntoIterator<Item = (Kind, (Client, String), Random)>,
        ledger: &Arc<Ledger>,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        for (kind, client, random) in kinds {
            clients.spawn(run(kind, client, ledger.clone(), random, stop.clone()));
        }
        Self { clients, stop }
    }

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
    (client, http): (Client, String),
    ledger: Arc<Ledger>,
    mut random: Random,
    stop: Arc<AtomicBool>,
) {
    let steps = Steps::new(client, &http, &ledger);
    while !stop.load(Ordering::SeqCst) {
        let done = match kind {
            Kind::Creator => create(&steps, &mut random).await,
            Kind::Filler(bytes) => steps.create_filled(bytes, &mut random).await,
            Kind::Keeper(bytes) => steps.create_kept(bytes, &mut random).await,
            Kind::Publisher => message(&steps).await,
            Kind::Mixer => clients::mix(&steps, &mut random).await,
            Kind::Worker => clients::work(&steps, &mut random).await,
            Kind::SlowWorker => work_slowly(&steps, &mut random, &stop).await,
            Kind::Pushed => pushed::work(&steps, &mut random, || stop.load(Ordering::SeqCst)).await,
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
        match random.one_of(&["PT0.2S", "PT1S", "PT2S", "PT30M", "PT3H", CYCLE]) {
            CYCLE => steps.create_cycle().await?,
            duration => steps.create_timer(duration).await?,
        };
    }
    Ok(())
}

async fn message(steps: &Steps<'_>) -> Result<(), Stopped> {
    let key = steps.ledger.tag("key");
    steps.publish(&key, TIME_TO_LIVE).await?;
    steps.create_waiting(&key).await.map(drop)
}

async fn work_slowly(
    steps: &Steps<'_>,
    random: &mut Random,
    stop: &AtomicBool,
) -> Result<(), Stopped> {
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
        steps.finish(&job, random).await?;
    }
    Ok(())
}
