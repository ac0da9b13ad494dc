//! Broadcast a signal: everything that waits for its name hears of it.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::signal;
use record::{BroadcastSignal, CommandIntent, Created, Origin, RejectionType, Reply};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &BroadcastSignal) -> Result<Answer, Refused> {
    if command.name.is_empty() {
        return Err(refuse(
            RejectionType::InvalidArgument,
            CommandIntent::SignalBroadcast,
            "Expected to broadcast a signal with a name, but the name was empty.",
        ));
    }
    let key = signal::broadcast(ctx, Origin::default(), &command.name, &command.variables);
    Ok(Answer::Now(Reply::SignalBroadcast(Created { key })))
}
