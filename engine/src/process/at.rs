//! Where a step works: an element instance with its graph.

use crate::ctx::Ctx;
use crate::state::instance::{Caller, Role};
use bpmn::{Element, ElementIx, Kind, Process};
use record::{
    Cause, ElementType, EventType, Key, Labels, Origin, ProcessInstanceEvent, ProcessInstanceIntent,
};
use std::sync::Arc;

/// What follows the id of an ad-hoc subprocess in the id of what begins in it, as in Zeebe.
const INNER_SUFFIX: &str = "#innerInstance";

/// An element instance with its graph.
#[derive(Debug, Clone)]
pub(crate) struct At {
    pub(crate) process: Arc<Process>,
    pub(crate) instance: Key,
    pub(crate) definition: Key,
    pub(crate) version: u32,
    pub(crate) element_instance: Key,
    pub(crate) scope: Key,
    pub(crate) element: ElementIx,
    /// The call activity that began the instance.
    pub(crate) caller: Caller,
    /// What it is to a multi-instance activity or ad-hoc subprocess.
    pub(crate) role: Role,
    /// Elements that the path has passed on a loop in which nothing has to wait.
    pub(crate) passed: u32,
    /// What lets it go on now, if its changes shall tell.
    pub(crate) because: Option<Cause>,
    /// What the caller calls the instance; at the process itself only.
    pub(crate) labels: Labels,
}

impl At {
    /// The place of an element instance; `None` if it is gone.
    pub(crate) fn find(ctx: &mut Ctx<'_>, instance: Key, element_instance: Key) -> Option<Self> {
        let found = ctx.state.instance(instance)?;
        let (definition, version) = (found.definition, found.version);
        let caller = found.caller;
        let at = found.element(element_instance)?;
        let (scope, element, role) = (at.scope, ElementIx(at.element), at.role);
        let passed = at.passed;
        let is_root = element_instance == instance;
        let labels = if is_root { found.labels.clone() } else { Labels::default() };
        let process = ctx.graph(definition)?;
        Some(Self {
            process,
            instance,
            definition,
            version,
            element_instance,
            scope,
            element,
            caller,
            role,
            passed,
            because: None,
            labels,
        })
    }

    /// The same instance at another element instance.
    pub(crate) fn moved(&self, element: ElementIx, element_instance: Key, scope: Key) -> Self {
        Self {
            element_instance,
            scope,
            element,
            role: Role::Element,
            passed: 0,
            because: None,
            labels: Labels::default(),
            ..self.clone()
        }
    }

    /// How many elements of a loop the path has passed when it goes on from here.
    pub(crate) fn passed_before(&self, next: ElementIx) -> u32 {
        let in_loop = |ix| self.process.element(ix).is_some_and(|it| it.in_straight_loop);
        if in_loop(self.element) && in_loop(next) { self.passed.saturating_add(1) } else { 0 }
    }

    /// The element.
    pub(crate) fn model(&self) -> &Element {
        self.process.element(self.element).expect("a stored ordinal names an element of its file")
    }

    /// The boundary events that end or accompany it; those of a multi-instance activity are its
    /// body's.
    pub(crate) fn boundary_events(&self) -> &[ElementIx] {
        match self.role {
            Role::Inner | Role::AdHocInner => &[],
            Role::Element | Role::Body => &self.model().boundary_events,
        }
    }

    /// True for an ad-hoc subprocess, and not for what begins in it.
    pub(crate) fn is_ad_hoc(&self) -> bool {
        let is_itself = matches!(self.role, Role::Element | Role::Inner);
        is_itself && matches!(self.model().kind, Kind::AdHocSubProcess(_))
    }

    /// The start events of the event subprocesses directly inside it.
    pub(crate) fn event_starts(&self) -> &[ElementIx] {
        match self.role {
            Role::Body | Role::AdHocInner => &[],
            Role::Element | Role::Inner => &self.model().event_starts,
        }
    }

    fn element_type(&self) -> ElementType {
        match self.role {
            Role::Body => ElementType::MultiInstanceBody,
            Role::AdHocInner => ElementType::AdHocSubProcessInnerInstance,
            Role::Element | Role::Inner => element_type(self.model()),
        }
    }

