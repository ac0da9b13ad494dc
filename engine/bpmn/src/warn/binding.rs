//! Extensions that say which version they mean, or what they are for, in a way that nothing reads.

use xml::{Namespace, Node};

/// The extensions that refer to something deployed, with the attribute by which they name it.
const BOUND: [(&str, &str); 4] = [
    ("calledDecision", "decisionId"),
    ("calledElement", "processId"),
    ("formDefinition", "formId"),
    ("linkedResource", "resourceId"),
];

/// The extensions that mean nothing without one of these attributes.
const EMPTY: [(&str, &[&str]); 4] = [
    ("assignmentDefinition", &["assignee", "candidateGroups", "candidateUsers"]),
    ("jobPriorityDefinition", &["priority"]),
    ("priorityDefinition", &["priority"]),
    ("taskSchedule", &["dueDate", "followUpDate"]),
];

/// Tells what has no effect in an extension, or in one inside of it; `owner` is where it stands.
pub(super) fn check<'t>(extension: &'t Node, owner: &str, found: &mut Vec<(&'t Node, String)>) {
    let name = &*extension.name;
    let given = |it: &str| extension.attribute(it).map(str::trim).unwrap_or_default();
    let is_empty = |all: &[&str]| all.iter().all(|it| given(it).is_empty());
    if let Some((_, all)) = EMPTY.iter().find(|it| it.0 == name).filter(|it| is_empty(it.1)) {
        let lacks = match *all {
            [only] => format!("no {only}"),
            several => format!("none of {}", several.join(", ")),
        };
        let message = format!(
            "The zeebe:{name} of {owner} has {lacks}, so that it says nothing. Fill it in, or \
             remove it."
        );
        found.push((extension, message));
    }
    if let Some((_, named)) = BOUND.iter().find(|it| it.0 == name) {
        found.extend(unbound(extension, owner, named).map(|message| (extension, message)));
    }
    if name == "linkedResources" {
        extension.of(Namespace::Zeebe).for_each(|it| check(it, owner, found));
    }
}

/// What is said of a version that nobody looks for.
fn unbound(extension: &Node, owner: &str, named: &str) -> Option<String> {
    let name = &*extension.name;
    let given = |it: &str| extension.attribute(it).map(str::trim).unwrap_or_default();
    let said: Vec<_> =
        ["bindingType", "versionTag"].into_iter().filter(|it| !given(it).is_empty()).collect();
    let (first, tag) = (said.first()?, given("versionTag"));
    if given(named).is_empty() {
        // Forms may be named by something else.
        let other =
            ["formKey", "externalReference"].into_iter().find(|it| !given(it).is_empty())?;
        return Some(format!(
            "The attribute '{first}' in the zeebe:{name} of {owner} has no effect beside \
             '{other}', which names no deployed form. Remove it, or name the form by formId."
        ));
    }
    let binding = given("bindingType");
    (!tag.is_empty() && binding != "versionTag").then(|| {
        let means = if binding == "deployment" {
            "the one that is deployed together with the process"
        } else {
            "the latest version"
        };
        format!(
            "The versionTag '{tag}' in the zeebe:{name} of {owner} has no effect without \
             bindingType=\"versionTag\": {means} is meant. Set the bindingType, or remove the \
             versionTag."
        )
    })
}
