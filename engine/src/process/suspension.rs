//! Suspended instances: nothing in them moves until they are resumed, and nothing is lost.
//!
//! ```text
//! suspend ─▶ jobs are not handed out, the message's side forgets the subscriptions (in slices)
//!               │   steps of elements and timers whose time has come are kept, oldest first
//! resume  ─▶ what was kept is done in that order, jobs are offered and subscriptions opened again
//! ```
//!
//! Workers may finish the jobs that they have; what follows from it is kept. See
//! `docs/0012-suspension.md`.

use super::at::At;
use super::step::{Peer, Step, Sweep, TimerAt};
use super::{job, timer};
use crate::ctx::{Ctx, Refused, refuse};
use crate::state::State;
use crate::state::instance::{ElementInstance, ElementState, Instance, Job, SubscriptionState};
use record::{CommandIntent, Event, JobHeld, Key, LOGIC_REFINED, RejectionType, StepHeld};
use std::sync::Arc;
use value::wire::Message as _;

/// How many jobs or subscriptions one step looks at.
const PARTS_PER_STEP: usize = 64;

/// True if an instance is suspended.
pub(crate) fn is_suspended(state: &State, instance: Key) -> bool {
    state.instance(instance).is_some_and(|it| it.suspension.is_some())
}

/// Refuses a command that would change a suspended instance. `what` is the rest of "Expected to".
pub(crate) fn check(
    state: &State,
    instance: Key,
    intent: CommandIntent,
    what: &str,
) -> Result<(), Refused> {
    if !is_suspended(state, instance) {
        return Ok(());
    }
    let reason = format!(
        "Expected to {what}, but the process instance '{instance}' is suspended. Resume it first."
    );
    Err(refuse(RejectionType::InvalidState, intent, reason))
}

/// Runs a step, unless its instance is suspended.
pub(crate) fn run(ctx: &mut Ctx<'_>, step: Step) {
    ctx.at_work = step.instance();
    if !hold(ctx, &step) {
        super::run(ctx, step);
    }
}

/// Keeps a step of a suspended instance for later, or drops it if it is lost then. False if the
/// step is to be done now.
fn hold(ctx: &mut Ctx<'_>, step: &Step) -> bool {
    let instance = step.instance();
    if instance.is_none() || !is_suspended(ctx.state, instance) {
        return false;
    }
    let is_kept = match step {
        Step::Activate(_)
        | Step::Complete(_)
        | Step::TerminateChildren(_)
        | Step::Resume(_)
        | Step::BeginNext(_)
        | Step::Returned(_)
        | Step::CalledEnded(_)
        | Step::Compensate(_)
        | Step::AfterListener(_)
        | Step::EvaluateConditions(_)
        | Step::EvaluateCondition(_)
        | Step::FireTimer(_) => true,
        // The end of the whole instance ends its suspension.
        Step::Terminate(it) => it.element_instance != instance,
        // Signals are never kept for anybody, and all subscriptions are opened at the resumption.
        Step::TakeSignal(_) | Step::OpenSubscription(_) => return true,
        Step::CloseSubscription(_)
        | Step::SubscriptionOpened(_)
        | Step::SubscriptionClosed(_)
        | Step::MigrateSubscription(_)
        | Step::WithdrawSubscription(_)
        | Step::Correlate(_)
        | Step::Correlated(_)
        | Step::Rejected(_)
        | Step::OfferMessage(_)
        | Step::OfferToStarts(_)
        | Step::ExpireMessage(_)
        | Step::ReleaseStart(_)
        | Step::OfferSignal(_)
        | Step::Hold(_)
        | Step::Release(_) => false,
    };
    if is_kept {
        keep(ctx, instance, step, Key::NONE);
    }
    is_kept
}

fn keep(ctx: &mut Ctx<'_>, instance: Key, step: &Step, timer: Key) {
    let event = StepHeld { instance, step: step.to_bytes().into(), timer };
    ctx.emit(Key::NONE, Event::StepHeld(event));
}

