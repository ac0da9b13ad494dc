//! What all elements share: activate, and resume after an incident.

use super::at::At;
use super::catch::Caught;
use super::complex::Taking;
use super::element::{self, next::Next};
use super::expression::{Failure, Place};
use super::mapping::{self, Direction};
use super::step::{Activate, At as StepAt, Step};
use super::{
    ad_hoc, call, catch, completion, complex, execution_listener, flow, incident, instance, join,
    multi_instance, scope, straight_loop, transaction, trigger, user_task, variables,
};
use crate::ctx::Ctx;
use crate::state::instance::{ElementState, Role, Trigger};
use bpmn::{ElementIx, Kind};
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
    let taking =
        if step.from_flow { scope::taking(ctx, &at, &step.cause) } else { Some(Taking::default()) };
    let Some(taking) = taking else {
        join::look_again(ctx, &at);
        return;
    };
    let role = multi_instance::role(ctx, at.instance, at.scope, at.model());
    let element_instance = key.unwrap_or_else(|| ctx.next_key());
    let at = At { element_instance, role, ..at };
    let event = ProcessInstanceEvent {
        cause: Some(Box::new(step.cause.clone())),
        from_flow: step.from_flow,
        passed: step.passed,
        phase: taking.phase,
        conditions: taking.conditions,
        ..at.event(ProcessInstanceIntent::ElementActivating)
    };
    ctx.emit(at.element_instance, Event::ProcessInstance(event));
    if matches!(at.model().kind, Kind::InstantiatingReceiveTask { .. }) {
        trigger::keep(ctx, &at, step.variables, step.cause);
    } else {
        variables::set_local(ctx, &at.origin(), at.element_instance, &step.variables);
    }
    let checked = taking.failure.map_or_else(|| straight_loop::check(ctx, &at), Err);
    match checked {
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
    let is_body = at.role == Role::Body;
    if !is_body && !has_late_inputs(at) {
        input(ctx, at)?;
    }
    let event = if is_body { ListenerEventType::BeforeAll } else { ListenerEventType::Start };
    if execution_listener::ask(ctx, at, event, 0)? {
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
    if at.role == Role::Body {
        return multi_instance::activate(ctx, at);
    }
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
        Next::Threw { caught, completes } => {
            flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated);
            for it in caught {
                catch::take(ctx, at, Caught { goes_on: false, ..it });
            }
            if completes {
                ctx.then(Step::Complete(at.step()));
            }
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
    complex::ask_again(ctx, at);
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
        ..ProcessEventEvent::default()
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
            if found.zip(element).is_some_and(|(it, element)| scope::lets_go_on(it, element))
                && complex::decide_again(ctx, &at)
            {
                go_on_activating(ctx, &at);
            }
        }
        ElementState::Completing => completion::complete(ctx, step),
        ElementState::Terminating => {
            let element = ctx.state.element(step.instance, step.element_instance);
            if element.is_some_and(execution_listener::hears_of_its_end) {
                execution_listener::end_terminated(ctx, &at);
            }
        }
        ElementState::Announced | ElementState::Activated => {}
    }
}
