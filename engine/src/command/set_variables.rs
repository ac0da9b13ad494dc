//! Write variables at a scope: there only, or where each of them lives. At a user task whose
//! listeners are told of updates they are asked first.

use super::answer::Answer;
use super::complete_user_task::{asked, waiting_task};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{at::At, execution_listener, suspension, task_listener, user_task, variables};
use crate::state::instance::ElementState;
use record::{
    Command, CommandIntent, Created, Key, LOGIC_REFINED, RejectionType, Reply, SetVariables,
    UserTaskEvent, UserTaskIntent,
};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    command: &Command,
    set: &SetVariables,
) -> Result<Answer, Refused> {
    let scope = set.element_instance;
    let not_found = || {
        refuse(
            RejectionType::NotFound,
            CommandIntent::VariableDocumentUpdate,
            format!(
                "Expected to update variables for element with key '{scope}', but no such element \
                 was found. It may have ended."
            ),
        )
    };
    let owner = ctx.state.owner(scope).ok_or_else(not_found)?;
    let element = owner.element(scope).ok_or_else(not_found)?;
    // The listeners to the end of an instance may need some.
    if element.state == ElementState::Terminating && !execution_listener::hears_of_its_end(element)
    {
        return Err(not_found());
    }
    let instance = owner.key;
    ctx.at_work = instance;
    let what = format!("update variables for element with key '{scope}'");
    suspension::check(ctx.state, instance, CommandIntent::VariableDocumentUpdate, &what)?;
    let at = At::find(ctx, instance, scope).ok_or_else(not_found)?;
    if ctx.state.meta.logic() >= LOGIC_REFINED
        && task_listener::hears_of_updates(&at)
        && let Some(task) = user_task::of(ctx, &at)
    {
        return ask(ctx, command, set, task.key);
    }
    let key = variables::set(ctx, &at, &set.variables, set.local);
    Ok(Answer::Now(Reply::VariablesSet(Created { key })))
}

/// Asks the listeners of a user task; the variables are set once they agree.
fn ask(
    ctx: &mut Ctx<'_>,
    command: &Command,
    set: &SetVariables,
    task: Key,
) -> Result<Answer, Refused> {
    let asked = asked(command, CommandIntent::VariableDocumentUpdate);
    let Some((at, task)) = waiting_task(ctx, task, &asked, "set variables of")? else {
        return Ok(Answer::Later);
    };
    let event = UserTaskEvent {
        intent: UserTaskIntent::Updating,
        attributes: task.attributes.clone(),
        action: "update".into(),
        changed: vec!["variables".into()],
        variables: set.variables.clone(),
        local: set.local,
        asked: Some(Box::new(asked)),
        ..UserTaskEvent::default()
    };
    user_task::begin(ctx, &at, &task, event);
    Ok(Answer::Later)
}
