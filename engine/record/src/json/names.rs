//! How records name what they tell: value types, intents, kinds.

use crate::{
    CauseKind, ClockChange, CompensationIntent, ConditionResult, ConditionalIntent, CreationIntent,
    DecisionEvaluationIntent, DecisionType, DeployedIntent, ElementType, EscalationIntent, Event,
    EventType, IncidentIntent, IncidentType, JobIntent, JobKind, ListenerEventType, MessageIntent,
    MessageSubscriptionIntent, MultiInstanceIntent, ProcessEventIntent, ProcessInstanceIntent,
    ProcessMessageSubscriptionIntent, RejectionType, ResourceDeletionIntent, SignalIntent,
    SignalSubscriptionIntent, StartSubscriptionIntent, TimerIntent, UserTaskIntent, VariableIntent,
};

/// The value type of bookkeeping, which is in no record segment.
const BOOKKEEPING: &str = "BOOKKEEPING";

/// Value type and intent of an event, or of the command that a rejection refuses.
pub(super) fn of(event: &Event) -> (&'static str, &'static str) {
    match event {
        Event::ProcessInstance(it) => ("PROCESS_INSTANCE", process_instance(it.intent)),
        Event::Deployment(_) => ("DEPLOYMENT", "CREATED"),
        Event::Process(it) => ("PROCESS", deployed(it.intent)),
        Event::ProcessInstanceCreation(it) => match it.intent {
            CreationIntent::Created => ("PROCESS_INSTANCE_CREATION", "CREATED"),
        },
        Event::ProcessInstanceResult(_) => ("PROCESS_INSTANCE_RESULT", "COMPLETED"),
        Event::ProcessEvent(it) => ("PROCESS_EVENT", process_event(it.intent)),
        Event::Job(it) => ("JOB", job(it.intent)),
        Event::JobBatch(_) => ("JOB_BATCH", "ACTIVATED"),
        Event::Variable(it) => ("VARIABLE", variable(it.intent)),
        Event::VariableDocument(_) => ("VARIABLE_DOCUMENT", "UPDATED"),
        Event::Incident(it) => ("INCIDENT", incident(it.intent)),
        Event::Timer(it) => ("TIMER", timer(it.intent)),
        Event::Message(it) => ("MESSAGE", message(it.intent)),
        Event::MessageSubscription(it) => ("MESSAGE_SUBSCRIPTION", subscription(it.intent)),
        Event::ProcessMessageSubscription(it) => {
            ("PROCESS_MESSAGE_SUBSCRIPTION", process_subscription(it.intent))
        }
        Event::MessageStartSubscription(it) => {
            ("MESSAGE_START_EVENT_SUBSCRIPTION", start_subscription(it.intent))
        }
        Event::Error(_) => ("ERROR", "CREATED"),
        Event::Clock(it) => ("CLOCK", clock(it.change)),
        Event::Escalation(it) => ("ESCALATION", escalation(it.intent)),
        Event::Form(it) => ("FORM", deployed(it.intent)),
        Event::Resource(it) => ("RESOURCE", deployed(it.intent)),
        Event::ResourceDeletion(it) => match it.intent {
            ResourceDeletionIntent::Deleting => ("RESOURCE_DELETION", "DELETING"),
            ResourceDeletionIntent::Deleted => ("RESOURCE_DELETION", "DELETED"),
        },
        Event::UserTask(it) => ("USER_TASK", user_task(it.intent)),
        Event::Signal(it) => match it.intent {
            SignalIntent::Broadcasted => ("SIGNAL", "BROADCASTED"),
        },
        Event::CompensationSubscription(it) => {
            ("COMPENSATION_SUBSCRIPTION", compensation(it.intent))
        }
        Event::ConditionalSubscription(it) => conditional(it.intent),
        Event::SignalSubscription(it) => ("SIGNAL_SUBSCRIPTION", signal_subscription(it.intent)),
        Event::Decision(it) => ("DECISION", deployed(it.intent)),
        Event::DecisionRequirements(it) => ("DECISION_REQUIREMENTS", deployed(it.intent)),
        Event::DecisionEvaluation(it) => ("DECISION_EVALUATION", decision_evaluation(it.intent)),
        Event::MultiInstance(it) => ("MULTI_INSTANCE", multi_instance(it.intent)),
        Event::Modification(_) => ("PROCESS_INSTANCE_MODIFICATION", "MODIFIED"),
        Event::Migration(_) => ("PROCESS_INSTANCE_MIGRATION", "MIGRATED"),
        Event::Settings(_) => ("SETTINGS", "CHANGED"),
        Event::Logic(_) => ("LOGIC", "RAISED"),
        Event::Rejection(it) => it.intent.names(),
        Event::ReplyRemembered(_) => (BOOKKEEPING, "REPLY_REMEMBERED"),
        Event::RequestsSettled(_) => (BOOKKEEPING, "REQUESTS_SETTLED"),
        Event::StreamOpened(_) => (BOOKKEEPING, "STREAM_OPENED"),
        Event::StreamCredited(_) => (BOOKKEEPING, "STREAM_CREDITED"),
        Event::StreamClosed(_) => (BOOKKEEPING, "STREAM_CLOSED"),
        Event::TermStarted(_) => (BOOKKEEPING, "TERM_STARTED"),
        Event::WorkParked(_) => (BOOKKEEPING, "WORK_PARKED"),
        Event::WorkResumed(_) => (BOOKKEEPING, "WORK_RESUMED"),
        Event::KeysSkipped(_) => (BOOKKEEPING, "KEYS_SKIPPED"),
    }
}

