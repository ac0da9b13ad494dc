//! Change a user task: candidates, dates, priority.

use super::answer::Answer;
use super::assign_user_task::named;
use super::complete_user_task::{asked, waiting_task};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{date, expression, user_task};
use crate::state::State;
use bpmn::UserTask;
use record::{
    Command, CommandIntent, RejectionType, UpdateUserTask, UserTaskChange, UserTaskEvent,
    UserTaskIntent,
};
use value::Str;

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    command: &Command,
    update: &UpdateUserTask,
) -> Result<Answer, Refused> {
    let intent = CommandIntent::UserTaskUpdate;
    let refused = |reason: String| {
        let text = format!("Expected to update user task with key '{}', {reason}", update.task);
        refuse(RejectionType::InvalidArgument, intent, text)
    };
    if update.change.assignee.is_some() {
        let reason = "but the assignee is not changed in this way. Assign the task instead.";
        return Err(refused(reason.to_owned()));
    }
    let change = checked(ctx.state, &update.change).map_err(refused)?;
    let asked = asked(command, intent);
    let Some((at, task)) = waiting_task(ctx, update.task, &asked, "update")? else {
        return Ok(Answer::Later);
    };
    let event = UserTaskEvent {
        intent: UserTaskIntent::Updating,
        attributes: task.attributes.clone().with(&change),
        action: named(&update.action, "update"),
        changed: change.names(),
        asked: Some(Box::new(asked)),
        ..UserTaskEvent::default()
    };
    user_task::begin(ctx, &at, &task, event);
    Ok(Answer::Later)
}

/// A change with its dates in the form in which they are kept; the error is the rest of a sentence.
pub(super) fn checked(state: &State, change: &UserTaskChange) -> Result<UserTaskChange, String> {
    if let Some(priority) = change.priority.filter(|it| !(0..=UserTask::PRIORITY_MAX).contains(it))
    {
        return Err(format!("but the priority '{priority}' is not in the range from 0 to 100."));
    }
    let edition = expression::edition(state);
    let moment = |name: &str, sent: &Option<Str>| match sent {
        None => Ok(None),
        Some(sent) => date::of_client(sent, edition).map(Some).ok_or_else(|| {
            format!(
                "but the {name} '{sent}' is no date and time with offset such as \
                 2026-01-31T10:00:00Z."
            )
        }),
    };
    Ok(UserTaskChange {
        due_date: moment("due date", &change.due_date)?,
        follow_up_date: moment("follow-up date", &change.follow_up_date)?,
        ..change.clone()
    })
}
