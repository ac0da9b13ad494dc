//! Give back jobs that did not reach a worker: at once, with unchanged retries.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused};
use crate::process::job;
use crate::state::instance::JobState;
use record::{JobEvent, JobIntent, YieldJobs};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &YieldJobs) -> Result<Answer, Refused> {
    for activation in &command.jobs {
        let Some((at, found)) = job::place(ctx, activation.job) else { continue };
        // The job may have been completed, or handed to somebody else, meanwhile.
        if found.state != JobState::Activated || found.activation != activation.number {
            continue;
        }
        let event = JobEvent {
            intent: JobIntent::Yielded,
            retries: found.retries,
            worker: found.worker.clone(),
            ..JobEvent::default()
        };
        job::emit(ctx, &at, &found, event);
        job::offer(ctx, activation.job, &found.job_type);
    }
    accepted()
}
