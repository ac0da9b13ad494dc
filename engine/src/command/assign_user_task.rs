//! Give a user task to somebody, to nobody, or let somebody claim it.

use super::answer::{Answer, accepted};
use super::complete_user_task::{begin, waiting_task};
use crate::ctx::{Ctx, Refused, refuse};
use record::{
    AssignUserTask, CommandIntent, RejectionType, UserTaskAttributes, UserTaskEvent, UserTaskIntent,
};
use value::Str;

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &AssignUserTask) -> Result<Answer, Refused> {
    let (intent, verb, transition) = if command.is_claim {
        (CommandIntent::UserTaskClaim, "claim", UserTaskIntent::Claiming)
    } else {
        (CommandIntent::UserTaskAssign, "assign", UserTaskIntent::Assigning)
    };
    let (at, task) = waiting_task(ctx, command.task, intent, verb)?;
    if command.is_claim {
        check_claim(command, &task.attributes.assignee)?;
    }
    let usual = match (command.is_claim, command.assignee.is_empty()) {
        (true, _) => "claim",
        (false, true) => "unassign",
        (false, false) => "assign",
    };
    let attributes =
        UserTaskAttributes { assignee: command.assignee.clone(), ..task.attributes.clone() };
    let event = UserTaskEvent {
        attributes,
        action: named(&command.action, usual),
        changed: vec!["assignee".into()],
        ..UserTaskEvent::default()
    };
    begin(ctx, &at, &task, [transition, UserTaskIntent::Assigned], &event);
    accepted()
}

fn check_claim(command: &AssignUserTask, assignee: &Str) -> Result<(), Refused> {
    let reason = if command.assignee.is_empty() {
        "but provided assignee is empty. Say who claims it."
    } else if assignee.is_empty() || *assignee == command.assignee {
        return Ok(());
    } else {
        "but it has already been assigned. Unassign it first, or allow to override."
    };
    Err(refuse(
        RejectionType::InvalidState,
        CommandIntent::UserTaskClaim,
        format!("Expected to claim user task with key '{}', {reason}", command.task),
    ))
}

/// An action's name, or the usual one if it has none.
pub(super) fn named(action: &Str, usual: &str) -> Str {
    if action.is_empty() { usual.into() } else { action.clone() }
}
