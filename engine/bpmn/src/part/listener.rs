//! Listeners: workers that hear of what happens to an element before it goes on.

use xml::{Namespace, Node};

use crate::context::Context;
use crate::expression::Literals;
use crate::graph::listener::{ExecutionListeners, Listener};
use crate::graph::user_task::{TaskListener, TaskOccasion};
use crate::outline::Part;
use crate::part::job;

/// The listeners of a user task that the engine keeps. Whether it may have some is checked with the
/// extensions.
pub(crate) fn of_task<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Vec<TaskListener> {
    let Some(list) = part.node.extension("taskListeners") else { return Vec::new() };
    let listeners = list.named(Namespace::Zeebe, "taskListener");
    listeners.filter_map(|node| task_listener(ctx, part, node)).collect()
}

fn task_listener<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    node: &'t Node,
) -> Option<TaskListener> {
    let occasion = ctx.required(part, node, "eventType").and_then(|text| {
        let occasion = occasion(text.trim());
        if occasion.is_none() {
            let message = format!(
                "The eventType '{text}' of a task listener of '{}' is not known. Use 'creating', \
                 'assigning', 'updating', 'completing' or 'canceling'.",
                part.label()
            );
            ctx.problem(part, node, message);
        }
        occasion
    });
    let listener = listener(ctx, part, node);
    Some(TaskListener { occasion: occasion?, listener: listener? })
}

fn occasion(text: &str) -> Option<TaskOccasion> {
    match text {
        "creating" => Some(TaskOccasion::Creating),
        "assigning" => Some(TaskOccasion::Assigning),
        "updating" => Some(TaskOccasion::Updating),
        "completing" => Some(TaskOccasion::Completing),
        "canceling" => Some(TaskOccasion::Canceling),
        _ => None,
    }
}

/// What a worker of a listener gets.
fn listener<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, node: &'t Node) -> Option<Listener> {
    let job_type = ctx
        .required(part, node, "type")
        .and_then(|text| ctx.expression(part, node, "job type", (text, Literals::Typed)));
    let retries = job::retries(ctx, part, node);
    let own = node.named(Namespace::Zeebe, "taskHeaders").next();
    let headers = job::listed_headers(ctx, part, own);
    Some(Listener { job_type: job_type?, retries: retries?, headers: headers? })
}

/// The listeners to the beginning and the end of an element.
pub(crate) fn of_element<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> ExecutionListeners {
    let Some(list) = part.node.extension("executionListeners") else {
        return ExecutionListeners::default();
    };
    let mut known: Vec<(&str, &str)> = Vec::new();
    let (mut start, mut end) = (Vec::new(), Vec::new());
    for node in list.named(Namespace::Zeebe, "executionListener") {
        let event = ctx.required(part, node, "eventType").map(str::trim);
        let listener = listener(ctx, part, node);
        let Some(event) = event else { continue };
        if let Some(fault) = fault(part.node, event) {
            let message = format!("An execution listener of '{}' {fault}", part.label());
            ctx.problem(part, node, message);
            continue;
        }
        let job_type = node.attribute("type").unwrap_or_default();
        if known.contains(&(event, job_type)) {
            let message = format!(
                "The element '{}' has two execution listeners with the eventType '{event}' and the \
                 type '{job_type}'. Remove one of them, or give it another type.",
                part.label()
            );
            ctx.problem(part, node, message);
            continue;
        }
        known.push((event, job_type));
        if event == "start" { start.extend(listener) } else { end.extend(listener) }
    }
    ExecutionListeners { start: start.into(), end: end.into() }
}

/// Why an element cannot have a listener to an event, as the end of a sentence.
fn fault(element: &Node, event: &str) -> Option<String> {
    let xml_name = &*element.name;
    let has = |definition: &str| element.named(Namespace::Bpmn, definition).next().is_some();
    let is_end = match event {
        "start" => false,
        "end" => true,
        _ => {
            return Some(format!(
                "has the eventType '{event}', which Baton does not know there. Use 'start' or 'end'."
            ));
        }
    };
    let why = if xml_name == "boundaryEvent" && has("compensateEventDefinition") {
        "a compensation boundary event begins and ends in one go"
    } else if !is_end && matches!(xml_name, "startEvent" | "boundaryEvent") {
        "such an event begins with what it waited for"
    } else if is_end && xml_name.ends_with("Gateway") {
        "a gateway ends with its decision"
    } else if is_end && xml_name == "endEvent" && has("errorEventDefinition") {
        "an error end event is ended by what catches the error"
    } else {
        return None;
    };
    Some(format!("has the eventType '{event}', which cannot be: {why}. Remove it."))
}
