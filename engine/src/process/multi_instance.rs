//! Multi-instance activities: a body, and an instance inside it for each item. Those with a loop
//! marker live in the same way (`standard_loop`).
//!
//! ```text
//! flow ─▶ body: collection, boundary events, outgoing flows
//!           └─▶ inner instances: mappings, work; one per step, so that no number of them is too
//!               large for an entry
//! ```

use super::at::At;
use super::expression::{self, Failure, Place};
use super::step::{Activate, At as StepAt, Step, TerminateChildren};
use super::{
    ad_hoc, compensation, condition, flow, lifecycle, scope, standard_loop, subscribe, variables,
};
use crate::ctx::Ctx;
use crate::state::instance::Role;
use bpmn::{CollectedOutput, Expression, Items, MultiInstance};
use record::{
    Cause, CauseKind, ConditionEvaluation, Event, IncidentType, Key, LOGIC_REFINED,
    MultiInstanceEvent, MultiInstanceIntent, ProcessInstanceIntent,
};
use std::sync::Arc;
use value::msgpack::Writer;
use value::{Doc, DocBuilder, Str};

pub(super) const LOOP_COUNTER: &str = "loopCounter";
const NULL: &[u8] = &[0xc0];

/// What an element instance is that begins in a scope.
pub(crate) fn role(ctx: &Ctx<'_>, instance: Key, scope: Key, model: &bpmn::Element) -> Role {
    let around = ctx.state.element(instance, scope);
    if model.multi_instance.is_none() {
        Role::Element
    } else if around.is_some_and(|it| it.role == Role::Body && it.element == model.ix.0) {
        Role::Inner
    } else {
        Role::Body
    }
}

/// Activates the body at `at`: finds out what it runs over, once.
pub(crate) fn activate(ctx: &mut Ctx<'_>, at: &At) -> Result<(), Failure> {
    let Some(marker) = at.model().multi_instance.clone() else { return Ok(()) };
    let (items, count) = match &marker.items {
        Items::Loop(model) => return standard_loop::activate(ctx, at, model),
        Items::Collection(list) => collection(ctx, at, list)?,
        Items::Cardinality(number) => (Arc::default(), cardinality(ctx, at, number)?),
    };
    subscribe::open_boundary(ctx, at)?;
    let event = MultiInstanceEvent {
        intent: MultiInstanceIntent::InputCollectionEvaluated,
        origin: at.origin(),
        items,
        count,
        is_sequential: marker.is_sequential,
        collection: marker.output.map(|it| it.collection).unwrap_or_default(),
        ..MultiInstanceEvent::default()
    };
    ctx.emit(at.element_instance, Event::MultiInstance(event));
    flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated);
    ctx.then(if count == 0 { Step::Complete(at.step()) } else { Step::BeginNext(at.step()) });
    Ok(())
}

/// The items as a list, and their number.
fn collection(
    ctx: &mut Ctx<'_>,
    at: &At,
    expression: &Expression,
) -> Result<(Arc<[u8]>, u32), Failure> {
    let kind = IncidentType::ExtractValueError;
    let result = expression::evaluate(ctx, place(at), None, expression, kind)?;
    if !result.value.is_list() {
        return Err(expression::wrong_type(expression, "'ARRAY'", &result));
    }
    let list = expression::stored(&result.value);
    let items = value::msgpack::Reader::new(&list).array().map_or(0, |it| it.len());
    Ok((list.into(), u32::try_from(items).unwrap_or(u32::MAX)))
}

/// The number of instances, if there are only numbers.
fn cardinality(ctx: &mut Ctx<'_>, at: &At, expression: &Expression) -> Result<u32, Failure> {
    let count = expression::number(ctx, place(at), expression)?;
    let limit = ctx.state.meta.settings.0.loop_cardinality_max();
    match u32::try_from(count) {
        Ok(count) if u64::from(count) <= limit => Ok(count),
        Ok(_) | Err(_) => Err(Failure::new(
            IncidentType::ExtractValueError,
            format!(
                "The loop cardinality '{}' is {count}. It must be from 0 to the setting \
                 'loop_cardinality_max' ({limit}).",
                expression.text()
            ),
        )),
    }
}

