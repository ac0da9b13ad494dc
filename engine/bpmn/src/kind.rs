//! What the kinds of elements have in common, and what records and APIs call them.

use crate::expression::Expression;
use crate::graph::ad_hoc::{AdHocSubProcess, Decider};
use crate::graph::called::BusinessRule;
use crate::graph::{
    BoundaryEvent, Element, JobDefinition, Kind, Script, StartEvent, Throw, Trigger,
};
use value::Str;

/// The type of an element in records and APIs, in the vocabulary of Zeebe.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ElementType {
    Process,
    SubProcess,
    StartEvent,
    IntermediateCatchEvent,
    BoundaryEvent,
    EndEvent,
    ServiceTask,
    ExclusiveGateway,
    ParallelGateway,
    InclusiveGateway,
    ComplexGateway,
    SequenceFlow,
    Task,
    ManualTask,
    SendTask,
    BusinessRuleTask,
    ScriptTask,
    ReceiveTask,
    IntermediateThrowEvent,
    EventSubProcess,
    EventBasedGateway,
    UserTask,
    CallActivity,
    AdHocSubProcess,
}

/// The type of an event in records and APIs, in the vocabulary of Zeebe.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EventType {
    /// Of everything that is not an event.
    Unspecified,
    None,
    Message,
    Timer,
    Error,
    Escalation,
    Terminate,
    Link,
    Signal,
    Compensation,
    Conditional,
    Cancel,
    /// Several definitions: any of them is waited for, or all are thrown.
    Multiple,
    /// Several definitions, and all of them are waited for.
    ParallelMultiple,
}

impl Kind {
    /// The work for a job worker, if it is one.
    pub fn job(&self) -> Option<&JobDefinition> {
        match self {
            Self::ServiceTask(job)
            | Self::BusinessRuleTask(BusinessRule::Job(job))
            | Self::ScriptTask(Script::Job(job)) => Some(job),
            Self::SendTask(it)
            | Self::EndEvent(Throw::Message(it))
            | Self::ThrowEvent(Throw::Message(it)) => it.job(),
            Self::AdHocSubProcess(it) => it.job(),
            Self::Process
            | Self::StartEvent(_)
            | Self::EndEvent(_)
            | Self::ThrowEvent(_)
            | Self::Task
            | Self::ManualTask
            | Self::BusinessRuleTask(BusinessRule::Decision(_))
            | Self::ScriptTask(Script::Feel { .. })
            | Self::ReceiveTask(_)
            | Self::InstantiatingReceiveTask { .. }
            | Self::UserTask(_)
            | Self::ExclusiveGateway { .. }
            | Self::ParallelGateway
            | Self::InclusiveGateway { .. }
            | Self::ComplexGateway(_)
            | Self::EventBasedGateway { .. }
            | Self::CatchEvent(_)
            | Self::LinkCatchEvent
            | Self::BoundaryEvent(_)
            | Self::SubProcess { .. }
            | Self::CallActivity(_)
            | Self::EventSubProcess { .. } => None,
        }
    }

    /// What the model tells a worker besides variables, in document order.
    pub fn headers(&self) -> &[(Str, Str)] {
        if let Self::UserTask(task) = self {
            return &task.headers;
        }
        self.job().map_or(&[], |job| &job.headers)
    }

    /// When it starts, if it is a complex gateway that waits for tokens.
    pub fn activation(&self) -> Option<&Expression> {
        if let Self::ComplexGateway(it) = self { it.activation.as_ref() } else { None }
    }

    /// The boundary event, if it is one.
    pub fn boundary(&self) -> Option<&BoundaryEvent> {
        if let Self::BoundaryEvent(boundary) = self { Some(boundary) } else { None }
    }

