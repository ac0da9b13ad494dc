//! Complete the job of a task listener: what it decided is followed.

use super::answer::{Answer, accepted};
use super::update_user_task::checked;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{at::At, job, task_listener};
use crate::state::instance::Job;
use record::{
    CommandIntent, CompleteJob, JobEvent, JobIntent, JobResult, ListenerEventType, RejectionType,
    UserTaskChange,
};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    at: &At,
    found: &Job,
    command: &CompleteJob,
) -> Result<Answer, Refused> {
    let refused = |reason: &str| {
        refuse(
            RejectionType::InvalidArgument,
            CommandIntent::JobComplete,
            format!("Expected to complete task listener job with key '{}', {reason}", command.job),
        )
    };
    if !command.variables.is_empty() {
        return Err(refused(
            "but it brings variables, which listeners cannot set. Leave them out.",
        ));
    }
    let sent = command.result.as_deref().cloned().unwrap_or_default();
    if sent.ad_hoc.is_some() {
        return Err(refused(
            "but its result is for an ad-hoc subprocess. Leave out what begins or ends there.",
        ));
    }
    let corrections = checked(ctx.state, &sent.corrections).map_err(|it| refused(&it))?;
    if sent.denied && sent.corrections != UserTaskChange::default() {
        return Err(refused("but it denies and corrects at once. Do one of the two."));
    }
    if sent.denied && !may_deny(found.listener_event) {
        return Err(refused("but only what is assigning, updating or completing can be denied."));
    }
    let result = JobResult { corrections, ..sent };
    let event = JobEvent {
        intent: JobIntent::Completed,
        retries: found.retries,
        worker: found.worker.clone(),
        deadline: found.deadline,
        result: Some(Box::new(result.clone())),
        ..JobEvent::default()
    };
    job::emit(ctx, at, found, event);
    task_listener::decided(ctx, at, &result);
    accepted()
}

fn may_deny(event: ListenerEventType) -> bool {
    match event {
        ListenerEventType::Assigning
        | ListenerEventType::Updating
        | ListenerEventType::Completing => true,
        ListenerEventType::Unspecified
        | ListenerEventType::Start
        | ListenerEventType::End
        | ListenerEventType::Creating
        | ListenerEventType::Canceling
        | ListenerEventType::BeforeAll
        | ListenerEventType::Cancel => false,
    }
}
