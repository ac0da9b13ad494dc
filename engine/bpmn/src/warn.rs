//! What a file says without any effect: warnings, which never refuse it.
//!
//! ```text
//! bytes ─xml─▶ Node ─outline─▶ parts ─▶ extensions that nothing reads, headers that nobody gets
//! ```

use crate::compile;
use crate::outline::{Outline, Part};
use crate::part::event;
use xml::{Language, Namespace, Node};
use xml::{Problem, Problems};

/// Reads what has no effect in the executable processes of a file, by its place and at most a
/// thousand. The file may have problems besides; one that is no XML has no warnings.
pub fn warnings(bytes: &[u8]) -> Vec<Problem> {
    let Ok(root) = xml::parse(Language::Bpmn, bytes) else { return Vec::new() };
    let mut warnings = Problems::default();
    for process in compile::executable(&root) {
        let outline = Outline::of(process, &mut Problems::default());
        for part in outline.parts() {
            for (at, message) in of_part(part) {
                warnings.push(outline.problem(part.ix, at, message));
            }
        }
    }
    warnings.into_sorted()
}

fn of_part<'t>(part: &Part<'t>) -> Vec<(&'t Node, String)> {
    let mut found = Vec::new();
    for extension in part.node.extensions() {
        // Modelers leave empty lists behind.
        let is_left_behind = &*extension.name == "taskHeaders" && extension.children.is_empty();
        if !is_left_behind && let Some(why) = without_effect(part, &extension.name) {
            let message = format!(
                "The extension 'zeebe:{}' of '{}' has no effect on {}{why}.",
                extension.name,
                part.label(),
                part.noun()
            );
            found.push((extension, message));
        }
        headers(part, extension, &mut found);
    }
    found
}

/// Why an extension means nothing where it stands, with the way out, as the end of a sentence;
/// `None` if it is read there.
fn without_effect(part: &Part<'_>, extension: &str) -> Option<String> {
    let element = &*part.node.name;
    let has = |name: &str| part.node.extension(name).is_some();
    let is_native = || element == "userTask" && has("userTask");
    let only_on = |elements: &[&str], noun: &str| {
        let fits = elements.contains(&element);
        (!fits).then(|| format!("; it belongs to {noun}. Remove it"))
    };
    match extension {
        "taskDefinition" => {
            let message = ", which is never a job. Remove it, or make it a service task";
            (!may_have_job(part)).then(|| message.to_owned())
        }
        "taskHeaders" if element == "userTask" => None,
        "taskHeaders" => {
            let message = " without zeebe:taskDefinition. Remove it, or add a job type";
            let message =
                if may_have_job(part) { message } else { ", which is never a job. Remove it" };
            (!may_have_job(part) || !has("taskDefinition")).then(|| message.to_owned())
        }
        "priorityDefinition" if element == "userTask" => {
            let message = " without zeebe:userTask. Remove it, or add zeebe:userTask";
            (!is_native()).then(|| message.to_owned())
        }
        "jobPriorityDefinition" => {
            let message = " with zeebe:userTask and without listeners: it has no jobs. Remove \
                           it, or use zeebe:priorityDefinition";
            let has_jobs = has("executionListeners") || has("taskListeners");
            (is_native() && !has_jobs).then(|| message.to_owned())
        }
        "assignmentDefinition"
        | "formDefinition"
        | "priorityDefinition"
        | "taskSchedule"
        | "userTask" => only_on(&["userTask"], "user tasks"),
        "adHoc" => only_on(&["adHocSubProcess"], "ad-hoc subprocesses"),
        "calledDecision" => only_on(&["businessRuleTask"], "business rule tasks"),
        "calledElement" => only_on(&["callActivity"], "call activities"),
        "loopCharacteristics" => only_on(&[], "the multi-instance marker"),
        "publishMessage" => {
            let fits = element == "sendTask" || event::sends_message(part.node);
            (!fits).then(|| "; it belongs to elements that send a message. Remove it".to_owned())
        }
        "script" => only_on(&["scriptTask"], "script tasks"),
        "subscription" => only_on(&[], "the message that is waited for"),
        "userTaskForm" | "versionTag" => only_on(&["process"], "processes"),
        // Read everywhere, refused where they mean nothing, or notes for people.
        _ => None,
    }
}

/// Whether a worker can be asked to do what an element is.
fn may_have_job(part: &Part<'_>) -> bool {
    let tasks = ["serviceTask", "sendTask", "businessRuleTask", "scriptTask", "adHocSubProcess"];
    tasks.contains(&&*part.node.name) || event::sends_message(part.node)
}

/// Headers without key or value, which are skipped when a worker gets the others; of the element
/// and of its listeners.
fn headers<'t>(part: &Part<'t>, extension: &'t Node, found: &mut Vec<(&'t Node, String)>) {
    for child in extension.of(Namespace::Zeebe) {
        if &*child.name != "header" {
            headers(part, child, found);
            continue;
        }
        let text = |name: &str| child.attribute(name).unwrap_or_default();
        let (key, value) = (text("key"), text("value"));
        let fault = match (key, value) {
            ("", "") => "A header of '{}' has neither key nor value",
            ("", _) => "A header of '{}' has no key",
            (_, "") => "The header '{key}' of '{}' has no value",
            _ => continue,
        };
        let fault = fault.replace("{}", &part.label()).replace("{key}", key);
        let message = format!("{fault}, so that no worker gets it. Fill it in, or remove it.");
        found.push((child, message));
    }
}
