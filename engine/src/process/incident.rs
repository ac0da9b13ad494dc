//! Incidents: something stopped and needs a human.

use super::at::At;
use super::expression::Failure;
use crate::ctx::Ctx;
use record::{Event, IncidentEvent, IncidentIntent, IncidentType, Key, Origin};
use std::sync::Arc;
use value::Str;

/// Parks the element instance at `at` with what went wrong.
pub(crate) fn create(ctx: &mut Ctx<'_>, at: &At, failure: Failure) {
    let key = ctx.next_key();
    let event = IncidentEvent {
        intent: IncidentIntent::Created,
        origin: at.origin(),
        kind: failure.kind,
        message: failure.message.into(),
        variable_scope: at.element_instance,
        conditions: failure.conditions,
        ..IncidentEvent::default()
    };
    ctx.emit(key, Event::Incident(event));
}

/// Parks a job.
pub(crate) fn create_for_job(
    ctx: &mut Ctx<'_>,
    origin: &Origin,
    job: Key,
    kind: IncidentType,
    message: Str,
) {
    let key = ctx.next_key();
    let event = IncidentEvent {
        intent: IncidentIntent::Created,
        origin: origin.clone(),
        kind,
        message,
        job,
        variable_scope: origin.element_instance,
        ..IncidentEvent::default()
    };
    ctx.emit(key, Event::Incident(event));
}

/// Parks an instance because a defect of Baton undid a work item, with what is to be done again.
pub(crate) fn create_for_defect(ctx: &mut Ctx<'_>, at: &At, message: Str, parked: Arc<[u8]>) {
    let key = ctx.next_key();
    let event = IncidentEvent {
        intent: IncidentIntent::Created,
        origin: at.origin(),
        kind: IncidentType::ProcessingError,
        message,
        variable_scope: at.element_instance,
        parked,
        ..IncidentEvent::default()
    };
    ctx.emit(key, Event::Incident(event));
}

/// Resolves the incidents of an element instance that ends.
pub(crate) fn resolve_of(ctx: &mut Ctx<'_>, at: &At) {
    resolve(ctx, at, |_| true);
}

/// Resolves the incidents of the jobs of an element instance.
pub(crate) fn resolve_of_job(ctx: &mut Ctx<'_>, at: &At) {
    resolve(ctx, at, |job| !job.is_none());
}

fn resolve(ctx: &mut Ctx<'_>, at: &At, is_meant: impl Fn(Key) -> bool) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let open: Vec<_> = ctx
        .state
        .attached_to(at.element_instance)
        .filter_map(|it| found.incidents.get(it))
        .filter(|it| is_meant(it.job))
        .map(|it| (it.key, it.kind, it.job))
        .collect();
    for (key, kind, job) in open {
        let event = IncidentEvent {
            intent: IncidentIntent::Resolved,
            origin: at.origin(),
            kind,
            job,
            variable_scope: at.element_instance,
            ..IncidentEvent::default()
        };
        ctx.emit(key, Event::Incident(event));
    }
}
