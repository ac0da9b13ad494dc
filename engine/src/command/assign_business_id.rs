//! Give a running instance a business id, once.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::business_id;
use record::{AssignBusinessId, CommandIntent, RejectionType};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &AssignBusinessId) -> Result<Answer, Refused> {
    let intent = CommandIntent::ProcessInstanceAssignBusinessId;
    if command.business_id.is_empty() {
        return Err(refuse(
            RejectionType::InvalidArgument,
            intent,
            "Expected to assign a business id, but it was empty. Give one of 1 to 256 characters.",
        ));
    }
    ctx.at_work = command.instance;
    business_id::assign(ctx, command.instance, &command.business_id, intent)?;
    accepted()
}
