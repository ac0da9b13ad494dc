//! Migration: a running instance goes on by another definition, all of it or nothing.
//!
//! ```text
//! mapping ─▶ plan: checks every element instance, changes nothing
//!               └─▶ carry out: what is not mapped closes, everything else says what it has become,
//!                   parent before child, and what is new in the target opens
//! ```
//!
//! Nothing moves and nothing is evaluated again: jobs keep their type, headers and retries, timers
//! their due date, subscriptions their name and key, scopes their variables. What the instance does
//! next, it does by the new definition. See `docs/0009-migration.md`.

mod check;
mod compensations;
mod events;
mod joins;
mod mapping;
mod tell;

use super::at::At;
use super::expression::Failure;
use super::step::{Activate, Step};
use super::{business_id, compensation, multiple, start, subscribe};
use crate::ctx::Ctx;
use crate::state::instance::{Compensation, ElementInstance, ElementState, Instance, NOTHING};
use bpmn::{ElementIx, Kind, Process};
use compensations::Change;
use events::Events;
use joins::Moved;
use mapping::Mapping;
use record::{AwaitingReset, Cause, CompensationIntent, Key, Labels, MappedElement, RejectionType};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use value::{Doc, Str};

/// Why an instance cannot be migrated.
#[derive(Debug)]
pub(crate) struct Obstacle {
    pub(crate) kind: RejectionType,
    /// The end of a sentence.
    pub(crate) why: String,
}

impl Obstacle {
    /// What was asked for names something that is not there.
    fn argument(why: String) -> Self {
        Self { kind: RejectionType::InvalidArgument, why }
    }

    /// The instance is not in a state in which it can be migrated as asked.
    fn state(why: String) -> Self {
        Self { kind: RejectionType::InvalidState, why }
    }
}

/// The definition that an instance is migrated to.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) definition: Key,
    pub(crate) version: u32,
    pub(crate) process: Arc<Process>,
}

/// What a migration comes to.
#[derive(Debug)]
pub(crate) struct Plan {
    target: Target,
    mapping: Mapping,
    /// What becomes of the events that element instances wait for, by the element they are of.
    events: BTreeMap<u32, Events>,
    /// Tokens that wait at joining gateways.
    moved: Vec<Moved>,
    /// Complex gateways that wait for the rest, by scope.
    awaiting_reset: BTreeMap<Key, Vec<AwaitingReset>>,
    compensations: Vec<Change>,
    /// Scopes whose start event has not completed: their events are not waited for yet.
    starting: BTreeSet<Key>,
    /// The correlation key that the instance goes on to hold against a second start.
    start_lock: Str,
}

/// Finds out what a migration comes to.
///
/// # Errors
/// What stands in the way, when nothing has been changed yet.
pub(crate) fn plan(
    ctx: &Ctx<'_>,
    instance: &Instance,
    source: &Arc<Process>,
    target: Target,
    instructions: &[MappedElement],
) -> Result<Plan, Obstacle> {
    let mapping = Mapping::read(source, &target.process, instructions)?;
    check::check(ctx, instance, &mapping)?;
    check_business_id(ctx, instance, &target.process.id)?;
    let mut events = BTreeMap::new();
    for element in instance.elements.iter() {
        if let Entry::Vacant(it) = events.entry(element.element) {
            it.insert(Events::plan(&mapping, element.element)?);
        }
    }
    let moved = joins::plan(instance, &mapping)?;
    let awaiting_reset = joins::awaiting_reset(instance, &mapping)?;
    let compensations = compensations::plan(instance, &mapping)?;
    let is_start = |it: &&ElementInstance| {
        let model = source.element(ElementIx(it.element));
        model.is_some_and(|it| matches!(it.kind, Kind::StartEvent(_)))
    };
    let starting = instance.elements.iter().filter(is_start).map(|it| it.scope).collect();
    let start_lock = start_lock(ctx, instance, &target.process.id);
    Ok(Plan { target, mapping, events, moved, awaiting_reset, compensations, starting, start_lock })
}

/// Where business ids are unique, an instance brings none that another one of the target has.
fn check_business_id(ctx: &Ctx<'_>, instance: &Instance, process_id: &Str) -> Result<(), Obstacle> {
    let moves = instance.process_id != *process_id;
    match instance.business_id().filter(|_| moves) {
        Some((_, id, _)) if business_id::is_taken(ctx, process_id, &id) => {
            Err(Obstacle::state(format!(
                "an instance of process '{process_id}' with its business id '{id}' runs, and \
                 they are unique (setting 'business_id_unique')"
            )))
        }
        _ => Ok(()),
    }
}

/// An instance of another process holds its correlation key there, unless somebody else does.
fn start_lock(ctx: &Ctx<'_>, instance: &Instance, process_id: &Str) -> Str {
    let lock = (process_id.clone(), instance.start_lock.clone());
    let is_free = instance.process_id == *process_id || !ctx.state.start_locks.contains(&lock);
    if is_free { lock.1 } else { Str::default() }
}

