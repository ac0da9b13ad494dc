//! Brings everything to its end: time passes, jobs are done, messages come.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use baton_e2e::{Baton, Server};

use super::steps::{Steps, TIME_TO_LIVE};
use crate::oracle::{Fact, States, Verdict, What};

/// So far the clock is moved: longer than any timer and any lock of the load.
pub const DRAIN_CLOCK_MS: i64 = 4 * 60 * 60 * 1000;
/// O14: what is under way, or nobody knows of whether it is, is settled within this time, counted
/// from the last job that was done: thousands may be left.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often the records are read.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The records of a server from a position on.
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    /// Reads them.
    pub baton: &'a Baton,
    /// The first one.
    pub first: u64,
}

impl Records<'_> {
    /// Those that are there by now.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn read(self) -> Result<Vec<Fact>> {
        let mut facts = Vec::new();
        self.baton.each_record(self.first, |record| facts.push(Fact::from(&record)))?;
        Ok(facts)
    }
}

/// Moves the clock, publishes what instances wait for by `records`, does all jobs,
/// and waits until nothing is active; the records are read again while something is, since they
/// follow what is acknowledged. Before, while something is, and in the end the server says how
/// many instances are, which `states` notes for the judgement.
///
/// # Errors
/// A call fails, or something stays active.
pub async fn drain(
    server: &Server,
    steps: &Steps<'_>,
    records: Records<'_>,
    states: &mut States,
    verdict: &mut Verdict,
) -> Result<()> {
    steps.ledger.let_fail(false);
    let created = steps.create_job().await;
    ensure!(matches!(created, Ok(Some(_))), "{:?}", steps.ledger.unexpected());
    states.ask("the server before the end", &steps.client, verdict).await?;
    server.add_to_clock(DRAIN_CLOCK_MS)?;
    let mut told = BTreeSet::new();
    let (mut last_done, mut look_at) = (Instant::now(), Instant::now());
    let mut is_quiet = true;
    loop {
        if is_quiet && Instant::now() >= look_at {
            for key in awaited(&records.read()?).into_iter().map(str::to_owned) {
                if !told.contains(&key) {
                    let published = steps.publish(&key, TIME_TO_LIVE).await;
                    ensure!(published.is_ok(), "{:?}", steps.ledger.unexpected());
                    told.insert(key);
                }
            }
            look_at = Instant::now() + LOOK_AGAIN;
        }
        let jobs = steps.activate(64).await;
        let Ok(jobs) = jobs else { anyhow::bail!("{:?}", steps.ledger.unexpected()) };
        is_quiet = jobs.is_empty();
        if !is_quiet {
            last_done = Instant::now();
        }
        for job in &jobs {
            let done = steps.complete(job.key).await;
            ensure!(done.is_ok(), "{:?}", steps.ledger.unexpected());
        }
        let partitions = steps.client.status().await?.partitions;
        match partitions.iter().map(|it| it.active_instances).sum() {
            0_u64 => {
                for it in &partitions {
                    states.hear("the server at the end", it, verdict);
                }
                break;
            }
            active => ensure!(
                last_done.elapsed() < PATIENCE,
                "{active} instances do not end, though nothing holds them"
            ),
        }
        if is_quiet {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let unexpected = steps.ledger.unexpected();
    ensure!(unexpected.is_empty(), "calls failed in peace: {unexpected:?}");
    Ok(())
}

/// Correlation keys that somebody waits for and nobody published.
fn awaited(facts: &[Fact]) -> Vec<&str> {
    let mut published = BTreeSet::new();
    let mut awaited = Vec::new();
    for fact in facts {
        match &fact.what {
            What::MessagePublished { tag, .. } => drop(published.insert(tag.as_str())),
            What::SubscriptionOpened { tag, .. } => awaited.push(tag.as_str()),
            _ => {}
        }
    }
    awaited.retain(|it| !published.contains(it));
    awaited
}
