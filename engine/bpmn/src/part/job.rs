//! Job definitions: what a worker is asked to do.

use std::collections::BTreeSet;
use std::sync::Arc;

use value::Str;

use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::graph::JobDefinition;
use crate::outline::Part;
use crate::part::{event, linked};
use xml::{Namespace, Node};

/// How often a job is tried when the model does not say.
const RETRIES_DEFAULT: &str = "3";
/// Headers with this beginning are the engine's own.
const RESERVED_HEADERS: &str = "io.camunda.zeebe:";

/// The job of a task that must have one.
pub(crate) fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<JobDefinition> {
    let definitions: Vec<_> =
        part.node.extensions().filter(|it| &*it.name == "taskDefinition").collect();
    let headers = headers(ctx, part);
    let linked = linked::read(ctx, part);
    let [definition] = definitions.as_slice() else {
        let message = format!(
            "The element '{}' has {} zeebe:taskDefinition. It needs exactly one, with a job type.",
            part.label(),
            if definitions.is_empty() { "no" } else { "more than one" }
        );
        ctx.problem(part, part.node, message);
        return None;
    };
    let job_type = ctx
        .required(part, definition, "type")
        .and_then(|text| ctx.expression(part, definition, "job type", (text, Literals::Typed)));
    let retries = retries(ctx, part, definition);
    Some(JobDefinition {
        job_type: job_type?,
        retries: retries?,
        headers: headers?,
        linked: linked?,
    })
}

/// Whether a worker can be asked to do what an element is.
pub(crate) fn may_have_job(part: &Part<'_>) -> bool {
    let tasks = ["serviceTask", "sendTask", "businessRuleTask", "scriptTask", "adHocSubProcess"];
    tasks.contains(&&*part.node.name) || event::sends_message(part.node)
}

/// How often a job is tried.
pub(crate) fn retries<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Expression> {
    // Modelers leave the attribute behind empty.
    let text = definition.attribute("retries").filter(|text| !text.trim().is_empty());
    let text = text.unwrap_or(RETRIES_DEFAULT);
    let retries = ctx.expression(part, definition, "number of retries", (text, Literals::Typed))?;
    match &retries {
        Expression::Static(literal) if !literal.is_number() => {
            let message = format!(
                "The number of retries '{text}' of '{}' is neither a number nor a FEEL expression.",
                part.label()
            );
            ctx.problem(part, definition, message);
            None
        }
        Expression::Static(literal) => {
            if !literal.is_count() {
                let message = format!(
                    "The number of retries '{text}' of '{}' is not a whole number from 0 to {}. Choose \
                     how often a job is tried; 0 is like 1.",
                    part.label(),
                    i32::MAX
                );
                ctx.refusals.push(ctx.outline.problem(part.ix, definition, message));
            }
            Some(retries)
        }
        Expression::Feel(_) => Some(retries),
    }
}

/// How urgent the jobs of an element are, or of all elements of a process. A static priority is
/// checked now; a blank one is left behind by modelers and says nothing.
pub(crate) fn priority<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Expression> {
    let node = part.node.extension("jobPriorityDefinition")?;
    let text = node.attribute("priority").filter(|text| !text.trim().is_empty())?;
    let priority = ctx.expression(part, node, "job priority", (text, Literals::Typed))?;
    let is_whole = || text.trim().parse::<i32>().is_ok();
    if matches!(&priority, Expression::Static(_)) && !is_whole() {
        let message = format!(
            "The job priority '{text}' of '{}' is neither a whole number from {} to {} nor a FEEL \
             expression.",
            part.label(),
            i32::MIN,
            i32::MAX
        );
        ctx.problem(part, node, message);
        return None;
    }
    Some(priority)
}

/// The custom headers of an element.
pub(crate) fn headers<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Arc<[(Str, Str)]>> {
    listed_headers(ctx, part, part.node.extension("taskHeaders"))
}

/// The custom headers of a list. Those with an empty key or value are skipped, as modelers leave
/// them behind; a key that is there twice is refused whatever its values are.
pub(crate) fn listed_headers<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    list: Option<&'t Node>,
) -> Option<Arc<[(Str, Str)]>> {
    let Some(list) = list else { return Some(Arc::new([])) };
    let mut headers = Vec::new();
    let mut keys = BTreeSet::new();
    let mut all_right = true;
    for header in list.named(Namespace::Zeebe, "header") {
        let key = header.attribute("key").unwrap_or_default();
        let value = header.attribute("value").unwrap_or_default();
        if key.is_empty() {
            continue;
        }
        let is_first = keys.insert(key);
        let fault = if !is_first {
            "is there twice. Remove one of them.".to_owned()
        } else if value.is_empty() {
            continue;
        } else if key.starts_with(RESERVED_HEADERS) {
            format!("begins with '{RESERVED_HEADERS}', which is reserved. Choose another key.")
        } else {
            headers.push((key.into(), value.into()));
            continue;
        };
        // One without a value is refused, but takes no header away from what is deployed.
        all_right &= value.is_empty();
        let message = format!("The header key '{key}' of '{}' {fault}", part.label());
        ctx.problem(part, header, message);
    }
    all_right.then(|| headers.into())
}
