//! One file per element type: what is its own when it is activated. Everything elements share is
//! in `lifecycle`.

pub(crate) mod catch_event;
pub(crate) mod exclusive_gateway;
pub(crate) mod next;
pub(crate) mod service_task;
pub(crate) mod sub_process;

use super::at::At;
use super::expression::Failure;
use crate::ctx::Ctx;
use bpmn::Kind;
use next::Next;

/// Does what is special about an element when it is activated.
pub(crate) fn activate(ctx: &mut Ctx<'_>, at: &At, kind: &Kind) -> Result<Next, Failure> {
    match kind {
        Kind::ServiceTask(job) => service_task::activate(ctx, at, job),
        Kind::ExclusiveGateway { default } => exclusive_gateway::activate(ctx, at, *default),
        Kind::CatchEvent(trigger) => catch_event::activate(ctx, at, trigger),
        Kind::SubProcess { start } => Ok(sub_process::activate(*start)),
        Kind::StartEvent(_)
        | Kind::EndEvent
        | Kind::ParallelGateway
        | Kind::BoundaryEvent(_)
        | Kind::Process => Ok(Next::Complete),
    }
}
