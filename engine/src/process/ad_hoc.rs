//! Ad-hoc subprocesses: what begins in them is decided while they run.
//!
//! ```text
//! activated ─▶ the model's list, a worker's result or a client says what begins
//!                └─▶ one inner instance for each, one per step ─▶ the element in it ─▶ its path
//! inner instance ends ─▶ output ─▶ enough? ─yes─▶ the rest ends, or is waited for
//!                                     └─no─▶ goes on; a worker gets the next job
//! ```
//!
//! What is waiting to begin stands in the state, so that neither an entry nor the queue of steps
//! grows with it. See `docs/0010-ad-hoc-subprocesses.md`.

use super::at::At;
use super::expression::{self, Failure, Place};
use super::job::{self, NewJob};
use super::step::{Activate, At as StepAt, Step, TerminateChildren};
use super::{compensation, condition, file, flow, incident, scope, subscribe, variables};
use crate::ctx::Ctx;
use crate::state::instance::{ElementInstance, ElementState, Role};
use bpmn::{AdHocSubProcess, CollectedOutput, Decider, Expression, JobDefinition, Kind};
use record::{
    AdHocActivity, AdHocInstructionEvent, AdHocIntent, Cause, CauseKind, ConditionEvaluation,
    Event, IncidentType, JobKind, Key, LOGIC_REFINED, ProcessInstanceEvent, ProcessInstanceIntent,
};
use value::msgpack::{Reader, Writer};
use value::{Doc, Str};

/// The variable that tells what can begin.
const ELEMENTS: &str = "adHocSubProcessElements";
const EMPTY_LIST: &[u8] = &[0x90];

/// The ad-hoc subprocess of a kind, if it is one.
pub(crate) fn of(kind: &Kind) -> Option<&AdHocSubProcess> {
    if let Kind::AdHocSubProcess(it) = kind { Some(it) } else { None }
}

/// Activates the ad-hoc subprocess at `at`; gives what begins with it.
pub(crate) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    model: &AdHocSubProcess,
) -> Result<Vec<AdHocActivity>, Failure> {
    set_up(ctx, at, model);
    let (activities, job) = match &model.decided_by {
        Decider::Model { active_elements: None, .. } => (Vec::new(), None),
        Decider::Model { active_elements: Some(list), .. } => (active(ctx, at, model, list)?, None),
        Decider::Worker(definition) => (Vec::new(), Some(new_job(ctx, at, definition)?)),
    };
    subscribe::open_inside(ctx, at)?;
    if let Some(new) = job {
        job::create(ctx, at, new);
    }
    Ok(activities)
}

/// Sets the variables that the ad-hoc subprocess at `at` begins with.
pub(crate) fn set_up(ctx: &mut Ctx<'_>, at: &At, model: &AdHocSubProcess) {
    let mut own = Doc::empty().set(ELEMENTS, &model.description);
    if let Some(output) = &model.output {
        own = own.set(&output.collection, EMPTY_LIST);
    }
    variables::set_local(ctx, &at.origin(), at.element_instance, &own);
}

/// What the model's list names.
fn active(
    ctx: &mut Ctx<'_>,
    at: &At,
    model: &AdHocSubProcess,
    list: &Expression,
) -> Result<Vec<AdHocActivity>, Failure> {
    let kind = IncidentType::ExtractValueError;
    let place = Place { instance: at.instance, scope: at.element_instance };
    let result = expression::evaluate(ctx, place, None, list, kind)?;
    let stored = expression::stored(&result.value);
    let items = Reader::new(&stored).array();
    let ids: Option<Vec<&str>> = items.and_then(|it| it.map(Reader::as_str).collect());
    let Some(ids) = ids else {
        return Err(expression::wrong_type(list, "'ARRAY of STRING'", &result));
    };
    find(at, model, ids.into_iter().map(|id| (id, Doc::empty()))).map_err(|unknown| {
        let message = format!(
            "The expression '{}' names {unknown}. Activities that no sequence flow leads to can \
             begin: {}.",
            list.text(),
            known(at, model)
        );
        Failure::new(kind, message)
    })
}

