//! User tasks in the notation of models.
//!
//! ```text
//! user a native assignee=ada       without `native`, a worker gets it as a job;
//!                                  groups=a,b users=…, due=… follow=…, priority=…,
//!                                  form=ID [binding=deployment] or [tag=v1], form-key=…, reference=…
//!                                  on-creating=a,b: listeners of these types; likewise the others
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The settings of the notation, with the attribute that each stands for.
const ATTRIBUTES: [(&str, &str, &str); 11] = [
    ("assignee", "assignmentDefinition", "assignee"),
    ("groups", "assignmentDefinition", "candidateGroups"),
    ("users", "assignmentDefinition", "candidateUsers"),
    ("due", "taskSchedule", "dueDate"),
    ("follow", "taskSchedule", "followUpDate"),
    ("priority", "priorityDefinition", "priority"),
    ("form", "formDefinition", "formId"),
    ("binding", "formDefinition", "bindingType"),
    ("tag", "formDefinition", "versionTag"),
    ("form-key", "formDefinition", "formKey"),
    ("reference", "formDefinition", "externalReference"),
];

/// True for a setting of user tasks.
pub(super) fn is_setting(name: &str) -> bool {
    ATTRIBUTES.iter().any(|(it, _, _)| *it == name) || name.starts_with("on-")
}

/// The extensions of a user task.
pub(super) fn extensions(is_native: bool, settings: &BTreeMap<String, String>) -> String {
    let mut out = String::from(if is_native { "<zeebe:userTask/>" } else { "" });
    let mut by_extension: BTreeMap<&str, String> = BTreeMap::new();
    for (setting, extension, attribute) in ATTRIBUTES {
        if let Some(value) = settings.get(setting) {
            let value = super::escaped(value);
            let _ = write!(by_extension.entry(extension).or_default(), " {attribute}=\"{value}\"");
        }
    }
    let listeners: String = settings
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "on-start" | "on-end"))
        .filter_map(|(name, types)| Some((name.strip_prefix("on-")?, types)))
        .flat_map(|(occasion, types)| {
            types.split(',').map(move |it| {
                let it = super::escaped(it);
                format!(
                    "<zeebe:taskListener eventType=\"{occasion}\" type=\"{it}\" retries=\"1\"/>"
                )
            })
        })
        .collect();
    if !listeners.is_empty() {
        let _ = write!(out, "<zeebe:taskListeners>{listeners}</zeebe:taskListeners>");
    }
    for (extension, attributes) in by_extension {
        let _ = write!(out, "<zeebe:{extension}{attributes}/>");
    }
    out
}
