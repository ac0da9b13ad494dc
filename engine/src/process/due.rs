//! What is due: one item of the due index is one work item.

use super::pending::{DEFECT, Parked, park_instance};
use super::{idempotency, incident, job, message, start_timer, suspension};
use crate::ctx::Ctx;
use crate::state::due::{DueKey, DueKind};
use record::{ErrorEvent, Event, IncidentType, Key, RequestsSettled};
use value::wire::Message as _;
use value::wire_struct;

wire_struct! {
    /// A timer whose firing a defect undid.
    pub(crate) struct ParkedTimer {
        1 => pub(crate) timer: Key,
    }
}

/// Does what is due.
pub(crate) fn handle(ctx: &mut Ctx<'_>, due: DueKey, owner: Key) {
    let (_, kind, key) = due;
    ctx.at_work = owner;
    #[cfg(any(test, feature = "planted"))]
    crate::planted::strike(owner, ctx.state.meta.index);
    match kind {
        DueKind::Timer => suspension::fire_or_hold(ctx, owner, key),
        DueKind::JobDeadline => job::time_out(ctx, key),
        DueKind::JobBackOff => job::recur(ctx, key),
        DueKind::MessageExpiry => message::expire(ctx, key),
        DueKind::GatewaySilence => check_silence(ctx, (owner.0, key.0)),
        DueKind::StartTimer => start_timer::fire(ctx, key),
        DueKind::Idempotency => idempotency::forget(ctx, key),
    }
}

/// Looks whether a gateway has been silent for so long that its replies can be forgotten.
fn check_silence(ctx: &mut Ctx<'_>, (node, incarnation): (u64, u64)) {
    let event = RequestsSettled { node, incarnation, below: u64::MAX };
    ctx.emit(Key::NONE, Event::RequestsSettled(event));
}

/// After a defect undid a due item: it leaves the index, and its instance is parked.
pub(crate) fn park(ctx: &mut Ctx<'_>, due: DueKey, owner: Key) {
    let (_, kind, key) = due;
    match kind {
        DueKind::Timer => {
            let parked = Parked::Timer(ParkedTimer { timer: key });
            park_instance(ctx, owner, parked.to_bytes().into());
        }
        DueKind::JobDeadline | DueKind::JobBackOff => park_job(ctx, key),
        DueKind::MessageExpiry => message::expire(ctx, key),
        DueKind::GatewaySilence => check_silence(ctx, (owner.0, key.0)),
        DueKind::StartTimer => start_timer::pass_over(ctx, key),
        DueKind::Idempotency => idempotency::forget(ctx, key),
    }
}

fn park_job(ctx: &mut Ctx<'_>, key: Key) {
    let Some((at, _)) = job::place(ctx, key) else { return };
    let origin = at.origin();
    let event = ErrorEvent { message: DEFECT.into(), instance: at.instance };
    ctx.emit(Key::NONE, Event::Error(event));
    incident::create_for_job(ctx, &origin, key, IncidentType::ProcessingError, DEFECT.into());
}
