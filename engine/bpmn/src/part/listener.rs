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

/// The listeners to what happens to an element.
pub(crate) fn of_element<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> ExecutionListeners {
    let Some(list) = part.node.extension("executionListeners") else {
        return ExecutionListeners::default();
    };
    let mut known: Vec<(&str, &str)> = Vec::new();
    let (mut start, mut end) = (Vec::new(), Vec::new());
    let (mut before_all, mut cancel) = (Vec::new(), Vec::new());
    for node in list.named(Namespace::Zeebe, "executionListener") {
        let event = ctx.required(part, node, "eventType").map(str::trim);
        let listener = listener(ctx, part, node);
        let Some(event) = event else { continue };
        let occasion = match occasion_of(part.node, event) {
            Ok(occasion) => occasion,
            Err(fault) => {
                let message = format!("An execution listener of '{}' {fault}", part.label());
                ctx.problem(part, node, message);
                continue;
            }
        };
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
        match occasion {
            Occasion::Start => start.extend(listener),
            Occasion::End => end.extend(listener),
            Occasion::BeforeAll => before_all.extend(listener),
            Occasion::Cancel => cancel.extend(listener),
        }
    }
    ExecutionListeners {
        start: start.into(),
        end: end.into(),
        before_all: before_all.into(),
        cancel: cancel.into(),
    }
}

/// What an execution listener is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Occasion {
    Start,
    End,
    BeforeAll,
    Cancel,
}

/// What a listener of an element with this `eventType` is asked about; otherwise why the element
/// cannot have it, as the end of a sentence.
fn occasion_of(element: &Node, event: &str) -> Result<Occasion, String> {
    let occasion = match event {
        "start" => Occasion::Start,
        "end" => Occasion::End,
        "beforeAll" => Occasion::BeforeAll,
        "cancel" => Occasion::Cancel,
        _ => {
            return Err(format!(
                "has the eventType '{event}', which Baton does not know there. Use 'start' or \
                 'end', on multi-instance activities also 'beforeAll', on the process also 'cancel'."
            ));
        }
    };
    match fault(element, occasion) {
        None => Ok(occasion),
        Some((why, way_out)) => {
            Err(format!("has the eventType '{event}', which cannot be: {why}. {way_out}."))
        }
    }
}

/// Why nobody could ever ask a listener of an element, and what to do about it.
fn fault(element: &Node, occasion: Occasion) -> Option<(&'static str, &'static str)> {
    const REMOVE: &str = "Remove it";
    let xml_name = &*element.name;
    let has = |name: &str| element.named(Namespace::Bpmn, name).next().is_some();
    if xml_name == "boundaryEvent" && has("compensateEventDefinition") {
        return Some(("a compensation boundary event begins and ends in one go", REMOVE));
    }
    match occasion {
        Occasion::Start if matches!(xml_name, "startEvent" | "boundaryEvent") => {
            Some(("such an event begins with what it waited for", REMOVE))
        }
        Occasion::End if xml_name.ends_with("Gateway") => {
            Some(("a gateway ends with its decision", REMOVE))
        }
        Occasion::End if xml_name == "endEvent" && has("errorEventDefinition") => {
            Some(("an error end event is ended by what catches the error", REMOVE))
        }
        Occasion::BeforeAll if !has("multiInstanceLoopCharacteristics") => Some((
            "it is asked once before all instances of a multi-instance activity, which this is not",
            "Use 'start', or give the activity a multi-instance marker",
        )),
        Occasion::Cancel if xml_name != "process" => Some((
            "it is asked when an instance of the whole process is terminated",
            "Put it on the process, or remove it",
        )),
        Occasion::Start | Occasion::End | Occasion::BeforeAll | Occasion::Cancel => None,
    }
}
