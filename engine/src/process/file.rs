//! Deployed files that elements refer to: forms, and what workers need.

use super::at::At;
use super::expression::{self, Failure, Place};
use crate::ctx::Ctx;
use crate::state::file::File;
use crate::state::versions::Versions;
use bpmn::{Binding, JobDefinition};
use record::{Header, IncidentType, Key, LOGIC_REFINED};
use std::sync::Arc;
use value::Str;
use value::json::write_json_str;

/// The header by which a worker hears of the files that its job is linked with.
const LINKED: &str = "linkedResources";

/// The deployed form that the element at `at` means.
pub(crate) fn form(ctx: &Ctx<'_>, at: &At, id: &Str, binding: &Binding) -> Result<Key, Failure> {
    let found = find(ctx, at, &ctx.state.forms, id, binding);
    found.ok_or_else(|| missing(ctx, at, ("form", id), binding, IncidentType::FormNotFound))
}

fn find(
    ctx: &Ctx<'_>,
    at: &At,
    files: &Versions<File>,
    id: &Str,
    binding: &Binding,
) -> Option<Key> {
    let deployment = ctx.state.deployment_of(at.definition);
    files.bound(id, binding, deployment).map(|it: &Arc<File>| it.key)
}

fn missing(
    ctx: &Ctx<'_>,
    at: &At,
    (what, id): (&str, &Str),
    binding: &Binding,
    kind: IncidentType,
) -> Failure {
    let which = match binding {
        Binding::Latest => String::new(),
        Binding::Deployment => " in the same deployment as the process".to_owned(),
        Binding::VersionTag(tag) => format!(" with version tag '{tag}'"),
    };
    let message = format!(
        "Expected to find a {what} with id '{id}'{which}, but no such {what} is deployed. {}",
        way_out(ctx, at, binding)
    );
    Failure::new(kind, message)
}

/// What helps an element at `at` that misses something deployed. Nothing joins a deployment that is
/// over, and files that are known as they are make no new version. By the first logic version the
/// way out is that of other bindings, which does not help.
pub(crate) fn way_out(ctx: &Ctx<'_>, at: &At, binding: &Binding) -> String {
    if *binding != Binding::Deployment || ctx.state.meta.logic() < LOGIC_REFINED {
        return "Deploy it, then resolve the incident.".to_owned();
    }
    format!(
        "Deploy it together with a changed file of the process '{}', migrate the instance to the \
         version that this makes, then resolve the incident.",
        at.process.id
    )
}

/// What a worker hears of the files that its job is linked with, as a list in JSON.
pub(crate) fn linked(
    ctx: &mut Ctx<'_>,
    at: &At,
    job: &JobDefinition,
) -> Result<Vec<Header>, Failure> {
    if job.linked.is_empty() {
        return Ok(Vec::new());
    }
    let place = Place { instance: at.instance, scope: at.element_instance };
    let mut list = String::new();
    for it in &job.linked {
        let id = expression::text(ctx, place, &it.resource_id)?;
        let key = find(ctx, at, &ctx.state.resources, &id, &it.binding);
        let kind = IncidentType::ResourceNotFound;
        let key = key.ok_or_else(|| missing(ctx, at, ("resource", &id), &it.binding, kind))?;
        list.push_str(if list.is_empty() { "[" } else { "," });
        let key = key.to_string();
        let fields =
            [("resourceKey", &*key), ("resourceType", &it.resource_type), ("linkName", &it.name)];
        for (at, (name, text)) in fields.into_iter().enumerate() {
            list.push(if at == 0 { '{' } else { ',' });
            write_json_str(name, &mut list);
            list.push(':');
            write_json_str(text, &mut list);
        }
        list.push('}');
    }
    list.push(']');
    Ok(vec![Header { key: LINKED.into(), value: list.into() }])
}
