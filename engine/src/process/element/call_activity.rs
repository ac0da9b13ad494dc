//! Call activity: an instance of another process, which begins and ends with it.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::call::{self, Called};
use crate::process::expression::{self, Failure, Place};
use crate::process::subscribe;
use bpmn::CalledProcess;
use record::IncidentType;

pub(super) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    called: &CalledProcess,
) -> Result<Next, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let process_id = expression::text(ctx, place, &called.process_id)?;
    let definition = call::find(ctx, at, &process_id, &called.binding)?;
    let (key, version) = (definition.key, definition.version);
    let process = ctx.graph(key).ok_or_else(|| {
        let message = format!(
            "The deployed process '{process_id}' can no longer be compiled. Deploy it again, then \
             resolve the incident."
        );
        Failure::new(IncidentType::CalledElementError, message)
    })?;
    let start = process.none_start.ok_or_else(|| {
        let message = format!(
            "Expected process with BPMN process id '{process_id}' to have a none start event, but \
             not found. Add one and deploy it, then resolve the incident."
        );
        Failure::new(IncidentType::CalledElementError, message)
    })?;
    call::check_depth(ctx, at)?;
    subscribe::open_boundary(ctx, at)?;
    Ok(Next::Call(Called { definition: key, version, process, start }))
}
