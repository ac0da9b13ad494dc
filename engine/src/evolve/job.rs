//! Jobs, and the indexes of what can be handed out and what is due.

use super::user_task;
use crate::state::State;
use crate::state::due::DueKind;
use crate::state::instance::{Job, JobState, KeptHeaders};
use crate::state::stream::stream_key;
use record::{ActivatedJob, JobBatchEvent, JobEvent, JobIntent, JobKind, Key, ListenerEventType};
use std::sync::Arc;

pub(super) fn on_job(state: &mut State, key: Key, event: &JobEvent) {
    let instance = event.origin.instance;
    match event.intent {
        JobIntent::Created => {
            let job = Job {
                key,
                element_instance: event.origin.element_instance,
                job_type: event.job_type.clone(),
                retries: event.retries,
                added_headers: event.added_headers.clone(),
                kind: event.kind,
                listener_event: event.listener_event,
                listener: event.listener,
                priority: event.priority,
                ..Job::default()
            };
            state.owners.put(key, instance);
            if let Some(owner) = state.instance_mut(instance) {
                let is_held = owner.suspension.is_some();
                owner.jobs.put(Job { is_held, ..job });
            }
            list(state, instance, key);
        }
        JobIntent::Completed => {
            remove(state, instance, key);
            if event.kind == JobKind::TaskListener {
                user_task::agree(state, instance, event.origin.element_instance);
            }
            if event.listener_event == ListenerEventType::Cancel
                && let Some(owner) = state.instance_mut(instance)
            {
                owner.cancel_listeners_agreed = event.listener + 1;
            }
        }
        JobIntent::Canceled => remove(state, instance, key),
        JobIntent::TimedOut | JobIntent::RecurredAfterBackoff | JobIntent::Yielded => {
            change(state, instance, key, |job| {
                job.state = JobState::Activatable;
                job.deadline = 0;
                job.recurs_at = 0;
            });
        }
        JobIntent::Failed => change(state, instance, key, |job| {
            let is_offered = event.retries > 0 && event.recurs_at == 0;
            job.state = if is_offered { JobState::Activatable } else { JobState::Failed };
            job.retries = event.retries;
            job.deadline = 0;
            job.recurs_at = event.recurs_at;
            job.error_message = event.error_message.clone();
        }),
        JobIntent::ErrorThrown if event.is_caught => remove(state, instance, key),
        JobIntent::ErrorThrown => change(state, instance, key, |job| {
            job.state = JobState::ErrorThrown;
            job.deadline = 0;
            job.error_message = event.error_message.clone();
        }),
        JobIntent::RetriesUpdated => change(state, instance, key, |job| {
            job.retries = event.retries;
        }),
        JobIntent::PriorityUpdated => change(state, instance, key, |job| {
            job.priority = event.priority;
        }),
        JobIntent::TimeoutUpdated => change(state, instance, key, |job| {
            job.deadline = event.deadline;
        }),
        JobIntent::Migrated => change(state, instance, key, |job| {
            let kept = || Box::new(KeptHeaders { headers: event.headers.clone() });
            job.kept_headers = event.keeps_headers.then(kept);
        }),
    }
}

pub(super) fn on_batch(state: &mut State, event: &JobBatchEvent) {
    for job in &event.jobs {
        hand_out(state, event, job);
    }
    let Some(id) = &event.stream else { return };
    let stream = stream_key(id);
    let spent = u32::try_from(event.jobs.len()).unwrap_or(u32::MAX);
    let Some(found) = state.streams.get_mut(&stream).map(Arc::make_mut) else { return };
    found.credit = found.credit.saturating_sub(spent);
    if found.credit == 0 {
        state.ready_streams.delete(&(event.job_type.clone(), stream));
    }
    state.last_streams.put(event.job_type.clone(), stream);
}

fn hand_out(state: &mut State, event: &JobBatchEvent, handed: &ActivatedJob) {
    change(state, handed.origin.instance, handed.key, |job| {
        job.state = JobState::Activated;
        job.worker = event.worker.clone();
        job.deadline = handed.deadline;
        job.activation = handed.activation;
    });
}

/// Changes a job and moves it in the indexes.
pub(super) fn change(state: &mut State, instance: Key, key: Key, edit: impl FnOnce(&mut Job)) {
    unlist(state, instance, key);
    if let Some(owner) = state.instance_mut(instance) {
        let is_suspended = owner.suspension.is_some();
        if let Some(job) = owner.jobs.get_mut(key) {
            let was_ready = job.state == JobState::Activatable;
            edit(job);
            // What becomes ready while the instance is suspended waits for it.
            let is_ready = job.state == JobState::Activatable;
            job.is_held = is_ready && (job.is_held || (is_suspended && !was_ready));
        }
    }
    list(state, instance, key);
}

/// Takes a job out of what can be handed out while its instance is suspended, or back.
pub(super) fn hold(state: &mut State, instance: Key, key: Key, is_held: bool) {
    unlist(state, instance, key);
    if let Some(job) = state.instance_mut(instance).and_then(|it| it.jobs.get_mut(key)) {
        job.is_held = is_held;
    }
    list(state, instance, key);
}

fn remove(state: &mut State, instance: Key, key: Key) {
    unlist(state, instance, key);
    state.owners.delete(&key);
    if let Some(owner) = state.instance_mut(instance) {
        owner.jobs.remove(key);
    }
}

fn unlist(state: &mut State, instance: Key, key: Key) {
    let Some(job) = state.instance(instance).and_then(|it| it.jobs.get(key)).cloned() else {
        return;
    };
    match job.state {
        JobState::Activatable => state.activatable.delete(&job.place()),
        JobState::Activated => state.due.delete(&(job.deadline, DueKind::JobDeadline, key)),
        JobState::Failed => state.due.delete(&(job.recurs_at, DueKind::JobBackOff, key)),
        JobState::ErrorThrown => {}
    }
}

fn list(state: &mut State, instance: Key, key: Key) {
    let Some(job) = state.instance(instance).and_then(|it| it.jobs.get(key)).cloned() else {
        return;
    };
    match job.state {
        JobState::Activatable if job.is_held => {}
        JobState::Activatable => state.activatable.put(job.place(), ()),
        JobState::Activated => {
            state.due.put((job.deadline, DueKind::JobDeadline, key), instance);
        }
        JobState::Failed if job.recurs_at > 0 => {
            state.due.put((job.recurs_at, DueKind::JobBackOff, key), instance);
        }
        JobState::Failed | JobState::ErrorThrown => {}
    }
}