fn place(at: &At) -> Place {
    Place { instance: at.instance, scope: at.element_instance }
}

/// Begins the next inner instance of a body; of a parallel one, then the one after it. An ad-hoc
/// subprocess begins its own.
pub(crate) fn begin_next(ctx: &mut Ctx<'_>, step: &StepAt) {
    let Some(at) = At::find(ctx, step.instance, step.element_instance) else { return };
    if at.is_ad_hoc() {
        ad_hoc::begin_next(ctx, &at);
        return;
    }
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let Some(body) = found.element(at.element_instance).and_then(|it| it.body.as_ref()) else {
        return;
    };
    if !body.has_more() || !scope::lets_activate(found, at.element_instance, at.element.0) {
        return;
    }
    let Some(marker) = &at.model().multi_instance else { return };
    let variables = variables_of_next(marker, body.next_item(), body.begun + 1);
    let goes_on = !body.is_sequential && body.begun + 1 < body.count;
    let passed = if body.is_loop { at.passed_before(at.element) } else { 0 };
    let key = at.element_instance;
    let activate = Activate {
        instance: at.instance,
        scope: key,
        element: at.element.0,
        from_flow: false,
        cause: Cause { kind: CauseKind::Scope, key, ..Cause::default() },
        variables,
        passed,
    };
    lifecycle::activate(ctx, activate);
    if goes_on {
        ctx.then(Step::BeginNext(step.clone()));
    }
}

/// What an inner instance begins with: its item, its number, and a place of its own for what it
/// gives, so that instances side by side do not write one variable.
fn variables_of_next(marker: &MultiInstance, item: &[u8], number: u32) -> Doc {
    let mut variables = DocBuilder::with_capacity(item.len() + 64);
    if let Some(name) = &marker.input_element {
        variables.push(name, item);
    }
    let own = marker.output.as_ref().and_then(CollectedOutput::variable);
    let is_other =
        |name: &&Str| marker.input_element.as_ref() != Some(name) && ***name != *LOOP_COUNTER;
    if let Some(name) = own.filter(is_other) {
        variables.push(name, NULL);
    }
    variables.push(LOOP_COUNTER, &number_value(number));
    variables.build()
}

pub(super) fn number_value(number: u32) -> Vec<u8> {
    let mut value = Writer::new();
    value.int(i64::from(number));
    value.into_bytes()
}

/// Whether the body of a completing inner instance has enough, and why.
pub(crate) struct Collected {
    is_enough: bool,
    conditions: Vec<ConditionEvaluation>,
}

/// Takes what the inner instance at `at` gives, and finds out whether that is enough.
pub(crate) fn collect(ctx: &mut Ctx<'_>, at: &At) -> Result<Collected, Failure> {
    let Some(marker) = at.model().multi_instance.clone() else {
        return Ok(Collected { is_enough: false, conditions: Vec::new() });
    };
    if let Some(model) = marker.standard_loop() {
        let (goes_on, conditions) = standard_loop::goes_on(ctx, at, model)?;
        return Ok(Collected { is_enough: !goes_on, conditions });
    }
    if let Some(output) = &marker.output {
        give(ctx, at, output)?;
    }
    let Some(completion) = &marker.completion_condition else {
        return Ok(Collected { is_enough: false, conditions: Vec::new() });
    };
    let (is_enough, evaluation) = is_enough(ctx, at, completion)?;
    Ok(Collected { is_enough, conditions: vec![evaluation] })
}

