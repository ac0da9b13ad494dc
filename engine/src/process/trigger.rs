//! Triggering events: the common path of messages, timers and job results.

use super::at::At;
use super::step::{Activate, Step, Terminate, TerminateChildren};
use super::{ad_hoc, flow, lifecycle, multiple, scope, subscribe, variables};
use crate::ctx::Ctx;
use crate::state::instance::Trigger;
use bpmn::ElementIx;
use record::{
    Cause, Event, Key, ProcessEventEvent, ProcessEventIntent, ProcessInstanceEvent,
    ProcessInstanceIntent,
};
use value::Doc;

/// Triggers `target`: an event of the element instance at `at`, the start event of an event
/// subprocess in it, or that element itself; or one of the definitions of such an event.
///
/// The caller has checked that the element instance accepts events.
pub(crate) fn trigger(ctx: &mut Ctx<'_>, at: &At, target: ElementIx, variables: Doc, cause: Cause) {
    let process = at.process.clone();
    let model = process.event(target).expect("a subscription names an event of its file");
    let variables = if let Some(it) = model.multiple().filter(|it| it.is_parallel) {
        let what = (variables, cause.clone());
        let Some(all) = multiple::arrive(ctx, at, (model, it), target, what) else { return };
        all
    } else {
        variables
    };
    let target = model.ix;
    let attached = model.kind.attached_trigger().map(|(_, interrupting)| interrupting);
    let is_inside = scope::is_inside(at.model(), target);
    let key = ctx.next_key();
    let event = ProcessEventEvent {
        intent: ProcessEventIntent::Triggering,
        origin: at.origin_of(target.0, model.id.clone(), at.element_instance),
        scope: at.element_instance,
        variables: variables.clone(),
        cause: cause.clone(),
        interrupts: if is_inside && attached == Some(true) { model.scope.0 } else { 0 },
        ..ProcessEventEvent::default()
    };
    ctx.emit(key, Event::ProcessEvent(event));
    match attached {
        None => ctx.then(Step::Complete(at.step())),
        Some(true) if is_inside => interrupt(ctx, at, model.scope, cause),
        Some(false) if is_inside => begin_event_sub_process(ctx, at, model.scope, cause),
        Some(true) => ctx.then(Step::Terminate(Terminate {
            instance: at.instance,
            element_instance: at.element_instance,
            cause,
        })),
        Some(false) => {
            begin_event(ctx, at, &Trigger { key, element: target.0, variables, cause });
        }
    }
}

/// Keeps what the element instance at `at` was begun by until it completes: a receive task that
/// begins the process has received its message already.
pub(crate) fn keep(ctx: &mut Ctx<'_>, at: &At, variables: Doc, cause: Cause) {
    let key = ctx.next_key();
    let event = ProcessEventEvent {
        intent: ProcessEventIntent::Triggering,
        origin: at.origin(),
        scope: at.element_instance,
        variables,
        cause,
        ..ProcessEventEvent::default()
    };
    ctx.emit(key, Event::ProcessEvent(event));
}

/// Everything else in the scope at `at` makes way for an event subprocess.
fn interrupt(ctx: &mut Ctx<'_>, at: &At, sub_process: ElementIx, cause: Cause) {
    subscribe::close_inside(ctx, at);
    if at.is_ad_hoc() {
        ad_hoc::cancel_job(ctx, at);
    }
    let children = ctx.state.element(at.instance, at.element_instance).map_or(0, |it| it.children);
    if children == 0 {
        begin_event_sub_process(ctx, at, sub_process, cause);
    } else {
        ctx.then(Step::TerminateChildren(TerminateChildren {
            instance: at.instance,
            scope: at.element_instance,
            after: Key::NONE,
            before: Key::NONE,
            except: Key::NONE,
            cause,
        }));
    }
}

/// Begins an event subprocess of the scope at `at`, whose start event was triggered. It begins at
/// once: without a token on the way, the scope could complete before.
pub(crate) fn begin_event_sub_process(
    ctx: &mut Ctx<'_>,
    at: &At,
    sub_process: ElementIx,
    cause: Cause,
) {
    lifecycle::activate(
        ctx,
        Activate {
            instance: at.instance,
            scope: at.element_instance,
            element: sub_process.0,
            from_flow: false,
            cause,
            variables: Doc::empty(),
            passed: 0,
        },
    );
}

/// Begins the event subprocess that the idle scope at `at` made way for, if that is still to come.
pub(crate) fn begin_interrupting(ctx: &mut Ctx<'_>, at: &At) -> bool {
    let Some(element) = ctx.state.element(at.instance, at.element_instance) else { return false };
    let sub_process = ElementIx(element.interrupted_by);
    let is_start = |it: &&Trigger| {
        let start = at.process.element(ElementIx(it.element));
        start.is_some_and(|start| start.scope == sub_process)
    };
    let Some(trigger) = element.triggers.iter().find(is_start) else { return false };
    let cause = trigger.cause.clone();
    begin_event_sub_process(ctx, at, sub_process, cause);
    true
}

/// Begins an event in the place of the element instance at `at`, which may be gone by now: a
/// boundary event of an activity, or the event that an event-based gateway waited for.
pub(crate) fn begin_event(ctx: &mut Ctx<'_>, at: &At, trigger: &Trigger) {
    if flow::is_over(ctx, at.instance) {
        return;
    }
    lifecycle::consume(ctx, at, trigger);
    let key = ctx.next_key();
    let event_at = at.moved(ElementIx(trigger.element), key, at.scope);
    let event = ProcessInstanceEvent {
        cause: Some(Box::new(trigger.cause.clone())),
        ..event_at.event(ProcessInstanceIntent::ElementActivating)
    };
    ctx.emit(key, Event::ProcessInstance(event));
    flow::transition(ctx, &event_at, ProcessInstanceIntent::ElementActivated);
    variables::set_local(ctx, &event_at.origin(), key, &trigger.variables);
    ctx.then(Step::Complete(event_at.step()));
}
