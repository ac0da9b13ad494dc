//! Asking listeners: each is asked by a job of its own, and what it listens to waits for that.

use super::at::At;
use super::expression::{self, Failure, Place};
use super::job::{self, NewJob};
use crate::ctx::Ctx;
use bpmn::Listener;
use record::{Header, JobKind, ListenerEventType};

/// What a listener is asked about.
pub(crate) struct Question {
    pub(crate) kind: JobKind,
    pub(crate) event: ListenerEventType,
    /// Which of the listeners to the same thing it is; counts from 0.
    pub(crate) number: u32,
    /// What it hears besides variables.
    pub(crate) headers: Vec<Header>,
}

/// Creates the job of a listener of the element instance at `at`.
///
/// # Errors
/// An incident, if an expression of the listener fails; then there is no job.
pub(crate) fn ask(
    ctx: &mut Ctx<'_>,
    at: &At,
    listener: &Listener,
    question: Question,
) -> Result<(), Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let job_type = expression::text(ctx, place, &listener.job_type)?;
    let retries = expression::number(ctx, place, &listener.retries)?;
    let priority = job::priority(ctx, at)?;
    let mut added_headers = job::listed(&listener.headers);
    added_headers.extend(question.headers);
    let job = NewJob {
        job_type,
        retries,
        added_headers,
        kind: question.kind,
        listener_event: question.event,
        listener: question.number,
        priority,
    };
    job::create(ctx, at, job);
    Ok(())
}