fn process_instance(intent: ProcessInstanceIntent) -> &'static str {
    match intent {
        ProcessInstanceIntent::Unspecified => "UNKNOWN",
        ProcessInstanceIntent::SequenceFlowTaken => "SEQUENCE_FLOW_TAKEN",
        ProcessInstanceIntent::ElementActivating => "ELEMENT_ACTIVATING",
        ProcessInstanceIntent::ElementActivated => "ELEMENT_ACTIVATED",
        ProcessInstanceIntent::ElementCompleting => "ELEMENT_COMPLETING",
        ProcessInstanceIntent::ElementCompleted => "ELEMENT_COMPLETED",
        ProcessInstanceIntent::ElementTerminating => "ELEMENT_TERMINATING",
        ProcessInstanceIntent::ElementTerminated => "ELEMENT_TERMINATED",
        ProcessInstanceIntent::ElementMigrated => "ELEMENT_MIGRATED",
        ProcessInstanceIntent::SequenceFlowDeleted => "SEQUENCE_FLOW_DELETED",
    }
}

fn deployed(intent: DeployedIntent) -> &'static str {
    match intent {
        DeployedIntent::Created => "CREATED",
        DeployedIntent::Deleting => "DELETING",
        DeployedIntent::Deleted => "DELETED",
    }
}

fn process_event(intent: ProcessEventIntent) -> &'static str {
    match intent {
        ProcessEventIntent::Triggering => "TRIGGERING",
        ProcessEventIntent::Triggered => "TRIGGERED",
    }
}

fn job(intent: JobIntent) -> &'static str {
    match intent {
        JobIntent::Created => "CREATED",
        JobIntent::Completed => "COMPLETED",
        JobIntent::TimedOut => "TIMED_OUT",
        JobIntent::Failed => "FAILED",
        JobIntent::RetriesUpdated => "RETRIES_UPDATED",
        JobIntent::Canceled => "CANCELED",
        JobIntent::RecurredAfterBackoff => "RECURRED_AFTER_BACKOFF",
        JobIntent::Yielded => "YIELDED",
        JobIntent::TimeoutUpdated => "TIMEOUT_UPDATED",
        JobIntent::ErrorThrown => "ERROR_THROWN",
        JobIntent::PriorityUpdated => "PRIORITY_UPDATED",
        JobIntent::Migrated => "MIGRATED",
    }
}

fn variable(intent: VariableIntent) -> &'static str {
    match intent {
        VariableIntent::Created => "CREATED",
        VariableIntent::Updated => "UPDATED",
        VariableIntent::Migrated => "MIGRATED",
    }
}

fn incident(intent: IncidentIntent) -> &'static str {
    match intent {
        IncidentIntent::Created => "CREATED",
        IncidentIntent::Resolved => "RESOLVED",
        IncidentIntent::Migrated => "MIGRATED",
    }
}

