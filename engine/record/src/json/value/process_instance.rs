//! The value of element instances and sequence flows.

use super::super::names;
use super::super::object::Object;
use super::{ids, labels, tenant};
use crate::ProcessInstanceEvent;

/// Writes the fields of a `PROCESS_INSTANCE` value.
pub(super) fn write(event: &ProcessInstanceEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.number("version", event.origin.version);
    o.text("elementId", &event.origin.element_id);
    o.key("flowScopeKey", event.flow_scope);
    o.text("bpmnElementType", names::element_type(event.element_type));
    o.text("bpmnEventType", names::event_type(event.event_type));
    o.key("parentProcessInstanceKey", event.parent_instance);
    o.key("parentElementInstanceKey", event.parent_element);
    o.empty_list("elementInstancePath");
    o.empty_list("processDefinitionPath");
    o.empty_list("callingElementPath");
    labels(&event.labels, o);
    tenant(o);
}
