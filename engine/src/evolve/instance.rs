//! Process and element instances.

use super::tokens;
use crate::state::State;
use crate::state::ad_hoc::Queue;
use crate::state::instance::{
    Caller, ElementInstance, ElementState, Instance, Role, Suspension, Trigger,
};
use record::{
    ElementType, GatewayPhase, Key, MigrationEvent, Origin, ProcessEventEvent, ProcessEventIntent,
    ProcessInstanceCreationEvent, ProcessInstanceEvent, ProcessInstanceIntent,
};
use std::sync::Arc;

/// Makes sure that an instance exists: its variables are written before anything else of it.
pub(super) fn announce(state: &mut State, origin: &Origin) {
    if state.instances.contains(&origin.instance) {
        return;
    }
    let mut instance = Instance {
        key: origin.instance,
        definition: origin.definition,
        process_id: origin.process_id.clone(),
        version: origin.version,
        ..Instance::default()
    };
    instance.elements.put(ElementInstance {
        key: origin.instance,
        // Only the events of the process itself know its ordinal.
        element: 0,
        state: ElementState::Announced,
        ..ElementInstance::default()
    });
    count(state, origin.definition, |running| running + 1);
    state.instances.put(origin.instance, Arc::new(instance));
    state.owners.put(origin.instance, origin.instance);
}

/// An instance is called what the records of its process say.
fn label(state: &mut State, key: Key, event: &ProcessInstanceEvent) {
    let Some(instance) = state.instance_mut(key) else { return };
    instance.labels = event.labels.clone();
    if let Some(it) = state.instance(key).and_then(Instance::business_id) {
        state.business_ids.put(it, ());
    }
}

/// Counts the instances that run of a definition.
fn count(state: &mut State, definition: Key, change: impl FnOnce(u64) -> u64) {
    match change(state.running.get(&definition).copied().unwrap_or_default()) {
        0 => state.running.delete(&definition),
        running => state.running.put(definition, running),
    }
}

pub(super) fn on_creation(state: &mut State, event: &ProcessInstanceCreationEvent) {
    announce(state, &event.origin);
    if let Some(instance) = state.instance_mut(event.origin.instance) {
        instance.awaiting.clone_from(&event.awaits);
        instance.end_after.clone_from(&event.end_after);
    }
}

pub(super) fn on_element(state: &mut State, key: Key, event: &ProcessInstanceEvent) {
    let instance = event.origin.instance;
    match event.intent {
        ProcessInstanceIntent::SequenceFlowTaken => {
            if let Some(scope) = element_mut(state, instance, event.flow_scope) {
                scope.tokens += 1;
                tokens::arrive(scope, event.joined_by, event.origin.element);
            }
        }
        ProcessInstanceIntent::ElementActivating => begin(state, key, event),
        ProcessInstanceIntent::ElementActivated => {
            enter(state, key, event, ElementState::Activated);
            if event.interrupts
                && let Some(scope) = element_mut(state, instance, event.flow_scope)
            {
                interrupt(scope, event.origin.element);
            }
        }
        ProcessInstanceIntent::ElementCompleting => {
            enter(state, key, event, ElementState::Completing);
        }
        ProcessInstanceIntent::ElementTerminating => {
            enter(state, key, event, ElementState::Terminating);
            // What it would have done, it does not do any more.
            suspend(state, event, None);
        }
        ProcessInstanceIntent::Suspended => suspend(state, event, Some(Box::default())),
        ProcessInstanceIntent::Resumed => suspend(state, event, None),
        ProcessInstanceIntent::ElementCompleted | ProcessInstanceIntent::ElementTerminated => {
            end(state, key, event);
        }
        ProcessInstanceIntent::ElementMigrated => migrate(state, key, event),
        ProcessInstanceIntent::SequenceFlowDeleted => {
            if let Some(scope) = element_mut(state, instance, event.flow_scope) {
                scope.tokens -= 1;
                tokens::depart(scope, event.origin.element);
            }
        }
        ProcessInstanceIntent::BusinessIdAssigned => label(state, instance, event),
        ProcessInstanceIntent::Unspecified => {}
    }
}

