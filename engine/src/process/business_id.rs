//! Business ids: the caller's own names for instances, unique among running ones if the setting
//! `business_id_unique` says so.
//!
//! Unique means: among the instances of a process id that nothing called, on one partition. Those
//! that are created come to the partition that their business id names. A message goes where its
//! correlation key says; one whose business id is taken there starts nothing. If it is buffered, it
//! may start an instance when that one has ended (`start`).

use super::at::At;
use crate::ctx::{Ctx, Refused, refuse};
use crate::state::instance::{ElementState, Instance};
use record::{
    CommandIntent, Event, Key, LOGIC_REFINED, Labels, ProcessInstanceEvent, ProcessInstanceIntent,
    RejectionType,
};
use value::Str;

/// True if an instance of the process with this business id runs, and a second one must not.
pub(crate) fn is_taken(ctx: &Ctx<'_>, process_id: &Str, business_id: &Str) -> bool {
    if business_id.is_empty() || !is_unique(ctx) {
        return false;
    }
    let from = (process_id.clone(), business_id.clone(), Key::NONE);
    let found = ctx.state.business_ids.range(from..).next();
    found.is_some_and(|((process, id, _), ())| process == process_id && id == business_id)
}

/// The business id that nobody else may have while an instance runs; empty for none. By the first
/// logic version nobody waits for it.
pub(crate) fn held(ctx: &Ctx<'_>, instance: &Instance) -> Str {
    let is_waited_for = ctx.state.meta.logic() >= LOGIC_REFINED && is_unique(ctx);
    let held = instance.business_id().filter(|_| is_waited_for);
    held.map(|(_, id, _)| id).unwrap_or_default()
}

fn is_unique(ctx: &Ctx<'_>) -> bool {
    ctx.state.meta.settings.0.business_id_unique() == 1
}

/// Refuses a business id that is too long; the error is a sentence.
pub(crate) fn check_length(business_id: &Str) -> Result<(), String> {
    let length = business_id.chars().count();
    if length <= Labels::BUSINESS_ID_MAX {
        return Ok(());
    }
    Err(format!(
        "A business id has at most {} characters, but this one has {length}.",
        Labels::BUSINESS_ID_MAX
    ))
}

/// Gives a running instance a business id. One that it has already stays.
///
/// # Errors
/// The instance does not run, was called by another one, or has another business id; or business
/// ids are unique, so that they must be there from the beginning.
pub(crate) fn assign(
    ctx: &mut Ctx<'_>,
    instance: Key,
    business_id: &Str,
    intent: CommandIntent,
) -> Result<(), Refused> {
    let expected = format!(
        "Expected to assign the business id '{business_id}' to the process instance '{instance}'"
    );
    let refused = |kind, why: String| Err(refuse(kind, intent, format!("{expected}, but {why}")));
    if let Err(why) = check_length(business_id) {
        return Err(refuse(RejectionType::InvalidArgument, intent, why));
    }
    let runs = |state: ElementState| state != ElementState::Terminating;
    let found =
        ctx.state.instance(instance).filter(|it| it.root().is_some_and(|it| runs(it.state)));
    let Some(found) = found else {
        let why = "no such process instance was found. It may have ended.".to_owned();
        return refused(RejectionType::NotFound, why);
    };
    let (current, caller) = (found.labels.clone(), found.caller);
    if current.business_id == *business_id {
        return Ok(());
    }
    if !current.business_id.is_empty() {
        let why = format!("it has the business id '{}'. It stays.", current.business_id);
        return refused(RejectionType::InvalidState, why);
    }
    if !caller.instance.is_none() {
        let why = format!(
            "it was called by the process instance '{}'. Assign it to the outermost process \
             instance '{}' instead.",
            caller.instance, caller.root
        );
        return refused(RejectionType::InvalidState, why);
    }
    if is_unique(ctx) {
        let why = "business ids are unique (setting 'business_id_unique'). Give one when the \
                   instance is created.";
        return refused(RejectionType::InvalidState, why.to_owned());
    }
    if let Some(at) = At::find(ctx, instance, instance) {
        let event = ProcessInstanceEvent {
            labels: Labels { business_id: business_id.clone(), ..current },
            ..at.event(ProcessInstanceIntent::BusinessIdAssigned)
        };
        ctx.emit(instance, Event::ProcessInstance(event));
    }
    Ok(())
}
