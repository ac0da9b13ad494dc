//! Process instances as a whole: how they begin and end.

use super::at::At;
use super::step::{Activate, ReleaseStart, Step};
use super::{call, deletion, flow, incident, lifecycle, start, variables};
use crate::ctx::{Ctx, refuse};
use crate::state::instance::Caller;
use bpmn::ElementIx;
use record::{
    AwaitResult, Cause, CommandIntent, ElementType, Event, EventType, InstanceCreated,
    InstanceResult, Key, LOGIC_REFINED, Labels, Origin, ProcessEventEvent, ProcessEventIntent,
    ProcessInstanceEvent, ProcessInstanceIntent, ProcessInstanceResultEvent, RejectionType, Reply,
};
use std::sync::Arc;
use value::{Doc, Str};

/// What an instance begins with.
pub(crate) struct Beginning {
    pub(crate) definition: Key,
    pub(crate) version: u32,
    pub(crate) process: Arc<bpmn::Process>,
    pub(crate) instance: Key,
    /// The start event.
    pub(crate) start: ElementIx,
    pub(crate) cause: Cause,
    /// What the trigger of the start event brings; local to it at first.
    pub(crate) variables: Doc,
    /// The correlation key held against a second start.
    pub(crate) start_lock: Str,
    /// The call activity that begins it.
    pub(crate) caller: Caller,
    /// What the caller calls it.
    pub(crate) labels: Labels,
}

impl Beginning {
    /// Where records about the instance as a whole belong.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            definition: self.definition,
            process_id: self.process.id.clone(),
            version: self.version,
            instance: self.instance,
            element: self.process.ix.0,
            element_id: self.process.id.clone(),
            element_instance: self.instance,
            root: self.caller.root,
        }
    }
}

/// Begins the process itself and queues its start event, after the listeners of the process.
pub(crate) fn begin(ctx: &mut Ctx<'_>, beginning: Beginning) {
    let process = beginning.process.clone();
    let model = process.element(process.ix).expect("a process is among its elements");
    if !model.listeners.start.is_empty() {
        begin_with_listeners(ctx, beginning);
        return;
    }
    open(ctx, &beginning);
    ctx.then(Step::Activate(Activate {
        instance: beginning.instance,
        scope: beginning.instance,
        element: beginning.start.0,
        from_flow: false,
        cause: beginning.cause,
        variables: beginning.variables,
        passed: 0,
    }));
}

/// Begins the process itself, and keeps what triggered its start event until the listeners agree.
fn begin_with_listeners(ctx: &mut Ctx<'_>, beginning: Beginning) {
    activating(ctx, &beginning);
    let Some(at) = At::find(ctx, beginning.instance, beginning.instance) else { return };
    let start = beginning.process.element(beginning.start);
    let id = start.map(|it| it.id.clone()).unwrap_or_default();
    let key = ctx.next_key();
    let event = ProcessEventEvent {
        intent: ProcessEventIntent::Triggering,
        origin: at.origin_of(beginning.start.0, id, beginning.instance),
        scope: beginning.instance,
        variables: beginning.variables,
        cause: beginning.cause,
        ..ProcessEventEvent::default()
    };
    ctx.emit(key, Event::ProcessEvent(event));
    lifecycle::go_on_activating(ctx, &at);
}

/// Activates the process at `at`, whose listeners have agreed, and queues the start event that was
/// triggered.
pub(crate) fn enter(ctx: &mut Ctx<'_>, at: &At) {
    let found = ctx.state.element(at.instance, at.element_instance);
    let trigger = found.and_then(|it| it.triggers.first().cloned());
    flow::transition(ctx, at, ProcessInstanceIntent::ElementActivated);
    let Some(trigger) = trigger else { return };
    lifecycle::consume(ctx, at, &trigger);
    ctx.then(Step::Activate(Activate {
        instance: at.instance,
        scope: at.instance,
        element: trigger.element,
        from_flow: false,
        cause: trigger.cause,
        variables: trigger.variables,
        passed: 0,
    }));
}

