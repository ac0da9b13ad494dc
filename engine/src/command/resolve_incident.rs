//! Resolve an incident: the step that failed is done again, or the job is offered again.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::pending::Parked;
use crate::process::step::Step;
use crate::process::{at::At, job, suspension};
use record::{
    CommandIntent, Event, IncidentEvent, IncidentIntent, Key, RejectionType, ResolveIncident,
};
use value::wire::Message as _;

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &ResolveIncident) -> Result<Answer, Refused> {
    let intent = CommandIntent::IncidentResolve;
    let key = command.incident;
    let not_found = || {
        refuse(
            RejectionType::NotFound,
            intent,
            format!(
                "Expected to resolve incident with key '{key}', but no such incident was found. \
                 It may have been resolved."
            ),
        )
    };
    let owner = ctx.state.owner(key).ok_or_else(not_found)?;
    let incident = owner.incidents.get(key).ok_or_else(not_found)?.clone();
    let instance = owner.key;
    ctx.at_work = instance;
    suspension::check(ctx.state, instance, intent, &format!("resolve incident with key '{key}'"))?;
    let owner = ctx.state.owner(key).ok_or_else(not_found)?;
    let retries = owner.jobs.get(incident.job).map(|it| it.retries);
    if let Some(retries) = retries.filter(|it| *it <= 0) {
        return Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to resolve incident with key '{key}', but its job '{}' has '{retries}' \
                 retries left. Update the job's retries first.",
                incident.job
            ),
        ));
    }
    let at = At::find(ctx, instance, incident.element_instance).ok_or_else(not_found)?;
    let event = IncidentEvent {
        intent: IncidentIntent::Resolved,
        origin: at.origin(),
        kind: incident.kind,
        job: incident.job,
        variable_scope: at.element_instance,
        ..IncidentEvent::default()
    };
    ctx.emit(key, Event::Incident(event));
    if !incident.job.is_none() {
        offer_again(ctx, incident.job);
    } else if incident.kind == record::IncidentType::ProcessingError {
        do_again(ctx, &incident.parked);
    } else {
        ctx.then(Step::Resume(at.step()));
    }
    accepted()
}

fn offer_again(ctx: &mut Ctx<'_>, key: Key) {
    if let Some((_, found)) = job::place(ctx, key) {
        job::offer(ctx, key, &found.job_type);
    }
}

/// A timer goes back to the due index with the incident; steps are queued again.
fn do_again(ctx: &mut Ctx<'_>, parked: &[u8]) {
    match Parked::from_bytes(parked) {
        Ok(Parked::Steps(it)) => ctx.steps.push_stored(&it.steps),
        Ok(Parked::Timer(_)) | Err(_) => {}
    }
}
