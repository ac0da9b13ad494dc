//! Cancel a process instance: answered when it begins to end.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::step::{Step, Terminate};
use crate::state::instance::ElementState;
use record::{CancelInstance, Cause, CauseKind, CommandIntent, Envelope, RejectionType};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    envelope: &Envelope,
    command: &CancelInstance,
) -> Result<Answer, Refused> {
    let instance = command.instance;
    ctx.at_work = instance;
    let is_active = ctx
        .state
        .instance(instance)
        .and_then(|it| it.root())
        .is_some_and(|it| it.state != ElementState::Terminating);
    if !is_active {
        return Err(refuse(
            RejectionType::NotFound,
            CommandIntent::ProcessInstanceCancel,
            format!(
                "Expected to cancel a process instance with key '{instance}', but no such process \
                 was found. It may have ended."
            ),
        ));
    }
    let caller = ctx.state.instance(instance).map(|it| it.caller).unwrap_or_default();
    if !caller.instance.is_none() {
        return Err(refuse(
            RejectionType::InvalidState,
            CommandIntent::ProcessInstanceCancel,
            format!(
                "Expected to cancel a process instance with key '{instance}', but it was called by \
                 the process instance '{}'. Cancel the outermost process instance '{}' instead.",
                caller.instance, caller.root
            ),
        ));
    }
    let cause = Cause {
        kind: CauseKind::Command,
        key: instance,
        principal: envelope.principal.clone(),
        reason: envelope.reason.clone(),
    };
    ctx.then(Step::Terminate(Terminate { instance, element_instance: instance, cause }));
    accepted()
}
