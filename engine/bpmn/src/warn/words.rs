//! Words in extensions that nothing reads: a slip in the name of an attribute or of an item.

use xml::{Namespace, Node};

/// What may stand in an extension: its attributes, then its children.
type Words = (&'static str, &'static [&'static str], &'static [&'static str]);

const LISTENER: &[&str] = &["eventType", "type", "retries"];
const MAPPING: &[&str] = &["source", "target"];

/// All that Zeebe knows, by the name of the extension or of an item in one.
const KNOWN: [Words; 30] = [
    ("adHoc", &["activeElementsCollection", "outputCollection", "outputElement"], &[]),
    ("assignmentDefinition", &["assignee", "candidateGroups", "candidateUsers"], &[]),
    ("calledDecision", &["decisionId", "resultVariable", "bindingType", "versionTag"], &[]),
    (
        "calledElement",
        &[
            "processId",
            "propagateAllChildVariables",
            "propagateAllParentVariables",
            "bindingType",
            "versionTag",
        ],
        &[],
    ),
    ("conditionalFilter", &["variableNames", "variableEvents"], &[]),
    ("executionListener", LISTENER, &["taskHeaders"]),
    ("executionListeners", &[], &["executionListener"]),
    (
        "formDefinition",
        &["formId", "formKey", "externalReference", "bindingType", "versionTag"],
        &[],
    ),
    ("header", &["key", "value"], &[]),
    ("input", MAPPING, &[]),
    // Other children are refused.
    ("ioMapping", &[], &[]),
    ("jobPriorityDefinition", &["priority"], &[]),
    (
        "linkedResource",
        &["resourceId", "resourceType", "bindingType", "linkName", "versionTag"],
        &[],
    ),
    ("linkedResources", &[], &["linkedResource"]),
    (
        "loopCharacteristics",
        &["inputCollection", "inputElement", "outputCollection", "outputElement"],
        &[],
    ),
    ("output", MAPPING, &[]),
    ("priorityDefinition", &["priority"], &[]),
    ("properties", &[], &["property"]),
    ("property", &["name", "value"], &[]),
    ("publishMessage", &["correlationKey", "messageId", "timeToLive"], &[]),
    ("script", &["expression", "resultVariable"], &[]),
    ("subscription", &["correlationKey"], &[]),
    ("taskDefinition", &["type", "retries"], &[]),
    ("taskHeaders", &[], &["header"]),
    ("taskListener", LISTENER, &["taskHeaders"]),
    ("taskListeners", &[], &["taskListener"]),
    ("taskSchedule", &["dueDate", "followUpDate"], &[]),
    ("userTask", &[], &[]),
    ("userTaskForm", &[], &[]),
    ("versionTag", &["value"], &[]),
];

/// Tells the attributes and items of an extension that have no effect; `owner` is where it stands.
pub(super) fn check<'t>(extension: &'t Node, owner: &str, found: &mut Vec<(&'t Node, String)>) {
    let Some((name, attributes, children)) = KNOWN.iter().find(|it| *it.0 == *extension.name)
    else {
        return;
    };
    let has_no_effect = |what: &str| {
        let known: Vec<_> =
            attributes.iter().chain(*children).map(|it| format!("'{it}'")).collect();
        let known = known.join(", ");
        let known = if known.is_empty() { "nothing".to_owned() } else { known };
        format!(
            "{what}, which is not known there and has no effect. Remove it, or correct its name; \
             known there: {known}."
        )
    };
    // Any element may have an id.
    let unknown = extension.plain_attributes().filter(|it| *it != "id" && !attributes.contains(it));
    for attribute in unknown {
        let what = format!("The zeebe:{name} of {owner} has the attribute '{attribute}'");
        found.push((extension, has_no_effect(&what)));
    }
    for child in extension.of(Namespace::Zeebe) {
        if *name == "ioMapping" || children.contains(&&*child.name) {
            check(child, owner, found);
        } else {
            let what = format!("The zeebe:{name} of {owner} contains 'zeebe:{}'", child.name);
            found.push((child, has_no_effect(&what)));
        }
    }
}