/// Begins the process itself, and nothing in it.
pub(crate) fn open(ctx: &mut Ctx<'_>, beginning: &Beginning) {
    activating(ctx, beginning);
    let activated = event(beginning, ProcessInstanceIntent::ElementActivated);
    ctx.emit(beginning.instance, Event::ProcessInstance(activated));
}

fn activating(ctx: &mut Ctx<'_>, beginning: &Beginning) {
    let activating = ProcessInstanceEvent {
        cause: Some(Box::new(beginning.cause.clone())),
        start_lock: beginning.start_lock.clone(),
        call_depth: beginning.caller.depth,
        ..event(beginning, ProcessInstanceIntent::ElementActivating)
    };
    ctx.emit(beginning.instance, Event::ProcessInstance(activating));
}

fn event(beginning: &Beginning, intent: ProcessInstanceIntent) -> ProcessInstanceEvent {
    ProcessInstanceEvent {
        intent,
        origin: beginning.origin(),
        element_type: ElementType::Process,
        event_type: EventType::Unspecified,
        parent_instance: beginning.caller.instance,
        parent_element: beginning.caller.element_instance,
        labels: beginning.labels.clone(),
        ..ProcessInstanceEvent::default()
    }
}

/// Ends an instance whose last path has ended, and answers who waits for its result.
pub(crate) fn complete(ctx: &mut Ctx<'_>, at: &At) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let awaiting = found.awaiting.clone();
    let root = found.root().map(|it| it.variables.doc.clone()).unwrap_or_default();
    let freed = start::freed(ctx, found);
    flow::transition(ctx, at, ProcessInstanceIntent::ElementCompleted);
    if let Some(awaiting) = awaiting {
        answer(ctx, at, &awaiting, &root);
    }
    release(ctx, freed);
    call::give_back(ctx, at, root);
    deletion::go_on(ctx, at.definition);
}

fn answer(ctx: &mut Ctx<'_>, at: &At, awaiting: &AwaitResult, root: &Doc) {
    let variables = if awaiting.fetch_variables.is_empty() {
        root.clone()
    } else {
        root.filter(&awaiting.fetch_variables)
    };
    let event = ProcessInstanceResultEvent { origin: at.origin(), variables: variables.clone() };
    ctx.emit(at.instance, Event::ProcessInstanceResult(event));
    let created = InstanceCreated {
        definition: at.definition,
        process_id: at.process.id.clone(),
        version: at.version,
        instance: at.instance,
        labels: at.labels.clone(),
    };
    ctx.reply(&awaiting.request, Reply::InstanceResult(InstanceResult { created, variables }));
}

/// Ends an instance that was terminated, and tells who waits for its result.
pub(crate) fn end_terminated(ctx: &mut Ctx<'_>, at: &At) {
    if ctx.state.meta.logic() >= LOGIC_REFINED {
        // A defect, or a job too large for its worker, that was passed since leaves nothing behind.
        incident::resolve_of(ctx, at);
    }
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let awaiting = found.awaiting.clone();
    let freed = start::freed(ctx, found);
    flow::transition(ctx, at, ProcessInstanceIntent::ElementTerminated);
    if let Some(awaiting) = awaiting {
        let refused = refuse(
            RejectionType::InvalidState,
            CommandIntent::ProcessInstanceCreationCreateWithAwaitingResult,
            format!(
                "The process instance '{}' was canceled before it completed, so it has no result.",
                at.instance
            ),
        );
        ctx.reply(&awaiting.request, Reply::Rejected(refused));
    }
    release(ctx, freed);
    call::tell_ended(ctx, at);
    deletion::go_on(ctx, at.definition);
}

fn release(ctx: &mut Ctx<'_>, freed: Option<ReleaseStart>) {
    if let Some(freed) = freed {
        ctx.then(Step::ReleaseStart(freed));
    }
}

/// Writes the variables that an instance begins with, at its root.
pub(crate) fn announce(ctx: &mut Ctx<'_>, origin: &Origin, doc: &Doc) {
    variables::set_local(ctx, origin, origin.instance, doc);
}
