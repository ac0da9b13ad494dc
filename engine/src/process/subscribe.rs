//! The instance's side of subscriptions and timers: opening, closing, and what arrives.

use super::at::At;
use super::expression::{self, Failure, Place};
use super::step::{Offer, Peer, Step};
use super::{conditional, scope, signal, suspension, timer, trigger};
use crate::ctx::Ctx;
use crate::state::instance::{ProcessSubscription, SubscriptionState};
use bpmn::timer::Plan;
use bpmn::{ElementIx, Kind, Message, Trigger};
use record::{
    Cause, CauseKind, Event, Key, ProcessMessageSubscriptionEvent,
    ProcessMessageSubscriptionIntent, Subscription, TimerEvent, TimerIntent,
};
use value::{Doc, Str};

/// What an event will wait for, evaluated and not yet opened.
enum Planned {
    Timer(Plan),
    Signal(Str),
    Condition,
    Message { name: Str, correlation_key: Str, interrupting: bool },
}

/// Opens what the boundary events of the activity at `at` wait for: all of it, or nothing.
pub(crate) fn open_boundary(ctx: &mut Ctx<'_>, at: &At) -> Result<(), Failure> {
    open_planned(ctx, at, Vec::new())
}

/// Opens what the receive task at `at` waits for, and its boundary events: all of it, or nothing.
pub(crate) fn open_with_boundary(
    ctx: &mut Ctx<'_>,
    at: &At,
    message: &Message,
) -> Result<(), Failure> {
    let own = plan_message(ctx, at, message, at.element_instance, true)?;
    open_planned(ctx, at, vec![(at.element, own)])
}

fn open_planned(
    ctx: &mut Ctx<'_>,
    at: &At,
    mut planned: Vec<(ElementIx, Planned)>,
) -> Result<(), Failure> {
    let process = at.process.clone();
    for ix in at.boundary_events() {
        let model = process.element(*ix).expect("the graph names its own elements");
        if let Some(waits_for) = model.kind.attached_trigger() {
            plan_each(ctx, at, (*ix, waits_for), at.scope, &mut planned)?;
        }
    }
    open_all(ctx, at, planned);
    Ok(())
}

fn open_all(ctx: &mut Ctx<'_>, at: &At, planned: Vec<(ElementIx, Planned)>) {
    for (ix, plan) in planned {
        open(ctx, at, ix, plan);
    }
}

/// Opens what the element at `at` itself waits for, with its boundary events if it has any.
pub(crate) fn open_own(ctx: &mut Ctx<'_>, at: &At, waits_for: &Trigger) -> Result<(), Failure> {
    let mut planned = Vec::new();
    plan_each(ctx, at, (at.element, (waits_for, true)), at.element_instance, &mut planned)?;
    open_all(ctx, at, planned);
    Ok(())
}

/// Opens what the events behind the gateway at `at` wait for: all of it, or nothing.
pub(crate) fn open_for(ctx: &mut Ctx<'_>, at: &At, events: &[ElementIx]) -> Result<(), Failure> {
    let process = at.process.clone();
    let mut planned = Vec::new();
    for ix in events {
        let model = process.element(*ix).expect("the graph names its own elements");
        if let Kind::CatchEvent(waits_for) = &model.kind {
            plan_each(ctx, at, (*ix, (waits_for, true)), at.element_instance, &mut planned)?;
        }
    }
    open_planned(ctx, at, planned)
}

/// Opens what the events of the scope wait for, when its start event at `at` completes.
pub(crate) fn open_of_scope(ctx: &mut Ctx<'_>, at: &At) -> Result<(), Failure> {
    let scope = At::find(ctx, at.instance, at.scope);
    scope.map_or(Ok(()), |scope| open_inside(ctx, &scope))
}

/// Opens what the event subprocesses directly inside the scope at `at` wait for.
pub(crate) fn open_inside(ctx: &mut Ctx<'_>, scope: &At) -> Result<(), Failure> {
    let process = scope.process.clone();
    let mut planned = Vec::new();
    for ix in scope.event_starts() {
        let model = process.element(*ix).expect("the graph names its own elements");
        if let Some(waits_for) = model.kind.attached_trigger() {
            plan_each(ctx, scope, (*ix, waits_for), scope.element_instance, &mut planned)?;
        }
    }
    open_planned(ctx, scope, planned)
}

