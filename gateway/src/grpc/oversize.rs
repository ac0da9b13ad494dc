//! Jobs that do not fit a message.

use record::{CommandBody, CommandIntent, Envelope, FailJob, Key};

use super::call;
use super::service::Service;
use crate::limits::MESSAGE_SIZE_MAX;

/// Parks a job that no message can carry: an incident says why, instead of a worker that never
/// gets it and a hand-out that repeats for ever.
pub(super) fn park(service: &Service, job: Key, size_bytes: usize) {
    let message = format!(
        "The job has {size_bytes} bytes as it is sent to workers; the limit 'message-size-max' is \
         {MESSAGE_SIZE_MAX} bytes. Let the worker fetch fewer variables, or make them smaller, \
         then give the job retries and resolve the incident."
    );
    let body = CommandBody::FailJob(FailJob {
        job,
        retries: 0,
        message: message.into(),
        ..FailJob::default()
    });
    let worker = service.clone();
    service.tasks.spawn(async move {
        let intent = CommandIntent::JobFail;
        let envelope = Envelope::default();
        let answer = call::submit(&worker, job.partition(), envelope, intent, body).await;
        if let Err(error) = answer {
            // Its lock runs out and the next hand-out tries again.
            tracing::warn!(job_key = job.0, error = %error.message(), "park an oversized job");
        }
    });
}
