//! What all elements share: activate, complete, and resume after an incident.

use super::at::At;
use super::element::{self, next::Next};
use super::expression::{Failure, Place};
use super::mapping::{self, Direction};
use super::step::{Activate, At as StepAt, Step};
use super::{
    ad_hoc, call, catch, compensation, execution_listener, flow, incident, instance, join,
    multi_instance, scope, straight_loop, subscribe, termination, transaction, trigger, user_task,
    variables,
};
use crate::ctx::Ctx;
use crate::state::instance::{ElementState, Role, Trigger};
use bpmn::{ElementIx, Kind, Throw, Trigger as Waits};
use record::{
    Cause, CauseKind, Event, Key, Labels, ListenerEventType, ProcessEventEvent, ProcessEventIntent,
    ProcessInstanceEvent, ProcessInstanceIntent,
};
use value::Doc;

/// Creates an element instance inside an active scope and activates it.
pub(crate) fn activate(ctx: &mut Ctx<'_>, step: Activate) {
    activate_as(ctx, step, None);
}

/// The same with a key for the element instance that was made before.
pub(crate) fn activate_as(ctx: &mut Ctx<'_>, step: Activate, key: Option<Key>) {
    let Some(found) = ctx.state.instance(step.instance) else { return };
    if !scope::lets_activate(found, step.scope, step.element) {
        return;
    }
    if step.from_flow && scope::is_interrupted(found, step.scope) {
        return;
    }
    let (definition, version, caller) = (found.definition, found.version, found.caller);
    let Some(process) = ctx.graph(definition) else { return };
    let at = At {
        process,
        instance: step.instance,
        definition,
        version,
        element_instance: Key::NONE,
        scope: step.scope,
        element: ElementIx(step.element),
        caller,
        role: Role::Element,
        labels: Labels::default(),
        passed: step.passed,
        because: None,
    };
    if step.from_flow && !scope::has_all_tokens(ctx, &at) {
        join::look_again(ctx, &at);
        return;
    }
    let role = multi_instance::role(ctx, at.instance, at.scope, at.model());
    let element_instance = key.unwrap_or_else(|| ctx.next_key());
    let at = At { element_instance, role, ..at };
    let event = ProcessInstanceEvent {
        cause: Some(Box::new(step.cause.clone())),
        from_flow: step.from_flow,
        passed: step.passed,
        ..at.event(ProcessInstanceIntent::ElementActivating)
    };
    ctx.emit(at.element_instance, Event::ProcessInstance(event));
    if matches!(at.model().kind, Kind::InstantiatingReceiveTask { .. }) {
        trigger::keep(ctx, &at, step.variables, step.cause);
    } else {
        variables::set_local(ctx, &at.origin(), at.element_instance, &step.variables);
    }
    match straight_loop::check(ctx, &at) {
        Ok(()) => go_on_activating(ctx, &at),
        Err(failure) => incident::create(ctx, &at, failure),
    }
    join::look_again(ctx, &at);
}

/// Does what is left of an activation that has begun.
pub(crate) fn go_on_activating(ctx: &mut Ctx<'_>, at: &At) {
    if let Err(failure) = try_activate(ctx, at) {
        incident::create(ctx, at, failure);
    }
}

fn try_activate(ctx: &mut Ctx<'_>, at: &At) -> Result<(), Failure> {
    if at.role == Role::Body {
        return multi_instance::activate(ctx, at);
    }
    if !has_late_inputs(at) {
        input(ctx, at)?;
    }
    if execution_listener::ask(ctx, at, ListenerEventType::Start, 0)? {
        return Ok(());
    }
    finish_activating(ctx, at)
}

/// True for events that wait: their listeners come before their mappings.
fn has_late_inputs(at: &At) -> bool {
    matches!(at.model().kind, Kind::CatchEvent(_) | Kind::LinkCatchEvent)
}

fn input(ctx: &mut Ctx<'_>, at: &At) -> Result<(), Failure> {
    let process = at.process.clone();
    let model = process.element(at.element).expect("the element was found before");
    if !model.inputs.is_empty() {
        let place = Place { instance: at.instance, scope: at.element_instance };
        let inputs = mapping::apply(ctx, place, &model.inputs, Direction::Input)?;
        variables::set_local(ctx, &at.origin(), at.element_instance, &inputs);
    }
    Ok(())
}

