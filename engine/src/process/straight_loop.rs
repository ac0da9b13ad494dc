//! Loops in which nothing has to wait: a path that goes around one again and again is stopped.
//!
//! Such a loop may be meant, if a script counts in it or an event thrown in it ends it. So the
//! elements of the loop that a path passes in a row are counted, and each `loop_elements_max` of
//! them it is stopped by an incident; resolving that lets it go on for as many again.

use super::at::At;
use super::expression::Failure;
use crate::ctx::Ctx;
use record::IncidentType;

/// Stops a path that has passed too many elements.
pub(crate) fn check(ctx: &Ctx<'_>, at: &At) -> Result<(), Failure> {
    let limit = ctx.state.meta.settings.0.loop_elements_max();
    let passed = at.passed;
    if passed == 0 || u64::from(passed) % limit != 0 {
        return Ok(());
    }
    Err(Failure::new(
        IncidentType::ConditionError,
        format!(
            "The path has passed {passed} elements of a loop in which nothing waits, and has come \
             to '{}' again. If the loop has no end, set the variables that end it or cancel the \
             process instance; then resolve the incident, and it goes on for 'loop_elements_max' \
             = {limit} elements more.",
            at.model().id
        ),
    ))
}
