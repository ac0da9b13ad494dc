//! Incidents, and what they hold back.

use super::job;
use crate::process::pending::Parked;
use crate::state::State;
use crate::state::due::DueKind;
use crate::state::instance::{Incident, JobState};
use record::{IncidentEvent, IncidentIntent, IncidentType, Key};
use std::sync::Arc;
use value::wire::Message as _;

pub(super) fn on_incident(state: &mut State, key: Key, event: &IncidentEvent) {
    let instance = event.origin.instance;
    match event.intent {
        IncidentIntent::Created => {
            if let Some(owner) = state.instance_mut(instance) {
                owner.incidents.put(Incident {
                    key,
                    element_instance: event.origin.element_instance,
                    job: event.job,
                    kind: event.kind,
                    parked: event.parked.clone(),
                });
            }
            state.owners.put(key, instance);
            state.meta.incidents_open += 1;
            if !event.job.is_none() && event.kind != IncidentType::UnhandledErrorEvent {
                job::change(state, instance, event.job, |job| {
                    job.state = JobState::Failed;
                    job.recurs_at = 0;
                });
            }
            set_parked(state, instance, &event.parked, true);
        }
        IncidentIntent::Resolved => {
            state.owners.delete(&key);
            state.meta.incidents_open = state.meta.incidents_open.saturating_sub(1);
            let removed = state.instance_mut(instance).and_then(|it| it.incidents.remove(key));
            if !event.job.is_none() {
                job::change(state, instance, event.job, |job| job.state = JobState::Activatable);
            }
            let parked: Arc<[u8]> = removed.map(|it| it.parked).unwrap_or_default();
            set_parked(state, instance, &parked, false);
        }
        IncidentIntent::Migrated => {}
    }
}

/// A timer whose firing a defect undid leaves the due index with its incident, and comes back.
fn set_parked(state: &mut State, instance: Key, parked: &[u8], is_parked: bool) {
    if parked.is_empty() {
        return;
    }
    let Ok(Parked::Timer(it)) = Parked::from_bytes(parked) else { return };
    let Some(owner) = state.instance_mut(instance) else { return };
    let Some(timer) = owner.timers.get_mut(it.timer) else { return };
    timer.is_parked = is_parked;
    let due = (timer.due, DueKind::Timer, timer.key);
    if is_parked {
        state.due.delete(&due);
    } else {
        state.due.put(due, instance);
    }
}
