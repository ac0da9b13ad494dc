//! Script task: an expression whose value becomes a variable.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::expression::{self, Failure, Place};
use crate::process::trigger;
use bpmn::Expression;
use record::{Cause, CauseKind, IncidentType};
use value::{Doc, Str};

pub(super) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    expression: &Expression,
    result_variable: &Str,
) -> Result<Next, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let kind = IncidentType::ExtractValueError;
    let result = expression::evaluate(ctx, place, None, expression, kind)?;
    let value = expression::stored(&result.value);
    let variables = Doc::empty().set(result_variable, &value);
    let cause = Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() };
    trigger::trigger(ctx, at, at.element, variables, cause);
    Ok(Next::Wait)
}
