//! Polls and streams of jobs.

use record::{ActivatedJob, Envelope};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use value::Str;

/// A worker asks for jobs.
#[derive(Debug, Clone)]
pub struct PollRequest {
    /// Who asks.
    pub envelope: Envelope,
    /// The job type.
    pub job_type: Str,
    /// The worker's name.
    pub worker: Str,
    /// How long the worker holds each job.
    pub timeout_ms: i64,
    /// At most so many jobs.
    pub jobs_max: u32,
    /// Which variables; empty for all.
    pub fetch_variables: Vec<Str>,
    /// How long to wait for the first job; zero for not at all.
    pub wait: Duration,
}

/// Jobs handed out together.
#[derive(Debug, Clone, Default)]
pub struct JobBatch {
    /// The jobs, oldest first.
    pub jobs: Vec<ActivatedJob>,
    /// True if more jobs of the type did not fit.
    pub truncated: bool,
}

/// A worker opens a job stream.
#[derive(Debug, Clone)]
pub struct StreamRequest {
    /// Who asks.
    pub envelope: Envelope,
    /// The job type.
    pub job_type: Str,
    /// The worker's name.
    pub worker: Str,
    /// How long the worker holds each job.
    pub timeout_ms: i64,
    /// Which variables; empty for all.
    pub fetch_variables: Vec<Str>,
    /// How many jobs may be under way to the worker at first.
    pub credit: u32,
}

/// An open job stream. Dropping it closes it and gives back the jobs still inside.
#[derive(Debug)]
pub struct JobStream {
    /// The pushed jobs. It ends when the leader changes or the server stops.
    pub jobs: mpsc::Receiver<ActivatedJob>,
    /// Its other direction.
    pub control: Arc<dyn StreamControl>,
}

impl Drop for JobStream {
    fn drop(&mut self) {
        self.jobs.close();
        let mut undelivered = Vec::new();
        while let Ok(job) = self.jobs.try_recv() {
            undelivered.push(job);
        }
        self.control.close(undelivered);
    }
}

/// What the holder of a job stream tells the broker.
pub trait StreamControl: std::fmt::Debug + Send + Sync {
    /// The worker took `count` jobs and can take as many more.
    fn add_credit(&self, count: u32);
    /// The stream ends; `undelivered` jobs are given back at once.
    fn close(&self, undelivered: Vec<ActivatedJob>);
    /// One job did not reach the worker although it left [`JobStream::jobs`].
    fn give_back(&self, job: &ActivatedJob);
}
