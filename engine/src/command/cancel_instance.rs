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
    let cause = Cause {
        kind: CauseKind::Command,
        key: instance,
        principal: envelope.principal.clone(),
        reason: envelope.reason.clone(),
    };
    ctx.then(Step::Terminate(Terminate { instance, element_instance: instance, cause }));
    accepted()
}
