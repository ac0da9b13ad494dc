//! What ad-hoc subprocesses are told, and what their workers decide.

use draw::Random;
use record::{
    ActivateActivity, ActivateAdHocActivities, AdHocResult, CommandBody, CompleteJob, JobResult,
    Key,
};
use value::Doc;

/// Some of the activities that an ad-hoc subprocess may have.
fn activities(random: &mut Random, ids: &[String]) -> Vec<ActivateActivity> {
    let count = 1 + random.below(3);
    let mut one = || ActivateActivity {
        element_id: random.pick(ids).map_or("", String::as_str).into(),
        variables: Doc::empty(),
    };
    (0..count).map(|_| one()).collect()
}

/// What an ad-hoc subprocess may be told.
pub(crate) fn told(random: &mut Random, ids: &[String], element_instance: Key) -> CommandBody {
    CommandBody::ActivateAdHocActivities(ActivateAdHocActivities {
        element_instance,
        activities: activities(random, ids),
        cancel_remaining: random.below(3) == 0,
    })
}

/// What the worker of an ad-hoc subprocess may decide.
pub(crate) fn decided(
    random: &mut Random,
    ids: &[String],
    job: Key,
    variables: Doc,
) -> CommandBody {
    let is_fulfilled = random.below(3) == 0;
    let ad_hoc = AdHocResult {
        activities: if is_fulfilled { Vec::new() } else { activities(random, ids) },
        is_fulfilled,
        cancel_remaining: random.below(2) == 0,
    };
    let result = JobResult { ad_hoc: Some(Box::new(ad_hoc)), ..JobResult::default() };
    let result = Some(Box::new(result));
    CommandBody::CompleteJob(CompleteJob { job, variables, result, ..CompleteJob::default() })
}
