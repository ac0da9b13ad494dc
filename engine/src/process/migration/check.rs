//! Whether every element instance has a place in the target.

use super::Obstacle;
use super::mapping::Mapping;
use crate::ctx::Ctx;
use crate::process::pending;
use crate::state::instance::{ElementInstance, ElementState, Instance};
use bpmn::{Element, ElementIx, Kind};
use record::IncidentType;

/// How many element instances, with what waits at them, one command migrates.
const PARTS_MAX: usize = 20_000;

/// Checks all element instances, and that nothing else is under way in the instance.
pub(super) fn check(ctx: &Ctx<'_>, instance: &Instance, mapping: &Mapping) -> Result<(), Obstacle> {
    check_size(ctx, instance)?;
    check_idle(ctx, instance)?;
    for element in instance.elements.iter() {
        check_element(instance, element, mapping)?;
    }
    Ok(())
}

fn check_size(ctx: &Ctx<'_>, instance: &Instance) -> Result<(), Obstacle> {
    let of_one =
        |it: &ElementInstance| 1 + it.variables.doc.len() + ctx.state.attached_to(it.key).count();
    let mut parts = 0;
    for element in instance.elements.iter() {
        parts += of_one(element);
        if parts > PARTS_MAX {
            return Err(Obstacle::state(format!(
                "it has more than {PARTS_MAX} element instances, variables, jobs, timers and \
                 subscriptions, which are the most that can be migrated at a time"
            )));
        }
    }
    Ok(())
}

fn check_idle(ctx: &Ctx<'_>, instance: &Instance) -> Result<(), Obstacle> {
    if pending::has_work_of(ctx.state, instance.key) {
        return Err(Obstacle::state(
            "it is in the middle of something; try again in a moment".to_owned(),
        ));
    }
    let is_parked = |it: &&crate::state::instance::Incident| {
        it.kind == IncidentType::ProcessingError && !it.parked.is_empty()
    };
    match instance.incidents.iter().find(is_parked) {
        None => Ok(()),
        Some(incident) => Err(Obstacle::state(format!(
            "the incident '{}' keeps work that a defect stopped; resolve it first",
            incident.key
        ))),
    }
}

fn check_element(
    instance: &Instance,
    element: &ElementInstance,
    mapping: &Mapping,
) -> Result<(), Obstacle> {
    let Some(source) = mapping.source.element(ElementIx(element.element)) else { return Ok(()) };
    let id = &source.id;
    if element.state == ElementState::Terminating || !element.triggers.is_empty() {
        return Err(Obstacle::state(format!(
            "element '{id}' is ending; try again when it has ended"
        )));
    }
    let Some(target) = mapping.target(element.element) else {
        return Err(Obstacle::state(format!(
            "the active element '{id}' is not mapped; say what it becomes"
        )));
    };
    check_kind(source, target)?;
    check_scope(instance, element, mapping, (source, target))
}

/// An element can only become one of the same kind.
pub(super) fn check_kind(source: &Element, target: &Element) -> Result<(), Obstacle> {
    let differs = |what: &str| {
        Err(Obstacle::state(format!(
            "element '{}' cannot become '{}': {what} differs",
            source.id, target.id
        )))
    };
    if source.element_type() != target.element_type() {
        return differs("the type of element");
    }
    if source.event_type() != target.event_type() {
        return differs("the type of event");
    }
    if source.definition_types() != target.definition_types() {
        return differs("what it waits for, or throws,");
    }
    if is_by_job(&source.kind) != is_by_job(&target.kind) {
        return differs("who does the work, a job worker or the engine,");
    }
    if is_transaction(&source.kind) != is_transaction(&target.kind) {
        return differs("whether it is a transaction");
    }
    if source.kind.is_start() != target.kind.is_start() {
        return differs("whether it begins the process");
    }
    let repeats = |it: &Element| it.multi_instance.as_ref().map(|it| it.is_sequential);
    if source.is_loop() != target.is_loop() {
        return differs("the loop marker");
    }
    if repeats(source) != repeats(target) {
        return differs("the multi-instance marker");
    }
    Ok(())
}

fn is_by_job(kind: &Kind) -> bool {
    let is_job_task = matches!(kind, Kind::UserTask(it) if !it.is_native);
    is_job_task || kind.job().is_some()
}

fn is_transaction(kind: &Kind) -> bool {
    matches!(kind, Kind::SubProcess { is_transaction: true, .. })
}

/// What is around an element instance must be around what it becomes.
fn check_scope(
    instance: &Instance,
    element: &ElementInstance,
    mapping: &Mapping,
    (source, target): (&Element, &Element),
) -> Result<(), Obstacle> {
    let Some(around) = instance.element(element.scope) else { return Ok(()) };
    // An inner instance is in the body of its own element; and what undoes an activity runs where
    // the compensation was thrown.
    let is_in_body = around.element == element.element;
    if is_in_body || source.scope.0 != around.element {
        return Ok(());
    }
    check_place(mapping, (source, target), around.element)
}

/// An element inside another one must become one inside what that becomes.
pub(super) fn check_place(
    mapping: &Mapping,
    (source, target): (&Element, &Element),
    around: u32,
) -> Result<(), Obstacle> {
    if mapping.target(around).is_some_and(|it| it.ix == target.scope) {
        return Ok(());
    }
    Err(Obstacle::state(format!(
        "element '{}' is in '{}', and '{}' is not in what that becomes",
        source.id,
        mapping.source_id(around),
        target.id
    )))
}
