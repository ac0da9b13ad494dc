//! Inclusive gateways that join: which of those that wait may go now.
//!
//! A gateway goes when a token has arrived on each flow on which one can still arrive. Whether one
//! can is asked whenever a token arrives or moves on, and whenever a path ends, so that no gateway
//! waits for what will not come:
//!
//! - while a token is on its way between two elements, nothing is decided;
//! - an active element holds back the gateways that it leads to over a flow without a token;
//! - so does another gateway of the kind that waits, but if gateways hold back each other and
//!   nothing else does, the first of them goes.
//!
//! A parallel gateway that waits holds back nothing: if what it lacks could come, that would.

use super::at::At;
use super::step::{Activate, Step};
use crate::ctx::Ctx;
use crate::state::instance::{Arrival, ElementInstance, Instance};
use bpmn::{ElementIx, JoinFlow, Kind, Process};
use record::{Cause, CauseKind, Key};
use value::Doc;

/// A gateway that waits.
struct Waiting<'a> {
    gateway: ElementIx,
    /// The flows that have no token.
    open: Vec<&'a JoinFlow>,
}

impl Waiting<'_> {
    /// True if a path leads from an element to a flow that has no token.
    fn is_held_back_by(&self, element: ElementIx) -> bool {
        self.open.iter().any(|it| it.from.binary_search(&element).is_ok())
    }
}

/// True if the gateway at `at` is the next inclusive gateway of its scope that may go.
pub(crate) fn is_next(ctx: &Ctx<'_>, at: &At) -> bool {
    let instance = ctx.state.instance(at.instance);
    let next = instance.and_then(|it| next(it, &at.process, at.scope));
    next == Some(at.element)
}

/// Lets the next inclusive gateway of the scope around the element at `at` go, if one may.
pub(crate) fn look_again(ctx: &mut Ctx<'_>, at: &At) {
    let scope = ctx.state.element(at.instance, at.scope);
    if scope.is_some_and(|it| !it.arrivals.is_empty()) {
        go_on(ctx, at.instance, at.scope, &at.process);
    }
}

/// Lets the next inclusive gateway directly inside a scope go, if one may.
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

/// The next inclusive gateway directly inside a scope that may go.
fn next(instance: &Instance, process: &Process, scope: Key) -> Option<ElementIx> {
    let found = instance.element(scope)?;
    let waiting = waiting(found, process);
    if waiting.is_empty() || is_on_its_way(found) {
        return None;
    }
    let mut free: Vec<&Waiting<'_>> = waiting.iter().collect();
    for child in instance.elements.iter().filter(|it| it.scope == scope) {
        free.retain(|it| !it.is_held_back_by(ElementIx(child.element)));
        if free.is_empty() {
            return None;
        }
    }
    let is_first = |it: &&&Waiting<'_>| {
        let mut others = waiting.iter().filter(|other| other.gateway != it.gateway);
        others.all(|other| !it.is_held_back_by(other.gateway))
    };
    free.iter().find(is_first).or(free.first()).map(|it| it.gateway)
}

/// True if a token is between two elements: what it comes to is not known yet.
fn is_on_its_way(scope: &ElementInstance) -> bool {
    scope.tokens > scope.arrivals.iter().map(|it| it.tokens).sum()
}

/// The inclusive gateways at which tokens wait, in the order of the file.
fn waiting<'a>(scope: &ElementInstance, process: &'a Process) -> Vec<Waiting<'a>> {
    let mut gateways: Vec<u32> = scope.arrivals.iter().map(|it| it.gateway).collect();
    gateways.sort_unstable();
    gateways.dedup();
    let each = gateways.into_iter().map(ElementIx);
    each.filter_map(|gateway| {
        let Kind::InclusiveGateway { joins, .. } = &process.element(gateway)?.kind else {
            return None;
        };
        let has_token = |flow: ElementIx| {
            let is_of = |it: &Arrival| it.gateway == gateway.0 && it.flow == flow.0;
            scope.arrivals.iter().any(is_of)
        };
        let open = joins.iter().filter(|it| !has_token(it.flow)).collect();
        Some(Waiting { gateway, open })
    })
    .collect()
}
