//! Events and records: what `apply` puts out and what alone changes state.

use crate::{
    AdHocInstructionEvent, ClockChange, CompensationEvent, ComplexGatewayEvent, ConditionalEvent,
    DecisionEvaluationEvent, DecisionEvent, DecisionRequirementsEvent, DeployedDecision,
    DeployedIntent, DeployedRequirements, DeployedVersion, Envelope, ErrorEvent, EscalationEvent,
    FileEvent, IdempotencyEvent, IncidentEvent, JobBatchEvent, JobEvent, JobHeld, Key,
    MessageEvent, MessageStartSubscriptionEvent, MessageSubscriptionEvent, MigrationEvent, Millis,
    ModificationEvent, MultiInstanceEvent, OpenStream, Origin, ProcessEventEvent,
    ProcessInstanceCreationEvent, ProcessInstanceEvent, ProcessInstanceResultEvent,
    ProcessMessageSubscriptionEvent, Rejection, RememberedReply, ResourceDeletionEvent, Settings,
    SignalEvent, SignalSubscriptionEvent, StepHeld, StreamId, TimerEvent, UserTaskEvent,
};
use std::sync::Arc;
use value::{Doc, Str, wire_enum, wire_oneof, wire_struct};

wire_struct! {
    /// An event or a rejection as output of `apply`.
    pub struct Record {
        /// Its number in the partition: dense, from 1, the same on every replica.
        /// 0 for bookkeeping that is not exported (see [`Event::is_internal`]).
        1 => pub position: u64,
        /// The position of the first record of the work item that caused it.
        2 => pub source: u64,
        /// The key of what it is about.
        3 => pub key: Key,
        /// Log time.
        4 => pub timestamp: Millis,
        /// What happened.
        5 => pub event: Event,
        /// Who asked: on the first record of a command whose caller said so.
        6 => pub caller: Option<Box<Caller>>,
        /// The number that the caller of the command gave it, on each record of the command and of
        /// what is left of its work for later entries; 0 if there is none.
        7 => pub operation_reference: u64,
    }
}

wire_struct! {
    /// Who asked for a command, for audit and Explain: what stays of its envelope when the log is
    /// compacted.
    pub struct Caller {
        /// The authenticated caller; empty while there is no authentication.
        1 => pub principal: Str,
        /// Why, in the caller's words.
        2 => pub reason: Str,
        /// W3C trace context.
        3 => pub trace: Str,
    }
}

impl Caller {
    /// What an envelope says; `None` if it says nothing.
    pub fn of(envelope: &Envelope) -> Option<Box<Self>> {
        let Envelope { principal, reason, trace, .. } = envelope;
        let says_nothing = principal.is_empty() && reason.is_empty() && trace.is_empty();
        let caller =
            || Self { principal: principal.clone(), reason: reason.clone(), trace: trace.clone() };
        (!says_nothing).then(|| Box::new(caller()))
    }
}