/// What is done if the suspended instance at `at` ends as a whole: what is kept that ends something,
/// and what is ending already, which is not told to end again, gets back its jobs.
pub(crate) fn endings(ctx: &Ctx<'_>, at: &At) -> Vec<Arc<[u8]>> {
    let found = ctx.state.instance(at.instance).filter(|_| at.scope.is_none());
    let Some(kept) = found.and_then(|it| it.suspension.as_ref()) else { return Vec::new() };
    let ends = |step: &&Arc<[u8]>| {
        let step = Step::from_bytes(step);
        let ends = |it: &Step| {
            matches!(it, Step::Terminate(_) | Step::TerminateChildren(_) | Step::CalledEnded(_))
        };
        step.is_ok_and(|it| ends(&it))
    };
    let mut endings: Vec<_> = kept.steps.iter().filter(ends).cloned().collect();
    if ctx.state.meta.logic() >= LOGIC_REFINED {
        let release = Step::Release(Sweep { instance: at.instance, ..Sweep::default() });
        endings.push(release.to_bytes().into());
    }
    endings
}

/// A timer's time has come: it fires now, or when its instance is resumed.
pub(crate) fn fire_or_hold(ctx: &mut Ctx<'_>, instance: Key, timer: Key) {
    if is_suspended(ctx.state, instance) {
        let step = Step::FireTimer(TimerAt { instance, timer });
        keep(ctx, instance, &step, timer);
    } else {
        timer::fire(ctx, instance, timer);
    }
}

/// Keeps the next jobs and subscriptions of a suspended instance to itself.
pub(crate) fn hold_next(ctx: &mut Ctx<'_>, sweep: &Sweep) {
    if !is_suspended(ctx.state, sweep.instance) {
        return;
    }
    if sweep.is_at_subscriptions {
        each_subscription(ctx, sweep, Step::WithdrawSubscription, Step::Hold);
    } else {
        each_job(ctx, sweep, |_, it| it.is_offered(), true, Step::Hold);
    }
}

/// Offers the next jobs and subscriptions of a resumed instance again; of one that ends as a whole,
/// only the jobs of what is ending.
pub(crate) fn release_next(ctx: &mut Ctx<'_>, sweep: &Sweep) {
    if is_suspended(ctx.state, sweep.instance) {
        return;
    }
    let found = ctx.state.instance(sweep.instance);
    let is_ending = found.and_then(Instance::root).is_some_and(is_terminating);
    if !sweep.is_at_subscriptions {
        let is_meant = |owner: &Instance, it: &Job| {
            let is_for_end = || owner.element(it.element_instance).is_some_and(is_terminating);
            it.is_held && (!is_ending || is_for_end())
        };
        each_job(ctx, sweep, is_meant, false, Step::Release);
    } else if !is_ending {
        each_subscription(ctx, sweep, Step::OpenSubscription, Step::Release);
    }
}

fn is_terminating(element: &ElementInstance) -> bool {
    element.state == ElementState::Terminating
}

fn each_job(
    ctx: &mut Ctx<'_>,
    sweep: &Sweep,
    is_meant: impl Fn(&Instance, &Job) -> bool,
    is_held: bool,
    again: impl Fn(Sweep) -> Step,
) {
    let Some(found) = ctx.state.instance(sweep.instance) else { return };
    let jobs: Vec<&Job> = found.jobs.iter_after(sweep.after).take(PARTS_PER_STEP).collect();
    let next = match jobs.last().filter(|_| jobs.len() == PARTS_PER_STEP) {
        Some(last) => Sweep { after: last.key, ..sweep.clone() },
        None => Sweep { after: Key::NONE, is_at_subscriptions: true, ..sweep.clone() },
    };
    let meant = jobs.into_iter().filter(|it| is_meant(found, it));
    for (job, job_type) in meant.map(|it| (it.key, it.job_type.clone())).collect::<Vec<_>>() {
        let event = JobHeld { instance: sweep.instance, job, is_held };
        ctx.emit(Key::NONE, Event::JobHeld(event));
        job::offer(ctx, job, &job_type);
    }
    ctx.then(again(next));
}

fn each_subscription(
    ctx: &mut Ctx<'_>,
    sweep: &Sweep,
    each: impl Fn(Peer) -> Step,
    again: impl Fn(Sweep) -> Step,
) {
    let Some(found) = ctx.state.instance(sweep.instance) else { return };
    let next = found.subscriptions.iter_after(sweep.after).take(PARTS_PER_STEP);
    let next: Vec<_> = next.map(|it| (it.key, it.state, it.subscription.clone())).collect();
    let last = next.last().map(|it| it.0).filter(|_| next.len() == PARTS_PER_STEP);
    for (key, state, subscription) in next {
        if state != SubscriptionState::Deleting {
            ctx.then(each(Peer { key, subscription }));
        }
    }
    if let Some(after) = last {
        ctx.then(again(Sweep { after, ..sweep.clone() }));
    }
}
