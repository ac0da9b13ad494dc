//! How records name what they tell: value types and intents here, kinds beside it.

mod kinds;

pub use kinds::{
    cause_kind, condition_result, decision_type, element_type, event_type, incident_type, job_kind,
    listener_event_type, rejection_type,
};

use crate::{
    AdHocIntent, ClockChange, CompensationIntent, ComplexGatewayIntent, ConditionalIntent,
    CreationIntent, DecisionEvaluationIntent, DeployedIntent, EscalationIntent, Event,
    IncidentIntent, JobIntent, MessageIntent, MessageSubscriptionIntent, MultiInstanceIntent,
    ProcessEventIntent, ProcessInstanceIntent, ProcessMessageSubscriptionIntent,
    ResourceDeletionIntent, SignalIntent, SignalSubscriptionIntent, StartSubscriptionIntent,
    TimerIntent, UserTaskIntent, VariableIntent,
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
        Event::AdHocInstruction(it) => ("AD_HOC_SUB_PROCESS_INSTRUCTION", ad_hoc(it.intent)),
        Event::ComplexGateway(it) => ("COMPLEX_GATEWAY", complex_gateway(it.intent)),
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
        Event::Idempotency(_) => (BOOKKEEPING, "IDEMPOTENCY"),
        Event::StepHeld(_) => (BOOKKEEPING, "STEP_HELD"),
        Event::JobHeld(_) => (BOOKKEEPING, "JOB_HELD"),
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
        ProcessInstanceIntent::BusinessIdAssigned => "BUSINESS_ID_ASSIGNED",
        ProcessInstanceIntent::Suspended => "SUSPENDED",
        ProcessInstanceIntent::Resumed => "RESUMED",
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
        MessageIntent::AlreadyPublished => "ALREADY_PUBLISHED",
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

fn ad_hoc(intent: AdHocIntent) -> &'static str {
    match intent {
        AdHocIntent::Activated => "ACTIVATED",
        AdHocIntent::Completed => "COMPLETED",
    }
}

fn complex_gateway(intent: ComplexGatewayIntent) -> &'static str {
    match intent {
        ComplexGatewayIntent::Waiting => "WAITING",
        ComplexGatewayIntent::Started => "STARTED",
        ComplexGatewayIntent::Returned => "RETURNED",
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

fn multi_instance(intent: MultiInstanceIntent) -> &'static str {
    match intent {
        MultiInstanceIntent::InputCollectionEvaluated => "INPUT_COLLECTION_EVALUATED",
        MultiInstanceIntent::OutputElementCollected => "OUTPUT_ELEMENT_COLLECTED",
        MultiInstanceIntent::CompletionConditionFulfilled => "COMPLETION_CONDITION_FULFILLED",
        MultiInstanceIntent::LoopEntered => "LOOP_ENTERED",
        MultiInstanceIntent::LoopLeft => "LOOP_LEFT",
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

fn decision_evaluation(intent: DecisionEvaluationIntent) -> &'static str {
    match intent {
        DecisionEvaluationIntent::Evaluated => "EVALUATED",
        DecisionEvaluationIntent::Failed => "FAILED",
    }
}
