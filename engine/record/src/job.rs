//! Events of jobs, and jobs as workers get them.

use crate::{Key, Millis, Origin};
use value::{Doc, Str, wire_enum, wire_struct};

wire_enum! {
    /// What happened to a job.
    pub enum JobIntent {
        /// It exists and can be activated.
        0 => Created,
        /// Its work is done.
        1 => Completed,
        /// Its worker took too long.
        2 => TimedOut,
        /// Its worker gave up.
        3 => Failed,
        /// Its retries were set.
        4 => RetriesUpdated,
        /// Its element ended.
        5 => Canceled,
        /// Its back-off is over.
        6 => RecurredAfterBackoff,
        /// It did not reach a worker and is given back.
        7 => Yielded,
        /// Its deadline was moved.
        8 => TimeoutUpdated,
        /// Its worker threw an error of the business.
        9 => ErrorThrown,
    }
}

wire_struct! {
    /// A change of a job. Its key is the record's key.
    pub struct JobEvent {
        /// What happened.
        1 => pub intent: JobIntent,
        /// Where.
        2 => pub origin: Origin,
        /// The job type.
        3 => pub job_type: Str,
        /// Remaining retries.
        4 => pub retries: i32,
        /// The worker that has or had it.
        5 => pub worker: Str,
        /// When the worker must be done; 0 for none.
        6 => pub deadline: Millis,
        /// How long it is held back.
        7 => pub back_off_ms: i64,
        /// When it is offered again.
        8 => pub recurs_at: Millis,
        /// Why it failed.
        9 => pub error_message: Str,
        /// What the worker sent.
        10 => pub variables: Doc,
        /// Static headers of the model.
        11 => pub headers: Vec<Header>,
        /// The hand-out this is about; counts from 1.
        12 => pub activation: u32,
        /// The code of the error that was thrown.
        13 => pub error_code: Str,
        /// True if an event caught that error, so that the job is gone.
        14 => pub is_caught: bool,
        /// Headers that the engine adds to those of the model.
        15 => pub added_headers: Vec<Header>,
    }
}

wire_struct! {
    /// A static header of a job.
    pub struct Header {
        /// Its name.
        1 => pub key: Str,
        /// Its value.
        2 => pub value: Str,
    }
}

wire_struct! {
    /// Jobs were handed out. The record's key is the batch's own.
    pub struct JobBatchEvent {
        /// The job type.
        1 => pub job_type: Str,
        /// The worker.
        2 => pub worker: Str,
        /// How long it holds each job.
        3 => pub timeout_ms: i64,
        /// At most so many were asked for.
        4 => pub jobs_max: u32,
        /// The jobs.
        5 => pub jobs: Vec<ActivatedJob>,
        /// True if more jobs did not fit.
        6 => pub truncated: bool,
        /// The stream whose credit was spent; none for a poll.
        7 => pub stream: Option<Box<crate::StreamId>>,
    }
}

wire_struct! {
    /// A job as its worker gets it.
    pub struct ActivatedJob {
        /// The job.
        1 => pub key: Key,
        /// The job type.
        2 => pub job_type: Str,
        /// Where it comes from.
        3 => pub origin: Origin,
        /// Static headers of the model.
        4 => pub headers: Vec<Header>,
        /// The worker.
        5 => pub worker: Str,
        /// Remaining retries.
        6 => pub retries: i32,
        /// When the worker must be done.
        7 => pub deadline: Millis,
        /// The visible variables, or those asked for.
        8 => pub variables: Doc,
        /// Counts the hand-outs of this job from 1.
        9 => pub activation: u32,
    }
}
