//! Intermediate catch event: waits for a timer or a message.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::expression::Failure;
use crate::process::subscribe;
use bpmn::Trigger;

pub(super) fn activate(ctx: &mut Ctx<'_>, at: &At, waits_for: &Trigger) -> Result<Next, Failure> {
    subscribe::open_own(ctx, at, waits_for)?;
    Ok(Next::Wait)
}
