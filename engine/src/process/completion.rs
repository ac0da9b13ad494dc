//! What all elements share when they complete: outputs, listeners, and what follows.

use super::at::At;
use super::expression::{Failure, Place};
use super::mapping::{self, Direction};
use super::step::{Activate, At as StepAt};
use super::{
    ad_hoc, compensation, execution_listener, flow, incident, instance, lifecycle, multi_instance,
    scope, subscribe, termination, transaction, trigger, variables,
};
use crate::ctx::Ctx;
use crate::state::instance::{ElementState, Role, Trigger};
use bpmn::{ElementIx, Kind, Throw, Trigger as Waits};
use record::{Cause, CauseKind, ListenerEventType, ProcessInstanceIntent};
use value::Doc;

/// Completes an element instance that has done its work.
pub(crate) fn complete(ctx: &mut Ctx<'_>, step: &StepAt) {
    let Some(found) = ctx.state.instance(step.instance) else { return };
    let Some(element) = found.element(step.element_instance) else { return };
    // An event may have begun in it since its last path ended.
    if !scope::lets_complete(found, element) || element.children > 0 {
        return;
    }
    let is_first_try = element.state == ElementState::Activated;
    let Some(at) = At::find(ctx, step.instance, step.element_instance) else { return };
    if is_first_try {
        flow::transition(ctx, &at, ProcessInstanceIntent::ElementCompleting);
    } else if execution_listener::is_asking(ctx, &at) {
        return;
    }
    go_on_completing(ctx, &at);
}

fn go_on_completing(ctx: &mut Ctx<'_>, at: &At) {
    if let Err(failure) = try_complete(ctx, at) {
        incident::create(ctx, at, failure);
    }
}

fn try_complete(ctx: &mut Ctx<'_>, at: &At) -> Result<(), Failure> {
    if at.role == Role::Body {
        multi_instance::complete(ctx, at);
        return Ok(());
    }
    if at.role == Role::AdHocInner {
        return ad_hoc::complete_inside(ctx, at);
    }
    let process = at.process.clone();
    let model = process.element(at.element).expect("the element was found before");
    if let Some(model) = ad_hoc::of(&model.kind) {
        ad_hoc::hand_out(ctx, at, model);
    }
    output(ctx, at, model)?;
    if execution_listener::has_any(at, ListenerEventType::End) {
        subscribe::close_all(ctx, at);
        execution_listener::ask(ctx, at, ListenerEventType::End, 0)?;
        return Ok(());
    }
    finish_completing(ctx, at)
}

/// Completes the element instance at `at`, after its listeners.
pub(crate) fn finish_completing(ctx: &mut Ctx<'_>, at: &At) -> Result<(), Failure> {
    let process = at.process.clone();
    let model = process.element(at.element).expect("the element was found before");
    if at.role == Role::Inner {
        let collected = multi_instance::collect(ctx, at)?;
        subscribe::close_all(ctx, at);
        compensation::remember(ctx, at);
        multi_instance::end_inner(ctx, at, collected);
        return Ok(());
    }
    if ad_hoc::counts_event(ctx, at) {
        return ad_hoc::complete_inside(ctx, at);
    }
    if model.kind.is_start() {
        // Variables that the start event set can be used in these subscriptions, and a failing
        // one parks the start event.
        subscribe::open_of_scope(ctx, at)?;
    }
    subscribe::close_all(ctx, at);
    compensation::remember(ctx, at);
    if matches!(model.kind, Kind::Process) {
        // A defect that was passed since leaves nothing behind.
        incident::resolve_of(ctx, at);
        instance::complete(ctx, at);
        return Ok(());
    }
    match &model.kind {
        Kind::EventBasedGateway { .. } => {
            let trigger = own_trigger(ctx, at);
            flow::transition(ctx, at, ProcessInstanceIntent::ElementCompleted);
            match trigger {
                Some(trigger) => trigger::begin_event(ctx, at, &trigger),
                None => flow::end_path(ctx, at.instance, at.scope),
            }
        }
        Kind::EndEvent(throw) if throw.terminates() => termination::end_scope(ctx, at),
        Kind::EndEvent(Throw::Cancel) => transaction::end(ctx, at),
        Kind::ThrowEvent(Throw::Link { target }) => {
            flow::transition(ctx, at, ProcessInstanceIntent::ElementCompleted);
            follow_link(ctx, at, *target);
        }
        _ => {
            flow::transition(ctx, at, ProcessInstanceIntent::ElementCompleted);
            if model.for_compensation {
                compensation::handled(ctx, at);
            }
            flow::take_all(ctx, at);
        }
    }
    Ok(())
}

/// Goes on at a link catch event. It begins at once: without a token on the way, the scope could
/// complete before.
fn follow_link(ctx: &mut Ctx<'_>, at: &At, target: ElementIx) {
    let cause = Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() };
    let step = Activate {
        instance: at.instance,
        scope: at.scope,
        element: target.0,
        from_flow: false,
        cause,
        variables: Doc::empty(),
        passed: at.passed_before(target),
    };
    lifecycle::activate(ctx, step);
}

/// Consumes the trigger, and moves variables outwards as the kind of element asks.
fn output(ctx: &mut Ctx<'_>, at: &At, model: &bpmn::Element) -> Result<(), Failure> {
    let origin = at.origin();
    if matches!(model.kind, Kind::EventBasedGateway { .. }) {
        // Its trigger is that of the event which follows.
        return Ok(());
    }
    let trigger = own_trigger(ctx, at);
    let has_mapping = !model.outputs.is_empty();
    if let Some(trigger) = trigger {
        lifecycle::consume(ctx, at, &trigger);
        if has_mapping {
            variables::set_local(ctx, &origin, at.element_instance, &trigger.variables);
        } else {
            variables::merge(ctx, &origin, at.element_instance, &trigger.variables);
        }
    }
    if has_mapping {
        let place = Place { instance: at.instance, scope: at.element_instance };
        let outputs = mapping::apply(ctx, place, &model.outputs, Direction::Output)?;
        // What an inner instance maps out stays in it as far as it has such variables: what its body
        // collects is all that others get. The rounds of a loop collect nothing.
        let is_own = at.scope.is_none() || (at.role == Role::Inner && !model.is_loop());
        let target = if is_own { at.element_instance } else { at.scope };
        variables::merge(ctx, &origin, target, &outputs);
    } else if moves_out(&model.kind) || model.follows_event_gateway {
        // What the trigger brought is local to these events and now moves out.
        let local = ctx
            .state
            .element(at.instance, at.element_instance)
            .map(|it| it.variables.doc.clone())
            .unwrap_or_default();
        variables::merge(ctx, &origin, at.scope, &local);
    }
    Ok(())
}

/// The oldest trigger of the element instance at `at`.
fn own_trigger(ctx: &Ctx<'_>, at: &At) -> Option<Trigger> {
    let element = ctx.state.element(at.instance, at.element_instance)?;
    element.triggers.first().cloned()
}

/// True for events whose trigger's variables move out when they complete. What an error brought
/// stays at its boundary event, if no mapping takes it out.
fn moves_out(kind: &Kind) -> bool {
    let is_error = kind.boundary().is_some_and(|it| matches!(it.trigger, Waits::Error { .. }));
    matches!(kind, Kind::StartEvent(_) | Kind::BoundaryEvent(_)) && !is_error
}
