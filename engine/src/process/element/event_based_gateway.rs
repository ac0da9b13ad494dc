//! Event-based gateway: waits for the events that follow it, in their place.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::expression::Failure;
use crate::process::subscribe;
use bpmn::ElementIx;

pub(super) fn activate(ctx: &mut Ctx<'_>, at: &At, events: &[ElementIx]) -> Result<Next, Failure> {
    subscribe::open_for(ctx, at, events)?;
    Ok(Next::Wait)
}
