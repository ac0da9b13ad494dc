//! Who catches an error or escalation: the scopes from where it was thrown outwards.

use super::at::At;
use super::expression::Failure;
use super::step::Step;
use super::{scope, trigger};
use crate::ctx::Ctx;
use crate::state::instance::{ElementInstance, ElementState};
use bpmn::{ElementIx, Trigger};
use record::{Cause, EscalationEvent, EscalationIntent, Event, IncidentType, Key, LOGIC_REFINED};
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

/// The codes around what was thrown, if nothing catches it.
#[derive(Debug, Default)]
pub(crate) struct Uncaught {
    /// Those for which something is there.
    codes: Vec<Str>,
    /// Those of event subprocesses in scopes that have made way for another one; empty for one
    /// that would catch every code.
    passed_over: Vec<Str>,
}

/// The event that catches a code, from an element instance outwards. Of one element instance the
/// exact code comes before an event for every code. Scopes that are ending catch nothing, and in
/// those that have been interrupted no other event subprocess begins; their boundary events catch
/// (by the first logic version they do not).
///
/// # Errors
/// The codes that would have been caught, if none does.
pub(crate) fn find(
    ctx: &mut Ctx<'_>,
    instance: Key,
    from: Key,
    thrown: Thrown,
    code: &str,
) -> Result<Catcher, Uncaught> {
    let mut uncaught = Uncaught::default();
    let (mut instance, mut current, mut thrower) = (instance, from, None);
    while let Some(element) = ctx.state.element(instance, current) {
        let is_interrupted = element.interrupted_by != 0;
        let is_asked = !is_interrupted || still_hears(ctx, instance, current, thrower);
        let is_open = element.state == ElementState::Activated && is_asked;
        let outside = next(ctx, instance, element);
        thrower = Some(element.element);
        if is_open && let Some(at) = At::find(ctx, instance, current) {
            let inside = candidates(&at, at.event_starts(), thrown);
            let boundary = candidates(&at, at.boundary_events(), thrown);
            let candidates = if is_interrupted {
                uncaught.passed_over.extend(inside.into_iter().map(|it| it.2.unwrap_or_default()));
                boundary
            } else {
                [inside, boundary].concat()
            };
            let exact = candidates.iter().find(|it| it.2.as_deref() == Some(code));
            let found = exact.or_else(|| candidates.iter().find(|it| it.2.is_none()));
            if let Some((event, interrupting, _)) = found {
                return Ok(Catcher { event: *event, interrupting: *interrupting, at });
            }
            uncaught.codes.extend(candidates.into_iter().filter_map(|(_, _, code)| code));
        }
        (instance, current) = outside;
    }
    Err(uncaught)
}

/// True if an interrupted scope hears what an element in it threw, by its ordinal; `None` for an
/// element that has just begun in it. What makes way there throws nothing any more.
fn still_hears(ctx: &Ctx<'_>, instance: Key, scope: Key, thrower: Option<u32>) -> bool {
    let instance = ctx.state.instance(instance);
    let is_let = thrower
        .is_none_or(|thrower| instance.is_some_and(|it| scope::lets_activate(it, scope, thrower)));
    ctx.state.meta.logic() >= LOGIC_REFINED && is_let
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

/// Those of some events of an element instance that catch what is thrown: each with whether it
/// interrupts and its code.
fn candidates(
    at: &At,
    events: &[ElementIx],
    thrown: Thrown,
) -> Vec<(ElementIx, bool, Option<Str>)> {
    events
        .iter()
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
pub(crate) fn unhandled(code: &str, uncaught: &Uncaught) -> Failure {
    let listed = |codes: &[Str]| {
        let named =
            |it: &Str| if it.is_empty() { "every code".to_owned() } else { format!("'{it}'") };
        codes.iter().map(named).collect::<Vec<_>>().join(", ")
    };
    let Uncaught { codes, passed_over } = uncaught;
    let known = match (codes.as_slice(), passed_over.as_slice()) {
        ([], []) => "No error event is around it.".to_owned(),
        ([], _) => "No error event around it is open.".to_owned(),
        (codes, _) => format!("Codes caught around it: {}.", listed(codes)),
    };
    let passed = if passed_over.is_empty() {
        String::new()
    } else {
        format!(
            " Passed over, because an event subprocess had interrupted their scope before: event \
             subprocesses for {}.",
            listed(passed_over)
        )
    };
    Failure::new(
        IncidentType::UnhandledErrorEvent,
        format!(
            "Expected to throw an error event with the code '{code}', but it was not caught. \
             {known}{passed}"
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
