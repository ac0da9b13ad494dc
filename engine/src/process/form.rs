//! Forms that user tasks refer to.

use super::at::At;
use super::expression::Failure;
use crate::ctx::Ctx;
use bpmn::Binding;
use record::{IncidentType, Key};
use value::Str;

/// The deployed form that the element at `at` means.
pub(crate) fn find(ctx: &Ctx<'_>, at: &At, id: &Str, binding: &Binding) -> Result<Key, Failure> {
    let definition = ctx.state.definitions.get(&at.definition);
    let deployment = definition.map(|it| it.deployment).unwrap_or_default();
    if let Some(form) = ctx.state.form(id, binding, deployment) {
        return Ok(form.key);
    }
    let which = match binding {
        Binding::Latest => String::new(),
        Binding::Deployment => " in the same deployment as the process".to_owned(),
        Binding::VersionTag(tag) => format!(" with version tag '{tag}'"),
    };
    let message = format!(
        "Expected to find a form with id '{id}'{which}, but no such form is deployed. Deploy it, \
         then resolve the incident."
    );
    Err(Failure::new(IncidentType::FormNotFound, message))
}
