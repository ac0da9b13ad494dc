//! Tasks and events that a job worker does.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::expression::{self, Failure, Place};
use crate::process::job::{self, NewJob};
use crate::process::{file, subscribe};
use bpmn::JobDefinition;

pub(super) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    definition: &JobDefinition,
) -> Result<Next, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let job_type = expression::text(ctx, place, &definition.job_type)?;
    let retries = expression::number(ctx, place, &definition.retries)?;
    let priority = job::priority(ctx, at)?;
    let added_headers = file::linked(ctx, at, definition)?;
    subscribe::open_boundary(ctx, at)?;
    let job = NewJob { job_type, retries, added_headers, priority, ..NewJob::default() };
    job::create(ctx, at, job);
    Ok(Next::Wait)
}
