//! How workers get jobs from a partition: polls that wait, and streams.

use super::handle::{Partition, unexpected};
use super::streams::Control;
use super::worker::{Question, Task};
use crate::platform::Platform;
use broker_api::{JobBatch, JobStream, PollRequest, Refusal, StreamRequest};
use record::{ActivateJobs, CommandBody, OpenStream, Reply};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::time::Instant;

impl<P: Platform> Partition<P> {
    /// Hands out jobs, waiting for some as long as the request says.
    pub(crate) async fn activate_jobs(&self, poll: PollRequest) -> Result<JobBatch, Refusal> {
        let until = Instant::now().checked_add(poll.wait);
        let max = self.config.limits.polls_parked_max;
        loop {
            // The place is taken before looking, so that no job can come in between unseen.
            let place = self.polls.park(&poll.job_type, max).ok_or_else(|| Refusal::LimitReached {
                limit: "polls-parked-max",
                max,
                reason: "As many job polls wait. Use job streams, or fewer pollers.".to_owned(),
            });
            self.metrics.polls_parked.store(self.polls.len(), Ordering::Relaxed);
            let mut place = place?;
            if self.has_work(&poll).await? {
                let taken = self.take_jobs(&poll).await;
                self.pass_on(&poll.job_type);
                match taken? {
                    batch if batch.jobs.is_empty() => continue,
                    batch => return Ok(batch),
                }
            }
            let is_woken = tokio::select! {
                biased;
                () = place.woken() => true,
                () = sleep_until(until) => false,
                () = self.stop.cancelled() => false,
                _ = self.fatal.wait() => false,
            };
            if !is_woken {
                return Ok(JobBatch::default());
            }
        }
    }

    /// Wakes the next poll if jobs of the type are left. Waking it without looking would have two
    /// idle polls wake each other for ever; awaiting the look could lose the jobs just taken.
    fn pass_on(&self, job_type: &value::Str) {
        let (polls, job_type) = (self.polls.clone(), job_type.clone());
        let look: Question = Box::new(move |engine| {
            if engine.has_activatable(&job_type) {
                polls.wake(&job_type);
            }
        });
        // A worker with a full queue has entries to apply, which tell of jobs themselves.
        drop(self.tasks.try_send(Task::Ask(look)));
    }

    async fn has_work(&self, poll: &PollRequest) -> Result<bool, Refusal> {
        let job_type = poll.job_type.clone();
        self.ask(move |engine| engine.has_activatable(&job_type)).await
    }

    async fn take_jobs(&self, poll: &PollRequest) -> Result<JobBatch, Refusal> {
        let body = CommandBody::ActivateJobs(ActivateJobs {
            job_type: poll.job_type.clone(),
            worker: poll.worker.clone(),
            timeout_ms: poll.timeout_ms,
            jobs_max: poll.jobs_max,
            fetch_variables: poll.fetch_variables.clone(),
        });
        match self.submit(poll.envelope.clone(), body).await? {
            Reply::JobsActivated(it) => Ok(JobBatch { jobs: it.jobs, truncated: it.truncated }),
            Reply::Rejected(it) => Err(Refusal::InvalidArgument { reason: it.reason.to_string() }),
            other => Err(unexpected(self.id, &other)),
        }
    }

    /// Gives back jobs that did not reach their worker.
    pub(crate) fn yield_jobs(&self, jobs: Vec<record::Activation>) {
        let count = jobs.len() as u64;
        self.metrics.jobs_yielded.fetch_add(count, Ordering::Relaxed);
        self.proposals.internal(CommandBody::YieldJobs(record::YieldJobs { jobs }));
    }

    /// Opens a job stream.
    pub(crate) async fn open_stream(&self, request: StreamRequest) -> Result<JobStream, Refusal> {
        let (stream, jobs) = self.streams.register(request.credit);
        let control = Arc::new(Control {
            stream: stream.clone(),
            streams: self.streams.clone(),
            proposals: self.proposals.clone(),
            earned: AtomicU32::new(0),
            quarter: (request.credit / 4).max(1),
        });
        // From here on dropping it closes the stream, also when the command is refused.
        let opened = JobStream { jobs, control };
        let body = CommandBody::OpenStream(OpenStream {
            stream,
            job_type: request.job_type,
            worker: request.worker,
            timeout_ms: request.timeout_ms,
            fetch_variables: request.fetch_variables,
            credit: request.credit,
        });
        match self.submit(request.envelope, body).await? {
            Reply::Accepted(_) => Ok(opened),
            Reply::Rejected(it) if it.kind == record::RejectionType::ResourceExhausted => {
                let max = self.ask(|engine| engine.settings().streams_max).await?;
                Err(Refusal::LimitReached {
                    limit: "streams_max",
                    max,
                    reason: it.reason.to_string(),
                })
            }
            Reply::Rejected(it) => Err(Refusal::InvalidArgument { reason: it.reason.to_string() }),
            other => Err(unexpected(self.id, &other)),
        }
    }
}

async fn sleep_until(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}