/// The activities with these ids.
///
/// # Errors
/// The end of a sentence with the ids that name none.
pub(crate) fn find<'a>(
    at: &At,
    model: &AdHocSubProcess,
    named: impl Iterator<Item = (&'a str, Doc)>,
) -> Result<Vec<AdHocActivity>, String> {
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    let activities: Vec<_> =
        model.activities.iter().filter_map(|ix| at.process.element(*ix)).collect();
    for (id, variables) in named {
        match activities.iter().find(|it| *it.id == *id) {
            Some(element) => found.push(AdHocActivity {
                element: element.ix.0,
                element_id: element.id.clone(),
                variables,
            }),
            None => unknown.push(format!("'{id}'")),
        }
    }
    if unknown.is_empty() {
        return Ok(found);
    }
    let id = &at.model().id;
    Err(format!("{}, which cannot begin in the ad-hoc subprocess '{id}'", unknown.join(", ")))
}

/// The ids of what can begin, for people.
fn known(at: &At, model: &AdHocSubProcess) -> String {
    let elements = model.activities.iter().filter_map(|ix| at.process.element(*ix));
    elements.map(|it| format!("'{}'", it.id)).collect::<Vec<_>>().join(", ")
}

fn new_job(ctx: &mut Ctx<'_>, at: &At, definition: &JobDefinition) -> Result<NewJob, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let job_type = expression::text(ctx, place, &definition.job_type)?;
    let retries = expression::number(ctx, place, &definition.retries)?;
    let priority = job::priority(ctx, at)?;
    let added_headers = file::linked(ctx, at, definition)?;
    let kind = JobKind::AdHocSubProcess;
    Ok(NewJob { job_type, retries, added_headers, kind, priority, ..NewJob::default() })
}

/// Tells the ad-hoc subprocess at `at` to begin activities, after the active ones have been ended
/// if that is asked for. The caller has checked that it is active.
pub(crate) fn begin(
    ctx: &mut Ctx<'_>,
    at: &At,
    activities: Vec<AdHocActivity>,
    cancel_remaining: bool,
    cause: Cause,
) {
    if activities.is_empty() && !cancel_remaining {
        return;
    }
    let begins = !activities.is_empty();
    let key = ctx.next_key();
    let cause = if cause.key.is_none() { Cause { key, ..cause } } else { cause };
    let event = AdHocInstructionEvent {
        intent: AdHocIntent::Activated,
        origin: at.origin(),
        activities,
        cancel_remaining,
        cause: cause.clone(),
    };
    ctx.emit(key, Event::AdHocInstruction(event));
    if cancel_remaining {
        end_children(ctx, at, key, cause);
    }
    if begins {
        ctx.then(Step::BeginNext(at.step()));
    }
}

/// Ends what is active in the ad-hoc subprocess at `at` and began before a key was made.
fn end_children(ctx: &mut Ctx<'_>, at: &At, before: Key, cause: Cause) {
    ctx.then(Step::TerminateChildren(TerminateChildren {
        instance: at.instance,
        scope: at.element_instance,
        after: Key::NONE,
        cause,
        before,
        except: Key::NONE,
    }));
}

/// Begins the next activity that the ad-hoc subprocess at `at` was told to begin, then the one
/// after it.
pub(crate) fn begin_next(ctx: &mut Ctx<'_>, at: &At) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let Some(element) = found.element(at.element_instance) else { return };
    let Some(next) = element.ad_hoc.as_ref().and_then(|it| it.waiting.first()).cloned() else {
        return;
    };
    if !scope::lets_activate(found, at.element_instance, at.element.0) {
        return;
    }
    let inner = begin_inner(ctx, at, &next.variables, next.cause);
    ctx.then(Step::Activate(Activate {
        instance: at.instance,
        scope: inner,
        element: next.element,
        from_flow: false,
        cause: Cause { kind: CauseKind::Scope, key: inner, ..Cause::default() },
        variables: Doc::empty(),
        passed: 0,
    }));
    ctx.then(Step::BeginNext(at.step()));
}

