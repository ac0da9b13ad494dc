//! The value of jobs and of batches of them.

use value::Doc;

use super::super::names;
use super::super::object::Object;
use super::tenant;
use crate::{
    ActivatedJob, DEFAULT_TENANT, Header, JobBatchEvent, JobEvent, JobIntent, JobKind, JobResult,
    Labels, ListenerEventType, Origin, UserTaskChange,
};

/// What job events and handed-out jobs have in common.
struct Job<'a> {
    /// The job type.
    name: &'a str,
    worker: &'a str,
    deadline: i64,
    retries: i32,
    /// Those of the model, and those that the engine adds.
    headers: [&'a [Header]; 2],
    variables: &'a Doc,
    origin: &'a Origin,
    kind: JobKind,
    listener_event: ListenerEventType,
    result: Option<&'a JobResult>,
    priority: i32,
    labels: &'a Labels,
}

/// What a failed job brings besides.
#[derive(Default)]
struct Failure<'a> {
    back_off_ms: i64,
    recurs_at: i64,
    error_message: &'a str,
    error_code: &'a str,
}

/// What stands for the element of a job whose error nothing caught.
const NO_CATCH_EVENT: &str = "NO_CATCH_EVENT_FOUND";

/// Writes the fields of a `JOB` value.
pub(super) fn write(event: &JobEvent, o: &mut Object<'_>) {
    let is_uncaught = event.intent == JobIntent::ErrorThrown && !event.is_caught;
    let uncaught =
        is_uncaught.then(|| Origin { element_id: NO_CATCH_EVENT.into(), ..event.origin.clone() });
    let job = Job {
        name: &event.job_type,
        worker: &event.worker,
        deadline: event.deadline,
        retries: event.retries,
        headers: [&event.headers, &event.added_headers],
        variables: &event.variables,
        origin: uncaught.as_ref().unwrap_or(&event.origin),
        kind: event.kind,
        listener_event: event.listener_event,
        result: event.result.as_deref(),
        priority: event.priority,
        labels: &event.labels,
    };
    let failure = Failure {
        back_off_ms: event.back_off_ms,
        recurs_at: event.recurs_at,
        error_message: &event.error_message,
        error_code: &event.error_code,
    };
    fields(&job, &failure, o);
}

/// Writes the fields of a `JOB_BATCH` value.
pub(super) fn batch(event: &JobBatchEvent, o: &mut Object<'_>) {
    o.text("type", &event.job_type);
    o.text("worker", &event.worker);
    o.number("timeout", event.timeout_ms);
    o.number("maxJobsToActivate", event.jobs_max);
    o.flag("truncated", event.truncated);
    o.keys("jobKeys", event.jobs.iter().map(|job| job.key));
    o.objects("jobs", &event.jobs, |job: &ActivatedJob, o| {
        let job = Job {
            name: &job.job_type,
            worker: &job.worker,
            deadline: job.deadline,
            retries: job.retries,
            headers: [&job.headers, &[]],
            variables: &job.variables,
            origin: &job.origin,
            kind: job.kind,
            listener_event: job.listener_event,
            result: None,
            priority: job.priority,
            labels: &job.labels,
        };
        fields(&job, &Failure::default(), o);
    });
    o.texts("tenantIds", [DEFAULT_TENANT]);
}

fn fields(job: &Job<'_>, failure: &Failure<'_>, o: &mut Object<'_>) {
    o.text("type", job.name);
    o.text("worker", job.worker);
    o.time("deadline", job.deadline);
    o.number("retries", job.retries);
    o.number("retryBackoff", failure.back_off_ms);
    o.time("recurringTime", failure.recurs_at);
    o.number("timeout", -1);
    o.text("errorMessage", failure.error_message);
    o.text("errorCode", failure.error_code);
    o.object("customHeaders", |o| {
        for header in job.headers.into_iter().flatten() {
            o.text(&header.key, &header.value);
        }
    });
    o.document("variables", job.variables);
    place(job.origin, o);
    o.text("jobKind", names::job_kind(job.kind));
    o.text("jobListenerEventType", names::listener_event_type(job.listener_event));
    o.empty_list("changedAttributes");
    o.object("result", |o| result(job.result, o));
    o.texts("tags", job.labels.tags.iter().map(|it| &**it));
    o.number("priority", job.priority);
    o.text("businessId", &job.labels.business_id);
    o.flag("isJobToUserTaskMigration", false);
    tenant(o);
}

/// What a worker decided that was asked to.
fn result(result: Option<&JobResult>, o: &mut Object<'_>) {
    let ad_hoc = result.and_then(|it| it.ad_hoc.as_deref());
    let kind = match (result, ad_hoc) {
        (None, _) => "",
        (Some(_), None) => "USER_TASK",
        (Some(_), Some(_)) => "AD_HOC_SUB_PROCESS",
    };
    o.text("type", kind);
    o.flag("denied", result.is_some_and(|it| it.denied));
    o.text("deniedReason", result.map_or("", |it| &it.denied_reason));
    let corrected = result.map(|it| it.corrections.names()).unwrap_or_default();
    o.texts("correctedAttributes", corrected.iter().map(|it| &**it));
    o.object("corrections", |o| {
        if let Some(it) = result {
            corrections(&it.corrections, o);
        }
    });
    let activities = ad_hoc.map_or(&[][..], |it| &it.activities);
    o.objects("activateElements", activities, |it, o| {
        o.text("elementId", &it.element_id);
        o.document("variables", &it.variables);
    });
    o.flag("completionConditionFulfilled", ad_hoc.is_some_and(|it| it.is_fulfilled));
    o.flag("cancelRemainingInstances", ad_hoc.is_some_and(|it| it.cancel_remaining));
}

/// Only what is corrected.
fn corrections(change: &UserTaskChange, o: &mut Object<'_>) {
    let texts = [
        ("assignee", &change.assignee),
        ("dueDate", &change.due_date),
        ("followUpDate", &change.follow_up_date),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            o.text(name, text);
        }
    }
    let lists = [
        ("candidateGroupsList", &change.candidate_groups),
        ("candidateUsersList", &change.candidate_users),
    ];
    for (name, list) in lists {
        if let Some(it) = list {
            o.texts(name, it.list.iter().map(|it| &**it));
        }
    }
    if let Some(priority) = change.priority {
        o.number("priority", priority);
    }
}

/// Jobs name the version differently from the other values.
fn place(origin: &Origin, o: &mut Object<'_>) {
    super::ids(origin, o);
    o.number("processDefinitionVersion", origin.version);
    o.text("elementId", &origin.element_id);
    o.key("elementInstanceKey", origin.element_instance);
}