    /// Where records about this element instance belong.
    pub(crate) fn origin(&self) -> Origin {
        let model = self.model();
        let id = match self.role {
            Role::AdHocInner => format!("{}{INNER_SUFFIX}", model.id).into(),
            Role::Element | Role::Body | Role::Inner => model.id.clone(),
        };
        self.origin_of(self.element.0, id, self.element_instance)
    }

    /// Where records about another element, and possibly another element instance, belong.
    pub(crate) fn origin_of(
        &self,
        element: u32,
        element_id: value::Str,
        element_instance: Key,
    ) -> Origin {
        Origin {
            definition: self.definition,
            process_id: self.process.id.clone(),
            version: self.version,
            instance: self.instance,
            element,
            element_id,
            element_instance,
            root: self.caller.root,
        }
    }

    /// A change of this element instance, with what all such records say.
    pub(crate) fn event(&self, intent: ProcessInstanceIntent) -> ProcessInstanceEvent {
        ProcessInstanceEvent {
            intent,
            origin: self.origin(),
            flow_scope: self.scope,
            element_type: self.element_type(),
            event_type: event_type(self.model()),
            cause: self.because.clone().map(Box::new),
            parent_instance: self.caller.instance,
            parent_element: self.caller.element_instance,
            labels: self.labels.clone(),
            ..ProcessInstanceEvent::default()
        }
    }

    /// The step's address of this element instance.
    pub(crate) fn step(&self) -> super::step::At {
        super::step::At { instance: self.instance, element_instance: self.element_instance }
    }
}

/// The element's type as records name it.
fn element_type(element: &Element) -> ElementType {
    match element.element_type() {
        bpmn::ElementType::Process => ElementType::Process,
        bpmn::ElementType::SubProcess => ElementType::SubProcess,
        bpmn::ElementType::StartEvent => ElementType::StartEvent,
        bpmn::ElementType::IntermediateCatchEvent => ElementType::IntermediateCatchEvent,
        bpmn::ElementType::BoundaryEvent => ElementType::BoundaryEvent,
        bpmn::ElementType::EndEvent => ElementType::EndEvent,
        bpmn::ElementType::ServiceTask => ElementType::ServiceTask,
        bpmn::ElementType::ExclusiveGateway => ElementType::ExclusiveGateway,
        bpmn::ElementType::ParallelGateway => ElementType::ParallelGateway,
        bpmn::ElementType::InclusiveGateway => ElementType::InclusiveGateway,
        bpmn::ElementType::ComplexGateway => ElementType::ComplexGateway,
        bpmn::ElementType::Task => ElementType::Task,
        bpmn::ElementType::ManualTask => ElementType::ManualTask,
        bpmn::ElementType::SendTask => ElementType::SendTask,
        bpmn::ElementType::BusinessRuleTask => ElementType::BusinessRuleTask,
        bpmn::ElementType::ScriptTask => ElementType::ScriptTask,
        bpmn::ElementType::ReceiveTask => ElementType::ReceiveTask,
        bpmn::ElementType::IntermediateThrowEvent => ElementType::IntermediateThrowEvent,
        bpmn::ElementType::EventSubProcess => ElementType::EventSubProcess,
        bpmn::ElementType::EventBasedGateway => ElementType::EventBasedGateway,
        bpmn::ElementType::UserTask => ElementType::UserTask,
        bpmn::ElementType::CallActivity => ElementType::CallActivity,
        bpmn::ElementType::AdHocSubProcess => ElementType::AdHocSubProcess,
        bpmn::ElementType::SequenceFlow => ElementType::SequenceFlow,
    }
}

/// The event's type as records name it.
fn event_type(element: &Element) -> EventType {
    match element.event_type() {
        bpmn::EventType::Unspecified => EventType::Unspecified,
        bpmn::EventType::None => EventType::None,
        bpmn::EventType::Message => EventType::Message,
        bpmn::EventType::Timer => EventType::Timer,
        bpmn::EventType::Error => EventType::Error,
        bpmn::EventType::Escalation => EventType::Escalation,
        bpmn::EventType::Terminate => EventType::Terminate,
        bpmn::EventType::Link => EventType::Link,
        bpmn::EventType::Signal => EventType::Signal,
        bpmn::EventType::Compensation => EventType::Compensation,
        bpmn::EventType::Conditional => EventType::Conditional,
        bpmn::EventType::Cancel => EventType::Cancel,
        bpmn::EventType::Multiple => EventType::Multiple,
        bpmn::EventType::ParallelMultiple => EventType::ParallelMultiple,
    }
}
