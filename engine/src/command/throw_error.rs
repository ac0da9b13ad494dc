//! Throw an error of the business out of a job: an event around it catches it, or it is an
//! incident.

use super::answer::{Answer, accepted};
use super::complete_job::working_job;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::catch::{self, Thrown};
use crate::process::{incident, job, scope, trigger};
use record::{
    Cause, CauseKind, CommandIntent, JobEvent, JobIntent, JobKind, RejectionType, ThrowError,
};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &ThrowError) -> Result<Answer, Refused> {
    let intent = CommandIntent::JobThrowError;
    let (at, found) = working_job(ctx, command.job, intent, "throw an error for")?;
    if matches!(found.kind, JobKind::ExecutionListener | JobKind::TaskListener) {
        return Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to throw an error for job with key '{}', but it is a listener's, which \
                 cannot throw errors. Fail it instead.",
                command.job
            ),
        ));
    }
    if !scope::accepts_events(ctx, &at, at.element) {
        return Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to throw an error for job with key '{}', but its element '{}' is being \
                 ended by something else.",
                command.job,
                at.model().id
            ),
        ));
    }
    let code = &command.code;
    let catcher = catch::find(ctx, at.instance, at.element_instance, Thrown::Error, code);
    let event = JobEvent {
        intent: JobIntent::ErrorThrown,
        retries: found.retries,
        worker: found.worker.clone(),
        error_code: code.clone(),
        error_message: job::shortened(ctx, &command.message),
        variables: command.variables.clone(),
        is_caught: catcher.is_ok(),
        ..JobEvent::default()
    };
    job::emit(ctx, &at, &found, event);
    match catcher {
        Ok(catcher) => {
            let cause = Cause { kind: CauseKind::Job, key: command.job, ..Cause::default() };
            let variables = command.variables.clone();
            trigger::trigger(ctx, &catcher.at, catcher.event, variables, cause);
        }
        Err(codes) => {
            let failure = catch::unhandled(code, &codes);
            let message = failure.message.into();
            incident::create_for_job(ctx, &at.origin(), command.job, failure.kind, message);
        }
    }
    accepted()
}
