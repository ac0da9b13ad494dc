//! Conditional events: evaluated when they begin to wait, and whenever a variable changes that they
//! can see.
//!
//! ```text
//! variables change ─▶ EvaluateConditions ─▶ holds? ─▶ the event is triggered
//!                          └▶ EvaluateConditions, after that one … until there is none
//! ```
//!
//! One condition per step, those in outer scopes first, and before anything else that follows from
//! the change: what an event interrupts does not begin first. A condition that cannot be evaluated
//! does not hold.

use super::at::At;
use super::condition;
use super::expression::Place;
use super::step::{EvaluateCondition, EvaluateConditions, Step, VariableChange};
use super::{scope, trigger};
use crate::ctx::Ctx;
use crate::state::instance::{ConditionalSubscription, ElementInstance};
use bpmn::{Condition, ElementIx, Process, Trigger};
use record::{
    Cause, CauseKind, ConditionEvaluation, ConditionalEvent, ConditionalIntent, Event, Key,
    LOGIC_REFINED,
};
use value::Doc;

/// What an event or one of its definitions waits for, if that is a condition.
fn condition_of(process: &Process, waits: ElementIx) -> Option<&Condition> {
    if let Trigger::Condition(condition) = process.waits_for(waits)? {
        Some(condition)
    } else {
        None
    }
}

/// Opens a subscription of the element instance at `at` for one of its events, and evaluates it
/// once everything that begins with it has begun.
pub(crate) fn open(ctx: &mut Ctx<'_>, at: &At, event: ElementIx) {
    let subscription = ConditionalSubscription {
        key: ctx.next_key(),
        element_instance: at.element_instance,
        element: event.0,
    };
    emit(ctx, at, &subscription, ConditionalIntent::Created, Vec::new());
    ctx.then(Step::EvaluateCondition(EvaluateCondition {
        instance: at.instance,
        subscription: subscription.key,
        is_alone: false,
    }));
}

/// Closes the subscriptions that the element instance at `at` has for some of its events.
pub(crate) fn close(ctx: &mut Ctx<'_>, at: &At, is_meant: impl Fn(u32) -> bool) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let attached = ctx.state.attached_to(at.element_instance);
    let open: Vec<ConditionalSubscription> = attached
        .filter_map(|it| found.conditions.get(it))
        .filter(|it| is_meant(it.element))
        .cloned()
        .collect();
    for it in open {
        emit(ctx, at, &it, ConditionalIntent::Deleted, Vec::new());
    }
}

/// A subscription of the element instance at `at` waits for the condition of another event, one of
/// the definition that the instance is migrated to.
pub(crate) fn migrate(
    ctx: &mut Ctx<'_>,
    at: &At,
    subscription: &ConditionalSubscription,
    becomes: u32,
) {
    let it = ConditionalSubscription { element: becomes, ..subscription.clone() };
    emit(ctx, at, &it, ConditionalIntent::Migrated, Vec::new());
}

/// Variables of an instance changed, all on one path of scopes: what may read them is evaluated
/// next.
pub(crate) fn changed(ctx: &mut Ctx<'_>, instance: Key, changes: Vec<VariableChange>) {
    let Some(found) = ctx.state.instance(instance) else { return };
    let is_around = |scope: Key, other: Key| {
        let mut around = found.element(other);
        while let Some(it) = around.filter(|it| it.key != scope) {
            around = found.element(it.scope);
        }
        around.is_some()
    };
    let scopes = changes.iter().map(|it| it.scope);
    let outermost = scopes.reduce(|one, other| if is_around(other, one) { other } else { one });
    let Some(scope) = outermost.filter(|it| ctx.state.next_watch((*it, 0, Key::NONE)).is_some())
    else {
        return;
    };
    let before = Key::new(ctx.state.meta.partition, ctx.state.meta.last_key);
    ctx.at_once(Step::EvaluateConditions(EvaluateConditions {
        instance,
        scope,
        changes,
        depth: 0,
        after: Key::NONE,
        before,
        is_alone: false,
    }));
}

/// Evaluates the next condition that a change of variables may have made true, then the step again.
pub(crate) fn go_on(ctx: &mut Ctx<'_>, step: EvaluateConditions) {
    let next = ctx.state.next_watch((step.scope, step.depth, step.after));
    let Some((_, depth, subscription)) = next else { return };
    let mut outcome = Outcome::Done;
    if subscription <= step.before && counts(ctx, &step, (depth, subscription)) {
        outcome = evaluate(ctx, step.instance, subscription, step.is_alone);
    }
    ctx.at_once(Step::EvaluateConditions(match outcome {
        Outcome::Done => EvaluateConditions { depth, after: subscription, is_alone: false, ..step },
        Outcome::Again => EvaluateConditions { is_alone: true, ..step },
    }));
}

