//! Suspend a process instance, and resume it.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::at::At;
use crate::process::step::{Step, Sweep};
use crate::process::{flow, placing};
use crate::state::instance::Suspension;
use record::{
    Cause, CauseKind, CommandIntent, Envelope, Key, ProcessInstanceIntent, RejectionType,
    ResumeInstance, SuspendInstance,
};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    envelope: &Envelope,
    command: &SuspendInstance,
) -> Result<Answer, Refused> {
    let instance = command.instance;
    let intent = CommandIntent::ProcessInstanceSuspend;
    let (root, held) = find(ctx, instance, intent, "suspend")?;
    if held.is_some() {
        let reason = format!(
            "Expected to suspend process instance with key '{instance}', but it is suspended \
             already."
        );
        return Err(refuse(RejectionType::InvalidState, intent, reason));
    }
    let cause = cause(instance, envelope);
    flow::explain(ctx, &root, ProcessInstanceIntent::Suspended, Some(cause), Vec::new());
    ctx.then(Step::Hold(Sweep { instance, ..Sweep::default() }));
    accepted()
}

pub(super) fn resume(
    ctx: &mut Ctx<'_>,
    envelope: &Envelope,
    command: &ResumeInstance,
) -> Result<Answer, Refused> {
    let instance = command.instance;
    let intent = CommandIntent::ProcessInstanceResume;
    let (root, held) = find(ctx, instance, intent, "resume")?;
    let Some(Suspension { steps }) = held else {
        let reason = format!(
            "Expected to resume process instance with key '{instance}', but it is not suspended."
        );
        return Err(refuse(RejectionType::InvalidState, intent, reason));
    };
    let cause = cause(instance, envelope);
    flow::explain(ctx, &root, ProcessInstanceIntent::Resumed, Some(cause), Vec::new());
    ctx.steps.push_stored(&steps);
    ctx.then(Step::Release(Sweep { instance, ..Sweep::default() }));
    accepted()
}

/// A running instance, with what it keeps if it is suspended.
fn find(
    ctx: &mut Ctx<'_>,
    instance: Key,
    intent: CommandIntent,
    verb: &str,
) -> Result<(At, Option<Suspension>), Refused> {
    let found = ctx.state.instance(instance).filter(|it| placing::is_running(it));
    let held = found.map(|it| it.suspension.as_deref().cloned());
    let root = if found.is_some() { At::find(ctx, instance, instance) } else { None };
    let (Some(held), Some(root)) = (held, root) else {
        let reason = format!(
            "Expected to {verb} process instance with key '{instance}', but no such process \
             instance was found. It may have ended."
        );
        return Err(refuse(RejectionType::NotFound, intent, reason));
    };
    ctx.at_work = instance;
    Ok((root, held))
}

fn cause(instance: Key, envelope: &Envelope) -> Cause {
    Cause {
        kind: CauseKind::Command,
        key: instance,
        principal: envelope.principal.clone(),
        reason: envelope.reason.clone(),
    }
}
