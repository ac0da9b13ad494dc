//! What workers and operators ask about jobs.

use crate::{JobResult, Key};
use value::{Doc, Str, wire_struct};

wire_struct! {
    /// Hands out activatable jobs of a type, the most urgent first, the oldest of those first.
    pub struct ActivateJobs {
        /// The job type.
        1 => pub job_type: Str,
        /// The worker's name.
        2 => pub worker: Str,
        /// How long the worker holds each job.
        3 => pub timeout_ms: i64,
        /// At most so many.
        4 => pub jobs_max: u32,
        /// Which variables; empty for all.
        5 => pub fetch_variables: Vec<Str>,
    }
}

wire_struct! {
    /// Completes a job.
    pub struct CompleteJob {
        /// The job.
        1 => pub job: Key,
        /// Its result.
        2 => pub variables: Doc,
        /// What its worker decided, if it was asked to.
        3 => pub result: Option<Box<JobResult>>,
        /// The business id that its instance has, or gets; empty for any.
        4 => pub business_id: Str,
    }
}

wire_struct! {
    /// Fails a job.
    pub struct FailJob {
        /// The job.
        1 => pub job: Key,
        /// The retries that remain from now on, as the worker says.
        2 => pub retries: i32,
        /// Why.
        3 => pub message: Str,
        /// How long to wait before it is offered again.
        4 => pub back_off_ms: i64,
        /// Set local to the element.
        5 => pub variables: Doc,
    }
}

wire_struct! {
    /// Throws an error of the business out of a job.
    pub struct ThrowError {
        /// The job.
        1 => pub job: Key,
        /// The code that an event around the job catches.
        2 => pub code: Str,
        /// Why.
        3 => pub message: Str,
        /// What the event that catches it gets.
        4 => pub variables: Doc,
    }
}

wire_struct! {
    /// Sets a job's remaining retries.
    pub struct UpdateJobRetries {
        /// The job.
        1 => pub job: Key,
        /// At least 1.
        2 => pub retries: i32,
    }
}

wire_struct! {
    /// Moves the deadline of an activated job to `timeout_ms` from now.
    pub struct UpdateJobTimeout {
        /// The job.
        1 => pub job: Key,
        /// From now.
        2 => pub timeout_ms: i64,
    }
}

wire_struct! {
    /// Sets a job's priority.
    pub struct UpdateJobPriority {
        /// The job.
        1 => pub job: Key,
        /// The higher, the sooner it is handed out.
        2 => pub priority: i32,
    }
}

wire_struct! {
    /// Gives back jobs that did not reach a worker, at once and with unchanged retries.
    pub struct YieldJobs {
        /// The jobs.
        1 => pub jobs: Vec<Activation>,
    }
}

wire_struct! {
    /// One hand-out of a job.
    pub struct Activation {
        /// The job.
        1 => pub job: Key,
        /// Counts the hand-outs of this job from 1.
        2 => pub number: u32,
    }
}
