//! Cancel a process instance: answered when it begins to end.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::step::{At as StepAt, Step};
use crate::state::instance::ElementState;
use record::{CancelInstance, CommandIntent, RejectionType};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &CancelInstance) -> Result<Answer, Refused> {
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
    ctx.then(Step::Terminate(StepAt { instance, element_instance: instance }));
    accepted()
}
