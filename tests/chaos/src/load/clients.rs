//! The clients that work until the server is gone.

use std::sync::Arc;
use std::time::Duration;

use client::Client;

use super::models::{BEGINS, CYCLE, Way};
use super::pushed;
use super::steps::{Steps, TIME_TO_LIVE};
use crate::oracle::{Ledger, Stopped};
use draw::Random;

/// What a client does.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Creates instances with a job or a timer, and cancels a few.
    Creator,
    /// Creates instances that wait for a message, and publishes it before or after.
    Publisher,
    /// Creates instances of all other elements, moves, migrates and suspends some,
    /// starts some by signals and conditions, and deletes what they began by.
    Mixer,
    /// Does jobs, and fails some.
    Worker,
    /// Does jobs that are pushed to it.
    Pushed,
    /// Creates instances with so many bytes of variables.
    Filler(usize),
}

use Kind::{Creator, Mixer, Publisher, Pushed, Worker};

/// The clients of a round.
pub const CLIENTS: &[Kind] = &[
    Creator, Creator, Creator, Creator, Creator, Mixer, Publisher, Publisher, Publisher, Worker,
    Worker, Worker, Pushed,
];

/// Breathes, so that many clients make the load and not a few at full speed.
const PAUSE: Duration = Duration::from_millis(8);

/// Works until a call fails, or the ledger says that calls may.
pub async fn run(
    kind: Kind,
    (client, http): (Client, String),
    ledger: Arc<Ledger>,
    mut random: Random,
) {
    let steps = Steps::new(client, &http, &ledger);
    loop {
        let step = match kind {
            Creator => create(&steps, &mut random).await,
            Publisher => message(&steps, &mut random).await,
            Mixer => mix(&steps, &mut random).await,
            Worker => work(&steps, &mut random).await,
            Pushed => pushed::work(&steps, &mut random, || ledger.may_fail()).await,
            Kind::Filler(bytes) => steps.create_filled(bytes, &mut random).await,
        };
        if step.is_err() || ledger.may_fail() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn create(steps: &Steps<'_>, random: &mut Random) -> Result<(), Stopped> {
    if random.percent(60) {
        let created = steps.create_job().await?;
        if let Some(instance) = created.filter(|_| random.percent(5)) {
            steps.cancel(instance).await?;
        }
    } else {
        match random.one_of(&["PT0.2S", "PT1S", "PT30M", "PT3H", CYCLE]) {
            CYCLE => steps.create_cycle().await?,
            duration => steps.create_timer(duration).await?,
        };
    }
    Ok(())
}

async fn message(steps: &Steps<'_>, random: &mut Random) -> Result<(), Stopped> {
    let key = steps.ledger.tag("key");
    if random.percent(50) {
        steps.create_waiting(&key).await?;
        steps.publish(&key, TIME_TO_LIVE).await
    } else {
        steps.publish(&key, TIME_TO_LIVE).await?;
        steps.create_waiting(&key).await.map(|_| ())
    }
}

/// Begins something of the elements that no other client knows.
pub(super) async fn mix(steps: &Steps<'_>, random: &mut Random) -> Result<(), Stopped> {
    match random.below(16) {
        0 => steps.create_moved().await,
        1 => steps.create_migrated().await,
        2 => steps.create_suspended().await,
        3 => steps.create_last().await,
        4 => steps.broadcast(BEGINS).await,
        5 => steps.start_by_condition().await,
        _ => steps.go(random.one_of(&Way::ALL)).await,
    }
}

/// Takes a few jobs; most are done, some fail.
pub(super) async fn work(steps: &Steps<'_>, random: &mut Random) -> Result<(), Stopped> {
    for job in steps.activate(4).await? {
        if random.percent(20) {
            steps.fail(&job).await?;
        } else {
            steps.finish(&job, random).await?;
        }
    }
    Ok(())
}
