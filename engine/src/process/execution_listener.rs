//! Listeners to elements: workers that are asked, one after the other, before an element begins its
//! work or ends.
//!
//! ```text
//! ACTIVATING ─ inputs ─ listener ─ … ─ listener ─▶ ACTIVATED
//! COMPLETING ─ outputs, subscriptions ─ listener ─ … ─ listener ─▶ COMPLETED
//! ```
//!
//! The element waits for each of them. How far they have come stands in the open job; after an
//! incident that is not a job's, the step begins again, and so do its listeners.

use super::at::At;
use super::expression::Failure;
use super::listener::{self, Question};
use super::step::{AfterListener, Step};
use super::{completion, incident, lifecycle, scope, variables};
use crate::ctx::Ctx;
use crate::state::instance::{ElementState, Job, Role};
use bpmn::Listener;
use record::{Cause, CauseKind, JobKind, ListenerEventType};
use value::Doc;

/// The listeners of the element at `at` to its beginning or its end. Those of a multi-instance
/// activity are asked by each of its instances.
fn listeners(at: &At, event: ListenerEventType) -> &[Listener] {
    let of_element = &at.model().listeners;
    match event {
        _ if at.role == Role::Body => &[],
        ListenerEventType::Start => &of_element.start,
        ListenerEventType::End => &of_element.end,
        ListenerEventType::Unspecified
        | ListenerEventType::Creating
        | ListenerEventType::Assigning
        | ListenerEventType::Updating
        | ListenerEventType::Completing
        | ListenerEventType::Canceling => &[],
    }
}

/// True if somebody listens to the beginning or the end of the element at `at`.
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
/// beginning brings is local to the element; to the end, to the scope around it.
pub(crate) fn agreed(ctx: &mut Ctx<'_>, at: &At, job: &Job, brought: &Doc) {
    let is_inside = job.listener_event == ListenerEventType::Start || at.scope.is_none();
    let scope = if is_inside { at.element_instance } else { at.scope };
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
    let is_start = step.event == ListenerEventType::Start;
    let may_go_on = match element.state {
        ElementState::Activating => is_start && scope::lets_go_on(found, element),
        ElementState::Completing => !is_start && scope::lets_complete(found, element),
        ElementState::Announced | ElementState::Activated | ElementState::Terminating => false,
    };
    if !may_go_on {
        return;
    }
    let Some(at) = At::find(ctx, step.instance, step.element_instance) else { return };
    let because = Some(Cause { kind: CauseKind::Listener, key: step.job, ..Cause::default() });
    let at = At { because, ..at };
    let outcome = ask(ctx, &at, step.event, step.number + 1).and_then(|is_asked| match is_asked {
        true => Ok(()),
        false if is_start => lifecycle::finish_activating(ctx, &at),
        false => completion::finish_completing(ctx, &at),
    });
    if let Err(failure) = outcome {
        incident::create(ctx, &at, failure);
    }
}
