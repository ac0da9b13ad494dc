//! Triggering events: the common path of messages, timers and job results.

use super::at::{At, element_type, event_type};
use super::step::{Step, Terminate};
use super::{flow, lifecycle, variables};
use crate::ctx::Ctx;
use crate::state::instance::Trigger;
use bpmn::ElementIx;
use record::{
    Cause, Event, ProcessEventEvent, ProcessEventIntent, ProcessInstanceEvent,
    ProcessInstanceIntent,
};
use value::Doc;

/// Triggers `target`, an event of the element instance at `at` or that element itself.
///
/// The caller has checked that the element instance accepts events.
pub(crate) fn trigger(ctx: &mut Ctx<'_>, at: &At, target: ElementIx, variables: Doc, cause: Cause) {
    let key = ctx.next_key();
    let model = at.process.element(target).expect("a subscription names an element of its file");
    let event = ProcessEventEvent {
        intent: ProcessEventIntent::Triggering,
        origin: at.origin_of(target.0, model.id.clone(), at.element_instance),
        scope: at.element_instance,
        variables: variables.clone(),
        cause: cause.clone(),
    };
    let is_interrupting = model.kind.boundary().map(|it| it.interrupting);
    ctx.emit(key, Event::ProcessEvent(event));
    match is_interrupting {
        None => ctx.then(Step::Complete(at.step())),
        Some(true) => ctx.then(Step::Terminate(Terminate {
            instance: at.instance,
            element_instance: at.element_instance,
            cause,
        })),
        Some(false) => {
            begin_boundary(ctx, at, &Trigger { key, element: target.0, variables, cause });
        }
    }
}

/// Begins a boundary event of the activity at `at`, which may be gone by now.
pub(crate) fn begin_boundary(ctx: &mut Ctx<'_>, at: &At, trigger: &Trigger) {
    lifecycle::consume(ctx, at, trigger);
    let key = ctx.next_key();
    let boundary = at.moved(ElementIx(trigger.element), key, at.scope);
    let model = boundary.model();
    let event = ProcessInstanceEvent {
        intent: ProcessInstanceIntent::ElementActivating,
        origin: boundary.origin(),
        flow_scope: boundary.scope,
        element_type: element_type(model),
        event_type: event_type(model),
        cause: Some(Box::new(trigger.cause.clone())),
        ..ProcessInstanceEvent::default()
    };
    ctx.emit(key, Event::ProcessInstance(event));
    flow::transition(ctx, &boundary, ProcessInstanceIntent::ElementActivated);
    variables::set_local(ctx, &boundary.origin(), key, &trigger.variables);
    ctx.then(Step::Complete(boundary.step()));
}