/// Evaluates what begins to wait.
pub(crate) fn begin(ctx: &mut Ctx<'_>, step: &EvaluateCondition) {
    match evaluate(ctx, step.instance, step.subscription, step.is_alone) {
        Outcome::Done => {}
        Outcome::Again => {
            let step = EvaluateCondition { is_alone: true, ..step.clone() };
            ctx.at_once(Step::EvaluateCondition(step));
        }
    }
}

/// True if one of the changes is one that the subscription can see and waits for.
fn counts(ctx: &mut Ctx<'_>, step: &EvaluateConditions, (depth, subscription): (u32, Key)) -> bool {
    let found = ctx.state.instance(step.instance).and_then(|it| it.conditions.get(subscription));
    let Some((waits, event)) = found.map(|it| (it.element_instance, it.element)) else {
        return false;
    };
    let Some(at) = At::find(ctx, step.instance, waits) else { return false };
    let Some(condition) = condition_of(&at.process, ElementIx(event)) else { return false };
    step.changes.iter().any(|it| {
        let is_seen = ctx.state.watched.contains(&(it.scope, depth, subscription));
        is_seen && condition.counts(&it.name, it.is_new)
    })
}

/// What an evaluation came to.
enum Outcome {
    Done,
    /// The work before it has left too little of the budget.
    Again,
}

/// Evaluates a condition, and triggers its event if it holds.
fn evaluate(ctx: &mut Ctx<'_>, instance: Key, key: Key, is_alone: bool) -> Outcome {
    let found = ctx.state.instance(instance).and_then(|it| it.conditions.get(key)).cloned();
    let Some(found) = found else { return Outcome::Done };
    let Some(at) = At::find(ctx, instance, found.element_instance) else { return Outcome::Done };
    let event = ElementIx(found.element);
    if !scope::accepts_events(ctx, &at, event) || comes_too_late(ctx, &at, event) {
        return Outcome::Done;
    }
    let process = at.process.clone();
    let Some(condition) = condition_of(&process, event) else { return Outcome::Done };
    let place = Place { instance, scope: at.element_instance };
    match condition::of_completion(ctx, place, None, &condition.expression) {
        Ok((true, evaluation)) => {
            emit(ctx, &at, &found, ConditionalIntent::Triggered, vec![evaluation]);
            let cause = Cause { kind: CauseKind::Condition, key, ..Cause::default() };
            trigger::trigger(ctx, &at, event, Doc::empty(), cause);
            Outcome::Done
        }
        Err(_) if ctx.budget_is_spent && !is_alone => Outcome::Again,
        Ok((false, _)) | Err(_) => Outcome::Done,
    }
}

/// True if an event would interrupt the multi-instance activity at `at` in vain: nothing begins in
/// it any more, so that it is about to complete. By the first logic version it is triggered.
fn comes_too_late(ctx: &Ctx<'_>, at: &At, event: ElementIx) -> bool {
    let attached = at.process.event(event).and_then(|it| it.kind.attached_trigger());
    let interrupts = attached.is_some_and(|(_, interrupting)| interrupting);
    let is_done = |it: &ElementInstance| {
        it.children == 0 && it.body.as_ref().is_some_and(|body| !body.has_more())
    };
    let element = ctx.state.element(at.instance, at.element_instance);
    ctx.state.meta.logic() >= LOGIC_REFINED && interrupts && element.is_some_and(is_done)
}

fn emit(
    ctx: &mut Ctx<'_>,
    at: &At,
    subscription: &ConditionalSubscription,
    intent: ConditionalIntent,
    conditions: Vec<ConditionEvaluation>,
) {
    let process = at.process.clone();
    let waits = ElementIx(subscription.element);
    let Some(event) = process.event(waits) else { return };
    let Some(condition) = condition_of(&process, waits) else { return };
    let interrupting = event.kind.attached_trigger().is_none_or(|(_, interrupting)| interrupting);
    let event = ConditionalEvent {
        intent,
        origin: at.origin_of(waits.0, event.id.clone(), at.element_instance),
        condition: condition.expression.text().clone(),
        interrupting,
        variable_names: condition.variables.to_vec(),
        on_create: condition.on_create,
        on_update: condition.on_update,
        conditions,
        ..ConditionalEvent::default()
    };
    ctx.emit(subscription.key, Event::ConditionalSubscription(event));
}
