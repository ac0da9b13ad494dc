//! Jobs as their workers get them.

use prost::Message as _;
use proto::gateway as wire;
use proto::gateway::activated_job::{JobKind, ListenerEventType};
use record::{ActivatedJob, Activation, DEFAULT_TENANT, Header};

use super::user_task;
use crate::limits::MESSAGE_SIZE_MAX;

/// The one physical tenant there is.
const PHYSICAL_TENANT: &str = "default";

/// A job in the protocol's shape.
pub(crate) fn job(job: &ActivatedJob) -> wire::ActivatedJob {
    let origin = &job.origin;
    wire::ActivatedJob {
        key: job.key.as_i64(),
        r#type: job.job_type.to_string(),
        process_instance_key: origin.instance.as_i64(),
        bpmn_process_id: origin.process_id.to_string(),
        process_definition_version: super::reply::version(origin.version),
        process_definition_key: origin.definition.as_i64(),
        element_id: origin.element_id.to_string(),
        element_instance_key: origin.element_instance.as_i64(),
        custom_headers: headers(&job.headers),
        worker: job.worker.to_string(),
        retries: job.retries,
        deadline: job.deadline,
        variables: job.variables.to_json(),
        tenant_id: DEFAULT_TENANT.to_owned(),
        kind: kind(job.kind).into(),
        listener_event_type: listener_event(job.listener_event).into(),
        user_task: user_task::properties(job),
        physical_tenant_id: PHYSICAL_TENANT.to_owned(),
        priority: job.priority,
        tags: job.labels.tags.iter().map(ToString::to_string).collect(),
        business_id: job.labels.business_id.to_string(),
        ..wire::ActivatedJob::default()
    }
}

fn kind(kind: record::JobKind) -> JobKind {
    match kind {
        record::JobKind::BpmnElement => JobKind::BpmnElement,
        record::JobKind::ExecutionListener => JobKind::ExecutionListener,
        record::JobKind::TaskListener => JobKind::TaskListener,
        record::JobKind::AdHocSubProcess => JobKind::AdHocSubProcess,
    }
}

fn listener_event(event: record::ListenerEventType) -> ListenerEventType {
    match event {
        record::ListenerEventType::Unspecified => ListenerEventType::Unspecified,
        record::ListenerEventType::Start => ListenerEventType::Start,
        record::ListenerEventType::End => ListenerEventType::End,
        record::ListenerEventType::Creating => ListenerEventType::Creating,
        record::ListenerEventType::Assigning => ListenerEventType::Assigning,
        record::ListenerEventType::Updating => ListenerEventType::Updating,
        record::ListenerEventType::Completing => ListenerEventType::Completing,
        record::ListenerEventType::Canceling => ListenerEventType::Canceling,
        record::ListenerEventType::BeforeAll => ListenerEventType::BeforeAll,
        record::ListenerEventType::Cancel => ListenerEventType::Cancel,
    }
}

/// Names one hand-out of a job.
pub(crate) fn activation(job: &ActivatedJob) -> Activation {
    Activation { job: job.key, number: job.activation }
}

/// Static headers as a JSON object.
fn headers(headers: &[Header]) -> String {
    let mut out = String::from("{");
    for (ix, header) in headers.iter().enumerate() {
        if ix > 0 {
            out.push(',');
        }
        value::json::write_json_str(&header.key, &mut out);
        out.push(':');
        value::json::write_json_str(&header.value, &mut out);
    }
    out.push('}');
    out
}

/// Jobs that fit one message together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The message.
    pub(crate) message: wire::ActivateJobsResponse,
    /// Its hand-outs.
    pub(crate) activations: Vec<Activation>,
    size_bytes: usize,
}

/// Jobs as messages within the limit, in order, and those that alone exceed it with their size.
pub(crate) fn batches(jobs: &[ActivatedJob]) -> (Vec<Batch>, Vec<(Activation, usize)>) {
    let mut batches = Vec::new();
    let mut too_large = Vec::new();
    let mut batch = Batch::default();
    for it in jobs {
        let message = job(it);
        let size = size_bytes(&message);
        if size > MESSAGE_SIZE_MAX {
            too_large.push((activation(it), size));
            continue;
        }
        if batch.size_bytes + size > MESSAGE_SIZE_MAX {
            batches.push(std::mem::take(&mut batch));
        }
        batch.size_bytes += size;
        batch.message.jobs.push(message);
        batch.activations.push(activation(it));
    }
    if !batch.activations.is_empty() {
        batches.push(batch);
    }
    (batches, too_large)
}

/// The bytes of a job as a field of a message.
pub(crate) fn size_bytes(message: &wire::ActivatedJob) -> usize {
    let length = message.encoded_len();
    1 + prost::length_delimiter_len(length) + length
}

#[cfg(test)]
mod tests {
    use super::{MESSAGE_SIZE_MAX, batches, job};
    use prost::Message as _;
    use record::{ActivatedJob, Header, Key};
    use value::Doc;

    fn sample(counter: u64, text_bytes: usize) -> ActivatedJob {
        let json = format!("{{\"text\":\"{}\"}}", "x".repeat(text_bytes));
        ActivatedJob {
            key: Key::new(1, counter),
            variables: Doc::from_json(&json).expect("an object"),
            ..ActivatedJob::default()
        }
    }

    #[test]
    fn texts_that_hold_json_are_never_empty() {
        let bare = job(&ActivatedJob::default());
        assert_eq!((bare.variables.as_str(), bare.custom_headers.as_str()), ("{}", "{}"));
        assert_eq!(bare.tenant_id, "<default>");
    }

    #[test]
    fn headers_are_an_object_with_escaped_texts() {
        let header = |key: &str, value: &str| Header { key: key.into(), value: value.into() };
        let it = ActivatedJob {
            headers: vec![header("a", "1"), header("say \"hi\"", "line\nbreak")],
            ..ActivatedJob::default()
        };
        assert_eq!(job(&it).custom_headers, r#"{"a":"1","say \"hi\"":"line\nbreak"}"#);
    }

    #[test]
    fn jobs_are_split_into_messages_within_the_limit() {
        let jobs: Vec<_> = (1..=5).map(|it| sample(it, MESSAGE_SIZE_MAX / 3)).collect();
        let (batches, too_large) = batches(&jobs);
        let counts: Vec<_> = batches.iter().map(|it| it.activations.len()).collect();
        assert_eq!((counts, too_large.len()), (vec![2, 2, 1], 0));
        assert!(batches.iter().all(|it| it.message.encoded_len() <= MESSAGE_SIZE_MAX));
    }

    #[test]
    fn a_job_that_alone_exceeds_the_limit_is_set_apart() {
        let (batches, too_large) = batches(&[sample(1, 10), sample(2, MESSAGE_SIZE_MAX)]);
        assert_eq!((batches.len(), too_large.len()), (1, 1));
        assert_eq!(too_large[0].0.job, Key::new(1, 2));
    }
}
