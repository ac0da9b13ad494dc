//! Fail a job: it is offered again at once, after a back-off, or when its incident is resolved.

use super::answer::{Answer, accepted};
use super::complete_job::working_job;
use crate::ctx::{Ctx, Refused};
use crate::process::{incident, job, variables};
use record::{CommandIntent, FailJob, IncidentType, JobEvent, JobIntent, JobKind};
use value::Str;

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &FailJob) -> Result<Answer, Refused> {
    let (at, found) = working_job(ctx, command.job, CommandIntent::JobFail, "fail")?;
    let back_off_ms = if command.retries > 0 { command.back_off_ms.max(0) } else { 0 };
    let recurs_at = if back_off_ms > 0 { ctx.now.saturating_add(back_off_ms) } else { 0 };
    let message = job::shortened(ctx, &command.message);
    let event = JobEvent {
        intent: JobIntent::Failed,
        retries: command.retries,
        worker: found.worker.clone(),
        back_off_ms,
        recurs_at,
        error_message: message.clone(),
        variables: command.variables.clone(),
        ..JobEvent::default()
    };
    job::emit(ctx, &at, &found, event);
    let origin = at.origin();
    variables::set_local(ctx, &origin, at.element_instance, &command.variables);
    if command.retries <= 0 {
        let text = if message.is_empty() { Str::from("No more retries left.") } else { message };
        let kind = match found.kind {
            JobKind::TaskListener => IncidentType::TaskListenerNoRetries,
            JobKind::ExecutionListener => IncidentType::ExecutionListenerNoRetries,
            JobKind::AdHocSubProcess => IncidentType::AdHocSubProcessNoRetries,
            JobKind::BpmnElement => IncidentType::JobNoRetries,
        };
        incident::create_for_job(ctx, &origin, command.job, kind, text);
    } else if recurs_at == 0 {
        job::offer(ctx, command.job, &found.job_type);
    }
    accepted()
}
