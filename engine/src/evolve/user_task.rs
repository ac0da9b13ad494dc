//! User tasks.

use crate::state::State;
use crate::state::user_task::{Transition, UserTask, UserTaskState};
use record::{Key, UserTaskEvent, UserTaskIntent};

pub(super) fn on_user_task(state: &mut State, key: Key, event: &UserTaskEvent) {
    match event.intent {
        UserTaskIntent::Creating => create(state, key, event),
        UserTaskIntent::Created | UserTaskIntent::Assigned | UserTaskIntent::Updated => {
            change(state, key, event, |task| {
                task.attributes = event.attributes.clone();
                settle(task);
            });
        }
        UserTaskIntent::AssignmentDenied
        | UserTaskIntent::UpdateDenied
        | UserTaskIntent::CompletionDenied => change(state, key, event, settle),
        UserTaskIntent::Assigning => begin(state, key, event, UserTaskState::Assigning),
        UserTaskIntent::Claiming => begin(state, key, event, UserTaskState::Claiming),
        UserTaskIntent::Updating => begin(state, key, event, UserTaskState::Updating),
        UserTaskIntent::Completing => begin(state, key, event, UserTaskState::Completing),
        UserTaskIntent::Canceling => begin(state, key, event, UserTaskState::Canceling),
        UserTaskIntent::Corrected => change(state, key, event, |task| {
            if let Some(transition) = &mut task.transition {
                transition.attributes = event.attributes.clone();
                transition.changed.clone_from(&event.changed);
            }
        }),
        UserTaskIntent::Migrated => {}
        UserTaskIntent::Completed | UserTaskIntent::Canceled => {
            state.owners.delete(&key);
            if let Some(owner) = state.instance_mut(event.origin.instance) {
                owner.user_tasks.remove(key);
            }
        }
    }
}

fn create(state: &mut State, key: Key, event: &UserTaskEvent) {
    let mut transition = transition(event);
    transition.attributes.assignee = event.first_assignee.clone();
    let task = UserTask {
        key,
        element_instance: event.origin.element_instance,
        state: UserTaskState::Creating,
        attributes: event.attributes.clone(),
        created_at: event.created_at,
        transition: Some(Box::new(transition)),
    };
    state.owners.put(key, event.origin.instance);
    if let Some(owner) = state.instance_mut(event.origin.instance) {
        owner.user_tasks.put(task);
    }
}

fn begin(state: &mut State, key: Key, event: &UserTaskEvent, to: UserTaskState) {
    change(state, key, event, |task| {
        task.state = to;
        task.transition = Some(Box::new(transition(event)));
    });
}

fn transition(event: &UserTaskEvent) -> Transition {
    Transition {
        attributes: event.attributes.clone(),
        action: event.action.clone(),
        changed: event.changed.clone(),
        variables: event.variables.clone(),
        asked: event.asked.clone(),
        listener: 0,
        local: event.local,
    }
}

fn settle(task: &mut UserTask) {
    task.state = UserTaskState::Created;
    task.transition = None;
}

fn change(state: &mut State, key: Key, event: &UserTaskEvent, edit: impl FnOnce(&mut UserTask)) {
    let owner = state.instance_mut(event.origin.instance);
    if let Some(task) = owner.and_then(|it| it.user_tasks.get_mut(key)) {
        edit(task);
    }
}

/// A listener of the task of an element instance has agreed.
pub(super) fn agree(state: &mut State, instance: Key, element_instance: Key) {
    let attached: Vec<Key> = state.attached_to(element_instance).collect();
    let Some(owner) = state.instance_mut(instance) else { return };
    for key in attached {
        let task = owner.user_tasks.get_mut(key);
        if let Some(transition) = task.and_then(|it| it.transition.as_mut()) {
            transition.listener += 1;
        }
    }
}