    /// What it waits for while it stands on an activity or begins an event subprocess, and whether
    /// that is interrupting.
    pub fn attached_trigger(&self) -> Option<(&Trigger, bool)> {
        if let Self::BoundaryEvent(it) = self {
            Some((&it.trigger, it.interrupting))
        } else if let Self::StartEvent(StartEvent::OfSubProcess { interrupting, trigger }) = self {
            Some((trigger, *interrupting))
        } else {
            None
        }
    }

    /// The names of the messages that start a process here, in document order.
    pub fn message_starts(&self) -> impl Iterator<Item = &Str> {
        let task =
            if let Self::InstantiatingReceiveTask { name } = self { Some(name) } else { None };
        let events = if let Self::StartEvent(start) = self { start.each() } else { &[] };
        let of_events = events.iter().filter_map(|it| match it {
            StartEvent::Message { name } => Some(name),
            _ => None,
        });
        task.into_iter().chain(of_events)
    }

    /// Whether it is where a process or subprocess begins.
    pub fn is_start(&self) -> bool {
        matches!(self, Self::StartEvent(_) | Self::InstantiatingReceiveTask { .. })
    }
}

impl AdHocSubProcess {
    /// The work for a job worker, if one decides.
    pub fn job(&self) -> Option<&JobDefinition> {
        if let Decider::Worker(job) = &self.decided_by { Some(job) } else { None }
    }
}

impl Element {
    /// Whether it waits for tokens on its incoming flows before it is activated: one on each, or on
    /// each that one can still arrive on, or as many as a condition wants.
    pub fn joins(&self) -> bool {
        let may_join = matches!(self.kind, Kind::ParallelGateway | Kind::InclusiveGateway { .. });
        (self.incoming > 1 && may_join) || self.kind.activation().is_some()
    }

    /// Whether it is repeated while a condition holds.
    pub fn is_loop(&self) -> bool {
        self.multi_instance.as_ref().is_some_and(|it| it.standard_loop().is_some())
    }

    /// Its type in records and APIs.
    pub fn element_type(&self) -> ElementType {
        match &self.kind {
            Kind::Process => ElementType::Process,
            Kind::StartEvent(_) => ElementType::StartEvent,
            Kind::EndEvent(_) => ElementType::EndEvent,
            Kind::ThrowEvent(_) => ElementType::IntermediateThrowEvent,
            Kind::Task => ElementType::Task,
            Kind::ManualTask => ElementType::ManualTask,
            Kind::SendTask(_) => ElementType::SendTask,
            Kind::BusinessRuleTask(_) => ElementType::BusinessRuleTask,
            Kind::ScriptTask(_) => ElementType::ScriptTask,
            Kind::ReceiveTask(_) | Kind::InstantiatingReceiveTask { .. } => {
                ElementType::ReceiveTask
            }
            Kind::UserTask(_) => ElementType::UserTask,
            Kind::ServiceTask(_) => ElementType::ServiceTask,
            Kind::ExclusiveGateway { .. } => ElementType::ExclusiveGateway,
            Kind::ParallelGateway => ElementType::ParallelGateway,
            Kind::InclusiveGateway { .. } => ElementType::InclusiveGateway,
            Kind::ComplexGateway(_) => ElementType::ComplexGateway,
            Kind::EventBasedGateway { .. } => ElementType::EventBasedGateway,
            Kind::CatchEvent(_) | Kind::LinkCatchEvent => ElementType::IntermediateCatchEvent,
            Kind::BoundaryEvent(_) => ElementType::BoundaryEvent,
            Kind::SubProcess { .. } => ElementType::SubProcess,
            Kind::AdHocSubProcess(_) => ElementType::AdHocSubProcess,
            Kind::CallActivity(_) => ElementType::CallActivity,
            Kind::EventSubProcess { .. } => ElementType::EventSubProcess,
        }
    }

