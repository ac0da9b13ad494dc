//! Activate jobs: hands waiting jobs of a type to a poll, the most urgent first, the oldest of
//! those first.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::job::{self, Terms};
use record::{
    ActivateJobs, ActivatedJob, CommandIntent, Event, JobBatchEvent, JobsActivated, RejectionType,
    Reply,
};
use value::wire::Message as _;

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &ActivateJobs) -> Result<Answer, Refused> {
    check(command)?;
    let settings = ctx.state.meta.settings.0.clone();
    let jobs_max = u64::from(command.jobs_max).min(settings.activation_jobs_max);
    let terms = Terms {
        worker: &command.worker,
        deadline: ctx.now.saturating_add(command.timeout_ms),
        fetch_variables: &command.fetch_variables,
    };
    let mut jobs: Vec<ActivatedJob> = Vec::new();
    let mut bytes_left = settings.activation_bytes_max;
    let mut truncated = false;
    let mut after = None;
    while (jobs.len() as u64) < jobs_max
        && let Some(next) = ctx.state.next_activatable(&command.job_type, after)
    {
        after = Some(next);
        let (_, key) = next;
        let Some(job) = job::describe(ctx, key, &terms) else { continue };
        let size = job.to_bytes().len() as u64;
        if size > settings.activation_bytes_max {
            job::disable_too_large(ctx, key);
            continue;
        }
        if size > bytes_left {
            truncated = true;
            break;
        }
        bytes_left -= size;
        jobs.push(job);
    }
    if !jobs.is_empty() {
        let key = ctx.next_key();
        let event = JobBatchEvent {
            job_type: command.job_type.clone(),
            worker: command.worker.clone(),
            timeout_ms: command.timeout_ms,
            jobs_max: command.jobs_max,
            jobs: jobs.clone(),
            truncated,
            stream: None,
        };
        ctx.emit(key, Event::JobBatch(event));
    }
    Ok(Answer::Now(Reply::JobsActivated(JobsActivated { jobs, truncated })))
}

fn check(command: &ActivateJobs) -> Result<(), Refused> {
    let reason = if command.job_type.trim().is_empty() {
        "Expected to activate job batch with type to be present, but it was blank.".to_owned()
    } else if command.timeout_ms < 1 {
        format!(
            "Expected to activate job batch with timeout to be greater than zero, but it was '{}'.",
            command.timeout_ms
        )
    } else if command.jobs_max < 1 {
        "Expected to activate job batch with max jobs to activate to be greater than zero, but it \
         was '0'."
            .to_owned()
    } else {
        return Ok(());
    };
    Err(refuse(RejectionType::InvalidArgument, CommandIntent::JobBatchActivate, reason))
}