/// Migrates an instance as planned. `cause` names the migration.
///
/// # Errors
/// What could not be evaluated of the events that are new in the target. The caller takes back
/// what was put out until then.
pub(crate) fn carry_out(
    ctx: &mut Ctx<'_>,
    instance: &Instance,
    plan: &Plan,
    cause: &Cause,
) -> Result<(), Failure> {
    close(ctx, instance, plan);
    let_go(ctx, instance);
    for element in instance.elements.iter() {
        tell::element(ctx, instance, plan, element, cause);
    }
    let Some(root) = At::find(ctx, instance.key, instance.key) else { return Ok(()) };
    joins::arrive(ctx, &root, &plan.moved, cause);
    let kept = plan.compensations.iter().filter_map(|it| Some((it.key, it.becomes?)));
    for (key, (activity, handler)) in kept {
        if let Some(it) = instance.compensations.get(key) {
            let it = Compensation { activity, handler, ..it.clone() };
            compensation::emit(ctx, &root, &it, CompensationIntent::Migrated);
        }
    }
    for element in instance.elements.iter() {
        open(ctx, instance, plan, element)?;
    }
    go_on(ctx, instance, plan, cause);
    Ok(())
}

/// Lets go of what has happened of events that wait for all of several definitions: it is told again
/// of those in the target.
fn let_go(ctx: &mut Ctx<'_>, instance: &Instance) {
    for element in instance.elements.iter().filter(|it| !it.parts.is_empty()) {
        let Some(at) = At::find(ctx, instance.key, element.key) else { continue };
        let process = at.process.clone();
        for part in &element.parts {
            let event = process.event(ElementIx(part.element));
            if let Some(several) = event.and_then(|it| Some((it, it.multiple()?))) {
                multiple::let_go(ctx, &at, several, part);
            }
        }
    }
}

/// Closes what is not mapped.
fn close(ctx: &mut Ctx<'_>, instance: &Instance, plan: &Plan) {
    for element in instance.elements.iter() {
        let Some(events) = plan.events.get(&element.element).filter(|it| it.closes_any()) else {
            continue;
        };
        if let Some(at) = At::find(ctx, instance.key, element.key) {
            subscribe::close(ctx, &at, |event| events.closes(event));
        }
    }
    let Some(root) = At::find(ctx, instance.key, instance.key) else { return };
    joins::leave(ctx, &root, &plan.moved);
    let dropped = plan.compensations.iter().filter(|it| it.becomes.is_none());
    for it in dropped.filter_map(|it| instance.compensations.get(it.key)) {
        compensation::emit(ctx, &root, it, CompensationIntent::Deleted);
    }
}

/// Opens what is new in the target around an element instance that waits for its events.
fn open(
    ctx: &mut Ctx<'_>,
    instance: &Instance,
    plan: &Plan,
    element: &ElementInstance,
) -> Result<(), Failure> {
    let fresh = plan.events.get(&element.element).map(Events::fresh).unwrap_or_default();
    let waits = element.state == ElementState::Activated && !plan.starting.contains(&element.key);
    if fresh.is_empty() || !waits {
        return Ok(());
    }
    let Some(at) = At::find(ctx, instance.key, element.key) else { return Ok(()) };
    let boundary = at.boundary_events();
    // An interrupted scope begins no event subprocess any more.
    let inside = if element.interrupted_by == 0 { at.event_starts() } else { &[] };
    let around = |it: &&ElementIx| boundary.contains(it) || inside.contains(it);
    let is_gateway = matches!(at.model().kind, Kind::EventBasedGateway { .. });
    let events: Vec<ElementIx> =
        fresh.iter().filter(|it| is_gateway || around(it)).copied().collect();
    subscribe::open_some(ctx, &at, &events)
}

/// Asks gateways again that may have all their tokens now, and lets go of what the instance held
/// of the process that it was of.
fn go_on(ctx: &mut Ctx<'_>, instance: &Instance, plan: &Plan, cause: &Cause) {
    let started = plan.awaiting_reset.iter();
    let started = started.flat_map(|(scope, all)| all.iter().map(|it| (*scope, it.gateway)));
    let moved = plan.moved.iter().map(|it| (it.scope, it.gateway));
    let waiting: BTreeSet<(Key, ElementIx)> =
        moved.chain(started.map(|(scope, it)| (scope, ElementIx(it)))).collect();
    for (scope, gateway) in waiting {
        ctx.then(Step::Activate(Activate {
            instance: instance.key,
            scope,
            element: gateway.0,
            from_flow: true,
            cause: cause.clone(),
            variables: Doc::empty(),
            passed: 0,
        }));
    }
    if instance.process_id != plan.target.process.id
        && let Some(freed) = start::freed(ctx, instance)
    {
        ctx.then(Step::ReleaseStart(freed));
    }
}

impl Plan {
    /// The place of an element instance in the target.
    fn at(&self, instance: &Instance, element: &ElementInstance) -> Option<At> {
        Some(At {
            process: self.target.process.clone(),
            instance: instance.key,
            definition: self.target.definition,
            version: self.target.version,
            element_instance: element.key,
            scope: element.scope,
            element: self.mapping.target(element.element)?.ix,
            caller: instance.caller,
            role: element.role,
            passed: element.passed,
            labels: if element.scope.is_none() {
                instance.labels.clone()
            } else {
                Labels::default()
            },
            because: None,
        })
    }

    /// What everything else in a scope makes way for, in the target.
    fn interrupted_by(&self, element: &ElementInstance) -> u32 {
        match element.interrupted_by {
            0 => 0,
            by => self.mapping.target(by).map_or(NOTHING, |it| it.ix.0),
        }
    }
}
