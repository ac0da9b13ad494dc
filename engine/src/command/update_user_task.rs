//! Change a user task: candidates, dates, priority.

use super::answer::{Answer, accepted};
use super::assign_user_task::named;
use super::complete_user_task::{change, waiting_task};
use crate::ctx::{Ctx, Refused, refuse};
use bpmn::UserTask;
use record::{CommandIntent, RejectionType, UpdateUserTask, UserTaskEvent, UserTaskIntent};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &UpdateUserTask) -> Result<Answer, Refused> {
    check(command)?;
    let intent = CommandIntent::UserTaskUpdate;
    let (at, task) = waiting_task(ctx, command.task, intent, "update")?;
    let event = UserTaskEvent {
        attributes: task.attributes.clone().with(&command.change),
        action: named(&command.action, "update"),
        changed: command.change.names(),
        ..UserTaskEvent::default()
    };
    change(ctx, &at, &task, [UserTaskIntent::Updating, UserTaskIntent::Updated], &event);
    accepted()
}

fn check(command: &UpdateUserTask) -> Result<(), Refused> {
    let change = &command.change;
    let priority = change.priority.filter(|it| !(0..=UserTask::PRIORITY_MAX).contains(it));
    let reason = if change.assignee.is_some() {
        "but the assignee is not changed in this way. Assign the task instead.".to_owned()
    } else if let Some(priority) = priority {
        format!("but the priority '{priority}' is not in the range from 0 to 100.")
    } else {
        return Ok(());
    };
    Err(refuse(
        RejectionType::InvalidArgument,
        CommandIntent::UserTaskUpdate,
        format!("Expected to update user task with key '{}', {reason}", command.task),
    ))
}
