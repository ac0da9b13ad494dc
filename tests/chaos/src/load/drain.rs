//! Brings everything to its end: time passes, jobs are done, messages come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use baton_e2e::{Baton, Server};

use super::models::GO;
use super::steps::{Steps, TIME_TO_LIVE};
use crate::oracle::{Fact, States, Stopped, Verdict, What};
use draw::Random;

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
    // All do their jobs now: nothing is left to chance.
    let mut random = Random::new(0);
    let (mut last_done, mut look_at) = (Instant::now(), Instant::now());
    let mut is_quiet = true;
    loop {
        if is_quiet && Instant::now() >= look_at {
            for it in awaited(&records.read()?) {
                if told.insert(it.clone()) {
                    let given = it.give(steps).await;
                    ensure!(given.is_ok(), "{:?}", steps.ledger.unexpected());
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
            let done = steps.finish(job, &mut random).await;
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

/// What an instance waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Awaited {
    /// A message with this correlation key, which nobody published.
    Message(String),
    /// A signal.
    Signal(String),
    /// That somebody does a user task.
    Task(i64),
    /// That it is resumed.
    Resumption(i64),
}

impl Awaited {
    async fn give(&self, steps: &Steps<'_>) -> Result<(), Stopped> {
        match self {
            Self::Message(key) => steps.publish(key, TIME_TO_LIVE).await,
            Self::Signal(name) => steps.broadcast(name).await,
            Self::Task(task) => steps.complete_task(*task).await,
            Self::Resumption(instance) => steps.resume(*instance).await,
        }
    }
}

/// What is waited for when all of these records are written.
fn awaited(facts: &[Fact]) -> Vec<Awaited> {
    let mut published = BTreeSet::new();
    let mut waits = BTreeMap::new();
    for fact in facts {
        let key = fact.key;
        match &fact.what {
            What::MessagePublished { tag, .. } => drop(published.insert(tag.as_str())),
            What::SubscriptionOpened { name, tag, .. } if name == GO => {
                waits.insert(key, Awaited::Message(tag.clone()));
            }
            What::SignalAwaited { name } => drop(waits.insert(key, Awaited::Signal(name.clone()))),
            What::TaskCreated => drop(waits.insert(key, Awaited::Task(key))),
            What::InstanceSuspended => drop(waits.insert(key, Awaited::Resumption(key))),
            What::SubscriptionClosed
            | What::SignalNotAwaited
            | What::TaskCompleted { .. }
            | What::TaskCanceled
            | What::InstanceResumed => drop(waits.remove(&key)),
            _ => {}
        }
    }
    let is_open = |it: &Awaited| match it {
        Awaited::Message(key) => !published.contains(key.as_str()),
        Awaited::Signal(_) | Awaited::Task(_) | Awaited::Resumption(_) => true,
    };
    waits.into_values().filter(is_open).collect()
}
