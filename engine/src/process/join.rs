//! Inclusive gateways that join, and complex gateways: which of those that wait may go now.
//!
//! A gateway goes when a token has arrived on each flow on which one can still arrive. Whether one
//! can is asked whenever a token arrives or moves on, and whenever a path ends, so that no gateway
//! waits for what will not come:
//!
//! - while a token is on its way between two elements, nothing is decided;
//! - an active element holds back the gateways that it leads to over a flow without a token;
//! - so does another gateway of these kinds that waits, but if gateways hold back each other and
//!   nothing else does, the first of them goes.
//!
//! A parallel gateway that waits holds back nothing: if what it lacks could come, that would.
//! Complex gateways are asked this for their reset; those that still wait for their start come last,
//! when nothing else goes on in the scope: see `complex`.

use super::at::At;
use super::step::{Activate, Step};
use crate::ctx::Ctx;
use crate::state::instance::{ElementInstance, Instance};
use bpmn::{ComplexGateway, Element, ElementIx, JoinFlow, Kind, Process};
use record::{Cause, CauseKind, GatewayPhase, Key};
use value::Doc;

/// A gateway that waits.
struct Waiting<'a> {
    gateway: ElementIx,
    /// The flows on which a token would make a difference.
    open: Vec<&'a JoinFlow>,
    waits_for: WaitsFor,
    /// Whether tokens come out of it when it goes.
    leads_on: bool,
}

/// What lets a gateway go.
#[derive(PartialEq, Eq)]
enum WaitsFor {
    /// No token can come any more that it waits for.
    Rest,
    /// Its condition wants more, and nothing goes on that could give it.
    Enough,
}

impl Waiting<'_> {
    /// True if a path leads from an element to a flow on which a token would make a difference.
    fn is_held_back_by(&self, element: ElementIx) -> bool {
        self.open.iter().any(|it| it.from.binary_search(&element).is_ok())
    }
}

/// True if the gateway at `at` is the next gateway of its scope that may go.
pub(crate) fn is_next(ctx: &Ctx<'_>, at: &At) -> bool {
    let instance = ctx.state.instance(at.instance);
    let next = instance.and_then(|it| next(it, &at.process, at.scope));
    next == Some(at.element)
}

/// Lets the next gateway of the scope around the element at `at` go, if one may.
pub(crate) fn look_again(ctx: &mut Ctx<'_>, at: &At) {
    let scope = ctx.state.element(at.instance, at.scope);
    if scope.is_some_and(ElementInstance::has_waiting_gateways) {
        go_on(ctx, at.instance, at.scope, &at.process);
    }
}

/// Lets the next gateway directly inside a scope go, if one may.
pub(crate) fn look_again_in(ctx: &mut Ctx<'_>, instance: Key, scope: Key) {
    if let Some(at) = At::find(ctx, instance, scope) {
        go_on(ctx, instance, scope, &at.process);
    }
}

fn go_on(ctx: &mut Ctx<'_>, instance: Key, scope: Key, process: &Process) {
    let Some(found) = ctx.state.instance(instance) else { return };
    let Some(gateway) = next(found, process, scope) else { return };
    ctx.then(Step::Activate(Activate {
        instance,
        scope,
        element: gateway.0,
        from_flow: true,
        cause: Cause { kind: CauseKind::Scope, key: scope, ..Cause::default() },
        variables: Doc::empty(),
        passed: 0,
    }));
}

/// The next gateway directly inside a scope that may go.
fn next(instance: &Instance, process: &Process, scope: Key) -> Option<ElementIx> {
    let found = instance.element(scope)?;
    let waiting = waiting(instance, found, process);
    if waiting.is_empty() || is_on_its_way(found) {
        return None;
    }
    let is_idle = found.children == 0;
    let may_go = |it: &&Waiting<'_>| it.waits_for == WaitsFor::Rest || is_idle;
    let mut free: Vec<&Waiting<'_>> = waiting.iter().filter(may_go).collect();
    for child in instance.elements.iter().filter(|it| it.scope == scope) {
        free.retain(|it| !it.is_held_back_by(ElementIx(child.element)));
        if free.is_empty() {
            return None;
        }
    }
    first(&waiting, &free).map(|it| it.gateway)
}