/// Makes an inner instance of the ad-hoc subprocess at `at`, active and with variables of its own.
pub(crate) fn begin_inner(ctx: &mut Ctx<'_>, at: &At, variables: &Doc, cause: Cause) -> Key {
    let key = ctx.next_key();
    let inner = At {
        element_instance: key,
        scope: at.element_instance,
        role: Role::AdHocInner,
        passed: 0,
        ..at.clone()
    };
    let event = ProcessInstanceEvent {
        cause: Some(Box::new(cause)),
        ..inner.event(ProcessInstanceIntent::ElementActivating)
    };
    ctx.emit(key, Event::ProcessInstance(event));
    variables::set_local(ctx, &inner.origin(), key, variables);
    flow::transition(ctx, &inner, ProcessInstanceIntent::ElementActivated);
    key
}

/// What follows when an inner instance or an event subprocess has ended.
enum Then {
    /// Nothing by itself: it goes on as long as something is active.
    GoOn,
    /// Enough has been done.
    Fulfilled,
    /// A worker decides.
    Ask(NewJob),
}

/// True if what is at `at` is an event subprocess in an ad-hoc subprocess that goes on beside it, so
/// that its end counts like that of an inner instance. By the first logic version nobody asks then.
pub(crate) fn counts_event(ctx: &Ctx<'_>, at: &At) -> bool {
    let counts = |it: &ElementInstance| {
        it.state == ElementState::Activated && it.interrupted_by == 0 && it.ad_hoc.is_some()
    };
    ctx.state.meta.logic() >= LOGIC_REFINED
        && matches!(at.model().kind, Kind::EventSubProcess { .. })
        && ctx.state.element(at.instance, at.scope).is_some_and(counts)
}

/// Completes what is at `at`, an inner instance or an event subprocess: takes what it gives, and
/// finds out whether that is enough.
pub(crate) fn complete_inside(ctx: &mut Ctx<'_>, at: &At) -> Result<(), Failure> {
    let Some(around) = At::find(ctx, at.instance, at.scope) else { return Ok(()) };
    let process = at.process.clone();
    let model = process.element(around.element).and_then(|it| of(&it.kind));
    let Some(model) = model else { return Ok(()) };
    let output = model.output.as_ref().map(|it| collected(ctx, at, it)).transpose()?;
    let output = output.unwrap_or_default();
    let (then, conditions) = what_follows(ctx, &around, model, &output)?;
    variables::set_local(ctx, &around.origin(), around.element_instance, &output);
    subscribe::close_all(ctx, at);
    compensation::remember(ctx, at);
    let completed = ProcessInstanceIntent::ElementCompleted;
    flow::explain(ctx, at, completed, None, conditions);
    let cause = Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() };
    match then {
        Then::GoOn => {}
        Then::Fulfilled => fulfil(ctx, &around, model.cancels_remaining, cause),
        Then::Ask(new) => {
            cancel_job(ctx, &around);
            job::create(ctx, &around, new);
        }
    }
    flow::end_path(ctx, around.instance, around.element_instance);
    Ok(())
}

/// The outputs so far with that of what is at `at`.
fn collected(ctx: &mut Ctx<'_>, at: &At, output: &CollectedOutput) -> Result<Doc, Failure> {
    let kind = IncidentType::ExtractValueError;
    let place = Place { instance: at.instance, scope: at.element_instance };
    let result = expression::evaluate(ctx, place, None, &output.element, kind)?;
    let scope = ctx.state.element(at.instance, at.scope);
    let before = scope.and_then(|it| it.variable(&output.collection)).unwrap_or(EMPTY_LIST);
    let Some(items) = Reader::new(before).array() else {
        let message = format!(
            "The output collection '{}' is no list any more, so that nothing can be added to it. \
             Set it to a list, then resolve the incident.",
            output.collection
        );
        return Err(Failure::new(kind, message));
    };
    let mut list = Writer::new();
    list.array(items.len() + 1);
    items.for_each(|it| {
        list.raw(it.bytes());
    });
    list.raw(&expression::stored(&result.value));
    Ok(Doc::empty().set(&output.collection, &list.into_bytes()))
}