pub(super) fn element_mut(
    state: &mut State,
    instance: Key,
    key: Key,
) -> Option<&mut ElementInstance> {
    state.instance_mut(instance)?.elements.get_mut(key)
}

/// The process itself says whether its instance is suspended.
fn suspend(state: &mut State, event: &ProcessInstanceEvent, suspension: Option<Box<Suspension>>) {
    if !event.flow_scope.is_none() {
        return;
    }
    if let Some(instance) = state.instance_mut(event.origin.instance) {
        instance.suspension = suspension;
    }
}

fn enter(state: &mut State, key: Key, event: &ProcessInstanceEvent, to: ElementState) {
    if let Some(element) = element_mut(state, event.origin.instance, key) {
        element.state = to;
    }
}

fn begin(state: &mut State, key: Key, event: &ProcessInstanceEvent) {
    let origin = &event.origin;
    announce(state, origin);
    if event.flow_scope.is_none() && !event.start_lock.is_empty() {
        let lock = (origin.process_id.clone(), event.start_lock.clone());
        state.start_locks.put(lock, origin.instance);
    }
    let Some(instance) = state.instance_mut(origin.instance) else { return };
    if event.flow_scope.is_none() {
        instance.start_lock = event.start_lock.clone();
        instance.caller = Caller {
            instance: event.parent_instance,
            element_instance: event.parent_element,
            root: origin.root,
            depth: event.call_depth,
        };
        if let Some(root) = instance.elements.get_mut(key) {
            root.element = origin.element;
            root.state = ElementState::Activating;
        }
        note_called(state, event, origin.instance);
        label(state, origin.instance, event);
        return;
    }
    let (mut role, mut loop_counter) = (Role::Element, 0);
    if let Some(scope) = instance.elements.get_mut(event.flow_scope) {
        scope.children += 1;
        tokens::take(scope, event);
        let is_of_body = scope.role == Role::Body && scope.element == origin.element;
        if let Some(body) = scope.body.as_mut().filter(|_| is_of_body) {
            role = Role::Inner;
            loop_counter = body.begin();
        }
        if event.element_type == ElementType::AdHocSubProcessInnerInstance {
            role = Role::AdHocInner;
            if let Some(ad_hoc) = &mut scope.ad_hoc {
                ad_hoc.begin(event.cause.as_deref());
            }
        }
    }
    if event.element_type == ElementType::MultiInstanceBody {
        role = Role::Body;
    }
    instance.elements.put(ElementInstance {
        key,
        element: origin.element,
        scope: event.flow_scope,
        state: ElementState::Activating,
        role,
        loop_counter,
        passed: event.passed,
        phase: event.phase,
        ad_hoc: (event.element_type == ElementType::AdHocSubProcess).then(Box::default),
        ..ElementInstance::default()
    });
    state.put_child(origin.instance, event.flow_scope, key);
    state.owners.put(key, origin.instance);
}

/// The call activity that began an instance knows it as long as it has not ended.
fn note_called(state: &mut State, event: &ProcessInstanceEvent, called: Key) {
    if let Some(caller) = element_mut(state, event.parent_instance, event.parent_element) {
        caller.called = called;
    }
}

/// An element instance has another definition now; with that of the process itself, all have.
fn migrate(state: &mut State, key: Key, event: &ProcessInstanceEvent) {
    let origin = &event.origin;
    let Some(instance) = state.instance_mut(origin.instance) else { return };
    if let Some(element) = instance.elements.get_mut(key) {
        element.element = origin.element;
        element.interrupted_by = event.interrupted_by;
        element.awaiting_reset.clone_from(&event.awaiting_reset);
    }
    if !event.flow_scope.is_none() {
        return;
    }
    let business_id = instance.business_id();
    let definition = std::mem::replace(&mut instance.definition, origin.definition);
    instance.version = origin.version;
    let process_id = std::mem::replace(&mut instance.process_id, origin.process_id.clone());
    let start_lock = std::mem::replace(&mut instance.start_lock, event.start_lock.clone());
    count(state, definition, |running| running - 1);
    count(state, origin.definition, |running| running + 1);
    if !start_lock.is_empty() {
        state.start_locks.delete(&(process_id, start_lock));
    }
    if let Some((process_id, business_id, key)) = business_id {
        state.business_ids.put((origin.process_id.clone(), business_id.clone(), key), ());
        if process_id != origin.process_id {
            state.business_ids.delete(&(process_id, business_id, key));
        }
    }
    if !event.start_lock.is_empty() {
        let lock = (origin.process_id.clone(), event.start_lock.clone());
        state.start_locks.put(lock, origin.instance);
    }
}

