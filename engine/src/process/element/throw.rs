//! Throwing errors, escalations, signals and compensation.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::catch::{self, Catcher, Caught, Thrown};
use crate::process::expression::{self, Failure, Place};
use crate::process::step::Step;
use crate::process::{compensation, signal};
use bpmn::Expression;
use record::{Cause, CauseKind};
use value::{Doc, Str};

/// An error end event: something must catch it.
pub(super) fn error(ctx: &mut Ctx<'_>, at: &At, code: &Expression) -> Result<Next, Failure> {
    let catcher = catcher_of_error(ctx, at, code)?;
    Ok(Next::Caught(Caught { catcher, variables: Doc::empty(), cause: cause(at), goes_on: false }))
}

/// What catches an error that the event at `at` throws.
///
/// # Errors
/// An incident, if nothing does.
pub(super) fn catcher_of_error(
    ctx: &mut Ctx<'_>,
    at: &At,
    code: &Expression,
) -> Result<Catcher, Failure> {
    let code = expression::text(ctx, place(at), code)?;
    let found = catch::find(ctx, at.instance, at.scope, Thrown::Error, &code);
    found.map_err(|codes| catch::unhandled(&code, &codes))
}

/// An escalation event: if nothing catches it, or what does lets it, it goes on.
pub(super) fn escalation(ctx: &mut Ctx<'_>, at: &At, code: &Expression) -> Result<Next, Failure> {
    let code = expression::text(ctx, place(at), code)?;
    let found = catch::find(ctx, at.instance, at.scope, Thrown::Escalation, &code).ok();
    catch::tell_escalation(ctx, at, &code, found.as_ref());
    let Some(catcher) = found else { return Ok(Next::Complete) };
    let goes_on = !catcher.interrupting;
    Ok(Next::Caught(Caught { catcher, variables: Doc::empty(), cause: cause(at), goes_on }))
}

/// A signal event: it brings its local variables, which its input mappings chose.
pub(super) fn signal(ctx: &mut Ctx<'_>, at: &At, name: &Expression) -> Result<Next, Failure> {
    let name = signal::name(ctx, at, name)?;
    broadcast(ctx, at, &name);
    Ok(Next::Complete)
}

/// Broadcasts a signal with the local variables of the event at `at`.
pub(super) fn broadcast(ctx: &mut Ctx<'_>, at: &At, name: &Str) {
    let local = ctx.state.element(at.instance, at.element_instance);
    let variables = local.map(|it| it.variables.doc.clone()).unwrap_or_default();
    signal::broadcast(ctx, at.origin(), name, &variables);
}

/// A compensation event: it completes when everything that it undoes has been undone.
pub(super) fn compensation(ctx: &mut Ctx<'_>, at: &At) -> Next {
    if !compensation::has_any(ctx, at) {
        return Next::Complete;
    }
    ctx.then(Step::Compensate(at.step()));
    Next::Wait
}

pub(super) fn place(at: &At) -> Place {
    Place { instance: at.instance, scope: at.element_instance }
}

pub(super) fn cause(at: &At) -> Cause {
    Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() }
}
