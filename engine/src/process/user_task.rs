//! User tasks that the engine keeps: their life from creation to completion or cancellation.
//!
//! ```text
//! CREATING ─▶ CREATED ─▶ ASSIGNING | CLAIMING ─▶ ASSIGNED ─┐
//!              ▲  │  └─▶ UPDATING ─▶ UPDATED ──────────────┤
//!              └──┼────────────────────────────────────────┘
//!                 ├────▶ COMPLETING ─▶ COMPLETED
//!                 └────▶ CANCELING ─▶ CANCELED
//! ```
//!
//! Between the two events of a change its listeners are asked, one after the other.

use super::at::At;
use super::{job, task_listener, termination, trigger, variables};
use crate::ctx::{Ctx, refuse};
use crate::state::instance::ElementState;
use crate::state::user_task::{Transition, UserTask, UserTaskState};
use record::{
    Accepted, Asked, Cause, CauseKind, CommandIntent, Created, Event, Key, RejectionType, Reply,
    UserTaskAttributes, UserTaskEvent, UserTaskIntent,
};
use value::Str;

/// Creates the task of the element instance at `at`, and gives it to whom the model says.
pub(crate) fn create(ctx: &mut Ctx<'_>, at: &At, attributes: UserTaskAttributes) {
    let first_assignee = attributes.assignee.clone();
    let attributes = UserTaskAttributes { assignee: Str::default(), ..attributes };
    let key = ctx.next_key();
    let task = UserTask {
        key,
        element_instance: at.element_instance,
        created_at: ctx.now,
        ..UserTask::default()
    };
    let intent = UserTaskIntent::Creating;
    let event = UserTaskEvent { intent, attributes, first_assignee, ..UserTaskEvent::default() };
    begin(ctx, at, &task, event);
}

/// Begins a change of a task: its listeners are asked, or it happens at once.
pub(crate) fn begin(ctx: &mut Ctx<'_>, at: &At, task: &UserTask, event: UserTaskEvent) {
    emit(ctx, at, task, event);
    go_on(ctx, at, task.key);
}

/// Asks the next listener of what is about to happen to a task; if there is none, it happens.
fn go_on(ctx: &mut Ctx<'_>, at: &At, key: Key) {
    let Some(task) = find(ctx, at, key) else { return };
    let Some(transition) = &task.transition else { return };
    if !task_listener::ask(ctx, at, &task, transition) {
        finish(ctx, at, &task, transition);
    }
}

/// Goes on with what is about to happen to a task, after a listener agreed.
pub(crate) fn go_on_after_listener(ctx: &mut Ctx<'_>, at: &At, key: Key) {
    go_on(ctx, at, key);
    let element = ctx.state.element(at.instance, at.element_instance);
    let is_ending = element.is_some_and(|it| it.state == ElementState::Terminating);
    if is_ending && find(ctx, at, key).is_none() {
        termination::finish(ctx, at.clone());
    }
}

/// Does again what an incident stopped, if that was asking a listener.
pub(crate) fn resume(ctx: &mut Ctx<'_>, at: &At) -> bool {
    let Some(task) = of(ctx, at).filter(|it| it.transition.is_some()) else { return false };
    go_on_after_listener(ctx, at, task.key);
    true
}

/// What was about to happen to a task happens.
fn finish(ctx: &mut Ctx<'_>, at: &At, task: &UserTask, transition: &Transition) {
    let event = |intent| UserTaskEvent {
        intent,
        attributes: transition.attributes.clone(),
        action: transition.action.clone(),
        changed: transition.changed.clone(),
        ..UserTaskEvent::default()
    };
    match task.state {
        UserTaskState::Creating => {
            let mut created = event(UserTaskIntent::Created);
            created.attributes.assignee = Str::default();
            emit(ctx, at, task, created);
            if !transition.attributes.assignee.is_empty() {
                let changed = vec!["assignee".into()];
                let assigning = event(UserTaskIntent::Assigning);
                begin(ctx, at, task, UserTaskEvent { changed, ..assigning });
            }
        }
        // A settled task has no transition.
        UserTaskState::Created => {}
        UserTaskState::Assigning | UserTaskState::Claiming => {
            emit(ctx, at, task, event(UserTaskIntent::Assigned));
            accept(ctx, transition);
        }
        UserTaskState::Updating => {
            let (variables, local) = (transition.variables.clone(), transition.local);
            let updated = event(UserTaskIntent::Updated);
            emit(ctx, at, task, UserTaskEvent { variables, local, ..updated });
            let asked = transition.asked.as_deref();
            match asked.filter(|it| it.intent == CommandIntent::VariableDocumentUpdate) {
                Some(asked) => {
                    let key = variables::set(ctx, at, &transition.variables, transition.local);
                    ctx.reply(&asked.request, Reply::VariablesSet(Created { key }));
                }
                None => accept(ctx, transition),
            }
        }
        UserTaskState::Completing => {
            let variables = transition.variables.clone();
            let completed = event(UserTaskIntent::Completed);
            emit(ctx, at, task, UserTaskEvent { variables: variables.clone(), ..completed });
            accept(ctx, transition);
            let asked = transition.asked.as_deref().cloned().unwrap_or_default();
            let Asked { principal, reason, request: _, intent: _ } = asked;
            let cause = Cause { kind: CauseKind::UserTask, key: task.key, principal, reason };
            trigger::trigger(ctx, at, at.element, variables, cause);
        }
        UserTaskState::Canceling => emit(ctx, at, task, event(UserTaskIntent::Canceled)),
    }
}

