//! Open user tasks, for programs and for people.

use record::{Key, UserTaskEvent};
use serde_json::{Value, json};
use value::Str;

use crate::history::models::Models;
use crate::output::table;
use crate::time;

/// One JSON object for each task, named as REST v2 names things.
pub(super) fn to_json(tasks: &[(Key, &UserTaskEvent)], models: &Models) -> Value {
    let task = |(key, event): &(Key, &UserTaskEvent)| {
        let (origin, it) = (&event.origin, &event.attributes);
        let text = |text: &Str| (!text.is_empty()).then(|| text.to_string());
        let texts = |texts: &[Str]| texts.iter().map(ToString::to_string).collect::<Value>();
        json!({
            "userTaskKey": key.to_string(),
            "name": models.names(origin.definition).get(&origin.element_id),
            "elementId": origin.element_id.to_string(),
            "elementInstanceKey": origin.element_instance.to_string(),
            "processDefinitionId": origin.process_id.to_string(),
            "processInstanceKey": origin.instance.to_string(),
            "creationDate": time::iso(event.created_at),
            "assignee": text(&it.assignee),
            "candidateGroups": texts(&it.candidate_groups),
            "candidateUsers": texts(&it.candidate_users),
            "dueDate": text(&it.due_date),
            "followUpDate": text(&it.follow_up_date),
            "priority": it.priority,
            "formKey": (!it.form.is_none()).then(|| it.form.to_string()),
            "externalFormReference": text(&it.external_form),
        })
    };
    tasks.iter().map(task).collect()
}

/// One line for each task.
pub(super) fn to_table(tasks: &[(Key, &UserTaskEvent)], models: &Models) -> String {
    let rows = tasks.iter().map(|(key, event)| {
        let (origin, it) = (&event.origin, &event.attributes);
        let candidates: Vec<&str> =
            it.candidate_users.iter().chain(&it.candidate_groups).map(|it| &**it).collect();
        [
            key.to_string(),
            models.names(origin.definition).shown(&origin.element_id),
            origin.process_id.to_string(),
            origin.instance.to_string(),
            it.assignee.to_string(),
            candidates.join(", "),
            it.due_date.to_string(),
            it.priority.to_string(),
        ]
    });
    let headings =
        ["TASK", "ELEMENT", "PROCESS", "INSTANCE", "ASSIGNEE", "CANDIDATES", "DUE", "PRIORITY"];
    table(headings, rows)
}
