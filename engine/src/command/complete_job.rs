//! Complete a job: its element goes on with the result.

use super::answer::{Answer, accepted};
use super::{complete_ad_hoc, complete_listener};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{at::At, business_id, execution_listener, job, trigger};
use crate::state::instance::{Job, JobState};
use record::{
    Cause, CauseKind, CommandIntent, CompleteJob, JobEvent, JobIntent, JobKind, Key, RejectionType,
};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &CompleteJob) -> Result<Answer, Refused> {
    let (at, found) = working_job(ctx, command.job, CommandIntent::JobComplete, "complete")?;
    if !command.business_id.is_empty() {
        business_id::assign(ctx, at.instance, &command.business_id, CommandIntent::JobComplete)?;
    }
    if found.kind == JobKind::TaskListener {
        return complete_listener::handle(ctx, &at, &found, command);
    }
    if found.kind == JobKind::AdHocSubProcess {
        return complete_ad_hoc::handle(ctx, &at, &found, command);
    }
    if command.result.is_some() {
        return Err(refuse(
            RejectionType::InvalidArgument,
            CommandIntent::JobComplete,
            format!(
                "Expected to complete job with key '{}', but it brings a result, which only the \
                 jobs of task listeners and ad-hoc subprocesses have. Leave it out.",
                command.job
            ),
        ));
    }
    let event = JobEvent {
        intent: JobIntent::Completed,
        retries: found.retries,
        worker: found.worker.clone(),
        deadline: found.deadline,
        variables: command.variables.clone(),
        ..JobEvent::default()
    };
    job::emit(ctx, &at, &found, event);
    if found.kind == JobKind::ExecutionListener {
        execution_listener::agreed(ctx, &at, &found, &command.variables);
        return accepted();
    }
    let cause = Cause { kind: CauseKind::Job, key: command.job, ..Cause::default() };
    trigger::trigger(ctx, &at, at.element, command.variables.clone(), cause);
    accepted()
}

/// The job of a command, if it is in a state in which workers may still report on it.
///
/// A job whose lock ran out is one: its old worker's report is accepted if it comes first.
pub(super) fn working_job(
    ctx: &mut Ctx<'_>,
    key: Key,
    intent: CommandIntent,
    verb: &str,
) -> Result<(At, Job), Refused> {
    let (at, found) = any_job(ctx, key, intent, verb)?;
    match found.state {
        JobState::Activatable | JobState::Activated => Ok((at, found)),
        JobState::Failed => Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to {verb} job with key '{key}', but it is in state 'FAILED'. It is \
                 offered again after its back-off, or when its incident is resolved."
            ),
        )),
        JobState::ErrorThrown => Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to {verb} job with key '{key}', but it is in state 'ERROR_THROWN'. It is \
                 offered again when its incident is resolved."
            ),
        )),
    }
}

/// The job of a command, in whatever state.
pub(super) fn any_job(
    ctx: &mut Ctx<'_>,
    key: Key,
    intent: CommandIntent,
    verb: &str,
) -> Result<(At, Job), Refused> {
    let found = job::place(ctx, key).ok_or_else(|| {
        refuse(
            RejectionType::NotFound,
            intent,
            format!(
                "Expected to {verb} job with key '{key}', but no such job was found. It may have \
                 been completed or canceled."
            ),
        )
    })?;
    ctx.at_work = found.0.instance;
    Ok(found)
}
