//! Events of jobs, and jobs as workers get them.

use crate::{Key, Labels, Millis, Origin};
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
        /// Its priority was set.
        10 => PriorityUpdated,
        /// It is unchanged, and of another definition now.
        11 => Migrated,
    }
}

wire_enum! {
    /// What a job is for. Names are Zeebe's.
    pub enum JobKind {
        /// The work of an element.
        0 => BpmnElement,
        /// A listener to an element.
        1 => ExecutionListener,
        /// A listener to a user task.
        2 => TaskListener,
        /// What an ad-hoc subprocess begins next.
        3 => AdHocSubProcess,
    }
}

wire_enum! {
    /// What a listener is told of. Names are Zeebe's.
    pub enum ListenerEventType {
        /// The job is no listener's.
        0 => Unspecified,
        /// An element is about to begin.
        1 => Start,
        /// An element is about to end.
        2 => End,
        /// A user task comes to be.
        3 => Creating,
        /// A user task is about to be given to somebody, or to nobody.
        4 => Assigning,
        /// A user task is about to change.
        5 => Updating,
        /// A user task is about to be completed.
        6 => Completing,
        /// A user task is ending with its element.
        7 => Canceling,
        /// A multi-instance activity is about to find out what it runs over.
        8 => BeforeAll,
        /// A process instance is being terminated.
        9 => Cancel,
    }
}

wire_struct! {
    /// What a listener decided about what it was told of, or a worker about what comes next.
    pub struct JobResult {
        /// True to forbid it.
        1 => pub denied: bool,
        /// Why it is forbidden.
        2 => pub denied_reason: Str,
        /// What to change of it.
        3 => pub corrections: crate::UserTaskChange,
        /// What the worker of an ad-hoc subprocess decided.
        4 => pub ad_hoc: Option<Box<crate::AdHocResult>>,
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
        /// What the job is for.
        16 => pub kind: JobKind,
        /// What a listener is told of.
        17 => pub listener_event: ListenerEventType,
        /// Which of the listeners to the same thing it is; counts from 0.
        18 => pub listener: u32,
        /// What its worker decided, if it was asked to.
        19 => pub result: Option<Box<JobResult>>,
        /// The higher, the sooner it is handed out.
        20 => pub priority: i32,
        /// True if its headers are not those of its element any more.
        21 => pub keeps_headers: bool,
        /// What the caller calls the instance.
        22 => pub labels: Labels,
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
        /// What it is for.
        10 => pub kind: JobKind,
        /// What a listener is told of.
        11 => pub listener_event: ListenerEventType,
        /// The higher, the sooner it is handed out.
        12 => pub priority: i32,
        /// What the caller calls the instance.
        13 => pub labels: Labels,
    }
}
