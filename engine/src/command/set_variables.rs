//! Write variables at a scope: there only, or where each of them lives.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{at::At, suspension, variables};
use crate::state::instance::ElementState;
use record::{
    CommandIntent, Created, Event, RejectionType, Reply, SetVariables, VariableDocumentEvent,
};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &SetVariables) -> Result<Answer, Refused> {
    let scope = command.element_instance;
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
    if element.state == ElementState::Terminating {
        return Err(not_found());
    }
    let instance = owner.key;
    ctx.at_work = instance;
    let what = format!("update variables for element with key '{scope}'");
    suspension::check(ctx.state, instance, CommandIntent::VariableDocumentUpdate, &what)?;
    let at = At::find(ctx, instance, scope).ok_or_else(not_found)?;
    let origin = at.origin();
    if command.local {
        variables::set_local(ctx, &origin, scope, &command.variables);
    } else {
        variables::merge(ctx, &origin, scope, &command.variables);
    }
    let key = ctx.next_key();
    let event = VariableDocumentEvent {
        origin,
        local: command.local,
        variables: command.variables.clone(),
    };
    ctx.emit(key, Event::VariableDocument(event));
    Ok(Answer::Now(Reply::VariablesSet(Created { key })))
}
