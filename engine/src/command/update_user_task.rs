//! Change a user task: candidates, dates, priority.

use super::answer::{Answer, accepted};
use super::assign_user_task::named;
use super::complete_user_task::{begin, waiting_task};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::date;
use bpmn::UserTask;
use record::{
    CommandIntent, RejectionType, UpdateUserTask, UserTaskChange, UserTaskEvent, UserTaskIntent,
};
use value::Str;

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &UpdateUserTask) -> Result<Answer, Refused> {
    let change = checked(command)?;
    let intent = CommandIntent::UserTaskUpdate;
    let (at, task) = waiting_task(ctx, command.task, intent, "update")?;
    let event = UserTaskEvent {
        attributes: task.attributes.clone().with(&change),
        action: named(&command.action, "update"),
        changed: change.names(),
        ..UserTaskEvent::default()
    };
    begin(ctx, &at, &task, [UserTaskIntent::Updating, UserTaskIntent::Updated], &event);
    accepted()
}

/// The change with its dates in the form in which they are kept.
fn checked(command: &UpdateUserTask) -> Result<UserTaskChange, Refused> {
    let refused = |reason: String| {
        refuse(
            RejectionType::InvalidArgument,
            CommandIntent::UserTaskUpdate,
            format!("Expected to update user task with key '{}', {reason}", command.task),
        )
    };
    let change = &command.change;
    if change.assignee.is_some() {
        let reason = "but the assignee is not changed in this way. Assign the task instead.";
        return Err(refused(reason.to_owned()));
    }
    if let Some(priority) = change.priority.filter(|it| !(0..=UserTask::PRIORITY_MAX).contains(it))
    {
        let reason = format!("but the priority '{priority}' is not in the range from 0 to 100.");
        return Err(refused(reason));
    }
    let moment = |name: &str, sent: &Option<Str>| match sent {
        None => Ok(None),
        Some(sent) => date::of_client(sent).map(Some).ok_or_else(|| {
            refused(format!(
                "but the {name} '{sent}' is no date and time with offset such as \
                 2026-01-31T10:00:00Z."
            ))
        }),
    };
    Ok(UserTaskChange {
        due_date: moment("due date", &change.due_date)?,
        follow_up_date: moment("follow-up date", &change.follow_up_date)?,
        ..change.clone()
    })
}
