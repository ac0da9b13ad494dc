//! Listeners to elements: workers that are asked, one after the other, before an element begins its
//! work or ends.
//!
//! ```text
//! ACTIVATING ─ inputs ─ start ─ … ─ start ─▶ ACTIVATED
//! COMPLETING ─ outputs, subscriptions ─ end ─ … ─ end ─▶ COMPLETED
//!
//! multi-instance body:  ACTIVATING ─ before all ─ … ─ before all ─ collection ─▶ ACTIVATED
//! process:              TERMINATING ─ everything in it ends ─ cancel ─ … ─ cancel ─▶ TERMINATED
//! ```
//!
//! The element waits for each of them. How far they have come stands in the open job; after an
//! incident that is not a job's, the step begins again, and so do its listeners. A step cannot begin
//! again when everything in an instance has ended: which listeners to its cancellation have agreed
//! stands in the instance, so that those are not asked twice.

use super::at::At;
use super::expression::Failure;
use super::listener::{self, Question};
use super::step::{AfterListener, Step};
use super::{completion, incident, instance, lifecycle, scope, variables};
use crate::ctx::Ctx;
use crate::state::instance::{ElementInstance, ElementState, Incident, Job, Role};
use bpmn::Listener;
use record::{Cause, CauseKind, IncidentType, JobKind, ListenerEventType};
use value::Doc;

/// The listeners of the element at `at` to one of its events. Those of a multi-instance activity are
/// asked by each of its instances, but for those that are asked before all of them.
fn listeners(at: &At, event: ListenerEventType) -> &[Listener] {
    let of_element = &at.model().listeners;
    let is_body = at.role == Role::Body;
    match event {
        ListenerEventType::BeforeAll if is_body => &of_element.before_all,
        ListenerEventType::Start if !is_body => &of_element.start,
        ListenerEventType::End if !is_body => &of_element.end,
        ListenerEventType::Cancel => &of_element.cancel,
        ListenerEventType::Unspecified
        | ListenerEventType::Start
        | ListenerEventType::End
        | ListenerEventType::BeforeAll
        | ListenerEventType::Creating
        | ListenerEventType::Assigning
        | ListenerEventType::Updating
        | ListenerEventType::Completing
        | ListenerEventType::Canceling => &[],
    }
}

/// True if somebody listens to an event of the element at `at`.
pub(crate) fn has_any(at: &At, event: ListenerEventType) -> bool {
    !listeners(at, event).is_empty()
}

/// Asks a listener by its number. False if there is none with it: all have agreed.
pub(crate) fn ask(
    ctx: &mut Ctx<'_>,
    at: &At,
    event: ListenerEventType,
    number: u32,
) -> Result<bool, Failure> {
    let Some(listener) = listeners(at, event).get(number as usize) else { return Ok(false) };
    let kind = JobKind::ExecutionListener;
    listener::ask(ctx, at, listener, Question { kind, event, number, headers: Vec::new() })?;
    Ok(true)
}

/// True while a listener of the element instance at `at` has been asked and has not agreed.
pub(crate) fn is_asking(ctx: &Ctx<'_>, at: &At) -> bool {
    let Some(found) = ctx.state.instance(at.instance) else { return false };
    let mut attached = ctx.state.attached_to(at.element_instance);
    attached.any(|it| found.jobs.get(it).is_some_and(|job| job.kind == JobKind::ExecutionListener))
}

/// A listener agreed: what it brings is written, and its element goes on. What a listener to the
/// end brings is for the scope around the element, everything else local to it.
pub(crate) fn agreed(ctx: &mut Ctx<'_>, at: &At, job: &Job, brought: &Doc) {
    let is_outside = job.listener_event == ListenerEventType::End && !at.scope.is_none();
    let scope = if is_outside { at.scope } else { at.element_instance };
    variables::set_local(ctx, &at.origin(), scope, brought);
    ctx.then(Step::AfterListener(AfterListener {
        instance: at.instance,
        element_instance: at.element_instance,
        job: job.key,
        event: job.listener_event,
        number: job.listener,
    }));
}

/// Asks the listener after the one that agreed; if there is none, the element begins or ends.
pub(crate) fn go_on(ctx: &mut Ctx<'_>, step: &AfterListener) {
    let Some(found) = ctx.state.instance(step.instance) else { return };
    let Some(element) = found.element(step.element_instance) else { return };
    let is_cancel = step.event == ListenerEventType::Cancel;
    let is_end = step.event == ListenerEventType::End;
    let may_go_on = match element.state {
        ElementState::Activating => !is_end && !is_cancel && scope::lets_go_on(found, element),
        ElementState::Completing => is_end && scope::lets_complete(found, element),
        ElementState::Terminating => is_cancel,
        ElementState::Announced | ElementState::Activated => false,
    };
    if !may_go_on {
        return;
    }
    let Some(at) = At::find(ctx, step.instance, step.element_instance) else { return };
    let because = Some(Cause { kind: CauseKind::Listener, key: step.job, ..Cause::default() });
    let at = At { because, ..at };
    if is_cancel {
        end_terminated(ctx, &at);
        return;
    }
    let outcome = ask(ctx, &at, step.event, step.number + 1).and_then(|is_asked| match is_asked {
        true => Ok(()),
        false if is_end => completion::finish_completing(ctx, &at),
        false => lifecycle::finish_activating(ctx, &at),
    });
    if let Err(failure) = outcome {
        incident::create(ctx, &at, failure);
    }
}

/// Ends the terminating instance at `at`, in which nothing is left, after the listeners to that.
/// It waits for one that has been asked, and for the incident of one that could not be asked.
pub(crate) fn end_terminated(ctx: &mut Ctx<'_>, at: &At) {
    if !has_any(at, ListenerEventType::Cancel) {
        instance::end_terminated(ctx, at);
        return;
    }
    if is_asking(ctx, at) || could_not_ask(ctx, at) {
        return;
    }
    let agreed = ctx.state.instance(at.instance).map_or(0, |it| it.cancel_listeners_agreed);
    match ask(ctx, at, ListenerEventType::Cancel, agreed) {
        Ok(true) => {}
        Ok(false) => instance::end_terminated(ctx, at),
        Err(failure) => incident::create(ctx, at, failure),
    }
}

/// True while the incident of a listener of the process at `at` is open that could not be asked.
fn could_not_ask(ctx: &Ctx<'_>, at: &At) -> bool {
    let Some(found) = ctx.state.instance(at.instance) else { return false };
    let is_of_listener =
        |it: &Incident| it.job.is_none() && it.kind != IncidentType::ProcessingError;
    let mut attached = ctx.state.attached_to(at.element_instance);
    attached.any(|it| found.incidents.get(it).is_some_and(is_of_listener))
}

/// True if an element instance is a process in which nothing is left and that is still terminating:
/// then it waits for the listeners to that.
pub(crate) fn hears_of_its_end(element: &ElementInstance) -> bool {
    let is_terminating = element.state == ElementState::Terminating;
    is_terminating && element.scope.is_none() && element.children == 0
}
