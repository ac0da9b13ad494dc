//! Signals: broadcast to everything that waits for their name, and never kept.
//!
//! ```text
//! broadcast ─▶ OfferSignal ─▶ TakeSignal (an element instance is triggered)
//!                  │    └──── an instance starts
//!                  └▶ OfferSignal, after that subscription … until there is none
//! ```
//!
//! One subscription per step, so that a signal with many receivers goes on in later entries, between
//! other work. Who begins to wait after the signal was broadcast does not hear of it.

use super::at::At;
use super::expression::{self, Failure, Place};
use super::instance::{Beginning, begin};
use super::step::{OfferSignal, Step, TakeSignal};
use super::{scope, trigger};
use crate::ctx::Ctx;
use crate::state::instance::{Caller, SignalSubscription};
use bpmn::{ElementIx, Expression};
use record::{
    Cause, CauseKind, Event, Key, Labels, Origin, SignalEvent, SignalIntent,
    SignalSubscriptionEvent, SignalSubscriptionIntent,
};
use value::{Doc, Str};

/// Broadcasts a signal. Returns its key.
pub(crate) fn broadcast(ctx: &mut Ctx<'_>, origin: Origin, name: &Str, variables: &Doc) -> Key {
    let signal = ctx.next_key();
    let event = SignalEvent {
        intent: SignalIntent::Broadcasted,
        name: name.clone(),
        variables: variables.clone(),
        origin,
    };
    ctx.emit(signal, Event::Signal(event));
    ctx.then(Step::OfferSignal(OfferSignal {
        signal,
        name: name.clone(),
        variables: variables.clone(),
        after: Key::NONE,
    }));
    signal
}

/// Offers a signal to the next subscription that is older than the signal, then the step again.
pub(crate) fn offer(ctx: &mut Ctx<'_>, step: OfferSignal) {
    let from = (step.name.clone(), Key(step.after.0 + 1));
    let found = ctx.state.signals_by_name.range(from..).next();
    let Some(((name, subscription), instance)) = found else { return };
    let (subscription, instance) = (*subscription, *instance);
    if *name != step.name || subscription >= step.signal {
        return;
    }
    if instance.is_none() {
        start(ctx, subscription, &step);
    } else {
        ctx.then(Step::TakeSignal(TakeSignal {
            instance,
            subscription,
            signal: step.signal,
            variables: step.variables.clone(),
        }));
    }
    ctx.then(Step::OfferSignal(OfferSignal { after: subscription, ..step }));
}

/// A signal arrives: the event is triggered if its element instance still accepts it.
pub(crate) fn take(ctx: &mut Ctx<'_>, step: TakeSignal) {
    let found = ctx.state.instance(step.instance).and_then(|it| it.signals.get(step.subscription));
    let Some(found) = found else { return };
    let (waits, event) = (found.element_instance, ElementIx(found.element));
    let Some(at) = At::find(ctx, step.instance, waits) else { return };
    if scope::accepts_events(ctx, &at, event) {
        trigger::trigger(ctx, &at, event, step.variables, cause(step.signal));
    }
}

fn cause(signal: Key) -> Cause {
    Cause { kind: CauseKind::Signal, key: signal, ..Cause::default() }
}

fn start(ctx: &mut Ctx<'_>, subscription: Key, step: &OfferSignal) {
    let Some(found) = ctx.state.signal_starts.get(&subscription).cloned() else { return };
    let Some(process) = ctx.graph(found.definition) else { return };
    let beginning = Beginning {
        definition: found.definition,
        version: found.version,
        process,
        instance: ctx.next_key(),
        start: ElementIx(found.element),
        cause: cause(step.signal),
        variables: step.variables.clone(),
        start_lock: Str::default(),
        caller: Caller::default(),
        labels: Labels::default(),
    };
    begin(ctx, beginning);
}

/// Evaluates the name of the signal that an event waits for or throws.
pub(crate) fn name(ctx: &mut Ctx<'_>, at: &At, name: &Expression) -> Result<Str, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    expression::text(ctx, place, name)
}

/// Opens a subscription of an element instance for one of its events, which `origin` names.
pub(crate) fn open(ctx: &mut Ctx<'_>, origin: Origin, name: Str) {
    let key = ctx.next_key();
    emit(ctx, key, SignalSubscriptionIntent::Created, origin, name);
}

/// Closes the subscriptions that the element instance at `at` has for some of its events.
pub(crate) fn close(ctx: &mut Ctx<'_>, at: &At, is_meant: impl Fn(u32) -> bool) {
    let Some(found) = ctx.state.instance(at.instance) else { return };
    let attached = ctx.state.attached_to(at.element_instance);
    let open: Vec<SignalSubscription> = attached
        .filter_map(|it| found.signals.get(it))
        .filter(|it| is_meant(it.element))
        .cloned()
        .collect();
    for it in open {
        let event = at.process.event(ElementIx(it.element));
        let id = event.map(|event| event.id.clone()).unwrap_or_default();
        let origin = at.origin_of(it.element, id, at.element_instance);
        emit(ctx, it.key, SignalSubscriptionIntent::Deleted, origin, it.name);
    }
}

/// Opens a subscription of a start event of a process.
pub(crate) fn open_start(ctx: &mut Ctx<'_>, origin: Origin, name: Str) {
    let key = ctx.next_key();
    emit(ctx, key, SignalSubscriptionIntent::Created, origin, name);
}

/// Closes the subscriptions of the start events of a definition.
pub(crate) fn close_starts(ctx: &mut Ctx<'_>, definition: Key) {
    let starts = ctx.state.signal_starts.iter().map(|(_, it)| it);
    let open: Vec<_> = starts.filter(|it| it.definition == definition).cloned().collect();
    for it in open {
        let (origin, name) = (it.origin(), it.name.clone());
        emit(ctx, it.key, SignalSubscriptionIntent::Deleted, origin, name);
    }
}

fn emit(ctx: &mut Ctx<'_>, key: Key, intent: SignalSubscriptionIntent, origin: Origin, name: Str) {
    let event = SignalSubscriptionEvent { intent, origin, name };
    ctx.emit(key, Event::SignalSubscription(event));
}
