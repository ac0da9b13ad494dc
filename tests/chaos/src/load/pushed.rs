//! A worker that asks once, and to whom the server pushes jobs from then on.

use std::time::Duration;

use client::OpenJobStream;

use super::models::WORK;
use super::steps::{JOB_TIMEOUT, Steps};
use crate::oracle::{Ask, Call, Outcome, Stopped};
use draw::Random;

/// How often a worker that gets no job looks whether it is to end.
const LOOK: Duration = Duration::from_millis(20);

/// Does jobs that are pushed, until it is to end or the stream does.
///
/// # Errors
/// The stream ended, or a call was not answered.
pub(super) async fn work(
    steps: &Steps<'_>,
    random: &mut Random,
    is_over: impl Fn() -> bool,
) -> Result<(), Stopped> {
    let (tag, began_us) = (steps.ledger.tag("stream"), steps.ledger.now_us());
    let mut keys = Vec::new();
    let done = receive(steps, &tag, &mut keys, random, is_over).await;
    // More may have been on their way to it.
    let outcome = Outcome::Ok { keys };
    let ended_us = steps.ledger.now_us();
    steps.ledger.note(Call {
        ask: Ask::Stream { tag },
        began_us,
        ended_us,
        patience_us: 0,
        outcome,
    });
    done
}

async fn receive(
    steps: &Steps<'_>,
    tag: &str,
    keys: &mut Vec<i64>,
    random: &mut Random,
    is_over: impl Fn() -> bool,
) -> Result<(), Stopped> {
    let request = OpenJobStream {
        job_type: WORK.to_owned(),
        worker: tag.to_owned(),
        timeout: JOB_TIMEOUT,
        fetch_variables: vec!["tag".to_owned()],
    };
    let opening = Box::pin(steps.client.open_job_stream(request));
    tokio::pin!(opening);
    // It may be open only with the first job.
    let mut stream = loop {
        tokio::select! {
            opened = &mut opening => break opened.map_err(|error| ended(steps, &error))?,
            () = tokio::time::sleep(LOOK) => if is_over() { return Ok(()) },
        }
    };
    while !is_over() {
        let Ok(pushed) = tokio::time::timeout(LOOK, stream.next()).await else { continue };
        match pushed {
            Ok(Some(job)) => {
                keys.push(job.key);
                steps.finish(&job, random).await?;
            }
            Ok(None) => return Err(ended(steps, &"the server ended it")),
            Err(error) => return Err(ended(steps, &error)),
        }
    }
    Ok(())
}

fn ended(steps: &Steps<'_>, why: &dyn std::fmt::Display) -> Stopped {
    steps.ledger.complain(format!("a stream of jobs ended: {why}"));
    Stopped
}
