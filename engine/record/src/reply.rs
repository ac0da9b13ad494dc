//! Replies: what a request gets back.

use crate::{
    ActivatedJob, ConditionalEvaluated, DecisionEvaluationEvent, DeployedDecision,
    DeployedRequirements, DeployedVersion, Key, Labels, Millis, RequestId, Settings,
};
use value::{Doc, Str, wire_enum, wire_oneof, wire_struct};

wire_oneof! {
    /// The answer to a command.
    pub enum Reply {
        /// Done; there is nothing to say.
        1 => Accepted(Accepted),
        /// Refused; nothing was changed.
        2 => Rejected(Rejection),
        /// Resources were deployed.
        3 => Deployed(Deployed),
        /// An instance was created.
        4 => InstanceCreated(InstanceCreated),
        /// An awaited instance has completed.
        5 => InstanceResult(InstanceResult),
        /// Jobs were handed out.
        6 => JobsActivated(JobsActivated),
        /// A message was published.
        7 => MessagePublished(Created),
        /// Variables were written.
        8 => VariablesSet(Created),
        /// The settings in force.
        9 => Settings(Settings),
        /// Log time after a change of the clock.
        10 => ClockChanged(ClockChanged),
        /// A signal was broadcast.
        11 => SignalBroadcast(Created),
        /// A decision was evaluated.
        12 => DecisionEvaluated(DecisionEvaluated),
        /// Conditional start events were evaluated.
        13 => ConditionalEvaluated(ConditionalEvaluated),
    }
}

wire_struct! {
    /// Done; there is nothing to say.
    pub struct Accepted {}
}

wire_enum! {
    /// Why a command was refused.
    pub enum RejectionType {
        /// The command is malformed.
        0 => InvalidArgument,
        /// What it is about does not exist.
        1 => NotFound,
        /// What it would create exists.
        2 => AlreadyExists,
        /// It cannot be done in the present state.
        3 => InvalidState,
        /// Baton has a defect: the command was undone.
        4 => ProcessingError,
        /// A limit was reached; the reason names it.
        5 => ResourceExhausted,
    }
}

wire_enum! {
    /// The command that was refused, named as Zeebe names it.
    pub enum CommandIntent {
        /// Any of Baton's own commands.
        0 => Unspecified,
        /// Of a deployment.
        1 => DeploymentCreate,
        /// Of an instance.
        2 => ProcessInstanceCreationCreate,
        /// Of an instance whose result is awaited.
        3 => ProcessInstanceCreationCreateWithAwaitingResult,
        /// Of an instance.
        4 => ProcessInstanceCancel,
        /// Of jobs.
        5 => JobBatchActivate,
        /// Of a job.
        6 => JobComplete,
        /// Of a job.
        7 => JobFail,
        /// Of a job.
        8 => JobUpdateRetries,
        /// Of a job.
        9 => JobUpdateTimeout,
        /// Of a job.
        10 => JobYield,
        /// Of a message.
        11 => MessagePublish,
        /// Of an incident.
        12 => IncidentResolve,
        /// Of variables.
        13 => VariableDocumentUpdate,
        /// Of a stream.
        14 => JobStreamOpen,
        /// Of the settings.
        15 => SettingsChange,
        /// Of the clock.
        16 => ClockChange,
        /// Of the logic version.
        17 => LogicRaise,
        /// Of a job.
        19 => JobThrowError,
        /// Of a user task.
        20 => UserTaskAssign,
        /// Of a user task.
        21 => UserTaskClaim,
        /// Of a user task.
        22 => UserTaskUpdate,
        /// Of a user task.
        23 => UserTaskComplete,
        /// Of a signal.
        24 => SignalBroadcast,
        /// Of a decision.
        25 => DecisionEvaluationEvaluate,
        /// Of conditional start events.
        26 => ConditionalEvaluationEvaluate,
        /// Of an ad-hoc subprocess.
        30 => AdHocSubProcessInstructionActivate,
        /// Of an instance.
        31 => ProcessInstanceModificationModify,
        /// Of something deployed.
        33 => ResourceDeletionDelete,
        /// Of a job.
        34 => JobUpdatePriority,
        /// Of an instance.
        32 => ProcessInstanceMigrationMigrate,
        35 => ProcessInstanceAssignBusinessId,
        /// Of an instance.
        36 => ProcessInstanceSuspend,
        /// Of an instance.
        37 => ProcessInstanceResume,
    }
}

