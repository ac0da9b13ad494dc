//! Work that does not fit its entry: it waits in the state and goes on in later entries.

use super::at::At;
use super::step::Step;
use super::{due, incident, queue};
use crate::ctx::Ctx;
use crate::state::State;
use crate::state::meta::PendingWork;
use record::{ErrorEvent, Event, IncidentType, Key, WorkParked, WorkResumed};
use std::sync::Arc;
use value::wire::Message as _;
use value::{wire_oneof, wire_struct};

wire_struct! {
    /// Steps that an incident keeps until it is resolved.
    pub(crate) struct ParkedSteps {
        1 => pub(crate) steps: Vec<Arc<[u8]>>,
    }
}

wire_oneof! {
    /// What a defect of Baton undid, to be done again.
    pub(crate) enum Parked {
        /// Steps of a work item.
        1 => Steps(ParkedSteps),
        /// A timer that was due.
        2 => Timer(due::ParkedTimer),
    }
}

/// What people read when a defect stopped something.
pub(crate) const DEFECT: &str = "A defect of Baton stopped this work, and all of it was undone. \
    The instance can be canceled, or the incident resolved after an upgrade. Please report it with \
    the records around it.";

/// Stores the steps that are left.
pub(crate) fn set_aside(ctx: &mut Ctx<'_>) {
    let instance = ctx.steps.instance();
    let steps = ctx.steps.take_stored();
    let (source, operation_reference) = (ctx.source, ctx.operation_reference);
    let event = WorkParked { steps, instance, source, operation_reference };
    ctx.emit(Key::NONE, Event::WorkParked(event));
}

/// Takes up the oldest stored work.
pub(crate) fn resume(ctx: &mut Ctx<'_>, work: &PendingWork) {
    ctx.emit(Key::NONE, Event::WorkResumed(WorkResumed {}));
    ctx.steps.push_stored(&work.steps);
}

/// True if stored work has a step that works on an instance.
pub(crate) fn has_work_of(state: &State, instance: Key) -> bool {
    let steps = state.pending.iter().flat_map(|(_, work)| &work.steps);
    steps.into_iter().any(|bytes| queue::read(bytes).instance() == instance)
}

/// How many steps are stored.
pub(crate) fn steps(state: &State) -> u64 {
    state.pending.iter().map(|(_, work)| work.steps.len() as u64).sum()
}

/// The element instances of an instance that stored work is about to terminate.
pub(crate) fn ended(state: &State, instance: Key) -> impl Iterator<Item = Key> {
    let steps = state.pending.iter().flat_map(|(_, work)| &work.steps);
    steps.filter_map(move |bytes| {
        let Step::Terminate(it) = queue::read(bytes) else { return None };
        (it.instance == instance).then_some(it.element_instance)
    })
}

/// Parks steps of poisoned instances, those `kept` so far and those still queued, in order, with an
/// incident for each of these instances.
///
/// # Panics
/// When there is no such instance to keep them: the work item cannot be saved this way.
pub(crate) fn park_steps(ctx: &mut Ctx<'_>, poisoned: &[Key], mut kept: Vec<Step>) {
    if poisoned.is_empty() {
        return;
    }
    kept.extend(ctx.steps.take_of(poisoned));
    for &instance in poisoned {
        let of_instance = kept.iter().filter(|it| it.instance() == instance);
        let steps: Vec<_> = of_instance.map(|it| it.to_bytes().into()).collect();
        if steps.is_empty() {
            continue;
        }
        ctx.at_work = Key::NONE;
        assert!(ctx.state.instance(instance).is_some(), "no instance to keep the steps");
        let parked = Parked::Steps(ParkedSteps { steps });
        park_instance(ctx, instance, parked.to_bytes().into());
    }
}

/// After a defect undid stored work: it leaves the queue, and its instance is parked with it.
pub(crate) fn park(ctx: &mut Ctx<'_>, work: &PendingWork, at_work: Key) {
    ctx.emit(Key::NONE, Event::WorkResumed(WorkResumed {}));
    let instance = if at_work.is_none() { work.instance } else { at_work };
    let parked = Parked::Steps(ParkedSteps { steps: work.steps.clone() });
    park_instance(ctx, instance, parked.to_bytes().into());
}

/// Reports a defect and parks the instance, if there is one, with what is to be done again.
pub(crate) fn park_instance(ctx: &mut Ctx<'_>, instance: Key, parked: Arc<[u8]>) {
    let event = ErrorEvent { message: DEFECT.into(), instance };
    ctx.emit(Key::NONE, Event::Error(event));
    let is_known = ctx.state.instance(instance).is_some_and(|it| {
        let mut open = it.incidents.iter().filter(|it| it.kind == IncidentType::ProcessingError);
        open.any(|it| it.job.is_none() && it.parked == parked)
    });
    // A command that is tried again and again tells its defect once.
    if !is_known && let Some(at) = At::find(ctx, instance, instance) {
        incident::create_for_defect(ctx, &at, DEFECT.into(), parked);
    }
}
