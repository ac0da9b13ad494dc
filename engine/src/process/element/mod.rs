//! One file per element type: what is its own when it is activated. Everything elements share is
//! in `lifecycle`.

pub(crate) mod catch_event;
pub(crate) mod exclusive_gateway;
pub(crate) mod service_task;
pub(crate) mod sub_process;

use super::at::At;
use super::expression::Failure;
use crate::ctx::Ctx;
use bpmn::{ElementIx, Kind};
use record::ConditionEvaluation;

/// What follows the activation of an element.
pub(crate) enum Next {
    /// It waits for something.
    Wait,
    /// It completes at once.
    Complete,
    /// It is a scope, and this start event begins it.
    Enter(ElementIx),
    /// It is a gateway: it completes and this flow is taken, or its path ends.
    Leave { flow: Option<ElementIx>, conditions: Vec<ConditionEvaluation> },
}

/// Does what is special about an element when it is activated.
pub(crate) fn activate(ctx: &mut Ctx<'_>, at: &At, kind: &Kind) -> Result<Next, Failure> {
    match kind {
        Kind::ServiceTask(job) => service_task::activate(ctx, at, job),
        Kind::ExclusiveGateway { default } => exclusive_gateway::activate(ctx, at, *default),
        Kind::CatchEvent(trigger) => catch_event::activate(ctx, at, trigger),
        Kind::SubProcess { start } => Ok(sub_process::activate(*start)),
        Kind::StartEvent(_) | Kind::EndEvent | Kind::BoundaryEvent(_) | Kind::Process => {
            Ok(Next::Complete)
        }
    }
}
