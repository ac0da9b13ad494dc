//! Begin to decide by a newer logic version.
//!
//! Whether a replica knows the version is not decided here, where replicas of different releases
//! would decide differently: who does not know it stops when it reads the entry.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use record::{CommandIntent, Event, Key, LogicEvent, RaiseLogic, RejectionType};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &RaiseLogic) -> Result<Answer, Refused> {
    let (active, to) = (ctx.state.meta.logic(), command.to);
    if to <= active {
        let reason = if to == active {
            format!("The logic version is {active} already.")
        } else {
            format!(
                "The logic version is {active} and cannot go back to {to}: what was decided by \
                 version {active} stands in the log."
            )
        };
        return Err(refuse(RejectionType::InvalidState, CommandIntent::LogicRaise, reason));
    }
    ctx.emit(Key::NONE, Event::Logic(LogicEvent { logic: to }));
    accepted()
}
