//! What there is once per partition: clock, settings, pending work.

use crate::state::State;
use crate::state::meta::{PendingWork, SharedSettings};
use record::{ClockChange, ClockEvent, KeysSkipped, LogicEvent, SettingsEvent, WorkParked};
use std::sync::Arc;

pub(super) fn on_clock(state: &mut State, event: &ClockEvent) {
    let meta = &mut state.meta;
    match event.change {
        ClockChange::Reset => {
            meta.clock_offset_ms = 0;
            meta.clock_pinned_at = None;
        }
        ClockChange::Pin => {
            meta.clock_pinned_at = Some(event.value);
            meta.now = event.value;
        }
        ClockChange::Add => {
            meta.clock_offset_ms = meta.clock_offset_ms.saturating_add(event.value);
            meta.clock_pinned_at = None;
            meta.now = meta.now.saturating_add(event.value);
        }
    }
}

pub(super) fn on_settings(state: &mut State, event: &SettingsEvent) {
    state.meta.settings = SharedSettings(Arc::new(event.settings.clone()));
}

pub(super) fn on_logic(state: &mut State, event: &LogicEvent) {
    state.meta.raised_logic = event.logic;
}

pub(super) fn on_skipped(state: &mut State, event: &KeysSkipped) {
    state.meta.last_key = state.meta.last_key.max(event.last);
}

pub(super) fn on_parked(state: &mut State, event: &WorkParked) {
    let number = state.meta.next_pending;
    state.meta.next_pending += 1;
    let WorkParked { steps, instance, source, operation_reference } = event.clone();
    let work = PendingWork { steps, instance, source, operation_reference };
    state.pending.put(number, Arc::new(work));
}

pub(super) fn on_resumed(state: &mut State) {
    let oldest = state.pending.first().map(|(number, _)| *number);
    if let Some(number) = oldest {
        state.pending.delete(&number);
    }
}
