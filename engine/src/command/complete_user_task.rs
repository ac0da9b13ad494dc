//! Complete a user task: its element goes on with the result.

use super::answer::{Answer, accepted};
use super::assign_user_task::named;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{at::At, scope, trigger, user_task};
use crate::state::user_task::{UserTask, UserTaskState};
use record::{
    Cause, CauseKind, CommandIntent, CompleteUserTask, Envelope, Key, RejectionType, UserTaskEvent,
    UserTaskIntent,
};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    envelope: &Envelope,
    command: &CompleteUserTask,
) -> Result<Answer, Refused> {
    let intent = CommandIntent::UserTaskComplete;
    let (at, task) = waiting_task(ctx, command.task, intent, "complete")?;
    if !scope::accepts_events(ctx, &at, at.element) {
        return Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to complete user task with key '{}', but its element '{}' is being \
                 ended by something else.",
                command.task,
                at.model().id
            ),
        ));
    }
    let event = UserTaskEvent {
        attributes: task.attributes.clone(),
        action: named(&command.action, "complete"),
        variables: command.variables.clone(),
        ..UserTaskEvent::default()
    };
    begin(ctx, &at, &task, [UserTaskIntent::Completing, UserTaskIntent::Completed], &event);
    let cause = Cause {
        kind: CauseKind::UserTask,
        key: command.task,
        principal: envelope.principal.clone(),
        reason: envelope.reason.clone(),
    };
    trigger::trigger(ctx, &at, at.element, command.variables.clone(), cause);
    accepted()
}

/// Puts out a change of a task: first that it begins, then that it is done.
pub(super) fn begin(
    ctx: &mut Ctx<'_>,
    at: &At,
    task: &UserTask,
    intents: [UserTaskIntent; 2],
    event: &UserTaskEvent,
) {
    for intent in intents {
        user_task::emit(ctx, at, task, UserTaskEvent { intent, ..event.clone() });
    }
}

/// The task of a command, if it waits for somebody.
pub(super) fn waiting_task(
    ctx: &mut Ctx<'_>,
    key: Key,
    intent: CommandIntent,
    verb: &str,
) -> Result<(At, UserTask), Refused> {
    let Some((at, task)) = user_task::place(ctx, key) else {
        return Err(refuse(
            RejectionType::NotFound,
            intent,
            format!(
                "Expected to {verb} user task with key '{key}', but no such user task was found. \
                 It may have been completed or canceled."
            ),
        ));
    };
    ctx.at_work = at.instance;
    if task.state != UserTaskState::Created {
        return Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to {verb} user task with key '{key}', but it is in state '{}'. Wait \
                 until it is in state 'CREATED'.",
                task.state.name()
            ),
        ));
    }
    Ok((at, task))
}