fn timer(intent: TimerIntent) -> &'static str {
    match intent {
        TimerIntent::Created => "CREATED",
        TimerIntent::Triggered => "TRIGGERED",
        TimerIntent::Canceled => "CANCELED",
        TimerIntent::Migrated => "MIGRATED",
    }
}

fn message(intent: MessageIntent) -> &'static str {
    match intent {
        MessageIntent::Published => "PUBLISHED",
        MessageIntent::Expired => "EXPIRED",
    }
}

fn subscription(intent: MessageSubscriptionIntent) -> &'static str {
    match intent {
        MessageSubscriptionIntent::Created => "CREATED",
        MessageSubscriptionIntent::Correlating => "CORRELATING",
        MessageSubscriptionIntent::Correlated => "CORRELATED",
        MessageSubscriptionIntent::Rejected => "REJECTED",
        MessageSubscriptionIntent::Deleted => "DELETED",
        MessageSubscriptionIntent::Migrated => "MIGRATED",
    }
}

fn process_subscription(intent: ProcessMessageSubscriptionIntent) -> &'static str {
    match intent {
        ProcessMessageSubscriptionIntent::Creating => "CREATING",
        ProcessMessageSubscriptionIntent::Created => "CREATED",
        ProcessMessageSubscriptionIntent::Correlated => "CORRELATED",
        ProcessMessageSubscriptionIntent::Deleting => "DELETING",
        ProcessMessageSubscriptionIntent::Deleted => "DELETED",
        ProcessMessageSubscriptionIntent::Migrated => "MIGRATED",
    }
}

fn start_subscription(intent: StartSubscriptionIntent) -> &'static str {
    match intent {
        StartSubscriptionIntent::Created => "CREATED",
        StartSubscriptionIntent::Correlated => "CORRELATED",
        StartSubscriptionIntent::Deleted => "DELETED",
    }
}

fn compensation(intent: CompensationIntent) -> &'static str {
    match intent {
        CompensationIntent::Created => "CREATED",
        CompensationIntent::Triggered => "TRIGGERED",
        CompensationIntent::Completed => "COMPLETED",
        CompensationIntent::Deleted => "DELETED",
        CompensationIntent::Migrated => "MIGRATED",
    }
}

fn conditional(intent: ConditionalIntent) -> (&'static str, &'static str) {
    match intent {
        ConditionalIntent::Created => ("CONDITIONAL_SUBSCRIPTION", "CREATED"),
        ConditionalIntent::Triggered => ("CONDITIONAL_SUBSCRIPTION", "TRIGGERED"),
        ConditionalIntent::Deleted => ("CONDITIONAL_SUBSCRIPTION", "DELETED"),
        ConditionalIntent::Migrated => ("CONDITIONAL_SUBSCRIPTION", "MIGRATED"),
        ConditionalIntent::Evaluated => ("CONDITIONAL_EVALUATION", "EVALUATED"),
    }
}

fn signal_subscription(intent: SignalSubscriptionIntent) -> &'static str {
    match intent {
        SignalSubscriptionIntent::Created => "CREATED",
        SignalSubscriptionIntent::Deleted => "DELETED",
        SignalSubscriptionIntent::Migrated => "MIGRATED",
    }
}

fn clock(change: ClockChange) -> &'static str {
    match change {
        ClockChange::Reset => "RESETTED",
        ClockChange::Pin => "PINNED",
        ClockChange::Add => "ADDED",
    }
}

