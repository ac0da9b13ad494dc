//! Timers and their place in the due index.

use crate::state::State;
use crate::state::definition::StartTimer;
use crate::state::due::DueKind;
use crate::state::instance::Timer;
use record::{Key, TimerEvent, TimerIntent};
use std::sync::Arc;

pub(super) fn on_timer(state: &mut State, key: Key, event: &TimerEvent) {
    if event.origin.element_instance.is_none() {
        on_start_timer(state, key, event);
        return;
    }
    let instance = event.origin.instance;
    match event.intent {
        TimerIntent::Created => {
            if let Some(owner) = state.instance_mut(instance) {
                owner.timers.put(Timer {
                    key,
                    element_instance: event.origin.element_instance,
                    element: event.origin.element,
                    due: event.due,
                    repetitions: event.repetitions,
                    interval: event.interval.clone(),
                    is_parked: false,
                });
                state.due.put((event.due, DueKind::Timer, key), instance);
            }
        }
        TimerIntent::Triggered | TimerIntent::Canceled => {
            state.due.delete(&(event.due, DueKind::Timer, key));
            if let Some(owner) = state.instance_mut(instance) {
                owner.timers.remove(key);
            }
        }
        TimerIntent::Migrated => {
            let owner = state.instance_mut(instance);
            if let Some(timer) = owner.and_then(|it| it.timers.get_mut(key)) {
                timer.element = event.origin.element;
            }
        }
    }
}

/// A timer that starts instances: no element instance waits for it.
fn on_start_timer(state: &mut State, key: Key, event: &TimerEvent) {
    let due = (event.due, DueKind::StartTimer, key);
    match event.intent {
        TimerIntent::Created => {
            let origin = &event.origin;
            let timer = StartTimer {
                key,
                definition: origin.definition,
                process_id: origin.process_id.clone(),
                version: origin.version,
                element: origin.element,
                element_id: origin.element_id.clone(),
                due: event.due,
                repetitions: event.repetitions,
                interval: event.interval.clone(),
            };
            state.start_timers.put(key, Arc::new(timer));
            state.due.put(due, Key::NONE);
        }
        TimerIntent::Triggered | TimerIntent::Canceled => {
            state.start_timers.delete(&key);
            state.due.delete(&due);
        }
        // What starts instances belongs to a definition, and none of these is migrated.
        TimerIntent::Migrated => {}
    }
}
