//! User tasks that the engine keeps: their life from creation to completion or cancellation.
//!
//! ```text
//! CREATING ─▶ CREATED ─▶ ASSIGNING | CLAIMING ─▶ ASSIGNED ─┐
//!              ▲  │  └─▶ UPDATING ─▶ UPDATED ──────────────┤
//!              └──┼────────────────────────────────────────┘
//!                 ├────▶ COMPLETING ─▶ COMPLETED
//!                 └────▶ CANCELING ─▶ CANCELED
//! ```

use super::at::At;
use super::job;
use crate::ctx::Ctx;
use crate::state::user_task::UserTask;
use record::{Event, Key, UserTaskAttributes, UserTaskEvent, UserTaskIntent};
use value::Str;

/// Creates the task of the element instance at `at`, and gives it to whom the model says.
pub(crate) fn create(ctx: &mut Ctx<'_>, at: &At, attributes: UserTaskAttributes) {
    let assignee = attributes.assignee.clone();
    let unassigned = UserTaskAttributes { assignee: Str::default(), ..attributes };
    let key = ctx.next_key();
    let task = UserTask {
        key,
        element_instance: at.element_instance,
        attributes: unassigned,
        created_at: ctx.now,
        ..UserTask::default()
    };
    emit(ctx, at, &task, event(UserTaskIntent::Creating, &task));
    emit(ctx, at, &task, event(UserTaskIntent::Created, &task));
    if assignee.is_empty() {
        return;
    }
    let attributes = UserTaskAttributes { assignee, ..task.attributes.clone() };
    for intent in [UserTaskIntent::Assigning, UserTaskIntent::Assigned] {
        let event = UserTaskEvent {
            intent,
            attributes: attributes.clone(),
            changed: vec!["assignee".into()],
            ..UserTaskEvent::default()
        };
        emit(ctx, at, &task, event);
    }
}

/// An event that changes nothing but the state of a task.
fn event(intent: UserTaskIntent, task: &UserTask) -> UserTaskEvent {
    UserTaskEvent { intent, attributes: task.attributes.clone(), ..UserTaskEvent::default() }
}

/// A task with the place of its element instance.
pub(crate) fn place(ctx: &mut Ctx<'_>, task: Key) -> Option<(At, UserTask)> {
    let owner = ctx.state.owner(task)?;
    let (instance, task) = (owner.key, owner.user_tasks.get(task)?.clone());
    let at = At::find(ctx, instance, task.element_instance)?;
    Some((at, task))
}

/// Puts out a change of a task.
pub(crate) fn emit(ctx: &mut Ctx<'_>, at: &At, task: &UserTask, event: UserTaskEvent) {
    let event = UserTaskEvent {
        origin: at.origin(),
        created_at: task.created_at,
        headers: job::headers(&at.model().kind),
        ..event
    };
    ctx.emit(task.key, Event::UserTask(event));
}

/// Cancels the task of an element instance that ends.
pub(crate) fn cancel_of(ctx: &mut Ctx<'_>, at: &At) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let mut attached = ctx.state.attached_to(at.element_instance);
    let Some(task) = attached.find_map(|it| found.user_tasks.get(it)).cloned() else { return };
    drop(attached);
    emit(ctx, at, &task, event(UserTaskIntent::Canceling, &task));
    emit(ctx, at, &task, event(UserTaskIntent::Canceled, &task));
}
