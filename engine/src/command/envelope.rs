//! What all commands share: repeated requests, replies, rejections.

use super::answer::Answer;
use super::dispatch;
use super::intent::intent;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::idempotency::{self, Before};
use crate::process::pending;
use crate::state::stream::request_key;
use record::{
    Caller, Command, CommandBody, Entry, Event, Key, RejectionType, Reply, RequestsSettled,
};
use std::sync::Arc;

/// How far a gateway's settled requests may run ahead before the state notes it: noting each
/// one would cost an event per command.
const SETTLED_STEP: u64 = 256;

/// Handles the command of an entry.
pub(crate) fn handle(ctx: &mut Ctx<'_>, entry: &Entry) {
    #[cfg(test)]
    crate::planted::logic::decide(ctx, entry);
    let command = &entry.body.command;
    let mark = ctx.out.mark();
    settle(ctx, command);
    if is_repeated(ctx, command) {
        return;
    }
    let settled = ctx.out.mark();
    match carry_out(ctx, entry) {
        Ok(Answer::Now(reply)) => ctx.reply(&command.request, reply),
        Ok(Answer::Later) => {}
        Err(rejection) => {
            if ctx.out.mark() != settled {
                ctx.undo(mark, Caller::of(&command.envelope));
                settle(ctx, command);
            }
            ctx.steps.clear();
            ctx.emit(subject(command), Event::Rejection(rejection.clone()));
            ctx.reply(&command.request, Reply::Rejected(rejection));
        }
    }
}

/// Carries out a command, unless its idempotency key says that this was done before.
fn carry_out(ctx: &mut Ctx<'_>, entry: &Entry) -> Result<Answer, Refused> {
    let command = &entry.body.command;
    match idempotency::look(ctx, command, intent(command))? {
        Before::NoKey => {}
        Before::First => idempotency::remember(ctx, command),
        Before::Again => return Ok(Answer::Later),
    }
    dispatch(ctx, entry)
}

/// Answers a command that a defect undid, and parks the instance it worked on.
pub(crate) fn refuse_defect(ctx: &mut Ctx<'_>, command: &Command, instance: Key) {
    let rejection = refuse(RejectionType::ProcessingError, intent(command), pending::DEFECT);
    ctx.emit(subject(command), Event::Rejection(rejection.clone()));
    pending::park_instance(ctx, instance, Arc::default());
    ctx.reply(&command.request, Reply::Rejected(rejection));
}

fn settle(ctx: &mut Ctx<'_>, command: &Command) {
    let request = &command.request;
    let gateway = (request.node, request.incarnation);
    let known = ctx.state.gateways.get(&gateway).map_or(0, |it| it.settled);
    if !request.is_none() && command.settled >= known + SETTLED_STEP {
        let (node, incarnation) = gateway;
        let event = RequestsSettled { node, incarnation, below: command.settled };
        ctx.emit(Key::NONE, Event::RequestsSettled(event));
    }
}

/// True for a request that was handled before: its reply is given again, or is still to come.
fn is_repeated(ctx: &mut Ctx<'_>, command: &Command) -> bool {
    if command.request.is_none() {
        return false;
    }
    let Some(remembered) = ctx.state.replies.get(&request_key(&command.request)) else {
        return false;
    };
    let reply = remembered.reply.clone();
    let is_awaited = matches!(&command.body, CommandBody::CreateInstance(it) if it.await_result);
    if !(is_awaited && matches!(reply, Reply::InstanceCreated(_))) {
        ctx.out.replies.push((command.request.clone(), reply));
    }
    true
}

/// The key that a rejection is about, if the command names one.
fn subject(command: &Command) -> Key {
    match &command.body {
        CommandBody::CancelInstance(it) => it.instance,
        CommandBody::DeleteResource(it) => it.resource,
        CommandBody::CompleteJob(it) => it.job,
        CommandBody::FailJob(it) => it.job,
        CommandBody::ThrowError(it) => it.job,
        CommandBody::AssignUserTask(it) => it.task,
        CommandBody::UpdateUserTask(it) => it.task,
        CommandBody::CompleteUserTask(it) => it.task,
        CommandBody::UpdateJobRetries(it) => it.job,
        CommandBody::AssignBusinessId(it) => it.instance,
        CommandBody::UpdateJobPriority(it) => it.job,
        CommandBody::UpdateJobTimeout(it) => it.job,
        CommandBody::ResolveIncident(it) => it.incident,
        CommandBody::SetVariables(it) => it.element_instance,
        CommandBody::CreateInstance(it) => it.definition,
        CommandBody::EvaluateDecision(it) => it.decision,
        CommandBody::EvaluateConditional(it) => it.definition,
        CommandBody::ActivateAdHocActivities(it) => it.element_instance,
        CommandBody::ModifyInstance(it) => it.instance,
        CommandBody::MigrateInstance(it) => it.instance,
        CommandBody::SuspendInstance(it) => it.instance,
        CommandBody::ResumeInstance(it) => it.instance,
        CommandBody::Tick(_)
        | CommandBody::Continue(_)
        | CommandBody::StartTerm(_)
        | CommandBody::Deploy(_)
        | CommandBody::ActivateJobs(_)
        | CommandBody::YieldJobs(_)
        | CommandBody::PublishMessage(_)
        | CommandBody::BroadcastSignal(_)
        | CommandBody::OpenStream(_)
        | CommandBody::AddCredit(_)
        | CommandBody::CloseStream(_)
        | CommandBody::ChangeSettings(_)
        | CommandBody::ChangeClock(_)
        | CommandBody::RaiseLogic(_)
        | CommandBody::SkipKeys(_) => Key::NONE,
    }
}
