//! The value of what waits for a condition, and of evaluations of conditional start events.

use super::super::object::Object;
use super::{ids, tenant};
use crate::{ConditionalEvent, ConditionalIntent};

/// Writes the fields of a `CONDITIONAL_SUBSCRIPTION` or `CONDITIONAL_EVALUATION` value.
pub(super) fn write(event: &ConditionalEvent, o: &mut Object<'_>) {
    let origin = &event.origin;
    match event.intent {
        ConditionalIntent::Created
        | ConditionalIntent::Triggered
        | ConditionalIntent::Deleted
        | ConditionalIntent::Migrated => {
            ids(origin, o);
            o.key("scopeKey", origin.element_instance);
            o.key("elementInstanceKey", origin.element_instance);
            o.text("catchEventId", &origin.element_id);
            o.flag("interrupting", event.interrupting);
            o.text("condition", &event.condition);
            o.texts("variableNames", event.variable_names.iter().map(|it| &**it));
            let counted = [("create", event.on_create), ("update", event.on_update)];
            o.texts("variableEvents", counted.into_iter().filter(|it| it.1).map(|it| it.0));
        }
        ConditionalIntent::Evaluated => {
            o.key("processDefinitionKey", origin.definition);
            o.document("variables", &event.variables);
            o.objects("startedProcessInstances", &event.started, |it, o| {
                o.key("processDefinitionKey", it.definition);
                o.key("processInstanceKey", it.instance);
            });
        }
    }
    tenant(o);
}
