//! Complete the job of an ad-hoc subprocess: what its worker decided begins, or the subprocess
//! ends.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{ad_hoc, at::At, job, variables};
use crate::state::instance::Job;
use record::{
    Cause, CauseKind, CommandIntent, CompleteJob, JobEvent, JobIntent, JobResult, RejectionType,
    UserTaskChange,
};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    at: &At,
    found: &Job,
    command: &CompleteJob,
) -> Result<Answer, Refused> {
    let refused = |kind: RejectionType, reason: &str| {
        refuse(
            kind,
            CommandIntent::JobComplete,
            format!(
                "Expected to complete ad-hoc subprocess job with key '{}', {reason}",
                command.job
            ),
        )
    };
    let sent = command.result.as_deref().cloned().unwrap_or_default();
    if says_of_user_task(&sent) {
        let reason = "but it denies or corrects, which only task listeners can. Leave that out.";
        return Err(refused(RejectionType::InvalidArgument, reason));
    }
    let decided = sent.ad_hoc.clone().unwrap_or_default();
    if decided.is_fulfilled && !decided.activities.is_empty() {
        let reason = "but it begins activities and says that enough has been done. Do one of the \
             two.";
        return Err(refused(RejectionType::InvalidArgument, reason));
    }
    let (at, model) = ad_hoc::told(ctx, &at.step())
        .map_err(|reason| refused(RejectionType::InvalidState, &format!("but {reason}.")))?;
    let named = decided.activities.iter().map(|it| (&*it.element_id, it.variables.clone()));
    let activities = ad_hoc::find(&at, &model, named)
        .map_err(|unknown| refused(RejectionType::NotFound, &format!("but it names {unknown}.")))?;
    let event = JobEvent {
        intent: JobIntent::Completed,
        retries: found.retries,
        worker: found.worker.clone(),
        deadline: found.deadline,
        variables: command.variables.clone(),
        result: Some(Box::new(sent)),
        ..JobEvent::default()
    };
    job::emit(ctx, &at, found, event);
    variables::set_local(ctx, &at.origin(), at.element_instance, &command.variables);
    let cause = Cause { kind: CauseKind::Job, key: command.job, ..Cause::default() };
    if decided.is_fulfilled {
        ad_hoc::fulfil(ctx, &at, decided.cancel_remaining, cause);
        crate::process::flow::end_path(ctx, at.instance, at.element_instance);
    } else {
        ad_hoc::begin(ctx, &at, activities, decided.cancel_remaining, cause);
    }
    accepted()
}

fn says_of_user_task(result: &JobResult) -> bool {
    result.denied
        || !result.denied_reason.is_empty()
        || result.corrections != UserTaskChange::default()
}
