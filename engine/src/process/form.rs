//! Forms that user tasks refer to.

use super::at::At;
use super::expression::Failure;
use crate::ctx::Ctx;
use bpmn::Binding;
use record::{IncidentType, Key};
use value::Str;

/// The deployed form that an element means.
pub(crate) fn find(_: &Ctx<'_>, _: &At, id: &Str, _: &Binding) -> Result<Key, Failure> {
    let message = format!("Expected to find a form with id '{id}', but no such form is deployed.");
    Err(Failure::new(IncidentType::FormNotFound, message))
}
