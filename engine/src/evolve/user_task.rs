//! User tasks.

use crate::state::State;
use crate::state::user_task::{UserTask, UserTaskState};
use record::{Key, UserTaskEvent, UserTaskIntent};

pub(super) fn on_user_task(state: &mut State, key: Key, event: &UserTaskEvent) {
    let instance = event.origin.instance;
    let to = match event.intent {
        UserTaskIntent::Creating => {
            state.owners.put(key, instance);
            let task = UserTask {
                key,
                element_instance: event.origin.element_instance,
                state: UserTaskState::Creating,
                attributes: event.attributes.clone(),
                created_at: event.created_at,
            };
            if let Some(owner) = state.instance_mut(instance) {
                owner.user_tasks.put(task);
            }
            return;
        }
        UserTaskIntent::Completed | UserTaskIntent::Canceled => {
            state.owners.delete(&key);
            if let Some(owner) = state.instance_mut(instance) {
                owner.user_tasks.remove(key);
            }
            return;
        }
        UserTaskIntent::Created | UserTaskIntent::Assigned | UserTaskIntent::Updated => {
            UserTaskState::Created
        }
        UserTaskIntent::Assigning => UserTaskState::Assigning,
        UserTaskIntent::Claiming => UserTaskState::Claiming,
        UserTaskIntent::Updating => UserTaskState::Updating,
        UserTaskIntent::Completing => UserTaskState::Completing,
        UserTaskIntent::Canceling => UserTaskState::Canceling,
    };
    let owner = state.instance_mut(instance);
    let Some(task) = owner.and_then(|it| it.user_tasks.get_mut(key)) else { return };
    task.state = to;
    if to == UserTaskState::Created {
        task.attributes = event.attributes.clone();
    }
}
