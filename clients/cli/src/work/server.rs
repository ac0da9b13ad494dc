//! What a worker needs of a server. The tests script it.

use std::future::Future;

use client::{ActivateJobs, Client, Error, FailJob, Job, Key};
use serde_json::Value;

use super::{POLL_WAIT, Work};

/// What a worker needs of a server.
pub(super) trait Server: Clone + Send + Sync + 'static {
    /// Takes at most so many jobs, waiting for the first a while.
    fn activate(&self, max: usize) -> impl Future<Output = Result<Vec<Job>, Error>> + Send;
    /// Completes a job.
    fn complete(
        &self,
        job: Key,
        variables: &Value,
    ) -> impl Future<Output = Result<(), Error>> + Send;
    /// Fails a job.
    fn fail(&self, failure: FailJob) -> impl Future<Output = Result<(), Error>> + Send;
}

/// A real one.
#[derive(Debug, Clone)]
pub(super) struct Remote {
    pub(super) client: Client,
    pub(super) work: Work,
}

impl Server for Remote {
    async fn activate(&self, max: usize) -> Result<Vec<Job>, Error> {
        let request = ActivateJobs {
            job_type: self.work.job_type.clone(),
            worker: self.work.worker.clone(),
            timeout: self.work.timeout,
            jobs_max: i32::try_from(max).unwrap_or(i32::MAX),
            fetch_variables: self.work.fetch_variables.clone(),
            wait: Some(POLL_WAIT),
        };
        self.client.activate_jobs(request).await
    }

    async fn complete(&self, job: Key, variables: &Value) -> Result<(), Error> {
        self.client.complete_job(job, variables).await
    }

    async fn fail(&self, failure: FailJob) -> Result<(), Error> {
        self.client.fail_job(failure).await
    }
}