wire_oneof! {
    /// What happened, by the kind of thing it happened to.
    pub enum Event {
        /// An element instance or sequence flow.
        1 => ProcessInstance(ProcessInstanceEvent),
        /// A deployment.
        2 => Deployment(DeploymentEvent),
        /// A process definition.
        3 => Process(ProcessEvent),
        /// A command created an instance.
        4 => ProcessInstanceCreation(ProcessInstanceCreationEvent),
        /// An awaited instance ended.
        5 => ProcessInstanceResult(ProcessInstanceResultEvent),
        /// A trigger.
        6 => ProcessEvent(ProcessEventEvent),
        /// A job.
        7 => Job(JobEvent),
        /// A hand-out of jobs.
        8 => JobBatch(JobBatchEvent),
        /// A variable.
        9 => Variable(VariableEvent),
        /// A client wrote variables.
        10 => VariableDocument(VariableDocumentEvent),
        /// An incident.
        11 => Incident(IncidentEvent),
        /// A timer.
        12 => Timer(TimerEvent),
        /// A message.
        13 => Message(MessageEvent),
        /// The message's side of a subscription.
        14 => MessageSubscription(MessageSubscriptionEvent),
        /// The instance's side of a subscription.
        15 => ProcessMessageSubscription(ProcessMessageSubscriptionEvent),
        /// A message start event's subscription.
        16 => MessageStartSubscription(MessageStartSubscriptionEvent),
        /// A work item was undone because of a defect of Baton.
        17 => Error(ErrorEvent),
        /// The test clock.
        18 => Clock(ClockEvent),
        /// The settings that `apply` uses.
        19 => Settings(SettingsEvent),
        /// A command was refused.
        20 => Rejection(Rejection),
        /// The logic version.
        21 => Logic(LogicEvent),
        /// An escalation was thrown.
        23 => Escalation(EscalationEvent),
        /// A user task.
        24 => UserTask(UserTaskEvent),
        /// A form.
        25 => Form(FileEvent),
        /// A file that is only kept, for workers.
        26 => Resource(FileEvent),
        /// A signal.
        27 => Signal(SignalEvent),
        /// A signal subscription.
        28 => SignalSubscription(SignalSubscriptionEvent),
        /// A compensation subscription.
        29 => CompensationSubscription(CompensationEvent),
        /// A conditional event.
        30 => ConditionalSubscription(ConditionalEvent),
        /// A decision.
        31 => Decision(DecisionEvent),
        /// A decision requirements graph.
        32 => DecisionRequirements(DecisionRequirementsEvent),
        /// An evaluation of a decision.
        33 => DecisionEvaluation(DecisionEvaluationEvent),
        /// A multi-instance activity.
        34 => MultiInstance(MultiInstanceEvent),
        /// A deletion of something deployed.
        35 => ResourceDeletion(ResourceDeletionEvent),
        /// An instance was modified.
        36 => Modification(ModificationEvent),
        /// An instance was migrated.
        37 => Migration(MigrationEvent),
        /// An ad-hoc subprocess was told something.
        38 => AdHocInstruction(AdHocInstructionEvent),

        /// Bookkeeping: a reply is remembered for a repeated request.
        40 => ReplyRemembered(RememberedReply),
        /// Bookkeeping: a gateway has settled its requests up to a number.
        41 => RequestsSettled(RequestsSettled),
        /// Bookkeeping: a job stream.
        42 => StreamOpened(OpenStream),
        /// Bookkeeping: a job stream can take more.
        43 => StreamCredited(StreamCredited),
        /// Bookkeeping: a job stream ended.
        44 => StreamClosed(StreamClosed),
        /// Bookkeeping: a new leader's term.
        45 => TermStarted(TermStarted),
        /// Bookkeeping: work that did not fit the entry.
        46 => WorkParked(WorkParked),
        /// Bookkeeping: parked work is taken up again.
        47 => WorkResumed(WorkResumed),
        /// Bookkeeping: keys are left out.
        48 => KeysSkipped(KeysSkipped),
        /// Bookkeeping: a request with an idempotency key.
        49 => Idempotency(IdempotencyEvent),
        /// Bookkeeping: a suspended instance does something later.
        50 => StepHeld(StepHeld),
        /// Bookkeeping: a job of a suspended instance is not handed out, or can be again.
        51 => JobHeld(JobHeld),

        /// What a complex gateway found out about the tokens that have come.
        53 => ComplexGateway(ComplexGatewayEvent),
    }
}

impl Event {
    /// True for bookkeeping of the engine: it changes state, but has no position and is not
    /// written to the record segments.
    pub fn is_internal(&self) -> bool {
        match self {
            Self::ReplyRemembered(_)
            | Self::RequestsSettled(_)
            | Self::StreamOpened(_)
            | Self::StreamCredited(_)
            | Self::StreamClosed(_)
            | Self::TermStarted(_)
            | Self::WorkParked(_)
            | Self::WorkResumed(_)
            | Self::KeysSkipped(_)
            | Self::Idempotency(_)
            | Self::StepHeld(_)
            | Self::JobHeld(_) => true,
            Self::ProcessInstance(_)
            | Self::Deployment(_)
            | Self::Process(_)
            | Self::ProcessInstanceCreation(_)
            | Self::ProcessInstanceResult(_)
            | Self::ProcessEvent(_)
            | Self::Job(_)
            | Self::JobBatch(_)
            | Self::Variable(_)
            | Self::VariableDocument(_)
            | Self::Incident(_)
            | Self::Timer(_)
            | Self::Message(_)
            | Self::MessageSubscription(_)
            | Self::ProcessMessageSubscription(_)
            | Self::MessageStartSubscription(_)
            | Self::Error(_)
            | Self::Clock(_)
            | Self::Settings(_)
            | Self::Rejection(_)
            | Self::Logic(_)
            | Self::Escalation(_)
            | Self::UserTask(_)
            | Self::Form(_)
            | Self::Resource(_)
            | Self::ResourceDeletion(_)
            | Self::Signal(_)
            | Self::CompensationSubscription(_)
            | Self::SignalSubscription(_)
            | Self::ConditionalSubscription(_)
            | Self::Decision(_)
            | Self::DecisionRequirements(_)
            | Self::DecisionEvaluation(_)
            | Self::MultiInstance(_)
            | Self::Modification(_)
            | Self::Migration(_)
            | Self::AdHocInstruction(_)
            | Self::ComplexGateway(_) => false,
        }
    }
}

