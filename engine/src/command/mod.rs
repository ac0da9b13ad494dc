//! Commands: one file per command decides; this file only dispatches.

mod activate_ad_hoc;
mod activate_jobs;
mod answer;
mod assign_business_id;
mod assign_user_task;
mod broadcast_signal;
mod cancel_instance;
mod change_clock;
mod change_settings;
mod complete_ad_hoc;
mod complete_job;
mod complete_listener;
mod complete_user_task;
mod create_instance;
mod delete_resource;
mod deploy;
mod envelope;
mod evaluate_conditional;
mod evaluate_decision;
mod fail_job;
mod intent;
mod migrate_instance;
mod modify_instance;
mod publish_message;
mod raise_logic;
mod resolve_incident;
mod set_variables;
mod skip_keys;
mod streams;
mod suspend_instance;
mod throw_error;
mod update_job_priority;
mod update_job_retries;
mod update_job_timeout;
mod update_user_task;
mod yield_jobs;

pub(crate) use envelope::{handle, refuse_defect};

use crate::ctx::{Ctx, Refused};
use answer::{Answer, accepted};
use record::{CommandBody, Entry};

fn dispatch(ctx: &mut Ctx<'_>, entry: &Entry) -> Result<Answer, Refused> {
    match &entry.body.command.body {
        CommandBody::Tick(_) | CommandBody::Continue(_) => accepted(),
        CommandBody::StartTerm(_) => streams::start_term(ctx, entry.term),
        CommandBody::Deploy(it) => deploy::handle(ctx, it),
        CommandBody::DeleteResource(it) => delete_resource::handle(ctx, it),
        CommandBody::CreateInstance(it) => create_instance::handle(ctx, &entry.body.command, it),
        CommandBody::CancelInstance(it) => {
            cancel_instance::handle(ctx, &entry.body.command.envelope, it)
        }
        CommandBody::ActivateJobs(it) => activate_jobs::handle(ctx, it),
        CommandBody::CompleteJob(it) => complete_job::handle(ctx, it),
        CommandBody::FailJob(it) => fail_job::handle(ctx, it),
        CommandBody::ThrowError(it) => throw_error::handle(ctx, it),
        CommandBody::AssignUserTask(it) => assign_user_task::handle(ctx, &entry.body.command, it),
        CommandBody::UpdateUserTask(it) => update_user_task::handle(ctx, &entry.body.command, it),
        CommandBody::CompleteUserTask(it) => {
            complete_user_task::handle(ctx, &entry.body.command, it)
        }
        CommandBody::EvaluateConditional(it) => {
            evaluate_conditional::handle(ctx, &entry.body.command.envelope, it)
        }
        CommandBody::EvaluateDecision(it) => evaluate_decision::handle(ctx, it),
        CommandBody::UpdateJobRetries(it) => update_job_retries::handle(ctx, it),
        CommandBody::AssignBusinessId(it) => assign_business_id::handle(ctx, it),
        CommandBody::UpdateJobPriority(it) => update_job_priority::handle(ctx, it),
        CommandBody::UpdateJobTimeout(it) => update_job_timeout::handle(ctx, it),
        CommandBody::YieldJobs(it) => yield_jobs::handle(ctx, it),
        CommandBody::PublishMessage(it) => publish_message::handle(ctx, it),
        CommandBody::BroadcastSignal(it) => broadcast_signal::handle(ctx, it),
        CommandBody::ResolveIncident(it) => resolve_incident::handle(ctx, it),
        CommandBody::SetVariables(it) => set_variables::handle(ctx, &entry.body.command, it),
        CommandBody::OpenStream(it) => streams::open(ctx, it),
        CommandBody::AddCredit(it) => streams::add_credit(ctx, it),
        CommandBody::CloseStream(it) => streams::close(ctx, it),
        CommandBody::ChangeSettings(it) => change_settings::handle(ctx, it),
        CommandBody::ChangeClock(it) => change_clock::handle(ctx, it),
        CommandBody::RaiseLogic(it) => raise_logic::handle(ctx, it),
        CommandBody::SkipKeys(it) => skip_keys::handle(ctx, it),
        CommandBody::SuspendInstance(it) => {
            suspend_instance::handle(ctx, &entry.body.command.envelope, it)
        }
        CommandBody::ResumeInstance(it) => {
            suspend_instance::resume(ctx, &entry.body.command.envelope, it)
        }
        CommandBody::MigrateInstance(it) => {
            migrate_instance::handle(ctx, &entry.body.command.envelope, it)
        }
        CommandBody::ActivateAdHocActivities(it) => {
            activate_ad_hoc::handle(ctx, &entry.body.command.envelope, it)
        }
        CommandBody::ModifyInstance(it) => {
            modify_instance::handle(ctx, &entry.body.command.envelope, it)
        }
    }
}