/// Answers who asked for what has happened.
fn accept(ctx: &mut Ctx<'_>, transition: &Transition) {
    if let Some(asked) = &transition.asked {
        ctx.reply(&asked.request, Reply::Accepted(Accepted {}));
    }
}

/// Answers who asked for what will not happen.
fn reject(ctx: &mut Ctx<'_>, transition: &Transition, reason: String) {
    if let Some(asked) = &transition.asked {
        let refused = refuse(RejectionType::InvalidState, asked.intent, reason);
        ctx.reply(&asked.request, Reply::Rejected(refused));
    }
}

/// What was about to happen to a task is forbidden by a listener.
pub(crate) fn deny(ctx: &mut Ctx<'_>, at: &At, task: &UserTask, reason: &Str) {
    let Some(transition) = &task.transition else { return };
    let (intent, what) = match task.state {
        UserTaskState::Assigning | UserTaskState::Claiming => {
            (UserTaskIntent::AssignmentDenied, "Assignment")
        }
        UserTaskState::Updating => (UserTaskIntent::UpdateDenied, "Update"),
        UserTaskState::Completing => (UserTaskIntent::CompletionDenied, "Completion"),
        UserTaskState::Creating | UserTaskState::Created | UserTaskState::Canceling => return,
    };
    let event = UserTaskEvent {
        intent,
        attributes: task.attributes.clone(),
        action: transition.action.clone(),
        denied_reason: reason.clone(),
        ..UserTaskEvent::default()
    };
    emit(ctx, at, task, event);
    let text = format!(
        "{what} of the user task with key '{}' was denied by a task listener. Reason to deny: \
         '{reason}'",
        task.key
    );
    reject(ctx, transition, text);
}

/// A task with the place of its element instance.
pub(crate) fn place(ctx: &mut Ctx<'_>, task: Key) -> Option<(At, UserTask)> {
    let owner = ctx.state.owner(task)?;
    let (instance, task) = (owner.key, owner.user_tasks.get(task)?.clone());
    let at = At::find(ctx, instance, task.element_instance)?;
    Some((at, task))
}

/// A task of the instance at `at`.
fn find(ctx: &Ctx<'_>, at: &At, key: Key) -> Option<UserTask> {
    ctx.state.instance(at.instance)?.user_tasks.get(key).cloned()
}

/// The task of the element instance at `at`.
pub(crate) fn of(ctx: &Ctx<'_>, at: &At) -> Option<UserTask> {
    let found = ctx.state.instance(at.instance)?;
    let mut attached = ctx.state.attached_to(at.element_instance);
    attached.find_map(|it| found.user_tasks.get(it)).cloned()
}

/// Puts out a change of a task.
pub(crate) fn emit(ctx: &mut Ctx<'_>, at: &At, task: &UserTask, event: UserTaskEvent) {
    let event = UserTaskEvent {
        origin: at.origin(),
        created_at: task.created_at,
        headers: job::headers(&at.model().kind),
        labels: ctx.state.labels(at.instance),
        ..event
    };
    ctx.emit(task.key, Event::UserTask(event));
}

/// Cancels the task of an element instance that ends. True if listeners are asked first: then the
/// element instance ends after them.
pub(crate) fn cancel_of(ctx: &mut Ctx<'_>, at: &At) -> bool {
    let Some(task) = of(ctx, at) else { return false };
    if let Some(transition) = &task.transition {
        let text = format!(
            "The user task with key '{}' was canceled before its listeners had agreed.",
            task.key
        );
        reject(ctx, transition, text);
    }
    let (intent, attributes) = (UserTaskIntent::Canceling, task.attributes.clone());
    begin(ctx, at, &task, UserTaskEvent { intent, attributes, ..UserTaskEvent::default() });
    find(ctx, at, task.key).is_some()
}
