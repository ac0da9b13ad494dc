//! Jobs: activate by poll or stream, complete, fail, update.

use std::time::Duration;

use proto::gateway as wire;
use serde_json::Value;

use crate::connection::millis;
use crate::error::of_status;
use crate::{Client, Error, Key, payload};

/// Asks for jobs once.
#[derive(Debug, Clone)]
pub struct ActivateJobs {
    /// The job type.
    pub job_type: String,
    /// The worker's name, for people.
    pub worker: String,
    /// How long the worker holds each job.
    pub timeout: Duration,
    /// At most so many jobs.
    pub jobs_max: i32,
    /// Which variables; none for all that are visible.
    pub fetch_variables: Vec<String>,
    /// How long to wait for the first job; none for not at all.
    pub wait: Option<Duration>,
}

/// Opens a stream of jobs.
#[derive(Debug, Clone)]
pub struct OpenJobStream {
    /// The job type.
    pub job_type: String,
    /// The worker's name, for people.
    pub worker: String,
    /// How long the worker holds each job.
    pub timeout: Duration,
    /// Which variables; none for all that are visible.
    pub fetch_variables: Vec<String>,
}

/// A job as its worker gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its key.
    pub key: Key,
    /// The job type.
    pub job_type: String,
    /// The process instance.
    pub instance: Key,
    /// The process id.
    pub process_id: String,
    /// The version of the process.
    pub process_version: i32,
    /// The definition's key.
    pub definition: Key,
    /// The id of the element.
    pub element_id: String,
    /// The element instance.
    pub element_instance: Key,
    /// Static headers of the model: an object of texts.
    pub headers: Value,
    /// The worker that holds it.
    pub worker: String,
    /// The retries that are left, this attempt included.
    pub retries: i32,
    /// When the worker must be done, in milliseconds since the epoch.
    pub deadline_ms: i64,
    /// How urgent it is: the higher, the sooner it is handed out.
    pub priority: i32,
    /// The caller's name for the case; empty for none.
    pub business_id: String,
    /// Words by which cases are found.
    pub tags: Vec<String>,
    /// An object.
    pub variables: Value,
    /// The user task that it is about, if it is the job of a listener to one.
    pub user_task: Option<Key>,
}

/// Gives a job back.
#[derive(Debug, Clone, Default)]
pub struct FailJob {
    /// The job.
    pub job: Key,
    /// The retries that are left from now on; 0 raises an incident.
    pub retries: i32,
    /// Why.
    pub message: String,
    /// How long to wait before it is offered again.
    pub back_off: Duration,
    /// An object that is set local to the element, or null for none.
    pub variables: Value,
}

/// Throws an error of the business out of a job.
#[derive(Debug, Clone, Default)]
pub struct ThrowError {
    /// The job.
    pub job: Key,
    /// The code that an error event around the job's task catches.
    pub code: String,
    /// Why.
    pub message: String,
    /// An object for the event that catches the error, or null for none.
    pub variables: Value,
}

/// Jobs as the server pushes them. Dropping it closes the stream.
#[derive(Debug)]
pub struct JobStream {
    jobs: tonic::Streaming<wire::ActivatedJob>,
}

impl JobStream {
    /// The next job; nothing when the server ends the stream. May be dropped and called again.
    ///
    /// # Errors
    /// What ended the stream.
    pub async fn next(&mut self) -> Result<Option<Job>, Error> {
        match self.jobs.message().await {
            Ok(Some(job)) => read(job).map(Some),
            Ok(None) => Ok(None),
            Err(status) => Err(of_status(&status)),
        }
    }
}

impl Client {
    /// Asks for jobs, waiting for the first as long as the request says.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for a blank type, a timeout or a number below 1.
    pub async fn activate_jobs(&self, request: ActivateJobs) -> Result<Vec<Job>, Error> {
        let wait = request.wait.unwrap_or_default();
        let request = wire::ActivateJobsRequest {
            r#type: request.job_type,
            worker: request.worker,
            timeout: millis(request.timeout),
            max_jobs_to_activate: request.jobs_max,
            fetch_variable: request.fetch_variables,
            request_timeout: request.wait.map_or(-1, |wait| millis(wait).max(1)),
            ..wire::ActivateJobsRequest::default()
        };
        let mut gateway = self.gateway();
        let all = async move {
            let mut batches = gateway.activate_jobs(request).await?.into_inner();
            let mut jobs = Vec::new();
            while let Some(batch) = batches.message().await? {
                jobs.extend(batch.jobs);
            }
            Ok(tonic::Response::new(jobs))
        };
        self.answer_after(wait, all).await?.into_iter().map(read).collect()
    }

