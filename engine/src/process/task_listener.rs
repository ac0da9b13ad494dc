//! Listeners to user tasks: workers that are asked, one after the other, before something happens
//! to a task, and may correct or forbid it.

use super::at::At;
use super::element::user_task::listed;
use super::listener::{self, Question};
use super::{incident, user_task};
use crate::ctx::Ctx;
use crate::state::user_task::{Transition, UserTask, UserTaskState};
use bpmn::{Kind, TaskOccasion};
use record::{Header, JobKind, JobResult, ListenerEventType, UserTaskEvent, UserTaskIntent};
use value::Str;

/// What the names of the headers begin with by which a listener hears of the task.
const HEADER: &str = "io.camunda.zeebe:";

/// Asks the next listener to what is about to happen to a task. False if there is none.
pub(crate) fn ask(ctx: &mut Ctx<'_>, at: &At, task: &UserTask, transition: &Transition) -> bool {
    let Some((occasion, event)) = occasion(task.state) else { return false };
    let model = at.model();
    let Kind::UserTask(definition) = &model.kind else { return false };
    let mut listeners = definition.listeners.iter().filter(|it| it.occasion == occasion);
    let Some(asked) = listeners.nth(transition.listener as usize) else { return false };
    let question = Question {
        kind: JobKind::TaskListener,
        event,
        number: transition.listener,
        headers: headers(task, transition),
    };
    if let Err(failure) = listener::ask(ctx, at, &asked.listener, question) {
        incident::create(ctx, at, failure);
    }
    true
}

/// True if the element instance at `at` is a user task with a listener that is told of updates.
pub(crate) fn hears_of_updates(at: &At) -> bool {
    let Kind::UserTask(definition) = &at.model().kind else { return false };
    definition.listeners.iter().any(|it| it.occasion == TaskOccasion::Updating)
}

/// What a state of a task is the occasion for.
fn occasion(state: UserTaskState) -> Option<(TaskOccasion, ListenerEventType)> {
    match state {
        UserTaskState::Creating => Some((TaskOccasion::Creating, ListenerEventType::Creating)),
        UserTaskState::Assigning | UserTaskState::Claiming => {
            Some((TaskOccasion::Assigning, ListenerEventType::Assigning))
        }
        UserTaskState::Updating => Some((TaskOccasion::Updating, ListenerEventType::Updating)),
        UserTaskState::Completing => {
            Some((TaskOccasion::Completing, ListenerEventType::Completing))
        }
        UserTaskState::Canceling => Some((TaskOccasion::Canceling, ListenerEventType::Canceling)),
        UserTaskState::Created => None,
    }
}

/// What a listener hears of the task as it will be.
fn headers(task: &UserTask, transition: &Transition) -> Vec<Header> {
    let it = &transition.attributes;
    let form = if it.form.is_none() { Str::default() } else { it.form.to_string().into() };
    let named = [
        ("action", transition.action.clone()),
        ("assignee", it.assignee.clone()),
        ("candidateGroups", listed(&it.candidate_groups)),
        ("candidateUsers", listed(&it.candidate_users)),
        ("changedAttributes", listed(&transition.changed)),
        ("dueDate", it.due_date.clone()),
        ("followUpDate", it.follow_up_date.clone()),
        ("formKey", form),
        ("priority", it.priority.to_string().into()),
        ("userTaskKey", task.key.to_string().into()),
    ];
    let named = named.into_iter().filter(|(_, value)| !value.is_empty());
    named.map(|(name, value)| Header { key: format!("{HEADER}{name}").into(), value }).collect()
}

/// Follows what a listener decided, after its job completed.
pub(crate) fn decided(ctx: &mut Ctx<'_>, at: &At, result: &JobResult) {
    let Some(task) = user_task::of(ctx, at) else { return };
    if result.denied {
        user_task::deny(ctx, at, &task, &result.denied_reason);
        return;
    }
    let corrected = result.corrections.names();
    if let Some(transition) = task.transition.as_deref().filter(|_| !corrected.is_empty()) {
        let mut changed = transition.changed.clone();
        changed.extend(corrected.into_iter().filter(|it| !transition.changed.contains(it)));
        let event = UserTaskEvent {
            intent: UserTaskIntent::Corrected,
            attributes: transition.attributes.clone().with(&result.corrections),
            action: transition.action.clone(),
            changed,
            ..UserTaskEvent::default()
        };
        user_task::emit(ctx, at, &task, event);
    }
    user_task::go_on_after_listener(ctx, at, task.key);
}
