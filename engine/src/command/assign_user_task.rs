//! Give a user task to somebody, to nobody, or let somebody claim it.

use super::answer::Answer;
use super::complete_user_task::{asked, waiting_task};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::user_task;
use record::{
    AssignUserTask, Command, CommandIntent, RejectionType, UserTaskAttributes, UserTaskEvent,
    UserTaskIntent,
};
use value::Str;

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    command: &Command,
    assign: &AssignUserTask,
) -> Result<Answer, Refused> {
    let (command_intent, verb, intent) = if assign.is_claim {
        (CommandIntent::UserTaskClaim, "claim", UserTaskIntent::Claiming)
    } else {
        (CommandIntent::UserTaskAssign, "assign", UserTaskIntent::Assigning)
    };
    let asked = asked(command, command_intent);
    let Some((at, task)) = waiting_task(ctx, assign.task, &asked, verb)? else {
        return Ok(Answer::Later);
    };
    if assign.is_claim {
        check_claim(assign, &task.attributes.assignee)?;
    }
    let usual = match (assign.is_claim, assign.assignee.is_empty()) {
        (true, _) => "claim",
        (false, true) => "unassign",
        (false, false) => "assign",
    };
    let attributes =
        UserTaskAttributes { assignee: assign.assignee.clone(), ..task.attributes.clone() };
    let event = UserTaskEvent {
        intent,
        attributes,
        action: named(&assign.action, usual),
        changed: vec!["assignee".into()],
        asked: Some(Box::new(asked)),
        ..UserTaskEvent::default()
    };
    user_task::begin(ctx, &at, &task, event);
    Ok(Answer::Later)
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
