//! Timers and their place in the due index.

use crate::state::State;
use crate::state::due::DueKind;
use crate::state::instance::Timer;
use record::{Key, TimerEvent, TimerIntent};

pub(super) fn on_timer(state: &mut State, key: Key, event: &TimerEvent) {
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
    }
}
