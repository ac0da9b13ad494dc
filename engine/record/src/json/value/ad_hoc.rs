//! The value of what an ad-hoc subprocess is told.

use super::super::object::Object;
use super::{ids, tenant};
use crate::AdHocInstructionEvent;

/// Writes the fields of an `AD_HOC_SUB_PROCESS_INSTRUCTION` value.
pub(super) fn write(event: &AdHocInstructionEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.text("elementId", &event.origin.element_id);
    o.key("adHocSubProcessInstanceKey", event.origin.element_instance);
    o.objects("activateElements", &event.activities, |it, o| {
        o.text("elementId", &it.element_id);
        o.document("variables", &it.variables);
    });
    o.flag("cancelRemainingInstances", event.cancel_remaining);
    tenant(o);
}
