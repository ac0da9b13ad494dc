//! Suspended instances: what they do later, and their jobs.

use super::job;
use crate::state::State;
use crate::state::due::DueKind;
use record::{JobHeld, StepHeld};

pub(super) fn on_step(state: &mut State, event: &StepHeld) {
    let Some(owner) = state.instance_mut(event.instance) else { return };
    if let Some(suspension) = &mut owner.suspension {
        suspension.steps.push(event.step.clone());
    }
    let timer = owner.timers.get_mut(event.timer);
    if let Some(timer) = timer {
        timer.is_parked = true;
        let due = (timer.due, DueKind::Timer, event.timer);
        state.due.delete(&due);
    }
}

pub(super) fn on_job(state: &mut State, event: &JobHeld) {
    job::hold(state, event.instance, event.job, event.is_held);
}
