//! Commands by the names that rejections give them.

use record::{Command, CommandBody, CommandIntent};

/// The name of a command as rejections use it.
pub(super) fn intent(command: &Command) -> CommandIntent {
    match &command.body {
        CommandBody::Tick(_)
        | CommandBody::Continue(_)
        | CommandBody::StartTerm(_)
        | CommandBody::SkipKeys(_) => CommandIntent::Unspecified,
        CommandBody::Deploy(_) => CommandIntent::DeploymentCreate,
        CommandBody::DeleteResource(_) => CommandIntent::ResourceDeletionDelete,
        CommandBody::CreateInstance(it) if it.await_result => {
            CommandIntent::ProcessInstanceCreationCreateWithAwaitingResult
        }
        CommandBody::CreateInstance(_) => CommandIntent::ProcessInstanceCreationCreate,
        CommandBody::CancelInstance(_) => CommandIntent::ProcessInstanceCancel,
        CommandBody::ActivateJobs(_) => CommandIntent::JobBatchActivate,
        CommandBody::CompleteJob(_) => CommandIntent::JobComplete,
        CommandBody::FailJob(_) => CommandIntent::JobFail,
        CommandBody::ThrowError(_) => CommandIntent::JobThrowError,
        CommandBody::AssignUserTask(it) if it.is_claim => CommandIntent::UserTaskClaim,
        CommandBody::AssignUserTask(_) => CommandIntent::UserTaskAssign,
        CommandBody::UpdateUserTask(_) => CommandIntent::UserTaskUpdate,
        CommandBody::CompleteUserTask(_) => CommandIntent::UserTaskComplete,
        CommandBody::EvaluateConditional(_) => CommandIntent::ConditionalEvaluationEvaluate,
        CommandBody::EvaluateDecision(_) => CommandIntent::DecisionEvaluationEvaluate,
        CommandBody::UpdateJobRetries(_) => CommandIntent::JobUpdateRetries,
        CommandBody::AssignBusinessId(_) => CommandIntent::ProcessInstanceAssignBusinessId,
        CommandBody::UpdateJobPriority(_) => CommandIntent::JobUpdatePriority,
        CommandBody::UpdateJobTimeout(_) => CommandIntent::JobUpdateTimeout,
        CommandBody::YieldJobs(_) => CommandIntent::JobYield,
        CommandBody::PublishMessage(_) => CommandIntent::MessagePublish,
        CommandBody::BroadcastSignal(_) => CommandIntent::SignalBroadcast,
        CommandBody::ResolveIncident(_) => CommandIntent::IncidentResolve,
        CommandBody::SetVariables(_) => CommandIntent::VariableDocumentUpdate,
        CommandBody::OpenStream(_) | CommandBody::AddCredit(_) | CommandBody::CloseStream(_) => {
            CommandIntent::JobStreamOpen
        }
        CommandBody::ChangeSettings(_) => CommandIntent::SettingsChange,
        CommandBody::ChangeClock(_) => CommandIntent::ClockChange,
        CommandBody::RaiseLogic(_) => CommandIntent::LogicRaise,
        CommandBody::ActivateAdHocActivities(_) => {
            CommandIntent::AdHocSubProcessInstructionActivate
        }
        CommandBody::ModifyInstance(_) => CommandIntent::ProcessInstanceModificationModify,
        CommandBody::MigrateInstance(_) => CommandIntent::ProcessInstanceMigrationMigrate,
        CommandBody::SuspendInstance(_) => CommandIntent::ProcessInstanceSuspend,
        CommandBody::ResumeInstance(_) => CommandIntent::ProcessInstanceResume,
    }
}
