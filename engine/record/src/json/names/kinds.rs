//! How records name kinds: of elements, events, incidents, causes, jobs.

use crate::{
    CauseKind, ConditionResult, DecisionType, ElementType, EventType, IncidentType, JobKind,
    ListenerEventType, RejectionType,
};

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
        IncidentType::AdHocSubProcessNoRetries => "AD_HOC_SUB_PROCESS_NO_RETRIES",
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
        CauseKind::RuntimeInstruction => "RUNTIME_INSTRUCTION",
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
        ElementType::ComplexGateway => "COMPLEX_GATEWAY",
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
        ElementType::AdHocSubProcess => "AD_HOC_SUB_PROCESS",
        ElementType::AdHocSubProcessInnerInstance => "AD_HOC_SUB_PROCESS_INNER_INSTANCE",
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
        EventType::Cancel => "CANCEL",
        EventType::Multiple => "MULTIPLE",
        EventType::ParallelMultiple => "PARALLEL_MULTIPLE",
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

/// The name of what a job is for.
pub fn job_kind(kind: JobKind) -> &'static str {
    match kind {
        JobKind::BpmnElement => "BPMN_ELEMENT",
        JobKind::ExecutionListener => "EXECUTION_LISTENER",
        JobKind::TaskListener => "TASK_LISTENER",
        JobKind::AdHocSubProcess => "AD_HOC_SUB_PROCESS",
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
        ListenerEventType::BeforeAll => "BEFORE_ALL",
        ListenerEventType::Cancel => "CANCEL",
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