/// Activates the element instance at `at`, after its listeners.
pub(crate) fn finish_activating(ctx: &mut Ctx<'_>, at: &At) -> Result<(), Failure> {
    if has_late_inputs(at) {
        input(ctx, at)?;
    }
    let process = at.process.clone();
    let model = process.element(at.element).expect("the element was found before");
    if matches!(model.kind, Kind::Process) {
        instance::enter(ctx, at);
        return Ok(());
    }
    match element::activate(ctx, at, &model.kind)? {
        Next::Wait => flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated),
        Next::Complete => {
            flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated);
            ctx.then(Step::Complete(at.step()));
        }
        Next::Enter(start) => {
            flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated);
            let key = at.element_instance;
            let cause = Cause { kind: CauseKind::Scope, key, ..Cause::default() };
            enter(ctx, at, start, cause, Doc::empty());
        }
        Next::EnterBy(trigger) => {
            flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated);
            if let Some(scope) = At::find(ctx, at.instance, at.scope) {
                consume(ctx, &scope, &trigger);
            }
            let start = ElementIx(trigger.element);
            enter(ctx, at, start, trigger.cause, trigger.variables);
        }
        Next::Begin(activities) => {
            flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated);
            let key = at.element_instance;
            let cause = Cause { kind: CauseKind::Scope, key, ..Cause::default() };
            ad_hoc::begin(ctx, at, activities, false, cause);
        }
        Next::Call(called) => {
            flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated);
            call::begin(ctx, at, called);
        }
        Next::Caught(caught) => {
            flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated);
            catch::take(ctx, at, caught);
        }
        Next::Cancel => transaction::begin(ctx, at),
        Next::Leave { flow: way, conditions } => {
            flow::explain(ctx, at, ProcessInstanceIntent::ElementActivated, None, conditions);
            leave(ctx, at, way.as_slice());
        }
        Next::Fork { flows, conditions } => {
            flow::explain(ctx, at, ProcessInstanceIntent::ElementActivated, None, conditions);
            leave(ctx, at, &flows);
        }
    }
    Ok(())
}

/// Completes the gateway at `at`, which takes these flows, or ends its path if there are none.
fn leave(ctx: &mut Ctx<'_>, at: &At, ways: &[ElementIx]) {
    let at = &At { because: None, ..at.clone() };
    flow::transition(ctx, at, ProcessInstanceIntent::ElementCompleting);
    flow::transition(ctx, at, ProcessInstanceIntent::ElementCompleted);
    if ways.is_empty() {
        flow::end_path(ctx, at.instance, at.scope);
    }
    for way in ways {
        flow::take_one(ctx, at, *way);
    }
}

/// Queues the start event of the scope at `at`.
fn enter(ctx: &mut Ctx<'_>, at: &At, start: ElementIx, cause: Cause, variables: Doc) {
    ctx.then(Step::Activate(Activate {
        instance: at.instance,
        scope: at.element_instance,
        element: start.0,
        from_flow: false,
        cause,
        variables,
        passed: at.passed_before(start),
    }));
}

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
        return ad_hoc::complete_inner(ctx, at);
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
        Kind::EndEvent(Throw::Terminate) => termination::end_scope(ctx, at),
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
    activate(ctx, step);
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
        consume(ctx, at, &trigger);
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

/// Takes a trigger out of the queue of the element instance at `at`, which may be gone by now.
pub(crate) fn consume(ctx: &mut Ctx<'_>, at: &At, trigger: &Trigger) {
    let target = at.process.element(ElementIx(trigger.element));
    let id = target.map(|it| it.id.clone()).unwrap_or_default();
    let event = ProcessEventEvent {
        intent: ProcessEventIntent::Triggered,
        origin: at.origin_of(trigger.element, id, at.element_instance),
        scope: at.element_instance,
        variables: Doc::empty(),
        cause: trigger.cause.clone(),
        interrupts: 0,
    };
    ctx.emit(trigger.key, Event::ProcessEvent(event));
}

/// Does again what an incident stopped: the step in which the element instance was parked.
pub(crate) fn resume(ctx: &mut Ctx<'_>, step: &StepAt) {
    let Some(element) = ctx.state.element(step.instance, step.element_instance) else { return };
    let state = element.state;
    let Some(at) = At::find(ctx, step.instance, step.element_instance) else { return };
    if user_task::resume(ctx, &at) {
        return;
    }
    match state {
        ElementState::Activating => {
            let found = ctx.state.instance(step.instance);
            let element = found.and_then(|it| it.element(step.element_instance));
            if found.zip(element).is_some_and(|(it, element)| scope::lets_go_on(it, element)) {
                go_on_activating(ctx, &at);
            }
        }
        ElementState::Completing => complete(ctx, step),
        ElementState::Announced | ElementState::Activated | ElementState::Terminating => {}
    }
}