/// The name of an incident's type.
pub fn incident_type(kind: IncidentType) -> &'static str {
    match kind {
        IncidentType::Unknown => "UNKNOWN",
        IncidentType::IoMappingError => "IO_MAPPING_ERROR",
        IncidentType::JobNoRetries => "JOB_NO_RETRIES",
        IncidentType::ConditionError => "CONDITION_ERROR",
        IncidentType::ExtractValueError => "EXTRACT_VALUE_ERROR",
        IncidentType::MessageSizeExceeded => "MESSAGE_SIZE_EXCEEDED",
        IncidentType::ProcessingError => "PROCESSING_ERROR",
        IncidentType::UnhandledErrorEvent => "UNHANDLED_ERROR_EVENT",
        IncidentType::ResourceNotFound => "RESOURCE_NOT_FOUND",
        IncidentType::FormNotFound => "FORM_NOT_FOUND",
        IncidentType::ExecutionListenerNoRetries => "EXECUTION_LISTENER_NO_RETRIES",
        IncidentType::TaskListenerNoRetries => "TASK_LISTENER_NO_RETRIES",
        IncidentType::CalledElementError => "CALLED_ELEMENT_ERROR",
        IncidentType::CalledDecisionError => "CALLED_DECISION_ERROR",
        IncidentType::DecisionEvaluationError => "DECISION_EVALUATION_ERROR",
    }
}

/// The name of what made an element instance begin or end.
pub fn cause_kind(kind: CauseKind) -> &'static str {
    match kind {
        CauseKind::Unspecified => "UNSPECIFIED",
        CauseKind::Command => "COMMAND",
        CauseKind::SequenceFlow => "SEQUENCE_FLOW",
        CauseKind::Message => "MESSAGE",
        CauseKind::Timer => "TIMER",
        CauseKind::Scope => "SCOPE",
        CauseKind::Job => "JOB",
        CauseKind::Element => "ELEMENT",
        CauseKind::UserTask => "USER_TASK",
        CauseKind::Signal => "SIGNAL",
        CauseKind::Modification => "MODIFICATION",
        CauseKind::Migration => "MIGRATION",
        CauseKind::Compensation => "COMPENSATION",
        CauseKind::Listener => "LISTENER",
        CauseKind::Condition => "CONDITION",
    }
}

/// The name of what a condition evaluated to.
pub fn condition_result(result: ConditionResult) -> &'static str {
    match result {
        ConditionResult::NotEvaluated => "NOT_EVALUATED",
        ConditionResult::True => "TRUE",
        ConditionResult::False => "FALSE",
        ConditionResult::Default => "DEFAULT",
        ConditionResult::Invalid => "INVALID",
    }
}

/// The name of a kind of element.
pub fn element_type(kind: ElementType) -> &'static str {
    match kind {
        ElementType::Unspecified => "UNSPECIFIED",
        ElementType::Process => "PROCESS",
        ElementType::SubProcess => "SUB_PROCESS",
        ElementType::StartEvent => "START_EVENT",
        ElementType::IntermediateCatchEvent => "INTERMEDIATE_CATCH_EVENT",
        ElementType::BoundaryEvent => "BOUNDARY_EVENT",
        ElementType::EndEvent => "END_EVENT",
        ElementType::ServiceTask => "SERVICE_TASK",
        ElementType::ExclusiveGateway => "EXCLUSIVE_GATEWAY",
        ElementType::ParallelGateway => "PARALLEL_GATEWAY",
        ElementType::InclusiveGateway => "INCLUSIVE_GATEWAY",
        ElementType::Task => "TASK",
        ElementType::ManualTask => "MANUAL_TASK",
        ElementType::SendTask => "SEND_TASK",
        ElementType::BusinessRuleTask => "BUSINESS_RULE_TASK",
        ElementType::ScriptTask => "SCRIPT_TASK",
        ElementType::ReceiveTask => "RECEIVE_TASK",
        ElementType::IntermediateThrowEvent => "INTERMEDIATE_THROW_EVENT",
        ElementType::EventSubProcess => "EVENT_SUB_PROCESS",
        ElementType::EventBasedGateway => "EVENT_BASED_GATEWAY",
        ElementType::UserTask => "USER_TASK",
        ElementType::CallActivity => "CALL_ACTIVITY",
        ElementType::MultiInstanceBody => "MULTI_INSTANCE_BODY",
        ElementType::SequenceFlow => "SEQUENCE_FLOW",
    }
}

/// The name of a kind of event.
pub fn event_type(kind: EventType) -> &'static str {
    match kind {
        EventType::Unspecified => "UNSPECIFIED",
        EventType::None => "NONE",
        EventType::Message => "MESSAGE",
        EventType::Timer => "TIMER",
        EventType::Error => "ERROR",
        EventType::Escalation => "ESCALATION",
        EventType::Terminate => "TERMINATE",
        EventType::Link => "LINK",
        EventType::Signal => "SIGNAL",
        EventType::Compensation => "COMPENSATION",
        EventType::Conditional => "CONDITIONAL",
    }
}

