//! One file per element type: what is its own when it is activated. Everything elements share is
//! in `lifecycle`.

pub(crate) mod business_rule_task;
pub(crate) mod call_activity;
pub(crate) mod catch_event;
pub(crate) mod complex_gateway;
pub(crate) mod event_based_gateway;
pub(crate) mod event_sub_process;
pub(crate) mod exclusive_gateway;
pub(crate) mod inclusive_gateway;
pub(crate) mod job;
pub(crate) mod next;
pub(crate) mod publish;
pub(crate) mod receive_task;
pub(crate) mod script_task;
pub(crate) mod sub_process;
pub(crate) mod throw;
pub(crate) mod throw_several;
pub(crate) mod user_task;

use super::ad_hoc;
use super::at::At;
use super::expression::Failure;
use crate::ctx::Ctx;
use bpmn::{BusinessRule, Kind, Script, Sending, Throw};
use next::Next;

/// Does what is special about an element when it is activated.
pub(crate) fn activate(ctx: &mut Ctx<'_>, at: &At, kind: &Kind) -> Result<Next, Failure> {
    match kind {
        Kind::ServiceTask(job)
        | Kind::SendTask(Sending::Job(job))
        | Kind::BusinessRuleTask(BusinessRule::Job(job))
        | Kind::ScriptTask(Script::Job(job))
        | Kind::EndEvent(Throw::Message(Sending::Job(job)))
        | Kind::ThrowEvent(Throw::Message(Sending::Job(job))) => job::activate(ctx, at, job),
        Kind::SendTask(Sending::Publish(it))
        | Kind::EndEvent(Throw::Message(Sending::Publish(it)))
        | Kind::ThrowEvent(Throw::Message(Sending::Publish(it))) => publish::activate(ctx, at, it),
        Kind::ScriptTask(Script::Feel { expression, result_variable }) => {
            script_task::activate(ctx, at, expression, result_variable)
        }
        Kind::BusinessRuleTask(BusinessRule::Decision(called)) => {
            business_rule_task::activate(ctx, at, called)
        }
        Kind::ReceiveTask(message) => receive_task::activate(ctx, at, message),
        Kind::UserTask(task) => user_task::activate(ctx, at, task),
        Kind::ExclusiveGateway { default } => exclusive_gateway::activate(ctx, at, *default),
        Kind::InclusiveGateway { default, .. } => inclusive_gateway::activate(ctx, at, *default),
        Kind::ComplexGateway(model) => complex_gateway::activate(ctx, at, model),
        Kind::EventBasedGateway { events } => event_based_gateway::activate(ctx, at, events),
        Kind::CatchEvent(trigger) => catch_event::activate(ctx, at, trigger),
        Kind::SubProcess { start, .. } => Ok(sub_process::activate(*start)),
        Kind::AdHocSubProcess(model) => ad_hoc::activate(ctx, at, model).map(Next::Begin),
        Kind::CallActivity(called) => call_activity::activate(ctx, at, called),
        Kind::EventSubProcess { start } => Ok(event_sub_process::activate(ctx, at, *start)),
        Kind::EndEvent(Throw::Error { code }) | Kind::ThrowEvent(Throw::Error { code }) => {
            throw::error(ctx, at, code)
        }
        Kind::EndEvent(Throw::Escalation { code })
        | Kind::ThrowEvent(Throw::Escalation { code }) => throw::escalation(ctx, at, code),
        Kind::EndEvent(Throw::Compensation { .. })
        | Kind::ThrowEvent(Throw::Compensation { .. }) => Ok(throw::compensation(ctx, at)),
        Kind::EndEvent(Throw::Multiple(all)) | Kind::ThrowEvent(Throw::Multiple(all)) => {
            throw_several::activate(ctx, at, all)
        }
        Kind::EndEvent(Throw::Cancel) => Ok(Next::Cancel),
        Kind::EndEvent(Throw::Signal { name }) | Kind::ThrowEvent(Throw::Signal { name }) => {
            throw::signal(ctx, at, name)
        }
        Kind::StartEvent(_)
        // Its message came with it.
        | Kind::InstantiatingReceiveTask { .. }
        | Kind::EndEvent(Throw::None | Throw::Terminate | Throw::Link { .. })
        | Kind::ThrowEvent(Throw::None | Throw::Terminate | Throw::Cancel | Throw::Link { .. })
        | Kind::LinkCatchEvent
        | Kind::Task
        | Kind::ManualTask
        | Kind::ParallelGateway
        | Kind::BoundaryEvent(_)
        | Kind::Process => Ok(Next::Complete),
    }
}
