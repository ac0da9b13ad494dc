//! What a migration says of each element instance and of what belongs to it.

use super::Plan;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::step::{Peer, Step};
use crate::process::{conditional, job, multiple, user_task};
use crate::state::instance::{
    ElementInstance, Incident, Instance, Job, ProcessSubscription, Timer, Trigger,
};
use bpmn::{Element, ElementIx};
use record::{
    Cause, Event, IncidentEvent, IncidentIntent, JobEvent, JobIntent, Key, Origin,
    ProcessInstanceEvent, ProcessInstanceIntent, ProcessMessageSubscriptionEvent,
    ProcessMessageSubscriptionIntent, SignalSubscriptionEvent, SignalSubscriptionIntent,
    Subscription, TimerEvent, TimerIntent, UserTaskEvent, UserTaskIntent, VariableEvent,
    VariableIntent,
};
use std::sync::Arc;
use value::Doc;

/// The value of a variable whose record does not tell it.
const NULL: &[u8] = &[0xc0];

/// Puts out what an element instance has become, with everything that belongs to it.
pub(super) fn element(
    ctx: &mut Ctx<'_>,
    instance: &Instance,
    plan: &Plan,
    element: &ElementInstance,
    cause: &Cause,
) {
    let Some(at) = plan.at(instance, element) else { return };
    let is_root = element.scope.is_none();
    let event = ProcessInstanceEvent {
        cause: Some(Box::new(cause.clone())),
        start_lock: if is_root { plan.start_lock.clone() } else { value::Str::default() },
        interrupted_by: plan.interrupted_by(element),
        awaiting_reset: plan.awaiting_reset.get(&element.key).cloned().unwrap_or_default(),
        ..at.event(ProcessInstanceIntent::ElementMigrated)
    };
    ctx.emit(element.key, Event::ProcessInstance(event));
    variables(ctx, &at, element);
    parts(ctx, plan, &at, element);
    let attached: Vec<Key> = ctx.state.attached_to(element.key).collect();
    for key in attached {
        waiting(ctx, instance, plan, &at, key);
    }
}

fn variables(ctx: &mut Ctx<'_>, at: &At, element: &ElementInstance) {
    let value: Arc<[u8]> = NULL.into();
    for (key, name) in element.variables.keyed() {
        let event = VariableEvent {
            intent: VariableIntent::Migrated,
            origin: at.origin(),
            name: name.into(),
            value: value.clone(),
        };
        ctx.emit(key, Event::Variable(event));
    }
}

/// What has happened of an event that waits for all of several definitions has happened in the
/// target, too.
fn parts(ctx: &mut Ctx<'_>, plan: &Plan, at: &At, element: &ElementInstance) {
    let process = at.process.clone();
    for part in &element.parts {
        let origin = plan.event_origin(at, part.element);
        let event = process.event(ElementIx(origin.element));
        let is_kept = plan.mapping.is_mapped(part.element);
        let several = event.and_then(|it| Some((it, it.multiple()?))).filter(|_| is_kept);
        if let Some(several) = several {
            let part = Trigger { element: origin.element, ..part.clone() };
            multiple::keep(ctx, at, several, &part);
        }
    }
}

/// Something that waits at the element instance at `at`.
fn waiting(ctx: &mut Ctx<'_>, instance: &Instance, plan: &Plan, at: &At, key: Key) {
    if let Some(found) = instance.jobs.get(key) {
        job(ctx, plan, instance, at, found);
    } else if let Some(task) = instance.user_tasks.get(key) {
        let intent = UserTaskIntent::Migrated;
        let attributes = task.attributes.clone();
        let event = UserTaskEvent { intent, attributes, ..UserTaskEvent::default() };
        user_task::emit(ctx, at, task, event);
    } else if let Some(found) = instance.incidents.get(key) {
        incident(ctx, at, found);
    } else if let Some(found) = instance.timers.get(key) {
        timer(ctx, plan, at, found);
    } else if let Some(found) = instance.signals.get(key) {
        let event = SignalSubscriptionEvent {
            intent: SignalSubscriptionIntent::Migrated,
            origin: plan.event_origin(at, found.element),
            name: found.name.clone(),
        };
        ctx.emit(key, Event::SignalSubscription(event));
    } else if let Some(found) = instance.conditions.get(key) {
        let becomes = plan.event_origin(at, found.element).element;
        conditional::migrate(ctx, at, found, becomes);
    } else if let Some(found) = instance.subscriptions.get(key) {
        subscription(ctx, plan, at, found);
    }
}

