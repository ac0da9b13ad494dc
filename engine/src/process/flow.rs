//! Taking sequence flows, and what happens where a path ends.

use super::at::At;
use super::step::{Activate, At as StepAt, Step, Terminate};
use super::{ad_hoc, join, termination, transaction, trigger};
use crate::ctx::Ctx;
use crate::state::instance::{ElementState, Instance, Role};
use bpmn::{ElementIx, Flow};
use record::{
    Cause, CauseKind, ConditionEvaluation, ElementType, Event, EventType, Key,
    ProcessInstanceEvent, ProcessInstanceIntent,
};

/// Puts out a change of the element instance at `at`.
pub(crate) fn transition(ctx: &mut Ctx<'_>, at: &At, intent: ProcessInstanceIntent) {
    explain(ctx, at, intent, None, Vec::new());
}

/// Puts out a change with what Explain needs of it.
pub(crate) fn explain(
    ctx: &mut Ctx<'_>,
    at: &At,
    intent: ProcessInstanceIntent,
    cause: Option<Cause>,
    conditions: Vec<ConditionEvaluation>,
) {
    let event = at.event(intent);
    let cause = cause.map(Box::new).or(event.cause);
    let event = ProcessInstanceEvent { cause, conditions, ..event };
    ctx.emit(at.element_instance, Event::ProcessInstance(event));
    if matches!(
        intent,
        ProcessInstanceIntent::ElementCompleted | ProcessInstanceIntent::ElementTerminated
    ) {
        end_after(ctx, at);
    }
}

/// Terminates the instance at once if it was created to end after the element at `at`. The inner
/// instances of a multi-instance activity or ad-hoc subprocess are not the element.
fn end_after(ctx: &mut Ctx<'_>, at: &At) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let is_itself = matches!(at.role, Role::Element | Role::Body);
    let is_last = is_itself && found.end_after.contains(&at.model().id);
    if is_last && !found.is_over() {
        let (instance, key) = (at.instance, at.element_instance);
        let cause = Cause { kind: CauseKind::RuntimeInstruction, key, ..Cause::default() };
        termination::terminate(ctx, &Terminate { instance, element_instance: instance, cause });
    }
}

/// True if nothing goes on in an instance, because it ended or is about to.
pub(crate) fn is_over(ctx: &Ctx<'_>, instance: Key) -> bool {
    ctx.state.instance(instance).is_none_or(Instance::is_over)
}

/// Puts out that an element completed which everything else in its scope makes way for.
pub(crate) fn interrupting_end(ctx: &mut Ctx<'_>, at: &At) {
    let event = ProcessInstanceEvent {
        interrupts: true,
        ..at.event(ProcessInstanceIntent::ElementCompleted)
    };
    ctx.emit(at.element_instance, Event::ProcessInstance(event));
    end_after(ctx, at);
}

/// Takes a sequence flow out of the element at `at`: its target is activated in the same scope.
pub(crate) fn take(ctx: &mut Ctx<'_>, at: &At, flow: &Flow) {
    if is_over(ctx, at.instance) {
        return;
    }
    let key = ctx.next_key();
    let target = at.process.element(flow.target).expect("the graph names its own elements");
    let event = ProcessInstanceEvent {
        origin: at.origin_of(flow.ix.0, flow.id.clone(), key),
        element_type: ElementType::SequenceFlow,
        event_type: EventType::Unspecified,
        cause: None,
        joined_by: if target.joins() { target.ix.0 } else { 0 },
        ..at.event(ProcessInstanceIntent::SequenceFlowTaken)
    };
    ctx.emit(key, Event::ProcessInstance(event));
    ctx.then(Step::Activate(Activate {
        instance: at.instance,
        scope: at.scope,
        element: flow.target.0,
        from_flow: true,
        cause: Cause { kind: CauseKind::SequenceFlow, key, ..Cause::default() },
        variables: value::Doc::empty(),
        passed: at.passed_before(target.ix),
    }));
}

/// Takes all flows out of the element at `at`, or ends its path.
pub(crate) fn take_all(ctx: &mut Ctx<'_>, at: &At) {
    let process = at.process.clone();
    let model = at.model();
    if model.outgoing.is_empty() {
        end_path(ctx, at.instance, at.scope);
        return;
    }
    for flow in process.outgoing(model) {
        take(ctx, at, flow);
    }
}

/// Takes one flow out of the element at `at`.
pub(crate) fn take_one(ctx: &mut Ctx<'_>, at: &At, flow: ElementIx) {
    let process = at.process.clone();
    let flow = process.flow(flow).expect("the graph names its own flows");
    take(ctx, at, flow);
}

/// A path inside `scope` has ended: the scope completes if it was the last.
pub(crate) fn end_path(ctx: &mut Ctx<'_>, instance: Key, scope: Key) {
    let Some(element) = ctx.state.element(instance, scope) else { return };
    let is_idle = element.children == 0 && element.tokens == 0;
    if element.has_waiting_gateways() {
        join::look_again_in(ctx, instance, scope);
        return;
    }
    if !is_idle || element.state != ElementState::Activated {
        transaction::go_on(ctx, instance, scope);
        return;
    }
    let is_interrupted = element.interrupted_by != 0;
    if let Some(body) = element.body.as_ref().filter(|it| it.has_more() && !is_interrupted) {
        if body.is_sequential {
            ctx.then(Step::BeginNext(StepAt { instance, element_instance: scope }));
        }
        // Of a parallel one the next instance is on its way.
        return;
    }
    if is_interrupted
        && let Some(at) = At::find(ctx, instance, scope)
        && trigger::begin_interrupting(ctx, &at)
    {
        return;
    }
    if ad_hoc::ends_when_idle(ctx, instance, scope) {
        ctx.then(Step::Complete(StepAt { instance, element_instance: scope }));
    }
}
