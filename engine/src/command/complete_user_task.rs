//! Complete a user task: its element goes on with the result.

use super::answer::Answer;
use super::assign_user_task::named;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{at::At, scope, suspension, user_task};
use crate::state::user_task::{UserTask, UserTaskState};
use record::{
    Asked, Command, CommandIntent, CompleteUserTask, Key, RejectionType, UserTaskEvent,
    UserTaskIntent,
};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    command: &Command,
    complete: &CompleteUserTask,
) -> Result<Answer, Refused> {
    let intent = CommandIntent::UserTaskComplete;
    let asked = asked(command, intent);
    let Some((at, task)) = waiting_task(ctx, complete.task, &asked, "complete")? else {
        return Ok(Answer::Later);
    };
    if !scope::accepts_events(ctx, &at, at.element) {
        return Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to complete user task with key '{}', but its element '{}' is being \
                 ended by something else.",
                complete.task,
                at.model().id
            ),
        ));
    }
    let event = UserTaskEvent {
        intent: UserTaskIntent::Completing,
        attributes: task.attributes.clone(),
        action: named(&complete.action, "complete"),
        variables: complete.variables.clone(),
        asked: Some(Box::new(asked)),
        ..UserTaskEvent::default()
    };
    user_task::begin(ctx, &at, &task, event);
    Ok(Answer::Later)
}

/// Who asks for a change of a task: answered when it has happened.
pub(super) fn asked(command: &Command, intent: CommandIntent) -> Asked {
    Asked {
        request: command.request.clone(),
        intent,
        principal: command.envelope.principal.clone(),
        reason: command.envelope.reason.clone(),
    }
}

/// The task of a command, if it waits for somebody; nothing if the same request is under way
/// already, so that a repeated one waits for the one answer.
pub(super) fn waiting_task(
    ctx: &mut Ctx<'_>,
    key: Key,
    asked: &Asked,
    verb: &str,
) -> Result<Option<(At, UserTask)>, Refused> {
    let Some((at, task)) = user_task::place(ctx, key) else {
        return Err(refuse(
            RejectionType::NotFound,
            asked.intent,
            format!(
                "Expected to {verb} user task with key '{key}', but no such user task was found. \
                 It may have been completed or canceled."
            ),
        ));
    };
    ctx.at_work = at.instance;
    let what = format!("{verb} user task with key '{key}'");
    suspension::check(ctx.state, at.instance, asked.intent, &what)?;
    if task.state == UserTaskState::Created {
        return Ok(Some((at, task)));
    }
    let under_way = task.transition.as_ref().and_then(|it| it.asked.as_ref());
    if under_way.is_some_and(|it| !asked.request.is_none() && it.request == asked.request) {
        return Ok(None);
    }
    Err(refuse(
        RejectionType::InvalidState,
        asked.intent,
        format!(
            "Expected to {verb} user task with key '{key}', but it is in state '{}'. Wait until it \
             is in state 'CREATED'.",
            task.state.name()
        ),
    ))
}
