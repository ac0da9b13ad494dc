//! Jobs: creation, hand-out, and end.

use super::at::At;
use super::expression::{self, Failure, Place};
use super::{incident, variables};
use crate::ctx::Ctx;
use crate::output::{Push, PushedJob};
use crate::state::instance::{Instance, Job, JobState};
use crate::state::stream::Stream;
use bpmn::{ElementIx, Kind};
use record::{
    ActivatedJob, Event, Header, IncidentType, JobBatchEvent, JobEvent, JobIntent, JobKind, Key,
    ListenerEventType, Millis, Origin,
};
use value::Str;
use value::wire::Message as _;

/// A job that a worker must have, with what it is made of.
#[derive(Default)]
pub(crate) struct NewJob {
    pub(crate) job_type: Str,
    pub(crate) retries: i32,
    /// Headers besides those of the element, of which they replace those with the same key.
    pub(crate) added_headers: Vec<Header>,
    pub(crate) kind: JobKind,
    pub(crate) listener_event: ListenerEventType,
    /// Which of the listeners to the same thing it is; counts from 0.
    pub(crate) listener: u32,
    /// The higher, the sooner it is handed out.
    pub(crate) priority: i32,
}

/// How urgent the jobs of the element at `at` are, as the model says; 0 if it does not.
pub(crate) fn priority(ctx: &mut Ctx<'_>, at: &At) -> Result<i32, Failure> {
    let process = at.process.clone();
    let Some(priority) = process.job_priority(at.model()) else { return Ok(0) };
    let place = Place { instance: at.instance, scope: at.element_instance };
    expression::number(ctx, place, priority)
}

/// Creates the job of the element instance at `at`, and hands it out if a stream can take it.
pub(crate) fn create(ctx: &mut Ctx<'_>, at: &At, job: NewJob) {
    let key = ctx.next_key();
    let job_type = job.job_type.clone();
    let headers = own_headers(&at.model().kind, &job.added_headers);
    let event = JobEvent {
        intent: JobIntent::Created,
        origin: at.origin(),
        job_type: job.job_type,
        retries: job.retries,
        headers,
        added_headers: job.added_headers,
        kind: job.kind,
        listener_event: job.listener_event,
        listener: job.listener,
        priority: job.priority,
        labels: ctx.state.labels(at.instance),
        ..JobEvent::default()
    };
    ctx.emit(key, Event::Job(event));
    offer(ctx, key, &job_type);
}

/// Where records about a job belong.
pub(crate) fn place(ctx: &mut Ctx<'_>, job: Key) -> Option<(At, Job)> {
    let owner = ctx.state.owner(job)?;
    let (instance, job) = (owner.key, owner.jobs.get(job)?.clone());
    let at = At::find(ctx, instance, job.element_instance)?;
    Some((at, job))
}

/// Puts out a change of a job, which is as `job` says in everything that all its events tell.
pub(crate) fn emit(ctx: &mut Ctx<'_>, at: &At, job: &Job, event: JobEvent) {
    let event = JobEvent {
        origin: at.origin(),
        job_type: job.job_type.clone(),
        activation: job.activation,
        kind: job.kind,
        listener_event: job.listener_event,
        listener: job.listener,
        priority: job.priority,
        labels: ctx.state.labels(at.instance),
        ..event
    };
    ctx.emit(job.key, Event::Job(event));
}

/// Cancels the job of an element instance that ends.
pub(crate) fn cancel_of(ctx: &mut Ctx<'_>, at: &At) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let mut attached = ctx.state.attached_to(at.element_instance);
    let Some(job) = attached.find_map(|it| found.jobs.get(it)).cloned() else { return };
    drop(attached);
    let event = JobEvent {
        intent: JobIntent::Canceled,
        retries: job.retries,
        worker: job.worker.clone(),
        ..JobEvent::default()
    };
    emit(ctx, at, &job, event);
}

/// A job became activatable: a stream with credit gets it, or long polls hear of it.
pub(crate) fn offer(ctx: &mut Ctx<'_>, job: Key, job_type: &Str) {
    let found = ctx.state.owner(job).and_then(|it| it.jobs.get(job));
    if found.is_some_and(|it| it.is_held) {
        return;
    }
    match next_stream(ctx, job_type) {
        Some(stream) => {
            push(ctx, &stream, job);
        }
        None => ctx.tell_waiting(job_type),
    }
}

/// The next stream of a type with credit, after the one that got the last job.
fn next_stream(ctx: &Ctx<'_>, job_type: &Str) -> Option<Stream> {
    let last = ctx.state.last_streams.get(job_type).copied().unwrap_or_default();
    let (node, incarnation, number) = last;
    let after = (job_type.clone(), (node, incarnation, number.saturating_add(1)));
    let ready = &ctx.state.ready_streams;
    let following = ready.range(after..).next().filter(|((it, _), ())| it == job_type);
    let first = || {
        let from = (job_type.clone(), (0, 0, 0));
        ready.range(from..).next().filter(|((it, _), ())| it == job_type)
    };
    let ((_, key), ()) = following.or_else(first)?;
    ctx.state.streams.get(key).map(|it| (**it).clone())
}

/// Hands waiting jobs, in their turn, to a stream as long as it has credit.
pub(crate) fn feed(ctx: &mut Ctx<'_>, stream: &Stream, mut credit: u32) {
    let mut after = None;
    while credit > 0
        && let Some(next) = ctx.state.next_activatable(&stream.job_type, after)
    {
        after = Some(next);
        let (_, job) = next;
        if push(ctx, stream, job) {
            credit -= 1;
        }
    }
}

/// What a worker asked for.
pub(crate) struct Terms<'a> {
    pub(crate) worker: &'a Str,
    pub(crate) deadline: Millis,
    pub(crate) fetch_variables: &'a [Str],
}

