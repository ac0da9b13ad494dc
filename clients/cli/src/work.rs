//! `baton jobs work`: runs a command for each job.
//!
//! ```text
//!   poll (waits at the server) ─▶ job ─▶ child process ─▶ complete or fail
//!     ▲ only for as many jobs as          (at most `concurrency` at a time)
//!     └ can begin at once
//! ```
//!
//! Jobs come by polls that wait at the server, not by a stream: a stream may hand out more jobs
//! than can begin at once, and their time would run while they wait here for a free place.

mod child;
mod server;

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use client::{Client, FailJob, Job};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::failure::{Exit, Failure};
use child::Outcome;
use server::{Remote, Server};

/// How long a poll waits at the server.
const POLL_WAIT: Duration = Duration::from_secs(30);
/// The first and the longest pause before a call is repeated that the server could not take.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// What is to be done.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    /// The job type.
    pub(crate) job_type: String,
    /// The worker's name.
    pub(crate) worker: String,
    /// The command and its arguments; not empty.
    pub(crate) command: Vec<String>,
    /// Jobs at the same time; at least one.
    pub(crate) concurrency: usize,
    /// How long the command may take.
    pub(crate) timeout: Duration,
    /// How long a failed job waits.
    pub(crate) back_off: Duration,
    /// Which variables; none for all.
    pub(crate) fetch_variables: Vec<String>,
}

/// How far the worker has been told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(crate) enum Stop {
    /// Not at all.
    No,
    /// Take no more jobs and finish those that run.
    Gently,
    /// Kill what runs.
    Now,
}

/// Works until Ctrl-C or SIGTERM; a second one kills what still runs.
pub(crate) async fn run(client: Client, work: Work) -> Result<(), Failure> {
    let (tell, stop) = watch::channel(Stop::No);
    let mut interrupts = signal(SignalKind::interrupt())?;
    let mut terminates = signal(SignalKind::terminate())?;
    let was_interrupted = Cell::new(false);
    let listen = async {
        for level in [Stop::Gently, Stop::Now] {
            tokio::select! {
                _ = interrupts.recv() => was_interrupted.set(true),
                _ = terminates.recv() => {}
            }
            if level == Stop::Gently {
                say("stopping: no more jobs are taken, those that run are finished");
            }
            if tell.send(level).is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let worker = work_until(Remote { client, work: work.clone() }, work, stop);
    let result = tokio::select! {
        result = worker => result,
        () = listen => Ok(()),
    };
    if result.is_ok() && was_interrupted.get() {
        let text = "Stopped by Ctrl-C; the jobs that ran are done.";
        return Err(Failure::new(Exit::Interrupted, text));
    }
    result
}

/// Works until it is told to stop.
async fn work_until<S: Server>(
    server: S,
    work: Work,
    mut stop: watch::Receiver<Stop>,
) -> Result<(), Failure> {
    let mut running: JoinSet<Result<(), Failure>> = JoinSet::new();
    let mut pause = PAUSE_MIN;
    let mut result = Ok(());
    // One poll at a time, kept while commands end, asks only for places that stay free meanwhile.
    let mut poll = None;
    while *stop.borrow() == Stop::No && result.is_ok() {
        let free = work.concurrency.saturating_sub(running.len());
        if poll.is_none() && free > 0 {
            poll = Some(Box::pin(server.activate(free)));
        }
        let answer = async {
            match &mut poll {
                Some(poll) => poll.await,
                None => std::future::pending().await,
            }
        };
        let answer = tokio::select! {
            _ = stop.changed() => continue,
            Some(ended) = running.join_next() => {
                result = flatten(ended);
                continue;
            }
            answer = answer => answer,
        };
        poll = None;
        match answer {
            Ok(jobs) => {
                pause = PAUSE_MIN;
                for job in jobs {
                    running.spawn(one(server.clone(), work.clone(), job, stop.clone()));
                }
            }
            Err(error) if error.is_retryable() => {
                say(&format!("{error} Trying again."));
                tokio::select! {
                    _ = stop.changed() => {}
                    () = tokio::time::sleep(pause) => pause = (pause * 2).min(PAUSE_MAX),
                }
            }
            Err(error) => result = Err(error.into()),
        }
    }
    drop(poll);
    while let Some(ended) = running.join_next().await {
        result = result.and(flatten(ended));
    }
    if result.is_ok() && *stop.borrow() == Stop::Now {
        return Err(Failure::new(Exit::Interrupted, "Stopped while commands were running."));
    }
    result
}

fn flatten(ended: Result<Result<(), Failure>, tokio::task::JoinError>) -> Result<(), Failure> {
    match ended {
        Ok(result) => result,
        Err(error) => Err(Failure::new(Exit::Unexpected, format!("A worker failed: {error}."))),
    }
}

/// Does one job. An error means that no job can be done.
async fn one<S: Server>(
    server: S,
    work: Work,
    job: Job,
    mut stop: watch::Receiver<Stop>,
) -> Result<(), Failure> {
    let killed = async {
        let is_alone = stop.wait_for(|stop| *stop == Stop::Now).await.is_err();
        if is_alone {
            std::future::pending::<()>().await;
        }
    };
    let outcome = tokio::select! {
        outcome = child::run(&work.command, &job) => outcome,
        () = tokio::time::sleep(work.timeout) => Outcome::TooLate,
        () = killed => Outcome::Stopped,
    };
    let key = job.key;
    match outcome {
        Outcome::Completed(variables) => {
            report(key, "complete", repeat(&work, || server.complete(key, &variables)).await);
        }
        Outcome::Failed(message) => {
            say(&format!("job {key} failed: {message}"));
            let failure = fail(&job, (job.retries - 1).max(0), message, work.back_off);
            report(key, "fail", repeat(&work, || server.fail(failure.clone())).await);
        }
        Outcome::TooLate => {
            say(&format!(
                "job {key} took too long: its command was killed, the job is offered again"
            ));
        }
        Outcome::Stopped => {
            let message = "The worker was stopped.".to_owned();
            let failure = fail(&job, job.retries, message, Duration::ZERO);
            report(key, "give back", server.fail(failure).await);
        }
        Outcome::NotStarted(reason) => {
            // No job of this worker can be done: give this one back as it was, and end.
            let failure = fail(&job, job.retries, reason.clone(), Duration::ZERO);
            report(key, "give back", server.fail(failure).await);
            let program = work.command.first().map(String::as_str).unwrap_or_default();
            return Err(Failure::usage(format!("'{program}' cannot be run: {reason}.")));
        }
    }
    Ok(())
}

fn fail(job: &Job, retries: i32, message: String, back_off: Duration) -> FailJob {
    FailJob { job: job.key, retries, message, back_off, variables: serde_json::Value::Null }
}

/// Repeats a call while the server cannot take it, at most as long as the job may be held.
async fn repeat<F>(work: &Work, call: impl Fn() -> F) -> Result<(), client::Error>
where
    F: Future<Output = Result<(), client::Error>>,
{
    let mut pause = PAUSE_MIN;
    let mut waited = Duration::ZERO;
    loop {
        match call().await {
            Err(error) if error.is_retryable() && waited < work.timeout => {
                tokio::time::sleep(pause).await;
                waited += pause;
                pause = (pause * 2).min(PAUSE_MAX);
            }
            result => return result,
        }
    }
}

fn report(key: i64, action: &str, result: Result<(), client::Error>) {
    if let Err(error) = result {
        say(&format!("job {key}: could not {action}: {error}"));
    }
}

/// Tells the user; stdout is for data only.
fn say(text: &str) {
    eprintln!("{text}");
}

#[cfg(test)]
mod tests;
