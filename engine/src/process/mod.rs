//! Process execution: steps and what they do.

pub(crate) mod ad_hoc;
pub(crate) mod at;
pub(crate) mod business_id;
pub(crate) mod call;
pub(crate) mod catch;
pub(crate) mod compensation;
pub(crate) mod completion;
pub(crate) mod complex;
pub(crate) mod condition;
pub(crate) mod conditional;
pub(crate) mod date;
pub(crate) mod decision;
pub(crate) mod deletion;
pub(crate) mod due;
pub(crate) mod element;
pub(crate) mod execution_listener;
pub(crate) mod expression;
pub(crate) mod file;
pub(crate) mod flow;
pub(crate) mod idempotency;
pub(crate) mod incident;
pub(crate) mod instance;
pub(crate) mod job;
pub(crate) mod join;
pub(crate) mod lifecycle;
pub(crate) mod listener;
pub(crate) mod mapping;
pub(crate) mod message;
pub(crate) mod migration;
pub(crate) mod multi_instance;
pub(crate) mod multiple;
pub(crate) mod pending;
pub(crate) mod placing;
pub(crate) mod queue;
pub(crate) mod scope;
pub(crate) mod signal;
pub(crate) mod standard_loop;
pub(crate) mod start;
pub(crate) mod start_timer;
pub(crate) mod starts;
pub(crate) mod step;
mod straight_loop;
pub(crate) mod subscribe;
pub(crate) mod suspension;
pub(crate) mod task_listener;
pub(crate) mod termination;
pub(crate) mod timer;
pub(crate) mod transaction;
pub(crate) mod trigger;
pub(crate) mod user_task;
pub(crate) mod variables;

use crate::ctx::Ctx;
use step::Step;

/// Runs one step.
pub(crate) fn run(ctx: &mut Ctx<'_>, step: Step) {
    ctx.at_work = step.instance();
    #[cfg(any(test, feature = "planted"))]
    crate::planted::strike_at(&step, ctx.state.meta.index);
    match step {
        Step::Activate(it) => lifecycle::activate(ctx, it),
        Step::Complete(it) => completion::complete(ctx, &it),
        Step::Terminate(it) => termination::terminate(ctx, &it),
        Step::TerminateChildren(it) => termination::terminate_children(ctx, &it),
        Step::Resume(it) => lifecycle::resume(ctx, &it),
        Step::BeginNext(it) => multi_instance::begin_next(ctx, &it),
        Step::EvaluateConditions(it) => conditional::go_on(ctx, it),
        Step::EvaluateCondition(it) => conditional::begin(ctx, &it),
        Step::AfterListener(it) => execution_listener::go_on(ctx, &it),
        Step::Returned(it) => call::returned(ctx, it),
        Step::CalledEnded(it) => call::ended(ctx, &it),
        Step::OpenSubscription(it) => message::open(ctx, it),
        Step::CloseSubscription(it) => message::close(ctx, it),
        Step::SubscriptionOpened(it) => subscribe::opened(ctx, it),
        Step::SubscriptionClosed(it) => subscribe::closed(ctx, it),
        Step::Correlate(it) => subscribe::correlate(ctx, it),
        Step::Correlated(it) => message::correlated(ctx, &it),
        Step::Rejected(it) => message::rejected(ctx, &it),
        Step::OfferMessage(it) => message::offer(ctx, &it),
        Step::OfferToStarts(it) => start::offer(ctx, &it),
        Step::ExpireMessage(it) => message::expire(ctx, it.message),
        Step::ReleaseStart(it) => start::release(ctx, &it),
        Step::OfferSignal(it) => signal::offer(ctx, it),
        Step::MigrateSubscription(it) => message::migrate(ctx, &it),
        Step::WithdrawSubscription(it) => message::withdraw(ctx, &it),
        Step::Hold(it) => suspension::hold_next(ctx, &it),
        Step::Release(it) => suspension::release_next(ctx, &it),
        Step::FireTimer(it) => timer::fire(ctx, it.instance, it.timer),
        Step::Compensate(it) => compensation::go_on(ctx, &it),
        Step::TakeSignal(it) => signal::take(ctx, it),
    }
}