wire_struct! {
    /// Resources were deployed together. The record's key is the deployment's.
    pub struct DeploymentEvent {
        /// The processes of the deployment, duplicates included.
        1 => pub processes: Vec<DeployedVersion>,
        /// Its decisions.
        2 => pub decisions: Vec<DeployedDecision>,
        /// Its decision requirements graphs.
        3 => pub requirements: Vec<DeployedRequirements>,
        /// Its forms.
        4 => pub forms: Vec<DeployedVersion>,
        /// Its other files.
        5 => pub resources: Vec<DeployedVersion>,
    }
}

wire_struct! {
    /// Something happened to a process definition. Its key is the record's key.
    pub struct ProcessEvent {
        /// What was deployed.
        1 => pub process: DeployedVersion,
        /// The deployment.
        2 => pub deployment: Key,
        /// The file; empty when it goes.
        3 => pub resource: Arc<[u8]>,
        /// What `apply` must know of it.
        4 => pub summary: crate::ProcessSummary,
        /// What happened.
        5 => pub intent: DeployedIntent,
    }
}

wire_enum! {
    /// What happened to a variable.
    pub enum VariableIntent {
        /// It is new in its scope.
        0 => Created,
        /// It has another value.
        1 => Updated,
        /// It is unchanged, in an instance that has another definition now.
        2 => Migrated,
    }
}

wire_struct! {
    /// A change of a variable. The record's key is the variable's.
    pub struct VariableEvent {
        /// What happened.
        1 => pub intent: VariableIntent,
        /// The instance; `element_instance` is the scope.
        2 => pub origin: Origin,
        /// Its name.
        3 => pub name: Str,
        /// Its value as MessagePack.
        4 => pub value: Arc<[u8]>,
    }
}

wire_struct! {
    /// A client wrote variables. The record's key is the answer's.
    pub struct VariableDocumentEvent {
        /// The instance; `element_instance` is the scope.
        1 => pub origin: Origin,
        /// At this scope only.
        2 => pub local: bool,
        /// What was written.
        3 => pub variables: Doc,
    }
}

wire_struct! {
    /// A change of the test clock.
    pub struct ClockEvent {
        /// What happened.
        1 => pub change: ClockChange,
        /// The pinned time, or the new offset.
        2 => pub value: Millis,
    }
}

wire_struct! {
    /// The settings changed.
    pub struct SettingsEvent {
        /// All of them, as they are now.
        1 => pub settings: Settings,
    }
}

wire_struct! {
    /// A gateway has settled its requests.
    pub struct RequestsSettled {
        /// The gateway's node.
        1 => pub node: u64,
        /// The gateway's life.
        2 => pub incarnation: u64,
        /// Every request below this number has been answered there.
        3 => pub below: u64,
    }
}

wire_struct! {
    /// A stream can take more jobs.
    pub struct StreamCredited {
        /// The stream.
        1 => pub stream: StreamId,
        /// So many more.
        2 => pub credit: u32,
    }
}

wire_struct! {
    /// A stream ended.
    pub struct StreamClosed {
        /// The stream.
        1 => pub stream: StreamId,
    }
}

wire_struct! {
    /// A new leader's term began: all streams are closed.
    pub struct TermStarted {
        /// The term.
        1 => pub term: u64,
    }
}

wire_struct! {
    /// Work that did not fit the entry waits in the pending queue.
    pub struct WorkParked {
        /// The encoded steps, in order.
        1 => pub steps: Vec<Arc<[u8]>>,
        /// The instance they belong to, or none.
        2 => pub instance: Key,
        /// The position of the first record of the work item they belong to.
        3 => pub source: u64,
        /// What the records of that work item say in [`Record::operation_reference`].
        4 => pub operation_reference: u64,
    }
}

wire_struct! {
    /// The oldest pending work is taken up.
    pub struct WorkResumed {}
}

wire_struct! {
    /// A newer logic version decides from here on.
    pub struct LogicEvent {
        /// The version.
        1 => pub logic: u32,
    }
}

wire_struct! {
    /// Keys are left out.
    pub struct KeysSkipped {
        /// The counter of the last key left out.
        1 => pub last: u64,
    }
}