/// Hands a job to a stream. False if it is too large to be handed out at all.
fn push(ctx: &mut Ctx<'_>, stream: &Stream, job: Key) -> bool {
    let terms = Terms {
        worker: &stream.worker,
        deadline: ctx.now.saturating_add(stream.timeout_ms),
        fetch_variables: &stream.fetch_variables,
    };
    let Some(activated) = describe(ctx, job, &terms) else { return false };
    let bytes_max = ctx.state.meta.settings.0.activation_bytes_max;
    if activated.to_bytes().len() as u64 > bytes_max {
        disable_too_large(ctx, job);
        return false;
    }
    let key = ctx.next_key();
    let event = JobBatchEvent {
        job_type: stream.job_type.clone(),
        worker: stream.worker.clone(),
        timeout_ms: stream.timeout_ms,
        jobs_max: 1,
        jobs: vec![activated.clone()],
        truncated: false,
        stream: Some(Box::new(stream.stream.clone())),
    };
    ctx.emit(key, Event::JobBatch(event));
    ctx.push(Push::Job(PushedJob { stream: stream.stream.clone(), job: activated }));
    true
}

/// A job as its worker would get it now.
pub(crate) fn describe(ctx: &mut Ctx<'_>, job: Key, terms: &Terms<'_>) -> Option<ActivatedJob> {
    let owner = ctx.state.owner(job)?;
    let definition = owner.definition;
    let process = ctx.graph(definition)?;
    let owner = ctx.state.owner(job)?;
    let found = owner.jobs.get(job)?;
    let element = owner.element(found.element_instance)?;
    let model = process.element(ElementIx(element.element))?;
    Some(ActivatedJob {
        key: job,
        job_type: found.job_type.clone(),
        origin: origin(owner, model, found.element_instance),
        headers: [kept_headers(found, &model.kind), found.added_headers.clone()].concat(),
        worker: terms.worker.clone(),
        retries: found.retries,
        deadline: terms.deadline,
        variables: variables::visible(owner, found.element_instance, terms.fetch_variables),
        activation: found.activation + 1,
        kind: found.kind,
        listener_event: found.listener_event,
        priority: found.priority,
        labels: owner.labels.clone(),
    })
}

fn origin(instance: &Instance, model: &bpmn::Element, element_instance: Key) -> Origin {
    Origin {
        definition: instance.definition,
        process_id: instance.process_id.clone(),
        version: instance.version,
        instance: instance.key,
        element: model.ix.0,
        element_id: model.id.clone(),
        element_instance,
        root: instance.caller.root,
    }
}

/// The static headers of an element.
pub(crate) fn headers(kind: &Kind) -> Vec<Header> {
    listed(kind.headers())
}

/// The headers of an element that no added ones replace.
pub(crate) fn own_headers(kind: &Kind, added: &[Header]) -> Vec<Header> {
    let mut own = headers(kind);
    own.retain(|it| added.iter().all(|added| added.key != it.key));
    own
}

/// The headers of the model that a job was made by, without those that added ones replace.
pub(crate) fn kept_headers(job: &Job, kind: &Kind) -> Vec<Header> {
    let kept = job.kept_headers.as_ref().map(|it| it.headers.clone());
    kept.unwrap_or_else(|| own_headers(kind, &job.added_headers))
}

/// Headers of the model as a job has them.
pub(crate) fn listed(headers: &[(Str, Str)]) -> Vec<Header> {
    let one = |(key, value): &(Str, Str)| Header { key: key.clone(), value: value.clone() };
    headers.iter().map(one).collect()
}

/// Parks a job whose variables do not fit an answer.
pub(crate) fn disable_too_large(ctx: &mut Ctx<'_>, job: Key) {
    let limit = ctx.state.meta.settings.0.activation_bytes_max;
    let Some((at, _)) = place(ctx, job) else { return };
    let message = format!(
        "The job '{job}' with its variables is larger than 'activation_bytes_max' ({limit} bytes). \
         Fetch fewer variables, make them smaller or raise the limit, then resolve the incident."
    );
    let origin = at.origin();
    incident::create_for_job(ctx, &origin, job, IncidentType::MessageSizeExceeded, message.into());
}

/// An activated job's time is over: it is offered again.
pub(crate) fn time_out(ctx: &mut Ctx<'_>, key: Key) {
    let Some((at, job)) = place(ctx, key) else { return };
    if job.state != JobState::Activated {
        return;
    }
    let event = JobEvent {
        intent: JobIntent::TimedOut,
        retries: job.retries,
        worker: job.worker.clone(),
        deadline: job.deadline,
        ..JobEvent::default()
    };
    emit(ctx, &at, &job, event);
    offer(ctx, key, &job.job_type);
}

/// A failed job's back-off is over: it is offered again.
pub(crate) fn recur(ctx: &mut Ctx<'_>, key: Key) {
    let Some((at, job)) = place(ctx, key) else { return };
    if job.state != JobState::Failed {
        return;
    }
    let event = JobEvent {
        intent: JobIntent::RecurredAfterBackoff,
        retries: job.retries,
        recurs_at: job.recurs_at,
        ..JobEvent::default()
    };
    emit(ctx, &at, &job, event);
    offer(ctx, key, &job.job_type);
}

/// A worker's message, cut at the limit at a character's border.
pub(crate) fn shortened(ctx: &Ctx<'_>, message: &Str) -> Str {
    let limit =
        usize::try_from(ctx.state.meta.settings.0.error_message_bytes_max).unwrap_or(usize::MAX);
    if message.len() <= limit {
        return message.clone();
    }
    message.get(..message.floor_char_boundary(limit)).unwrap_or_default().into()
}