/// The name of a rejection type.
pub fn rejection_type(kind: RejectionType) -> &'static str {
    match kind {
        RejectionType::InvalidArgument => "INVALID_ARGUMENT",
        RejectionType::NotFound => "NOT_FOUND",
        RejectionType::AlreadyExists => "ALREADY_EXISTS",
        RejectionType::InvalidState => "INVALID_STATE",
        RejectionType::ProcessingError => "PROCESSING_ERROR",
        RejectionType::ResourceExhausted => "RESOURCE_EXHAUSTED",
    }
}

fn multi_instance(intent: MultiInstanceIntent) -> &'static str {
    match intent {
        MultiInstanceIntent::InputCollectionEvaluated => "INPUT_COLLECTION_EVALUATED",
        MultiInstanceIntent::OutputElementCollected => "OUTPUT_ELEMENT_COLLECTED",
        MultiInstanceIntent::CompletionConditionFulfilled => "COMPLETION_CONDITION_FULFILLED",
    }
}

fn escalation(intent: EscalationIntent) -> &'static str {
    match intent {
        EscalationIntent::Escalated => "ESCALATED",
        EscalationIntent::NotEscalated => "NOT_ESCALATED",
    }
}

fn user_task(intent: UserTaskIntent) -> &'static str {
    match intent {
        UserTaskIntent::Creating => "CREATING",
        UserTaskIntent::Created => "CREATED",
        UserTaskIntent::Completing => "COMPLETING",
        UserTaskIntent::Completed => "COMPLETED",
        UserTaskIntent::Canceling => "CANCELING",
        UserTaskIntent::Canceled => "CANCELED",
        UserTaskIntent::Assigning => "ASSIGNING",
        UserTaskIntent::Assigned => "ASSIGNED",
        UserTaskIntent::Claiming => "CLAIMING",
        UserTaskIntent::Updating => "UPDATING",
        UserTaskIntent::Updated => "UPDATED",
        UserTaskIntent::Corrected => "CORRECTED",
        UserTaskIntent::AssignmentDenied => "ASSIGNMENT_DENIED",
        UserTaskIntent::UpdateDenied => "UPDATE_DENIED",
        UserTaskIntent::CompletionDenied => "COMPLETION_DENIED",
        UserTaskIntent::Migrated => "MIGRATED",
    }
}

/// The name of what a job is for.
pub fn job_kind(kind: JobKind) -> &'static str {
    match kind {
        JobKind::BpmnElement => "BPMN_ELEMENT",
        JobKind::ExecutionListener => "EXECUTION_LISTENER",
        JobKind::TaskListener => "TASK_LISTENER",
    }
}

/// The name of what a listener is told of.
pub fn listener_event_type(event: ListenerEventType) -> &'static str {
    match event {
        ListenerEventType::Unspecified => "UNSPECIFIED",
        ListenerEventType::Start => "START",
        ListenerEventType::End => "END",
        ListenerEventType::Creating => "CREATING",
        ListenerEventType::Assigning => "ASSIGNING",
        ListenerEventType::Updating => "UPDATING",
        ListenerEventType::Completing => "COMPLETING",
        ListenerEventType::Canceling => "CANCELING",
    }
}

fn decision_evaluation(intent: DecisionEvaluationIntent) -> &'static str {
    match intent {
        DecisionEvaluationIntent::Evaluated => "EVALUATED",
        DecisionEvaluationIntent::Failed => "FAILED",
    }
}

/// The name of how a decision is written.
pub fn decision_type(kind: DecisionType) -> &'static str {
    match kind {
        DecisionType::Unknown => "UNKNOWN",
        DecisionType::DecisionTable => "DECISION_TABLE",
        DecisionType::LiteralExpression => "LITERAL_EXPRESSION",
        DecisionType::Context => "CONTEXT",
        DecisionType::Invocation => "INVOCATION",
        DecisionType::List => "LIST",
        DecisionType::Relation => "RELATION",
    }
}