/// What an instance ends after is called otherwise in its new definition. An element that the
/// mapping does not name keeps its id.
pub(super) fn on_migration(state: &mut State, event: &MigrationEvent) {
    let Some(instance) = state.instance_mut(event.origin.instance) else { return };
    for id in &mut instance.end_after {
        if let Some(it) = event.mapping.iter().find(|it| it.source_id == *id) {
            *id = it.target_id.clone();
        }
    }
}

fn end(state: &mut State, key: Key, event: &ProcessInstanceEvent) {
    let origin = &event.origin;
    state.owners.delete(&key);
    if event.flow_scope.is_none() {
        if let Some(instance) = state.instance(origin.instance)
            && !instance.start_lock.is_empty()
        {
            let lock = (instance.process_id.clone(), instance.start_lock.clone());
            state.start_locks.delete(&lock);
        }
        count(state, origin.definition, |running| running - 1);
        if let Some(it) = state.instance(origin.instance).and_then(Instance::business_id) {
            state.business_ids.delete(&it);
        }
        state.instances.delete(&origin.instance);
        note_called(state, event, Key::NONE);
        return;
    }
    state.delete_child(event.flow_scope, key);
    let Some(instance) = state.instance_mut(origin.instance) else { return };
    let found = instance.elements.get(key);
    let passed = found.map_or(0, |element| element.passed);
    // A gateway that is ended before it has decided has not started.
    let is_undecided = found.is_some_and(|it| it.phase == GatewayPhase::Undecided);
    instance.elements.remove(key);
    if let Some(scope) = instance.elements.get_mut(event.flow_scope) {
        scope.children -= 1;
        if is_undecided {
            tokens::forget_start(scope, origin.element);
        }
        // The instances of a multi-instance activity are side by side; the rounds of a loop are not.
        if scope.body.as_ref().is_none_or(|it| it.is_loop) {
            scope.passed = passed;
        }
        if let Some(body) = &mut scope.body {
            if event.intent == ProcessInstanceIntent::ElementCompleted {
                body.completed += 1;
            } else {
                body.terminated += 1;
            }
        }
        if event.interrupts {
            interrupt(scope, origin.element);
        }
    }
}

/// Everything else in a scope makes way for an element: tokens on their way are gone at once.
fn interrupt(scope: &mut ElementInstance, by: u32) {
    scope.interrupted_by = by;
    scope.tokens = 0;
    scope.arrivals.clear();
    scope.awaiting_reset.clear();
    if let Some(ad_hoc) = &mut scope.ad_hoc {
        ad_hoc.waiting = Queue::default();
    }
}

pub(super) fn on_trigger(state: &mut State, key: Key, event: &ProcessEventEvent) {
    let Some(element) = element_mut(state, event.origin.instance, event.scope) else { return };
    match event.intent {
        ProcessEventIntent::Triggering => {
            let is_part = event.part_of > 0;
            let kept = if is_part { &mut element.parts } else { &mut element.triggers };
            kept.push(Trigger {
                key,
                element: event.origin.element,
                variables: event.variables.clone(),
                cause: event.cause.clone(),
            });
            if event.interrupts != 0 {
                interrupt(element, event.interrupts);
            }
        }
        ProcessEventIntent::Triggered if event.part_of > 0 => {
            element.parts.retain(|it| it.key != key);
        }
        ProcessEventIntent::Triggered => element.triggers.retain(|it| it.key != key),
    }
}
