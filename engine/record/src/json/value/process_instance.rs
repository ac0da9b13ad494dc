//! The value of element instances and sequence flows.

use super::super::object::Object;
use super::{ids, tenant};
use crate::{ElementType, EventType, Key, ProcessInstanceEvent};

/// Writes the fields of a `PROCESS_INSTANCE` value.
pub(super) fn write(event: &ProcessInstanceEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.number("version", event.origin.version);
    o.text("elementId", &event.origin.element_id);
    o.key("flowScopeKey", event.flow_scope);
    o.text("bpmnElementType", element_type(event.element_type));
    o.text("bpmnEventType", event_type(event.event_type));
    o.key("parentProcessInstanceKey", Key::NONE);
    o.key("parentElementInstanceKey", Key::NONE);
    o.empty_list("elementInstancePath");
    o.empty_list("processDefinitionPath");
    o.empty_list("callingElementPath");
    o.empty_list("tags");
    o.text("businessId", "");
    tenant(o);
}

fn element_type(kind: ElementType) -> &'static str {
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
        ElementType::SequenceFlow => "SEQUENCE_FLOW",
    }
}

fn event_type(kind: EventType) -> &'static str {
    match kind {
        EventType::Unspecified => "UNSPECIFIED",
        EventType::None => "NONE",
        EventType::Message => "MESSAGE",
        EventType::Timer => "TIMER",
    }
}
