//! Who catches an error or escalation: the scopes from where it was thrown outwards.

use super::at::At;
use super::expression::Failure;
use super::step::Step;
use super::trigger;
use crate::ctx::Ctx;
use crate::state::instance::{ElementInstance, ElementState};
use bpmn::{ElementIx, Trigger};
use record::{Cause, EscalationEvent, EscalationIntent, Event, IncidentType, Key};
use value::{Doc, Str};

/// What is thrown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thrown {
    Error,
    Escalation,
}

/// What catches.
#[derive(Debug, Clone)]
pub(crate) struct Catcher {
    /// The scope or activity whose event it is.
    pub(crate) at: At,
    /// The event.
    pub(crate) event: ElementIx,
    pub(crate) interrupting: bool,
}

/// What an element threw, with what catches it.
#[derive(Debug, Clone)]
pub(crate) struct Caught {
    pub(crate) catcher: Catcher,
    pub(crate) variables: Doc,
    pub(crate) cause: Cause,
    /// True if the thrower completes all the same.
    pub(crate) goes_on: bool,
}

/// The event that catches a code, from an element instance outwards. Of one element instance the
/// exact code comes before an event for every code. Scopes that have been interrupted or are ending
/// catch nothing.
///
/// # Errors
/// The codes that would have been caught, if none does.
pub(crate) fn find(
    ctx: &mut Ctx<'_>,
    instance: Key,
    from: Key,
    thrown: Thrown,
    code: &str,
) -> Result<Catcher, Vec<Str>> {
    let mut codes = Vec::new();
    let (mut instance, mut current) = (instance, from);
    while let Some(element) = ctx.state.element(instance, current) {
        let is_open = element.state == ElementState::Activated && element.interrupted_by == 0;
        let outside = next(ctx, instance, element);
        if is_open && let Some(at) = At::find(ctx, instance, current) {
            let candidates = candidates(&at, thrown);
            let exact = candidates.iter().find(|it| it.2.as_deref() == Some(code));
            let found = exact.or_else(|| candidates.iter().find(|it| it.2.is_none()));
            if let Some((event, interrupting, _)) = found {
                return Ok(Catcher { event: *event, interrupting: *interrupting, at });
            }
            codes.extend(candidates.into_iter().filter_map(|(_, _, code)| code));
        }
        (instance, current) = outside;
    }
    Err(codes)
}

/// The element instance around another one: its scope, or the call activity that began its
/// instance.
fn next(ctx: &Ctx<'_>, instance: Key, element: &ElementInstance) -> (Key, Key) {
    if !element.scope.is_none() {
        return (instance, element.scope);
    }
    let caller = ctx.state.instance(instance).map(|it| it.caller).unwrap_or_default();
    (caller.instance, caller.element_instance)
}

/// The events of an element instance that catch what is thrown: each with whether it interrupts and
/// its code. Event subprocesses come before boundary events.
fn candidates(at: &At, thrown: Thrown) -> Vec<(ElementIx, bool, Option<Str>)> {
    let events = at.event_starts().iter().chain(at.boundary_events());
    events
        .filter_map(|ix| Some((*ix, at.process.element(*ix)?.kind.attached_trigger()?)))
        .flat_map(|(ix, (trigger, interrupting))| {
            trigger.each(ix).filter_map(move |(_, trigger)| match (trigger, thrown) {
                (Trigger::Error { code }, Thrown::Error)
                | (Trigger::Escalation { code }, Thrown::Escalation) => {
                    Some((ix, interrupting, code.clone()))
                }
                _ => None,
            })
        })
        .collect()
}

/// Triggers what catches, and lets the thrower at `at` go on if it may.
pub(crate) fn take(ctx: &mut Ctx<'_>, at: &At, caught: Caught) {
    let Caught { catcher, variables, cause, goes_on } = caught;
    trigger::trigger(ctx, &catcher.at, catcher.event, variables, cause);
    if goes_on {
        ctx.then(Step::Complete(at.step()));
    }
}

/// The incident of an error that nothing catches.
pub(crate) fn unhandled(code: &str, codes: &[Str]) -> Failure {
    let known = if codes.is_empty() {
        "No error event is around it.".to_owned()
    } else {
        let codes: Vec<_> = codes.iter().map(|it| format!("'{it}'")).collect();
        format!("Codes caught around it: {}.", codes.join(", "))
    };
    Failure::new(
        IncidentType::UnhandledErrorEvent,
        format!(
            "Expected to throw an error event with the code '{code}', but it was not caught. {known}"
        ),
    )
}

/// Puts out whether an escalation was caught.
pub(crate) fn tell_escalation(ctx: &mut Ctx<'_>, at: &At, code: &Str, found: Option<&Catcher>) {
    let key = ctx.next_key();
    let caught_by = found.and_then(|it| it.at.process.element(it.event));
    let event = EscalationEvent {
        intent: match found {
            Some(_) => EscalationIntent::Escalated,
            None => EscalationIntent::NotEscalated,
        },
        origin: at.origin(),
        code: code.clone(),
        catch_element_id: caught_by.map(|it| it.id.clone()).unwrap_or_default(),
    };
    ctx.emit(key, Event::Escalation(event));
}