/// Opens what some of the events wait for that belong to the element instance at `at`: all of it,
/// or nothing.
pub(crate) fn open_some(ctx: &mut Ctx<'_>, at: &At, events: &[ElementIx]) -> Result<(), Failure> {
    let process = at.process.clone();
    let mut planned = Vec::new();
    for ix in events {
        let model = process.element(*ix).expect("the graph names its own elements");
        let key_scope =
            if model.kind.boundary().is_some() { at.scope } else { at.element_instance };
        let waits = match &model.kind {
            Kind::CatchEvent(waits_for) => Some((waits_for, true)),
            other => other.attached_trigger(),
        };
        if let Some(waits_for) = waits {
            plan_each(ctx, at, (*ix, waits_for), key_scope, &mut planned)?;
        }
    }
    open_all(ctx, at, planned);
    Ok(())
}

/// Evaluates what an event waits for, each with the ordinal of the event, or of its definition if it
/// has several.
fn plan_each(
    ctx: &mut Ctx<'_>,
    at: &At,
    (event, (waits_for, interrupting)): (ElementIx, (&Trigger, bool)),
    key_scope: Key,
    planned: &mut Vec<(ElementIx, Planned)>,
) -> Result<(), Failure> {
    for (ix, waits_for) in waits_for.each(event) {
        if let Some(plan) = plan(ctx, at, waits_for, key_scope, interrupting)? {
            planned.push((ix, plan));
        }
    }
    Ok(())
}

/// Evaluates what an event waits for; `None` for what scopes catch without waiting. The correlation
/// key of a boundary event is evaluated in the flow scope, everything else in the activity's own.
fn plan(
    ctx: &mut Ctx<'_>,
    at: &At,
    waits_for: &Trigger,
    key_scope: Key,
    interrupting: bool,
) -> Result<Option<Planned>, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    match waits_for {
        Trigger::Timer(timer) => timer::arm(ctx, place, timer).map(Planned::Timer).map(Some),
        Trigger::Signal { name } => signal::name(ctx, at, name).map(Planned::Signal).map(Some),
        Trigger::Condition(_) => Ok(Some(Planned::Condition)),
        Trigger::Message(message) => {
            plan_message(ctx, at, message, key_scope, interrupting).map(Some)
        }
        Trigger::Compensation { .. }
        | Trigger::Cancel
        | Trigger::Error { .. }
        | Trigger::Escalation { .. }
        // Each of its definitions is planned for itself.
        | Trigger::Multiple(_) => Ok(None),
    }
}

fn plan_message(
    ctx: &mut Ctx<'_>,
    at: &At,
    message: &Message,
    key_scope: Key,
    interrupting: bool,
) -> Result<Planned, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let name = expression::text(ctx, place, &message.name)?;
    let place = Place { scope: key_scope, ..place };
    let correlation_key = expression::correlation_key(ctx, place, &message.correlation_key)?;
    Ok(Planned::Message { name, correlation_key, interrupting })
}

fn open(ctx: &mut Ctx<'_>, at: &At, ix: ElementIx, plan: Planned) {
    let event = at.process.event(ix).expect("the graph names its own elements");
    let origin = at.origin_of(ix.0, event.id.clone(), at.element_instance);
    match plan {
        Planned::Timer(plan) => {
            let key = ctx.next_key();
            let event = TimerEvent {
                intent: TimerIntent::Created,
                origin,
                due: plan.due_ms,
                repetitions: plan.repetitions,
                interval: plan.interval,
            };
            ctx.emit(key, Event::Timer(event));
        }
        Planned::Signal(name) => signal::open(ctx, origin, name),
        Planned::Condition => conditional::open(ctx, at, ix),
        Planned::Message { name, correlation_key, interrupting } => {
            let key = ctx.next_key();
            let subscription =
                Subscription { origin, message_name: name, correlation_key, interrupting };
            emit(
                ctx,
                ProcessMessageSubscriptionIntent::Creating,
                Offer { key, subscription: subscription.clone(), ..Offer::default() },
            );
            ctx.then(Step::OpenSubscription(Peer { key, subscription }));
        }
    }
}

fn emit(ctx: &mut Ctx<'_>, intent: ProcessMessageSubscriptionIntent, offer: Offer) {
    let event = ProcessMessageSubscriptionEvent {
        intent,
        subscription: offer.subscription,
        message: offer.message,
        variables: offer.variables,
    };
    ctx.emit(offer.key, Event::ProcessMessageSubscription(event));
}

/// Closes everything that the element instance at `at` waits for.
pub(crate) fn close_all(ctx: &mut Ctx<'_>, at: &At) {
    close(ctx, at, |_| true);
}