/// Finds out what follows in the ad-hoc subprocess at `at` when its outputs are these.
fn what_follows(
    ctx: &mut Ctx<'_>,
    at: &At,
    model: &AdHocSubProcess,
    output: &Doc,
) -> Result<(Then, Vec<ConditionEvaluation>), Failure> {
    let element = ctx.state.element(at.instance, at.element_instance);
    if element.is_none_or(is_fulfilled) {
        return Ok((Then::GoOn, Vec::new()));
    }
    match &model.decided_by {
        Decider::Worker(definition) => Ok((Then::Ask(new_job(ctx, at, definition)?), Vec::new())),
        Decider::Model { completion_condition: None, .. } => Ok((Then::GoOn, Vec::new())),
        Decider::Model { completion_condition: Some(condition), .. } => {
            let place = Place { instance: at.instance, scope: at.element_instance };
            let (holds, evaluation) =
                condition::of_completion(ctx, place, Some(output), condition)?;
            Ok((if holds { Then::Fulfilled } else { Then::GoOn }, vec![evaluation]))
        }
    }
}

fn is_fulfilled(element: &ElementInstance) -> bool {
    element.ad_hoc.as_ref().is_some_and(|it| it.is_fulfilled)
}

/// Enough has been done in the ad-hoc subprocess at `at`: it ends when the rest has.
pub(crate) fn fulfil(ctx: &mut Ctx<'_>, at: &At, cancel_remaining: bool, cause: Cause) {
    let key = ctx.next_key();
    let event = AdHocInstructionEvent {
        intent: AdHocIntent::Completed,
        origin: at.origin(),
        cancel_remaining,
        cause: cause.clone(),
        ..AdHocInstructionEvent::default()
    };
    ctx.emit(key, Event::AdHocInstruction(event));
    if cancel_remaining {
        end_children(ctx, at, key, cause);
    }
}

/// True if an idle ad-hoc subprocess ends: it has done enough, or nobody says that it has not.
pub(crate) fn ends_when_idle(ctx: &mut Ctx<'_>, instance: Key, key: Key) -> bool {
    let Some(element) = ctx.state.element(instance, key) else { return false };
    let Some(ad_hoc) = &element.ad_hoc else { return true };
    if !ad_hoc.waiting.is_empty() {
        return false;
    }
    if ad_hoc.is_fulfilled || element.interrupted_by != 0 {
        return true;
    }
    let Some(at) = At::find(ctx, instance, key) else { return false };
    let decided_by = of(&at.model().kind).map(|it| &it.decided_by);
    matches!(decided_by, Some(Decider::Model { completion_condition: None, .. }))
}

/// What was collected in the ad-hoc subprocess at `at` moves out when it completes.
pub(crate) fn hand_out(ctx: &mut Ctx<'_>, at: &At, model: &AdHocSubProcess) {
    cancel_job(ctx, at);
    let Some(output) = &model.output else { return };
    let element = ctx.state.element(at.instance, at.element_instance);
    let Some(list) = element.and_then(|it| it.variable(&output.collection)) else { return };
    let outputs = Doc::empty().set(&output.collection, list);
    // An inner instance of a multi-instance activity keeps it, for what its body collects.
    let target = if at.role == Role::Inner { at.element_instance } else { at.scope };
    variables::merge(ctx, &at.origin(), target, &outputs);
}

/// Cancels the job of the ad-hoc subprocess at `at`, with its incident: another one decides, or
/// nothing is to be decided any more.
pub(crate) fn cancel_job(ctx: &mut Ctx<'_>, at: &At) {
    incident::resolve_of_job(ctx, at);
    job::cancel_of(ctx, at);
}

/// The ad-hoc subprocess of a key with its model, if it can be told something now.
///
/// # Errors
/// The end of a sentence.
pub(crate) fn told(ctx: &mut Ctx<'_>, step: &StepAt) -> Result<(At, Box<AdHocSubProcess>), Str> {
    let at = At::find(ctx, step.instance, step.element_instance);
    let model = at.as_ref().and_then(|at| of(&at.model().kind)).cloned();
    let (Some(at), Some(model)) = (at, model) else { return Err("it has ended".into()) };
    let Some(found) = ctx.state.instance(step.instance) else { return Err("it has ended".into()) };
    let Some(element) = found.element(step.element_instance) else {
        return Err("it has ended".into());
    };
    if element.state != ElementState::Activated || !scope::lets_complete(found, element) {
        return Err("it is not active".into());
    }
    if element.interrupted_by != 0 || is_fulfilled(element) {
        return Err("it has done enough and is ending".into());
    }
    Ok((at, Box::new(model)))
}
