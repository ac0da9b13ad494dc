//! Set a job's remaining retries. A job that is blocked by an incident stays blocked.

use super::answer::{Answer, accepted};
use super::complete_job::any_job;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::job;
use record::{CommandIntent, JobEvent, JobIntent, RejectionType, UpdateJobRetries};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &UpdateJobRetries) -> Result<Answer, Refused> {
    let intent = CommandIntent::JobUpdateRetries;
    if command.retries < 1 {
        return Err(refuse(
            RejectionType::InvalidArgument,
            intent,
            format!(
                "Expected to update retries for job with key '{}' with a positive amount of \
                 retries, but the amount given was '{}'.",
                command.job, command.retries
            ),
        ));
    }
    let (at, found) = any_job(ctx, command.job, intent, "update retries for")?;
    let event = JobEvent {
        intent: JobIntent::RetriesUpdated,
        retries: command.retries,
        worker: found.worker.clone(),
        deadline: found.deadline,
        ..JobEvent::default()
    };
    job::emit(ctx, &at, &found, event);
    accepted()
}
