//! Complex gateway: every flow whose condition is true, at a start and at a reset.

use super::inclusive_gateway::{self, Ways};
use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::complex;
use crate::process::expression::Failure;
use bpmn::ComplexGateway;
use record::GatewayPhase;

pub(super) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    model: &ComplexGateway,
) -> Result<Next, Failure> {
    let element = ctx.state.element(at.instance, at.element_instance);
    let is_start = element.is_none_or(|it| it.phase != GatewayPhase::Reset);
    let seen = complex::phase(is_start);
    let ways = Ways { default: model.default, seen: Some(&seen), only_conditions: !is_start };
    inclusive_gateway::fork(ctx, at, &ways)
}
