//! The value of a migration's record.

use super::super::object::Object;
use crate::MigrationEvent;

/// Writes the fields of `value`, the tenant excepted.
pub(super) fn write(event: &MigrationEvent, o: &mut Object<'_>) {
    o.key("processInstanceKey", event.origin.instance);
    o.key("rootProcessInstanceKey", event.origin.root_instance());
    o.key("targetProcessDefinitionKey", event.origin.definition);
    o.objects("mappingInstructions", &event.mapping, |it, o| {
        o.text("sourceElementId", &it.source_id);
        o.text("targetElementId", &it.target_id);
    });
}
