//! The value of user tasks.

use super::super::object::Object;
use super::{ids, labels, tenant};
use crate::{Key, UserTaskEvent};

/// Writes the fields of a `USER_TASK` value.
pub(super) fn write(event: &UserTaskEvent, task: Key, o: &mut Object<'_>) {
    let (origin, attributes) = (&event.origin, &event.attributes);
    o.key("userTaskKey", task);
    o.text("assignee", &attributes.assignee);
    o.texts("candidateGroupsList", attributes.candidate_groups.iter().map(|it| &**it));
    o.texts("candidateUsersList", attributes.candidate_users.iter().map(|it| &**it));
    o.text("dueDate", &attributes.due_date);
    o.text("followUpDate", &attributes.follow_up_date);
    o.number("creationTimestamp", event.created_at);
    o.key("formKey", attributes.form);
    o.text("externalFormReference", &attributes.external_form);
    o.number("priority", attributes.priority);
    o.text("action", &event.action);
    o.texts("changedAttributes", event.changed.iter().map(|it| &**it));
    o.object("customHeaders", |o| {
        for header in &event.headers {
            o.text(&header.key, &header.value);
        }
    });
    o.document("variables", &event.variables);
    ids(origin, o);
    o.number("processDefinitionVersion", origin.version);
    o.text("elementId", &origin.element_id);
    o.key("elementInstanceKey", origin.element_instance);
    o.text("deniedReason", &event.denied_reason);
    labels(&event.labels, o);
    o.key("listenersConfigKey", Key::NONE);
    tenant(o);
}