/// A job keeps the headers that it was made with.
fn job(ctx: &mut Ctx<'_>, plan: &Plan, instance: &Instance, at: &At, job: &Job) {
    let source = instance.element(job.element_instance).map_or(0, |it| it.element);
    let source = plan.mapping.source.element(ElementIx(source));
    let headers = source.map(|it| job::kept_headers(job, &it.kind)).unwrap_or_default();
    let event = JobEvent {
        intent: JobIntent::Migrated,
        retries: job.retries,
        worker: job.worker.clone(),
        deadline: job.deadline,
        recurs_at: job.recurs_at,
        keeps_headers: headers != job::own_headers(&at.model().kind, &job.added_headers),
        headers,
        added_headers: job.added_headers.clone(),
        ..JobEvent::default()
    };
    job::emit(ctx, at, job, event);
}

fn incident(ctx: &mut Ctx<'_>, at: &At, incident: &Incident) {
    let event = IncidentEvent {
        intent: IncidentIntent::Migrated,
        origin: at.origin(),
        kind: incident.kind,
        job: incident.job,
        variable_scope: at.element_instance,
        ..IncidentEvent::default()
    };
    ctx.emit(incident.key, Event::Incident(event));
}

fn timer(ctx: &mut Ctx<'_>, plan: &Plan, at: &At, timer: &Timer) {
    let event = TimerEvent {
        intent: TimerIntent::Migrated,
        origin: plan.event_origin(at, timer.element),
        due: timer.due,
        repetitions: timer.repetitions,
        interval: timer.interval.clone(),
    };
    ctx.emit(timer.key, Event::Timer(event));
}

/// A subscription keeps its name and key; whether it interrupts is up to the target.
fn subscription(ctx: &mut Ctx<'_>, plan: &Plan, at: &At, found: &ProcessSubscription) {
    let key = found.key;
    let origin = plan.event_origin(at, found.subscription.origin.element);
    let interrupting = at.process.event(ElementIx(origin.element)).is_none_or(interrupts);
    let subscription = Subscription { origin, interrupting, ..found.subscription.clone() };
    let event = ProcessMessageSubscriptionEvent {
        intent: ProcessMessageSubscriptionIntent::Migrated,
        subscription: subscription.clone(),
        message: Key::NONE,
        variables: Doc::empty(),
    };
    ctx.emit(key, Event::ProcessMessageSubscription(event));
    ctx.then(Step::MigrateSubscription(Peer { key, subscription }));
}

fn interrupts(event: &Element) -> bool {
    event.kind.attached_trigger().is_none_or(|(_, interrupting)| interrupting)
}

impl Plan {
    /// Where records about an event belong that waits at the element instance at `at`: the element
    /// itself, or one of its events. Of an event with several definitions, each becomes the one at
    /// its place.
    fn event_origin(&self, at: &At, waits: u32) -> Origin {
        let source = self.mapping.source.event(ElementIx(waits));
        let becomes = source.and_then(|it| self.mapping.target(it.ix.0)).unwrap_or(at.model());
        let position = source.and_then(|it| it.multiple()?.position(ElementIx(waits)));
        let definition = position.and_then(|it| Some(becomes.multiple()?.definitions.get(it)?.ix));
        let ix = definition.unwrap_or(becomes.ix);
        at.origin_of(ix.0, becomes.id.clone(), at.element_instance)
    }
}