    /// Opens a stream to which the server pushes jobs that become available from now on.
    /// Jobs that were available before are not pushed: poll for them.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for a blank type or a timeout below 1.
    pub async fn open_job_stream(&self, request: OpenJobStream) -> Result<JobStream, Error> {
        let request = wire::StreamActivatedJobsRequest {
            r#type: request.job_type,
            worker: request.worker,
            timeout: millis(request.timeout),
            fetch_variable: request.fetch_variables,
            ..wire::StreamActivatedJobsRequest::default()
        };
        // The answer's head may come only with the first job, so there is no time limit.
        let jobs = self.gateway().stream_activated_jobs(request).await;
        jobs.map(|it| JobStream { jobs: it.into_inner() }).map_err(|status| of_status(&status))
    }

    /// Completes a job with an object of variables, or null for none.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such job, or it was completed before.
    pub async fn complete_job(&self, job: Key, variables: &Value) -> Result<(), Error> {
        let request = wire::CompleteJobRequest {
            job_key: job,
            variables: payload::to_text(variables)?,
            ..wire::CompleteJobRequest::default()
        };
        self.answer(self.gateway().complete_job(request)).await.map(|_| ())
    }

    /// Gives a job back.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such job; `FAILED_PRECONDITION` when it has failed already.
    pub async fn fail_job(&self, failure: FailJob) -> Result<(), Error> {
        let request = wire::FailJobRequest {
            job_key: failure.job,
            retries: failure.retries,
            error_message: failure.message,
            retry_back_off: millis(failure.back_off),
            variables: payload::to_text(&failure.variables)?,
            lease_token: None,
        };
        self.answer(self.gateway().fail_job(request)).await.map(|_| ())
    }

    /// Throws an error of the business: an error event around the job's task catches its code, or
    /// there is an incident.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such job; `FAILED_PRECONDITION` when it has failed already;
    /// `INVALID_ARGUMENT` for an empty code.
    pub async fn throw_error(&self, error: ThrowError) -> Result<(), Error> {
        let request = wire::ThrowErrorRequest {
            job_key: error.job,
            error_code: error.code,
            error_message: error.message,
            variables: payload::to_text(&error.variables)?,
            lease_token: None,
        };
        self.answer(self.gateway().throw_error(request)).await.map(|_| ())
    }

    /// Sets the retries that are left.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such job; `INVALID_ARGUMENT` for a number below 1.
    pub async fn update_job_retries(&self, job: Key, retries: i32) -> Result<(), Error> {
        let request = wire::UpdateJobRetriesRequest {
            job_key: job,
            retries,
            ..wire::UpdateJobRetriesRequest::default()
        };
        self.answer(self.gateway().update_job_retries(request)).await.map(|_| ())
    }

    /// Sets how urgent a job is. A worker that has it keeps it.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such job.
    pub async fn update_job_priority(&self, job: Key, priority: i32) -> Result<(), Error> {
        let request = wire::UpdateJobPriorityRequest {
            job_key: job,
            priority: Some(priority),
            ..wire::UpdateJobPriorityRequest::default()
        };
        self.answer(self.gateway().update_job_priority(request)).await.map(|_| ())
    }

    /// Moves the deadline of an activated job to `timeout` from now.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such job; `FAILED_PRECONDITION` when no worker has it.
    pub async fn update_job_timeout(&self, job: Key, timeout: Duration) -> Result<(), Error> {
        let request = wire::UpdateJobTimeoutRequest {
            job_key: job,
            timeout: millis(timeout),
            ..wire::UpdateJobTimeoutRequest::default()
        };
        self.answer(self.gateway().update_job_timeout(request)).await.map(|_| ())
    }
}

fn read(job: wire::ActivatedJob) -> Result<Job, Error> {
    Ok(Job {
        key: job.key,
        job_type: job.r#type,
        instance: job.process_instance_key,
        process_id: job.bpmn_process_id,
        process_version: job.process_definition_version,
        definition: job.process_definition_key,
        element_id: job.element_id,
        element_instance: job.element_instance_key,
        headers: payload::from_text(&job.custom_headers)?,
        worker: job.worker,
        retries: job.retries,
        deadline_ms: job.deadline,
        priority: job.priority,
        business_id: job.business_id,
        tags: job.tags,
        variables: payload::from_text(&job.variables)?,
        user_task: job.user_task.and_then(|it| it.user_task_key),
    })
}