impl CommandIntent {
    /// Value type and intent as records name them.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Unspecified => ("UNKNOWN", "UNKNOWN"),
            Self::DeploymentCreate => ("DEPLOYMENT", "CREATE"),
            Self::ProcessInstanceCreationCreate => ("PROCESS_INSTANCE_CREATION", "CREATE"),
            Self::ProcessInstanceCreationCreateWithAwaitingResult => {
                ("PROCESS_INSTANCE_CREATION", "CREATE_WITH_AWAITING_RESULT")
            }
            Self::ProcessInstanceCancel => ("PROCESS_INSTANCE", "CANCEL"),
            Self::JobBatchActivate => ("JOB_BATCH", "ACTIVATE"),
            Self::JobComplete => ("JOB", "COMPLETE"),
            Self::JobFail => ("JOB", "FAIL"),
            Self::JobUpdateRetries => ("JOB", "UPDATE_RETRIES"),
            Self::JobUpdateTimeout => ("JOB", "UPDATE_TIMEOUT"),
            Self::JobYield => ("JOB", "YIELD"),
            Self::MessagePublish => ("MESSAGE", "PUBLISH"),
            Self::IncidentResolve => ("INCIDENT", "RESOLVE"),
            Self::VariableDocumentUpdate => ("VARIABLE_DOCUMENT", "UPDATE"),
            Self::JobStreamOpen => ("JOB_STREAM", "OPEN"),
            Self::SettingsChange => ("SETTINGS", "CHANGE"),
            Self::ClockChange => ("CLOCK", "CHANGE"),
            Self::LogicRaise => ("LOGIC", "RAISE"),
            Self::JobThrowError => ("JOB", "THROW_ERROR"),
            Self::UserTaskAssign => ("USER_TASK", "ASSIGN"),
            Self::UserTaskClaim => ("USER_TASK", "CLAIM"),
            Self::UserTaskUpdate => ("USER_TASK", "UPDATE"),
            Self::UserTaskComplete => ("USER_TASK", "COMPLETE"),
            Self::SignalBroadcast => ("SIGNAL", "BROADCAST"),
            Self::DecisionEvaluationEvaluate => ("DECISION_EVALUATION", "EVALUATE"),
            Self::ConditionalEvaluationEvaluate => ("CONDITIONAL_EVALUATION", "EVALUATE"),
            Self::AdHocSubProcessInstructionActivate => {
                ("AD_HOC_SUB_PROCESS_INSTRUCTION", "ACTIVATE")
            }
            Self::ProcessInstanceModificationModify => ("PROCESS_INSTANCE_MODIFICATION", "MODIFY"),
            Self::ResourceDeletionDelete => ("RESOURCE_DELETION", "DELETE"),
            Self::ProcessInstanceAssignBusinessId => ("PROCESS_INSTANCE", "ASSIGN_BUSINESS_ID"),
            Self::JobUpdatePriority => ("JOB", "UPDATE_PRIORITY"),
            Self::ProcessInstanceMigrationMigrate => ("PROCESS_INSTANCE_MIGRATION", "MIGRATE"),
            Self::ProcessInstanceSuspend => ("PROCESS_INSTANCE", "SUSPEND"),
            Self::ProcessInstanceResume => ("PROCESS_INSTANCE", "RESUME"),
        }
    }
}

wire_struct! {
    /// Why a command was refused.
    pub struct Rejection {
        /// The kind.
        1 => pub kind: RejectionType,
        /// The command.
        2 => pub intent: CommandIntent,
        /// A sentence that names the value at fault and the way out.
        3 => pub reason: Str,
    }
}

wire_struct! {
    /// Resources were deployed.
    pub struct Deployed {
        /// The deployment.
        1 => pub key: Key,
        /// The processes in the order of the request.
        2 => pub processes: Vec<DeployedVersion>,
        /// The decisions, likewise.
        3 => pub decisions: Vec<DeployedDecision>,
        /// The decision requirements graphs, likewise.
        4 => pub requirements: Vec<DeployedRequirements>,
        /// The forms, likewise.
        5 => pub forms: Vec<DeployedVersion>,
        /// The other files, likewise.
        6 => pub resources: Vec<DeployedVersion>,
    }
}

wire_struct! {
    /// A decision was evaluated, with or without a result.
    pub struct DecisionEvaluated {
        /// The evaluation.
        1 => pub key: Key,
        /// What it found.
        2 => pub evaluation: Box<DecisionEvaluationEvent>,
    }
}

wire_struct! {
    /// An instance was created.
    pub struct InstanceCreated {
        /// The definition.
        1 => pub definition: Key,
        /// The process id.
        2 => pub process_id: Str,
        /// The version.
        3 => pub version: u32,
        /// The instance.
        4 => pub instance: Key,
        /// What the caller calls it.
        5 => pub labels: Labels,
    }
}

wire_struct! {
    /// An awaited instance has completed.
    pub struct InstanceResult {
        /// The instance.
        1 => pub created: InstanceCreated,
        /// The root variables asked for.
        2 => pub variables: Doc,
    }
}

wire_struct! {
    /// Jobs were handed out.
    pub struct JobsActivated {
        /// The jobs.
        1 => pub jobs: Vec<ActivatedJob>,
        /// True if more jobs did not fit.
        2 => pub truncated: bool,
    }
}

wire_struct! {
    /// Something was created.
    pub struct Created {
        /// Its key.
        1 => pub key: Key,
    }
}

wire_struct! {
    /// Log time after a change of the clock.
    pub struct ClockChanged {
        /// Log time.
        1 => pub now: Millis,
    }
}

wire_struct! {
    /// A reply that is remembered until its gateway settles the request.
    pub struct RememberedReply {
        /// The request.
        1 => pub request: RequestId,
        /// The reply.
        2 => pub reply: Reply,
        /// When it was given.
        3 => pub at: Millis,
    }
}

wire_struct! {
    /// A request that waits until an instance ends.
    pub struct AwaitResult {
        /// The request.
        1 => pub request: RequestId,
        /// Which root variables; empty for all.
        2 => pub fetch_variables: Vec<Str>,
    }
}
