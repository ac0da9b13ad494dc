//! Set a job's priority. A job that a worker has keeps it for the next time it is offered.

use super::answer::{Answer, accepted};
use super::complete_job::any_job;
use crate::ctx::{Ctx, Refused};
use crate::process::job;
use record::{CommandIntent, JobEvent, JobIntent, UpdateJobPriority};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &UpdateJobPriority) -> Result<Answer, Refused> {
    let intent = CommandIntent::JobUpdatePriority;
    let (at, mut found) = any_job(ctx, command.job, intent, "update the priority of")?;
    found.priority = command.priority;
    let event = JobEvent {
        intent: JobIntent::PriorityUpdated,
        retries: found.retries,
        worker: found.worker.clone(),
        deadline: found.deadline,
        ..JobEvent::default()
    };
    job::emit(ctx, &at, &found, event);
    accepted()
}
