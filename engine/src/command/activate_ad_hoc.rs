//! Tell an ad-hoc subprocess to begin activities.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{ad_hoc, at::At, suspension};
use record::{
    ActivateAdHocActivities, Cause, CauseKind, CommandIntent, Envelope, Key, RejectionType,
};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    envelope: &Envelope,
    command: &ActivateAdHocActivities,
) -> Result<Answer, Refused> {
    let key = command.element_instance;
    let refused = |kind: RejectionType, reason: &str| {
        refuse(
            kind,
            CommandIntent::AdHocSubProcessInstructionActivate,
            format!(
                "Expected to activate activities for ad-hoc subprocess with key '{key}', {reason}"
            ),
        )
    };
    if command.activities.is_empty() {
        let reason = "but it names none. Name at least one.";
        return Err(refused(RejectionType::InvalidArgument, reason));
    }
    let not_found = "but no such ad-hoc subprocess was found. It may have ended, or the key may be \
         that of something else.";
    let owner = ctx.state.owner(key).map(|it| it.key);
    let found = owner.and_then(|instance| At::find(ctx, instance, key));
    let Some(at) = found.filter(At::is_ad_hoc) else {
        return Err(refused(RejectionType::NotFound, not_found));
    };
    ctx.at_work = at.instance;
    let intent = CommandIntent::AdHocSubProcessInstructionActivate;
    let what = format!("activate activities for ad-hoc subprocess with key '{key}'");
    suspension::check(ctx.state, at.instance, intent, &what)?;
    let (at, model) = ad_hoc::told(ctx, &at.step())
        .map_err(|reason| refused(RejectionType::InvalidState, &format!("but {reason}.")))?;
    let named = command.activities.iter().map(|it| (&*it.element_id, it.variables.clone()));
    let activities = ad_hoc::find(&at, &model, named)
        .map_err(|unknown| refused(RejectionType::NotFound, &format!("but it names {unknown}.")))?;
    let cause = Cause {
        kind: CauseKind::Command,
        key: Key::NONE,
        principal: envelope.principal.clone(),
        reason: envelope.reason.clone(),
    };
    ad_hoc::begin(ctx, &at, activities, command.cancel_remaining, cause);
    accepted()
}