/// The first of the gateways that no element holds back.
fn first<'a>(all: &[Waiting<'_>], free: &[&'a Waiting<'a>]) -> Option<&'a Waiting<'a>> {
    let holders = |it: &Waiting<'_>| {
        let gateway = it.gateway;
        let others = all.iter().filter(move |other| other.gateway != gateway && other.leads_on);
        others.filter(|other| it.is_held_back_by(other.gateway)).collect::<Vec<_>>()
    };
    let rest = || free.iter().filter(|it| it.waits_for == WaitsFor::Rest);
    let enough = || free.iter().filter(|it| it.waits_for == WaitsFor::Enough);
    // One that wants more never gives way: it is waited for, unless it waits for this one.
    let gives_way = |it: &Waiting<'_>, holder: &Waiting<'_>| {
        holder.waits_for == WaitsFor::Rest || holder.is_held_back_by(it.gateway)
    };
    let is_first = |it: &&&Waiting<'_>| holders(it).is_empty();
    let is_mutual = |it: &&&Waiting<'_>| holders(it).into_iter().all(|one| gives_way(it, one));
    let found = rest().find(is_first).or_else(|| enough().find(is_first));
    found.or_else(|| rest().find(is_mutual)).or_else(|| enough().next()).copied()
}

/// True if tokens come out of a complex gateway directly inside a scope that waits for its reset. One
/// that is active and has not decided has not started.
pub(crate) fn goes_on_at_reset(
    instance: &Instance,
    scope: &ElementInstance,
    process: &Process,
) -> bool {
    let undecided = |gateway: u32| {
        let mut inside = instance.elements.iter().filter(|it| it.scope == scope.key);
        inside.any(|it| it.element == gateway && it.phase == GatewayPhase::Undecided)
    };
    scope.awaiting_reset.iter().filter(|it| !undecided(it.gateway)).any(|it| {
        let model = process.element(ElementIx(it.gateway));
        model.is_some_and(|model| {
            let Kind::ComplexGateway(gateway) = &model.kind else { return false };
            leads_on_at_reset(process, model, gateway)
        })
    })
}

fn leads_on_at_reset(process: &Process, model: &Element, gateway: &ComplexGateway) -> bool {
    process.outgoing(model).any(|it| it.is_taken_at_reset(gateway))
}

/// True if a token is between two elements: what it comes to is not known yet.
pub(crate) fn is_on_its_way(scope: &ElementInstance) -> bool {
    scope.tokens > scope.arrivals.iter().map(|it| it.tokens).sum()
}

/// The inclusive and complex gateways that wait, in the order of the file.
fn waiting<'a>(
    instance: &Instance,
    scope: &ElementInstance,
    process: &'a Process,
) -> Vec<Waiting<'a>> {
    let with_tokens = scope.arrivals.iter().map(|it| it.gateway);
    let mut gateways: Vec<u32> =
        with_tokens.chain(scope.awaiting_reset.iter().map(|it| it.gateway)).collect();
    gateways.sort_unstable();
    gateways.dedup();
    let each = gateways.into_iter().map(ElementIx);
    each.filter_map(|gateway| {
        let model = process.element(gateway)?;
        if let Kind::InclusiveGateway { joins, .. } = &model.kind {
            let open = joins.iter().filter(|it| !scope.has_token_on(it.flow.0)).collect();
            Some(Waiting { gateway, open, waits_for: WaitsFor::Rest, leads_on: true })
        } else if let Kind::ComplexGateway(it) = &model.kind {
            let is_busy = is_active(instance, scope.key, gateway);
            (!is_busy).then(|| of_complex(scope, process, model, it))
        } else {
            None
        }
    })
    .collect()
}

fn of_complex<'a>(
    scope: &ElementInstance,
    process: &Process,
    model: &Element,
    gateway: &'a ComplexGateway,
) -> Waiting<'a> {
    let joins = gateway.joins.iter();
    let Some(started) = scope.awaiting_reset_of(model.ix.0) else {
        let (waits_for, open) = (WaitsFor::Enough, joins.collect());
        return Waiting { gateway: model.ix, open, waits_for, leads_on: true };
    };
    let has_come = |flow: u32| started.took_from(flow) || scope.has_token_on(flow);
    Waiting {
        gateway: model.ix,
        open: joins.filter(|it| !has_come(it.flow.0)).collect(),
        waits_for: WaitsFor::Rest,
        leads_on: leads_on_at_reset(process, model, gateway),
    }
}

/// True if an element directly inside a scope is active.
pub(crate) fn is_active(instance: &Instance, scope: Key, element: ElementIx) -> bool {
    instance.elements.iter().any(|it| it.scope == scope && it.element == element.0)
}
