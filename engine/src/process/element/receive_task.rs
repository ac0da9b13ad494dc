//! Receive task: waits for a message.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::expression::Failure;
use crate::process::subscribe;
use bpmn::Message;

pub(super) fn activate(ctx: &mut Ctx<'_>, at: &At, message: &Message) -> Result<Next, Failure> {
    subscribe::open_with_boundary(ctx, at, message)?;
    Ok(Next::Wait)
}
