//! Move the deadline of an activated job to a time from now.

use super::answer::{Answer, accepted};
use super::complete_job::any_job;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::job;
use crate::state::instance::JobState;
use record::{CommandIntent, JobEvent, JobIntent, RejectionType, UpdateJobTimeout};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &UpdateJobTimeout) -> Result<Answer, Refused> {
    let intent = CommandIntent::JobUpdateTimeout;
    let (at, found) = any_job(ctx, command.job, intent, "update the timeout of")?;
    if found.state != JobState::Activated {
        return Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to update the timeout of job with key '{}', but it is not active. \
                 Activate it first.",
                command.job
            ),
        ));
    }
    let event = JobEvent {
        intent: JobIntent::TimeoutUpdated,
        retries: found.retries,
        worker: found.worker.clone(),
        deadline: ctx.now.saturating_add(command.timeout_ms),
        ..JobEvent::default()
    };
    job::emit(ctx, &at, &found, event);
    accepted()
}