    /// The types of the definitions of an event, in document order; of one that has no or only one
    /// definition, its own.
    pub fn definition_types(&self) -> Vec<EventType> {
        match &self.kind {
            Kind::EndEvent(throw) | Kind::ThrowEvent(throw) => {
                throw.each().iter().map(Throw::event_type).collect()
            }
            Kind::StartEvent(start @ StartEvent::Multiple(_)) => {
                start.each().iter().map(StartEvent::event_type).collect()
            }
            kind => match kind.trigger() {
                Some(trigger) => trigger.each(self.ix).map(|it| it.1.event_type()).collect(),
                None => vec![self.event_type()],
            },
        }
    }

    /// Its event type in records and APIs.
    pub fn event_type(&self) -> EventType {
        if self.for_compensation {
            return EventType::Compensation;
        }
        match &self.kind {
            Kind::StartEvent(start) => start.event_type(),
            Kind::CatchEvent(trigger) | Kind::BoundaryEvent(BoundaryEvent { trigger, .. }) => {
                trigger.event_type()
            }
            Kind::EndEvent(throw) | Kind::ThrowEvent(throw) => throw.event_type(),
            Kind::LinkCatchEvent => EventType::Link,
            Kind::Process
            | Kind::Task
            | Kind::ManualTask
            | Kind::ServiceTask(_)
            | Kind::SendTask(_)
            | Kind::BusinessRuleTask(_)
            | Kind::ScriptTask(_)
            | Kind::ReceiveTask(_)
            | Kind::InstantiatingReceiveTask { .. }
            | Kind::UserTask(_)
            | Kind::ExclusiveGateway { .. }
            | Kind::ParallelGateway
            | Kind::InclusiveGateway { .. }
            | Kind::ComplexGateway(_)
            | Kind::EventBasedGateway { .. }
            | Kind::SubProcess { .. }
            | Kind::AdHocSubProcess(_)
            | Kind::CallActivity(_)
            | Kind::EventSubProcess { .. } => EventType::Unspecified,
        }
    }
}

impl StartEvent {
    fn event_type(&self) -> EventType {
        match self {
            Self::None => EventType::None,
            Self::Message { .. } => EventType::Message,
            Self::Signal { .. } => EventType::Signal,
            Self::Timer(_) => EventType::Timer,
            Self::Condition(_) => EventType::Conditional,
            Self::Multiple(_) => EventType::Multiple,
            Self::OfSubProcess { trigger, .. } => trigger.event_type(),
        }
    }
}

impl Trigger {
    fn event_type(&self) -> EventType {
        match self {
            Self::Timer(_) => EventType::Timer,
            Self::Message(_) => EventType::Message,
            Self::Signal { .. } => EventType::Signal,
            Self::Condition(_) => EventType::Conditional,
            Self::Compensation { .. } => EventType::Compensation,
            Self::Cancel => EventType::Cancel,
            Self::Error { .. } => EventType::Error,
            Self::Escalation { .. } => EventType::Escalation,
            Self::Multiple(it) if it.is_parallel => EventType::ParallelMultiple,
            Self::Multiple(_) => EventType::Multiple,
        }
    }
}

impl Throw {
    fn event_type(&self) -> EventType {
        match self {
            Self::None => EventType::None,
            Self::Message(_) => EventType::Message,
            Self::Terminate => EventType::Terminate,
            Self::Error { .. } => EventType::Error,
            Self::Escalation { .. } => EventType::Escalation,
            Self::Signal { .. } => EventType::Signal,
            Self::Compensation { .. } => EventType::Compensation,
            Self::Cancel => EventType::Cancel,
            Self::Link { .. } => EventType::Link,
            Self::Multiple(_) => EventType::Multiple,
        }
    }
}

impl ElementType {
    /// The name in records and APIs.
    pub fn as_str(self) -> &'static str {
        match self {
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
            ElementType::SequenceFlow => "SEQUENCE_FLOW",
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
            ElementType::AdHocSubProcess => "AD_HOC_SUB_PROCESS",
        }
    }
}

impl EventType {
    /// The name in records and APIs.
    pub fn as_str(self) -> &'static str {
        match self {
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
}
