//! The clients that work until the server is gone, and those that finish what is left.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use baton_e2e::Random;
use client::{ActivateJobs, Client, CreateInstance, FailJob, Job, PublishMessage};
use serde_json::{Value, json};

use crate::ledger::{Ledger, Stopped};
use crate::models::{JOB, MESSAGE, TIMER};

/// What a client does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Creates instances with a job or a timer.
    Creator,
    /// Creates instances that wait for a message, and publishes it before or after.
    Publisher,
    /// Does jobs, and fails some.
    Worker,
}

use Kind::{Creator, Publisher, Worker};

/// The clients of a round.
pub(crate) const CLIENTS: &[Kind] = &[
    Creator, Creator, Creator, Creator, Creator, Creator, Publisher, Publisher, Publisher, Worker,
    Worker, Worker,
];

/// Breathes, so that many clients make the load and not a few at full speed.
const PAUSE: Duration = Duration::from_millis(8);
/// Longer than the clock is moved in all, so that no message is lost to its age.
const TIME_TO_LIVE: Duration = Duration::from_hours(24);
/// Shorter than the clock is moved at once, so that some jobs are offered again.
const JOB_TIMEOUT: Duration = Duration::from_mins(30);

/// Works until a call fails.
pub(crate) async fn run(kind: Kind, client: Client, ledger: Arc<Ledger>, mut random: Random) {
    loop {
        let step = match kind {
            Creator => create_some(&client, &ledger, &mut random).await,
            Publisher => message(&client, &ledger, &mut random).await,
            Worker => work(&client, &ledger, &mut random).await,
        };
        if step.is_err() || ledger.is_killed.load(Ordering::SeqCst) {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn create_some(client: &Client, ledger: &Ledger, random: &mut Random) -> Result<(), Stopped> {
    let durations = ["PT0.2S", "PT1S", "PT30M", "PT3H"];
    match random.pick(&durations).filter(|_| random.clone().below(2) == 0) {
        Some(duration) => create(client, ledger, TIMER, json!({"duration": duration})).await,
        None => create(client, ledger, JOB, json!({"from": "kills"})).await,
    }
}

async fn create(
    client: &Client,
    ledger: &Ledger,
    process: &str,
    variables: Value,
) -> Result<(), Stopped> {
    let request = CreateInstance { variables, ..CreateInstance::latest(process) };
    if let Some(created) = ledger.call("create", Box::pin(client.create_instance(request))).await? {
        ledger.note().created.push(created.instance);
    }
    Ok(())
}

async fn message(client: &Client, ledger: &Ledger, random: &mut Random) -> Result<(), Stopped> {
    let key = ledger.name("key");
    ledger.note().awaited.insert(key.clone());
    let waits = create(client, ledger, MESSAGE, json!({"key": key}));
    let comes = publish(client, ledger, &key);
    if random.below(2) == 0 {
        waits.await?;
        comes.await
    } else {
        comes.await?;
        waits.await
    }
}

async fn publish(client: &Client, ledger: &Ledger, key: &str) -> Result<(), Stopped> {
    let message = PublishMessage {
        name: "go".to_owned(),
        correlation_key: key.to_owned(),
        time_to_live: TIME_TO_LIVE,
        ..PublishMessage::default()
    };
    if let Some(message) = ledger.call("publish", Box::pin(client.publish_message(message))).await?
    {
        ledger.note().published.push((message, key.to_owned()));
    }
    Ok(())
}

async fn work(client: &Client, ledger: &Ledger, random: &mut Random) -> Result<(), Stopped> {
    let request = ActivateJobs {
        job_type: "work".to_owned(),
        worker: "kills".to_owned(),
        timeout: JOB_TIMEOUT,
        jobs_max: 4,
        fetch_variables: Vec::new(),
        wait: None,
    };
    let jobs = ledger.call("activate", Box::pin(client.activate_jobs(request))).await?;
    for job in jobs.unwrap_or_default() {
        if random.below(5) == 0 {
            fail(client, ledger, &job).await?;
        } else {
            complete(client, ledger, &job).await?;
        }
    }
    Ok(())
}

async fn complete(client: &Client, ledger: &Ledger, job: &Job) -> Result<(), Stopped> {
    let variables = json!({});
    let call = Box::pin(client.complete_job(job.key, &variables));
    if ledger.call("complete", call).await?.is_some() {
        ledger.note().completed.push(job.key);
    }
    Ok(())
}

async fn fail(client: &Client, ledger: &Ledger, job: &Job) -> Result<(), Stopped> {
    let message = ledger.name("failure");
    let failure = FailJob {
        job: job.key,
        retries: job.retries,
        message: message.clone(),
        back_off: Duration::from_millis(50),
        variables: json!({}),
    };
    if ledger.call("fail", Box::pin(client.fail_job(failure))).await?.is_some() {
        ledger.note().failed.push((job.key, message));
    }
    Ok(())
}

/// Does all jobs and publishes all messages that are still missing, until nothing is active.
pub(crate) async fn drain(client: &Client, ledger: &Ledger) -> Result<()> {
    ledger.is_killed.store(false, Ordering::SeqCst);
    let told = ledger.told();
    let published: Vec<&String> = told.published.iter().map(|(_, key)| key).collect();
    for key in told.awaited.iter().filter(|it| !published.contains(it)) {
        let published = publish(client, ledger, key).await;
        ensure!(published.is_ok(), "{:?}", ledger.unexpected());
    }
    let started = Instant::now();
    let mut random = Random::new(0);
    loop {
        let worked = work(client, ledger, &mut random).await;
        ensure!(worked.is_ok(), "{:?}", ledger.unexpected());
        let active = client.status().await?.partitions.iter().map(|it| it.active_instances).sum();
        match active {
            0_u64 => return Ok(()),
            _ if started.elapsed() < Duration::from_mins(1) => {}
            active => anyhow::bail!("{active} instances do not end, though nothing holds them"),
        }
    }
}
