//! Linked resources: deployed files that the worker of a job needs.

use xml::{Namespace, Node};

use crate::context::Context;
use crate::expression::Literals;
use crate::graph::called::LinkedResource;
use crate::outline::Part;
use crate::part::binding;
use crate::part::job::may_have_job;

/// The files that the job of an element is linked with; `None` after a problem.
pub(crate) fn read<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
) -> Option<Box<[LinkedResource]>> {
    let Some(list) = part.node.extension("linkedResources") else { return Some(Box::default()) };
    // Every one is read, so that all problems are told.
    let all: Vec<_> =
        list.named(Namespace::Zeebe, "linkedResource").map(|node| one(ctx, part, node)).collect();
    all.into_iter().collect()
}

/// Whether the list of a part is read for its job.
pub(crate) fn is_of_job(part: &Part<'_>) -> bool {
    let is_job = || part.node.extension("taskDefinition").is_some();
    may_have_job(part) && (&*part.node.name == "serviceTask" || is_job())
}

fn one<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, node: &'t Node) -> Option<LinkedResource> {
    let resource_id = ctx
        .required(part, node, "resourceId")
        .and_then(|text| ctx.expression(part, node, "resourceId", (text, Literals::Text)));
    let resource_type = ctx.required(part, node, "resourceType");
    let binding =
        ctx.required(part, node, "bindingType").and_then(|_| binding::read(ctx, part, node));
    let name = node.attribute("linkName").unwrap_or_default().into();
    Some(LinkedResource {
        resource_id: resource_id?,
        binding: binding?,
        resource_type: resource_type?.into(),
        name,
    })
}