/// Takes what the inner instance at `at` gives. It is taken once, although all is done again after
/// an incident of the completion condition, which reads it; the first logic version takes it again.
fn give(ctx: &mut Ctx<'_>, at: &At, output: &CollectedOutput) -> Result<(), Failure> {
    let kind = IncidentType::ExtractValueError;
    let result = expression::evaluate(ctx, place(at), None, &output.element, kind)?;
    let output: Arc<[u8]> = expression::stored(&result.value).into();
    let element = ctx.state.element(at.instance, at.element_instance);
    let loop_counter = element.map_or(0, |it| it.loop_counter);
    let body = ctx.state.element(at.instance, at.scope).and_then(|it| it.body.as_ref());
    let is_taken = body.is_some_and(|it| it.output(loop_counter) == Some(&*output));
    if is_taken && ctx.state.meta.logic() >= LOGIC_REFINED {
        return Ok(());
    }
    let event = MultiInstanceEvent {
        intent: MultiInstanceIntent::OutputElementCollected,
        origin: at.origin(),
        loop_counter,
        output,
        ..MultiInstanceEvent::default()
    };
    ctx.emit(at.scope, Event::MultiInstance(event));
    Ok(())
}

fn is_enough(
    ctx: &mut Ctx<'_>,
    at: &At,
    completion: &Expression,
) -> Result<(bool, ConditionEvaluation), Failure> {
    let numbers = numbers(ctx, at);
    condition::of_completion(ctx, place(at), Some(&numbers), completion)
}

/// The numbers that completion conditions may ask for, as if the inner instance at `at` had
/// completed.
fn numbers(ctx: &Ctx<'_>, at: &At) -> Doc {
    let Some(element) = ctx.state.element(at.instance, at.scope) else { return Doc::empty() };
    let Some(body) = &element.body else { return Doc::empty() };
    let mut numbers = DocBuilder::with_capacity(160);
    numbers.push("numberOfInstances", &number_value(body.count));
    numbers.push("numberOfActiveInstances", &number_value(element.children.saturating_sub(1)));
    numbers.push("numberOfCompletedInstances", &number_value(body.completed + 1));
    numbers.push("numberOfTerminatedInstances", &number_value(body.terminated));
    numbers.build()
}

/// Ends the inner instance at `at`; if that is enough, the others end too, and none begins.
pub(crate) fn end_inner(ctx: &mut Ctx<'_>, at: &At, collected: Collected) {
    let completed = ProcessInstanceIntent::ElementCompleted;
    flow::explain(ctx, at, completed, None, collected.conditions);
    if collected.is_enough
        && let Some(body) = At::find(ctx, at.instance, at.scope)
    {
        let intent = if body.model().is_loop() {
            MultiInstanceIntent::LoopLeft
        } else {
            MultiInstanceIntent::CompletionConditionFulfilled
        };
        let event =
            MultiInstanceEvent { intent, origin: body.origin(), ..MultiInstanceEvent::default() };
        ctx.emit(body.element_instance, Event::MultiInstance(event));
        let cause =
            Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() };
        ctx.then(Step::TerminateChildren(TerminateChildren {
            instance: at.instance,
            scope: at.scope,
            after: Key::NONE,
            before: Key::NONE,
            except: Key::NONE,
            cause,
        }));
    }
    flow::end_path(ctx, at.instance, at.scope);
}

/// Completes the body at `at`: what was collected moves out.
pub(crate) fn complete(ctx: &mut Ctx<'_>, at: &At) {
    let body = ctx.state.element(at.instance, at.element_instance).and_then(|it| it.body.as_ref());
    if let Some(body) = body.filter(|it| !it.collection.is_empty()) {
        let outputs = Doc::empty().set(&body.collection, body.list());
        variables::merge(ctx, &at.origin(), at.scope, &outputs);
    }
    subscribe::close_all(ctx, at);
    compensation::remember(ctx, at);
    flow::transition(ctx, at, ProcessInstanceIntent::ElementCompleted);
    if at.model().for_compensation {
        compensation::handled(ctx, at);
    }
    flow::take_all(ctx, at);
}