/// Closes what the event subprocesses directly inside the scope at `at` wait for.
pub(crate) fn close_inside(ctx: &mut Ctx<'_>, at: &At) {
    let process = at.process.clone();
    let starts = &process.element(at.element).expect("the element was found before").event_starts;
    close(ctx, at, |event| starts.contains(&ElementIx(event)));
}

/// Closes what the element instance at `at` waits for, for some of the events, by their ordinals.
pub(crate) fn close(ctx: &mut Ctx<'_>, at: &At, is_meant: impl Fn(u32) -> bool) {
    let process = at.process.clone();
    close_some(ctx, at, |it| is_meant(process.event(ElementIx(it)).map_or(it, |event| event.ix.0)));
}

/// Closes what the element instance at `at` waits for by one of several definitions of an event.
pub(crate) fn close_one(ctx: &mut Ctx<'_>, at: &At, definition: ElementIx) {
    close_some(ctx, at, |it| it == definition.0);
}

fn close_some(ctx: &mut Ctx<'_>, at: &At, is_meant: impl Fn(u32) -> bool) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let attached: Vec<Key> = ctx.state.attached_to(at.element_instance).collect();
    let timers: Vec<_> = attached
        .iter()
        .filter_map(|it| found.timers.get(*it))
        .filter(|it| is_meant(it.element))
        .cloned()
        .collect();
    let open: Vec<_> = attached
        .iter()
        .filter_map(|it| found.subscriptions.get(*it))
        .filter(|it| is_meant(it.subscription.origin.element))
        .cloned()
        .collect();
    for timer in timers {
        timer::cancel(ctx, at, &timer);
    }
    signal::close(ctx, at, &is_meant);
    conditional::close(ctx, at, &is_meant);
    for ProcessSubscription { key, subscription, .. } in open {
        emit(
            ctx,
            ProcessMessageSubscriptionIntent::Deleting,
            Offer { key, subscription: subscription.clone(), ..Offer::default() },
        );
        ctx.then(Step::CloseSubscription(Peer { key, subscription }));
    }
}

/// The message's side knows the subscription.
pub(crate) fn opened(ctx: &mut Ctx<'_>, peer: Peer) {
    let state = find(ctx, &peer.subscription, peer.key).map(|it| it.state);
    if state == Some(SubscriptionState::Creating) {
        let Peer { key, subscription } = peer;
        emit(
            ctx,
            ProcessMessageSubscriptionIntent::Created,
            Offer { key, subscription, ..Offer::default() },
        );
    }
}

/// The message's side forgot the subscription. Its instance may have ended meanwhile.
pub(crate) fn closed(ctx: &mut Ctx<'_>, peer: Peer) {
    let Peer { key, subscription } = peer;
    emit(
        ctx,
        ProcessMessageSubscriptionIntent::Deleted,
        Offer { key, subscription, ..Offer::default() },
    );
}

fn find<'a>(
    ctx: &'a Ctx<'_>,
    subscription: &Subscription,
    key: Key,
) -> Option<&'a ProcessSubscription> {
    ctx.state.instance(subscription.origin.instance)?.subscriptions.get(key)
}

/// A message arrives: the event is triggered if its element instance still accepts it.
pub(crate) fn correlate(ctx: &mut Ctx<'_>, offer: Offer) {
    // A migration may have changed the subscription since the message was offered.
    let found = find(ctx, &offer.subscription, offer.key).cloned();
    let is_open = found.as_ref().is_some_and(|it| it.state != SubscriptionState::Deleting);
    let subscription = found.map_or(offer.subscription, |it| it.subscription);
    let offer = Offer { subscription, ..offer };
    let origin = &offer.subscription.origin;
    let target = ElementIx(origin.element);
    let at = At::find(ctx, origin.instance, origin.element_instance);
    let accepts = at.as_ref().is_some_and(|at| scope::accepts_events(ctx, at, target));
    let is_suspended = suspension::is_suspended(ctx.state, origin.instance);
    let Some(at) = at.filter(|_| is_open && accepts && !is_suspended) else {
        let (key, subscription) = (offer.key, offer.subscription.clone());
        ctx.then(Step::Rejected(offer));
        if is_suspended {
            ctx.then(Step::WithdrawSubscription(Peer { key, subscription }));
        }
        return;
    };
    let cause = Cause { kind: CauseKind::Message, key: offer.message, ..Cause::default() };
    emit(ctx, ProcessMessageSubscriptionIntent::Correlated, offer.clone());
    trigger::trigger(ctx, &at, target, offer.variables.clone(), cause);
    ctx.then(Step::Correlated(Offer { variables: Doc::empty(), ..offer }));
}
