//! What a file says without any effect: warnings, which never refuse it.
//!
//! ```text
//! bytes ─xml─▶ Node ─outline─▶ parts ─▶ extensions that nothing reads, headers that nobody gets
//!                        │            ─▶ words in extensions that nothing reads: `words`
//!                        │            ─▶ versions that nobody looks for, extensions that say nothing: `binding`
//!                        └▶ parts, their details, flows ─▶ what BPMN knows and nothing does: `model`
//! ```

mod binding;
mod model;
mod words;

use crate::compile;
use crate::outline::{Outline, Part};
use crate::part::job::may_have_job;
use crate::part::{event, extension, linked};
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
            for (at, message) in of_part(part).into_iter().chain(model::of_part(&outline, part)) {
                warnings.push(outline.problem(part.ix, at, message));
            }
        }
        for (part, node) in outline.details() {
            let owner = format!("the {} of '{}'", node.name, part.label());
            for (at, message) in
                of_node(node, &owner).into_iter().chain(model::of_detail(node, &owner))
            {
                warnings.push(outline.problem(part.ix, at, message));
            }
        }
        for flow in outline.flows() {
            let owner = format!("the sequence flow '{}'", flow.id);
            for (_, message) in
                of_node(flow.node, &owner).into_iter().chain(model::of_flow(flow.node, &owner))
            {
                warnings.push(outline.flow_problem(flow, message));
            }
        }
    }
    if compile::executable(&root).next().is_some() {
        of_roots(&root, &mut warnings);
    }
    warnings.into_sorted()
}

/// The extensions of what stands beside the processes.
fn of_roots(root: &Node, warnings: &mut Problems) {
    let kinds = ["message", "signal", "error", "escalation"];
    for node in root.of(Namespace::Bpmn).filter(|it| kinds.contains(&&*it.name)) {
        let id = node.id().unwrap_or_default();
        let owner = format!("the {} '{id}'", node.name);
        for (at, message) in of_node(node, &owner) {
            warnings.push(Problem::new(id.to_owned(), id, at.place, message));
        }
    }
}

/// The extensions of a node that is no part. What is refused there is no warning.
fn of_node<'t>(node: &'t Node, owner: &str) -> Vec<(&'t Node, String)> {
    let mut found = Vec::new();
    for it in node.extensions() {
        if extension::is_read_at(node, &it.name) {
            words::check(it, owner, &mut found);
        } else if !extension::is_refused_at(node, it) {
            let message = format!(
                "The extension 'zeebe:{}' has no effect at {owner}. Remove it, or move it to the \
                 element that it is for.",
                it.name
            );
            found.push((it, message));
        }
    }
    found
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
        } else {
            binding::check(extension, &format!("'{}'", part.label()), &mut found);
        }
        headers(part, extension, &mut found);
        words::check(extension, &format!("'{}'", part.label()), &mut found);
    }
    found
}

/// Why an extension means nothing where it stands, with the way out, as the end of a sentence;
/// `None` if it is read there.
fn without_effect(part: &Part<'_>, extension: &str) -> Option<String> {
    let element = &*part.node.name;
    let has = |name: &str| part.node.extension(name).is_some();
    let is_native = || element == "userTask" && has("userTask");
    let has_listeners = || has("executionListeners") || has("taskListeners");
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
        "jobPriorityDefinition" if is_native() => {
            let message = " with zeebe:userTask and without listeners: it has no jobs. Remove \
                           it, or use zeebe:priorityDefinition";
            (!has_listeners()).then(|| message.to_owned())
        }
        "jobPriorityDefinition" if matches!(element, "process" | "userTask") => None,
        "jobPriorityDefinition" => {
            let has_jobs = (may_have_job(part) && has("taskDefinition")) || has_listeners();
            (!has_jobs).then(|| " without job and without listeners. Remove it".to_owned())
        }
        "linkedResources" => {
            let message = if may_have_job(part) {
                " without zeebe:taskDefinition. Remove it, or add a job type"
            } else {
                ", whose worker, if it has one, gets no links. Remove it"
            };
            (!linked::is_of_job(part)).then(|| message.to_owned())
        }
        "conditionalFilter" => {
            let fits = part.node.named(Namespace::Bpmn, "conditionalEventDefinition").next();
            let message = "; it belongs to the definition of a conditional event. Remove it";
            fits.is_none().then(|| message.to_owned())
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
        // Mappings and listeners, which are refused where they mean nothing; properties, which are
        // notes for people; and what is not known, which is refused.
        _ => None,
    }
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
