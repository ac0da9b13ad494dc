//! Listeners: workers that hear of what happens to an element before it goes on.

use xml::{Namespace, Node};

use crate::context::Context;
use crate::expression::Literals;
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
    let job_type = ctx
        .required(part, node, "type")
        .and_then(|text| ctx.expression(part, node, "job type", (text, Literals::Typed)));
    let retries = job::retries(ctx, part, node);
    Some(TaskListener { occasion: occasion?, job_type: job_type?, retries: retries? })
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
